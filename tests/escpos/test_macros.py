"""Macros: what is printed while one is defined is printed again on demand."""

from __future__ import annotations

import pytest

from agent.escpos.interpret import Read, read
from agent.escpos.macros import MAX_MACRO_BYTES, MAX_REPLAYED_TOKENS, Macro
from agent.escpos.memory import EMPTY, Memory
from agent.escpos.tokens import Command, Token
from agent.paper.text import lines
from tests.escpos.printed import PRINTER, text

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
MACRO = GS + b":"


def _run(times: int) -> bytes:
    return GS + b"^" + bytes((times, 0, 0))


def _read(raw: bytes, memory: Memory = EMPTY) -> Read:
    return read(raw, PRINTER, memory)


def test_a_definition_prints_while_it_is_made() -> None:
    assert text(MACRO, b"PAIN\n", MACRO) == ["PAIN"]


def test_a_macro_prints_as_often_as_it_is_told() -> None:
    assert text(MACRO, b"PAIN\n", MACRO, _run(2)) == ["PAIN"] * 3


def test_commands_in_a_macro_are_done_again() -> None:
    job = MACRO + ESC + b"a\x02" + b"x\n" + ESC + b"a\x00" + MACRO + b"y\n" + _run(1)
    assert text(job) == [" " * 47 + "x", "y", " " * 47 + "x"]


def test_a_second_definition_takes_the_place_of_the_first() -> None:
    assert text(MACRO, b"a\n", MACRO, MACRO, b"b\n", MACRO, _run(1)) == ["a", "b", "b"]


def test_ended_at_once_a_macro_is_undefined() -> None:
    assert text(MACRO, b"a\n", MACRO, MACRO, MACRO, _run(3)) == ["a"]


def test_executed_in_its_own_definition_a_macro_is_cleared() -> None:
    assert text(MACRO, b"a\n", _run(1), b"b\n", _run(1)) == ["a", "b"]


@pytest.mark.parametrize(
    "writes",
    [
        FS + b"(E\x06\x00\x3e\x02A10\x00",
        FS + b"g1\0\0\0\0\0\x01\0!",
        FS + b"q\x01\x01\x00\x01\x00" + b"\xff" * 8,
    ],
)
def test_what_writes_the_printers_memory_ends_a_definition(writes: bytes) -> None:
    assert text(MACRO, b"a\n", writes, b"b\n", MACRO, b"c\n", MACRO, _run(1)) == [
        *("a", "b", "c"),
        "c",
    ]


def test_a_reset_is_part_of_a_macro_and_does_not_clear_it() -> None:
    job = MACRO + ESC + b"@" + b"a\n" + MACRO + ESC + b"@" + _run(1)
    assert text(job) == ["a", "a"]


def test_more_than_a_printer_keeps_is_not_stored() -> None:
    line = b"x" * 47 + b"\n"
    rounds = MAX_MACRO_BYTES // 48 + 5
    printed = text(MACRO, line * rounds, MACRO, _run(1))
    kept = _read(MACRO + line * rounds + MACRO).memory.macro
    assert len(kept) == MAX_MACRO_BYTES
    assert kept == (line * rounds)[:MAX_MACRO_BYTES]
    assert len(printed) == rounds + MAX_MACRO_BYTES // 48 + 1


def test_a_command_that_no_longer_fits_is_left_out_whole() -> None:
    head = b"x" * (MAX_MACRO_BYTES - 2)
    kept = _read(MACRO + head + ESC + b"a\x01" + b"yz" + MACRO).memory.macro
    assert kept == head + b"yz"


def test_a_macro_lives_on_in_the_next_job_and_the_one_after() -> None:
    defined = _read(MACRO + b"MERCI\n" + MACRO)
    later = _read(ESC + b"@" + _run(1), Memory.from_bytes(defined.memory.to_bytes()))
    assert [line.text for line in lines(later.strip)] == ["MERCI"]
    assert later.memory.macro == b"MERCI\n"


def test_a_reset_of_the_printer_clears_a_macro() -> None:
    logo = FS + b"q\x01\x01\x00\x01\x00" + b"\xff" * 8
    assert text(MACRO, b"a\n", MACRO, logo, _run(1)) == ["a"]


def test_replays_are_bounded() -> None:
    done: list[Token] = []
    macro = Macro(b"\n" * 100, done.append)
    for _ in range(300):
        macro.follow(Command("GS ^", _run(255), 2, None, 0))
    assert len(done) == MAX_REPLAYED_TOKENS
