"""Every function that writes a printer's memory passes, and is missed in its table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest

from agent.escpos import passing as passing_on
from agent.escpos.passing import passing
from tests.escpos.notation import BY_HAND
from tests.escpos.test_graphics import EIGHT_BY_FOUR, SQUARE, graphics, large
from tests.escpos.test_passing import proved

Function = tuple[str, int | None]


def _block(opcode: bytes, body: bytes) -> bytes:
    return opcode + len(body).to_bytes(2, "little") + body


def _graphics(first: int) -> Iterator[tuple[Function, bytes]]:
    """Drop all, drop one, store by rows, store by columns; in both spellings."""
    bodies = (
        b"CLR",
        b"A1",
        b"0A1\x01" + EIGHT_BY_FOUR + b"1" + SQUARE,
        b"0A1\x01" + EIGHT_BY_FOUR + b"1" + b"\xf0" * 8,
    )
    for fn, body in enumerate(bodies, first):
        yield ("GS ( L", fn), graphics(fn, body)
        yield ("GS 8 L", fn), large(fn, body)


_RECORDS: Final = {0: b"\0K1", 1: b"\0K1abc", 6: b"\0CLR"}

KEPT: Final[Mapping[Function, bytes]] = {
    **dict(_graphics(65)),
    ("GS D", 67): BY_HAND["GS D fn=30/43"],
    ("FS ( E", 60): _block(b"\x1c(E", b"\x3c\x020CLR"),
    ("FS ( E", 62): _block(b"\x1c(E", b"\x3e\x02A10\x00"),
    ("FS ( E", 63): _block(b"\x1c(E", b"\x3f\x02A10"),
    ("FS ( E", 64): _block(b"\x1c(E", b"\x40\x0201"),
    **{
        ("GS ( C", fn): _block(b"\x1d(C", b"\0" + bytes((fn,)) + body)
        for digit, body in _RECORDS.items()
        for fn in (digit, digit + 48)
    },
    ("FS g 1", None): BY_HAND["FS g 1"],
    ("GS g 0", None): b"\x1dg0\x00\x14\x00",
}
FLEETING: Final[Mapping[Function, bytes]] = {
    **dict(_graphics(81)),
    ("GS D", 83): BY_HAND["GS D fn=30/53"],
    ("FS ( E", 65): _block(b"\x1c(E", b"\x41\x0201"),
    ("ESC ( A", 98): _block(b"\x1b(A", b"b0\x01\x64\x00\x01\x01"),
    ("ESC ( A", 99): _block(b"\x1b(A", b"c0\x01\x64\x00\x01\x01"),
    ("GS *", None): b"\x1d*\x01\x01" + b"\xff" * 8,
    ("ESC &", None): b"\x1b&\x03AA\x01\xff\xff\xff",
    ("ESC ?", None): b"\x1b?A",
    ("FS 2", None): b"\x1c2\x77\x21" + b"\xff" * 72,
    ("FS ?", None): b"\x1c?\x77\x21",
}
TABLES: Final = {"_KEPT": KEPT, "_FLEETING": FLEETING}
ENTRIES: Final = [(table, entry) for table, said in TABLES.items() for entry in said]

Entries = Mapping[str, tuple[int, ...] | None]


def _entries(table: str) -> Entries:
    found: Entries = getattr(passing_on, table)
    return found


def _without(table: Entries, name: str, fn: int | None) -> Entries:
    """The table less one function, or less a command that has none."""
    left = {each: functions for each, functions in table.items() if each != name}
    functions = table[name]
    if functions is not None and fn is not None:
        left[name] = tuple(each for each in functions if each != fn)
    return left


@pytest.mark.parametrize("table", TABLES)
def test_every_entry_has_its_example(table: str) -> None:
    found = {
        (name, fn)
        for name, functions in _entries(table).items()
        for fn in functions or (None,)
    }
    assert found == TABLES[table].keys()


@pytest.mark.parametrize("entry", KEPT)
def test_what_stays_without_current_passes_and_is_left_out(entry: Function) -> None:
    piece = KEPT[entry]
    raw = b"\x1b@" + piece + b"TOTAL\n\x1dV\0"
    assert proved(raw) == (piece, ((2, 2 + len(piece)),))


@pytest.mark.parametrize("entry", FLEETING)
def test_what_is_set_till_the_next_reset_passes_and_stays_in(entry: Function) -> None:
    piece = FLEETING[entry]
    assert proved(b"\x1b@" + piece + b"TOTAL\n\x1dV\0") == (piece, ())


@pytest.mark.parametrize("entry", FLEETING)
def test_what_the_job_resets_again_does_not_pass(entry: Function) -> None:
    assert proved(FLEETING[entry] + b"TOTAL\n\x1b@") == (b"", ())


@pytest.mark.parametrize(("table", "entry"), ENTRIES)
def test_without_its_entry_nothing_of_it_passes(
    table: str, entry: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = b"\x1b@" + TABLES[table][entry] + b"TOTAL\n\x1dV\0"
    left = _without(_entries(table), *entry)
    monkeypatch.setattr(passing_on, table, left)
    assert passing(raw) == (b"", ())


# -- what stands before a definition --------------------------------------

NV: Final = KEPT["GS ( L", 67]
ENDS_LINE: Final[Mapping[str, bytes]] = {
    "LF": b"\n",
    "ESC J": b"\x1bJ\x10",
    "ESC d": b"\x1bd\x02",
    "GS V": b"\x1dV\0",
    "ESC i": b"\x1bi",
    "ESC m": b"\x1bm",
}
MOVES_PEN: Final[Mapping[str, bytes]] = {
    "CR": b"\r",
    "ESC $": b"\x1b$\x20\0",
    "ESC \\": b"\x1b\\\x20\0",
    "GS $": b"\x1d$\x20\0",
    "GS \\": b"\x1d\\\x20\0",
    "GS L": b"\x1dL\x20\0",
    "FF": b"\x0c",
}
MARKS_A_LINE: Final = (b"\t", b"\x1dc", b"\x1d(Q\x08\x002\0\0\x10\0\x01\x01\x01")
"""By their role: HT, GS c, GS ( Q."""
PAGE: Final[Mapping[str, bytes]] = {"ESC L": b"\x1bL", "FS L": b"\x1cL"}
MACROS: Final[Mapping[str, bytes]] = {"GS :": b"\x1d:", "GS ^": b"\x1d^\x01\0\0"}
BY_FONT: Final = {name: FLEETING[name, None] for name in ("ESC &", "ESC ?")}
STAYS: Final = (b"", ())


def test_every_name_has_its_example() -> None:
    assert ENDS_LINE.keys() == passing_on._ENDS_LINE
    assert MOVES_PEN.keys() == passing_on._MOVES_PEN
    assert PAGE.keys() == passing_on._PAGE
    assert MACROS.keys() == passing_on._MACROS
    assert BY_FONT.keys() == passing_on._BY_FONT


@pytest.mark.parametrize("end", ENDS_LINE.values(), ids=ENDS_LINE)
def test_a_definition_passes_behind_a_line_that_is_ended(end: bytes) -> None:
    assert passing(b"TOTAL" + NV) == STAYS
    assert passing(b"TOTAL" + end + NV).now == NV


@pytest.mark.parametrize("move", [*MOVES_PEN.values(), *MARKS_A_LINE])
def test_a_definition_stays_in_a_line_that_is_begun_without_text(move: bytes) -> None:
    assert passing(move + NV) == STAYS


@pytest.mark.parametrize("page", PAGE.values(), ids=PAGE)
@pytest.mark.parametrize("end", [b"\x1bS", b"\x0c"])
def test_a_definition_passes_again_behind_a_page(page: bytes, end: bytes) -> None:
    ram = FLEETING["GS ( L", 83]
    assert passing(page + ram) == STAYS
    assert passing(page + ram + end + NV).now == NV


@pytest.mark.parametrize("macro", MACROS.values(), ids=MACROS)
def test_nothing_passes_behind_a_macro(macro: bytes) -> None:
    assert passing(macro + NV) == STAYS


@pytest.mark.parametrize("name", BY_FONT)
@pytest.mark.parametrize("other", [b"\x1bM\x01", b"\x1b!\x01", b"\x1d(M\2\0\x02\x01"])
def test_characters_of_another_font_stay(name: str, other: bytes) -> None:
    character = BY_FONT[name]
    assert passing(other + character) == STAYS
    for usual in (b"\x1bM\x00", b"\x1bM0", b"\x1b!\x00"):
        assert passing(other + usual + character).now == character


@pytest.mark.parametrize("fn", [1, 49])
@pytest.mark.parametrize("spelling", [graphics, large])
def test_a_picture_stays_at_360_dpi_and_passes_at_180(
    fn: int, spelling: Callable[[int, bytes], bytes]
) -> None:
    ram = FLEETING["GS ( L", 83]
    dense, usual = spelling(fn, b"\x33\x33"), spelling(fn, b"\x32\x32")
    assert passing(dense + ram) == STAYS
    assert passing(dense + ram + usual + NV).now == NV


@pytest.mark.parametrize("fn", [48, 97])
def test_a_buzzer_sounds_now_and_only_now(fn: int) -> None:
    buzz = _block(b"\x1b(A", bytes((fn, 49, 2)))
    assert proved(b"A" + buzz) == (buzz, ((1, 1 + len(buzz)),))


@pytest.mark.parametrize(
    "inside",
    [*MACROS.values(), BY_HAND["FS q"], BY_HAND["FS g 1"], KEPT["FS ( E", 62]],
)
def test_what_touches_a_macro_keeps_the_display_and_all_behind_it(
    inside: bytes,
) -> None:
    assert passing(b"\x1b=\x02A" + inside + b"\x1b=\x01" + NV) == STAYS
