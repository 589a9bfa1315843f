"""Every printer command of the list is framed: right name, right length."""

from __future__ import annotations

from itertools import pairwise

import pytest

from agent.escpos.grammar import FOREIGN
from agent.escpos.grammar import ROWS as TABLE
from agent.escpos.lengths import MAX_ASCIIZ_BYTES
from agent.escpos.tokens import Command, Text, Token, Tokeniser, Unknown
from tests.escpos.notation import Listed, nasty, printer_rows

ROWS = printer_rows()


def tokens(stream: bytes) -> list[Token]:
    reader = Tokeniser()
    return reader.feed(stream) + reader.close()


def test_the_list_has_its_301_printer_commands() -> None:
    assert len(ROWS) == 301


def test_no_opcode_begins_another_one() -> None:
    opcodes = sorted([*TABLE, *FOREIGN])
    assert not [
        (short, long) for short, long in pairwise(opcodes) if long.startswith(short)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.mnemonic}-{row.group}")
class TestEveryListedCommand:
    def test_is_one_command_and_leaves_the_text_behind_it_alone(
        self, row: Listed
    ) -> None:
        example = row.example
        command, text, feed = tokens(example + b"AFTER\n")
        assert isinstance(command, Command)
        assert (command.name, command.raw, command.fn) == (row.name, example, row.fn)
        assert text == Text(b"AFTER", len(example))
        assert isinstance(feed, Command)
        assert feed.name == "LF"

    def test_is_waited_for_exactly_to_its_last_byte(self, row: Listed) -> None:
        example = row.example
        reader = Tokeniser()
        for index in range(len(example) - 1):
            assert reader.feed(example[index : index + 1]) == []
            assert reader.pending == index + 1
        assert [token.raw for token in reader.feed(example[-1:])] == [example]

    def test_is_whole_between_two_others(self, row: Listed) -> None:
        got = tokens(b"\x1ba\x01" + row.example + b"\x1dV\x00")
        assert [token.raw for token in got] == [
            b"\x1ba\x01",
            row.example,
            b"\x1dV\x00",
        ]


@pytest.mark.parametrize("lead", [b"\x1b(", b"\x1c(", b"\x1d("])
@pytest.mark.parametrize("letter", b"AJVXZaz")
def test_a_family_that_says_its_length_is_skipped_for_unknown_letters(
    lead: bytes, letter: int
) -> None:
    command = lead + bytes((letter, 11, 0)) + nasty(11)
    assert [token.raw for token in tokens(command + b"AFTER")] == [command, b"AFTER"]


def test_gs_8_is_skipped_by_its_four_byte_length_for_unknown_letters() -> None:
    command = b"\x1d8Z\x0b\x00\x00\x00" + nasty(11)
    assert [token.raw for token in tokens(command + b"AFTER")] == [command, b"AFTER"]


@pytest.mark.parametrize(
    ("command", "name", "params"),
    [
        (b"\x10\x04\x07\x01", "DLE EOT", b"\x07\x01"),
        (b"\x10\x04\x08\x03", "DLE EOT", b"\x08\x03"),
        (b"\x10\x04\x12\x02", "DLE EOT", b"\x12\x02"),
        (b"\x1b*\x00\x03\x00abc", "ESC *", b"\x00\x03\x00abc"),
        (b"\x1b*\x01\x03\x00abc", "ESC *", b"\x01\x03\x00abc"),
        (b"\x1b*\x20\x01\x00abc", "ESC *", b"\x20\x01\x00abc"),
        (b"\x1b*!\x01\x01" + b"x" * 771, "ESC *", b"!\x01\x01" + b"x" * 771),
        (b"\x1bD\x00", "ESC D", b"\x00"),
        (b"\x1b&\x03  \x02123456", "ESC &", b"\x03  \x02123456"),
        (b"\x1dk\x02123456789012\x00", "GS k", b"\x02123456789012\x00"),
        (b"\x1dV\x42\x00", "GS V", b"\x42\x00"),
        (b"\x1dv0\x00\x00\x00\x05\x00", "GS v 0", b"\x00\x00\x00\x05\x00"),
    ],
)
def test_a_length_follows_the_values(command: bytes, name: str, params: bytes) -> None:
    first, text = tokens(command + b"AFTER")
    assert isinstance(first, Command)
    assert (first.name, first.params) == (name, params)
    assert text.raw == b"AFTER"


def test_a_tab_list_ends_at_the_first_column_that_does_not_rise() -> None:
    first, *rest = tokens(b"\x1bD\x08\x10\x08AB")
    assert first.raw == b"\x1bD\x08\x10"
    assert [token.raw for token in rest] == [b"\x08", b"AB"]


def test_a_tab_list_has_32_columns_with_or_without_its_nul() -> None:
    columns = bytes(range(1, 33))
    with_nul, without = (
        tokens(b"\x1bD" + columns + b"\0AB"),
        tokens(b"\x1bD" + columns + b"AB"),
    )
    assert [token.raw for token in with_nul] == [b"\x1bD" + columns + b"\0", b"AB"]
    assert [token.raw for token in without] == [b"\x1bD" + columns, b"AB"]


@pytest.mark.parametrize(
    ("stream", "raws"),
    [
        # m, n or fn outside the manual's range: ignored, and what follows is data
        (b"\x1dV\x07AB", [b"\x1dV\x07", b"AB"]),
        (b"\x1b*\x7fA\n", [b"\x1b*\x7f", b"A", b"\n"]),
        (b"\x1dk\x3f123", [b"\x1dk\x3f", b"123"]),
        (b"\x1dk\x04AB\n\x00", [b"\x1dk\x04", b"AB", b"\n", b"\x00"]),
        (b"\x1cq\x00AB", [b"\x1cq\x00", b"AB"]),
        (b"\x1b&\x05AB", [b"\x1b&\x05", b"AB"]),
        (b"\x1dC;1;2;x", [b"\x1dC;1", b";2;x"]),
        (b"\x1dD1AB", [b"\x1dD1", b"AB"]),
        (b"\x1dD0C0AB01XX123456", [b"\x1dD0", b"C0AB01XX123456"]),
        (b"\x10\x14\x05AB", [b"\x10\x14\x05", b"AB"]),
        # opcodes that no printer of this family has
        (b"\x1bzAB", [b"\x1bz", b"AB"]),
        (b"\x1dv9AB", [b"\x1dv9", b"AB"]),
        (b"\x1bc9AB", [b"\x1bc9", b"AB"]),
        # a command that broke off does not take the next one along
        (b"\x1b\x1b@AB", [b"\x1b", b"\x1b@", b"AB"]),
        (b"\x1b\x1dV\x00", [b"\x1b", b"\x1dV\x00"]),
        (b"\x1dV\x1b@", [b"\x1dV", b"\x1b@"]),
        (b"\x10\nAB", [b"\x10", b"\n", b"AB"]),
        # control bytes without meaning
        (b"A\x00\x07\x08B", [b"A", b"\x00\x07\x08", b"B"]),
    ],
)
def test_what_is_no_command_is_set_aside_and_the_rest_is_read(
    stream: bytes, raws: list[bytes]
) -> None:
    got = tokens(stream)
    assert [token.raw for token in got] == raws
    assert any(isinstance(token, Unknown) for token in got)


@pytest.mark.parametrize(
    "stream",
    [
        b"\x1b\x06\x01",
        b"\x1b\x1ean",
        b"\x1b\x1dan",
        b"\x1b\x1dtn",
        b"\x1bBnt",
        b"\x1c}`n",
        b"\x1c<EPOS>",
    ],
)
def test_foreign_sequences_are_set_aside_with_their_arguments(stream: bytes) -> None:
    assert any(stream.startswith(opcode) for opcode in FOREIGN)
    assert tokens(stream + b"AFTER") == [
        Unknown(stream, 0),
        Text(b"AFTER", len(stream)),
    ]


def test_a_bar_code_whose_nul_never_comes_does_not_swallow_the_receipt() -> None:
    receipt = b"LINE " * MAX_ASCIIZ_BYTES
    got = tokens(b"\x1dk\x04" + receipt)
    assert got[0] == Unknown(b"\x1dk\x04", 0)
    assert b"".join(token.raw for token in got[1:]) == receipt
