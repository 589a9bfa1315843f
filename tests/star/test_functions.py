"""Commands with functions: each one does its own, and an unknown one does nothing."""

from __future__ import annotations

from typing import Final

import pytest

from agent.paper.strip import Cut, Element, Kick, Page, Raster, Symbol, TextLine
from agent.star.interpret import EMPTY, Memory, begins_in_raster, read
from agent.star.tokens import Command, Tokeniser, Unknown
from tests.star.printed import PRINTER, elements

LOGOS: Final = b"\x1b\x1cq\x02" + b"\1\0\1\0" + b"\x80" * 8 + b"\1\0\1\0" + b"\x01" * 8
TOP, BOTTOM = b"\xff" + bytes(7), bytes(7) + b"\xff"


def keyed(fn: int, body: bytes) -> bytes:
    block = b"0" + bytes((fn,)) + body
    return b"\x1b\x1d(L" + len(block).to_bytes(2, "little") + block


def stored(key: bytes) -> bytes:
    return keyed(67, b"0" + key + b"\1\x08\0\1\0\x31\xff")


def _bits(found: list[Element]) -> list[tuple[int, int, bytes]]:
    assert all(isinstance(each, Raster) for each in found)
    return [(e.width, e.height, e.bits) for e in found if isinstance(e, Raster)]


def _after(*pieces: bytes) -> Memory:
    return read(b"".join(pieces), PRINTER, EMPTY).memory


# -- stored pictures ---------------------------------------------------------


def test_logos_have_numbers_from_one_on() -> None:
    assert _bits(elements(LOGOS + b"\x1b\x1cp\x01\x00")) == [(8, 8, TOP)]
    assert _bits(elements(LOGOS + b"\x1b\x1cp\x02\x00")) == [(8, 8, BOTTOM)]
    assert _bits(elements(LOGOS + b"\x1b\x1eL0")) == [(8, 16, TOP + BOTTOM)]


@pytest.mark.parametrize(
    ("m", "wide", "tall"), [(0, 1, 1), (1, 2, 1), (2, 1, 2), (3, 2, 2)]
)
def test_a_logo_is_doubled_as_it_is_told(m: int, wide: int, tall: int) -> None:
    for n in (m, m + 0x30):
        (found,) = _bits(elements(LOGOS + b"\x1b\x1cp\x01" + bytes((n,))))
        assert found[:2] == (8 * wide, 8 * tall)
    assert elements(LOGOS + b"\x1b\x1cp\x01\x04") == []


def test_pictures_under_keys_are_forgotten_one_or_all() -> None:
    both = stored(b"AB") + stored(b"CD")
    assert {*_after(both).pictures} == {b"NVAB", b"NVCD"}
    assert {*_after(both, keyed(66, b"AB")).pictures} == {b"NVCD"}
    assert {*_after(both, LOGOS, keyed(65, b"CLR")).pictures} == {b"FSq\1", b"FSq\2"}
    assert {*_after(both, keyed(64, b"AB")).pictures} == {b"NVAB", b"NVCD"}
    assert {*_after(both, LOGOS, b"\x1b\x1eL\xff").pictures} == {b"NVAB", b"NVCD"}


def test_a_picture_that_was_forgotten_leaves_its_sign() -> None:
    job = stored(b"AB") + keyed(66, b"AB") + keyed(69, b"AB\1\1")
    (symbol,) = elements(job)
    assert isinstance(symbol, Symbol)
    assert (symbol.system, symbol.text) == ("LOGO", "logo AB")


# -- pages -------------------------------------------------------------------

ENTER, LEAVE, PRINT, PRINT_AND_LEAVE, CANCEL = (
    b"\x1b\x1dP" + digit for digit in (b"0", b"1", b"6", b"7", b"8")
)


def _kinds(raw: bytes) -> list[str]:
    return [type(each).__name__ for each in elements(raw)]


def test_a_page_is_printed_kept_or_thrown_away() -> None:
    assert _kinds(ENTER + b"a\n" + PRINT_AND_LEAVE + b"b\n") == ["Page", "TextLine"]
    assert _kinds(ENTER + b"a\n" + PRINT + b"b\n" + PRINT_AND_LEAVE) == ["Page", "Page"]
    assert _kinds(ENTER + b"a\n" + LEAVE + b"b\n") == ["TextLine"]
    assert _kinds(ENTER + b"a\n" + CANCEL + PRINT_AND_LEAVE + b"b\n")[-1] == "TextLine"
    page = elements(ENTER + b"a\n" + CANCEL + b"c\n" + PRINT_AND_LEAVE)[0]
    assert isinstance(page, Page)
    assert [
        run.text
        for mark in page.marks
        if isinstance(mark.mark, TextLine)
        for run in mark.mark.runs
    ] == ["c"]


def test_the_pen_of_a_page_goes_down_by_what_it_is_told() -> None:
    area = b"\x1b\x1dP3" + b"\0\0\0\0\xc8\0\xc8\0"
    job = (
        area
        + ENTER
        + b"\x1b\x1dP4\x64\0a\x1b\x1dP5\x20\0\x1b\x1dA\0\0b"
        + PRINT_AND_LEAVE
    )
    (page,) = elements(job)
    assert isinstance(page, Page)
    first, second = (mark.y for mark in page.marks)
    assert second - first == 32


# -- raster ------------------------------------------------------------------

ROW: Final = b"b\1\0\xff"


@pytest.mark.parametrize(("code", "printed"), [(0, 1), (4, 1), (1, 0), (5, 0)])
def test_form_feeds_of_raster_are_nul_and_eot(code: int, printed: int) -> None:
    modes = b"\x1b*rE1\0\x1b*rF1\0"
    job = b"\x1b*rA" + modes + ROW + b"\x1b\x0c" + bytes((code,)) + b"\x1b*rC\x1b*rB"
    assert len(elements(job)) == printed


@pytest.mark.parametrize(("n", "kicked"), [(0, []), (1, [0]), (2, [1]), (3, [0, 1])])
def test_a_drawer_of_raster_is_one_or_both(n: int, kicked: list[int]) -> None:
    job = f"\x1b*rA\x1b*rD{n}\0\x1b*rB".encode()
    assert elements(job) == [Kick(each, 200, 200) for each in kicked]


@pytest.mark.parametrize("row", [ROW, b"k\1\0\x08"])
def test_four_rows_in_a_chain_are_no_text(row: bytes) -> None:
    assert begins_in_raster(row * 4)
    assert not begins_in_raster(row * 3)
    assert not begins_in_raster(row * 3 + b"B\1\0x")


@pytest.mark.parametrize("begin", [b"\x1b*rA", b""])
@pytest.mark.parametrize("code", [b"\0", b"\4"])
def test_a_raster_that_set_no_mode_cuts(begin: bytes, code: bytes) -> None:
    """Also one that began in an earlier job."""
    raster, cut = elements(begin + ROW * 4 + b"\x1b\x0c" + code)
    assert isinstance(raster, Raster)
    assert cut == Cut()


# -- framing -----------------------------------------------------------------


@pytest.mark.parametrize("first", [b"\1", b"1"])
@pytest.mark.parametrize("second", [b"\0", b"0", b"\1", b"1"])
def test_a_character_is_defined_or_deleted(first: bytes, second: bytes) -> None:
    raw = b"\x1b&" + first + second + b"A" + bytes(48 * (second in b"\x011"))
    found, rest = [*(reader := Tokeniser()).feed(raw + b"~"), *reader.close()]
    assert isinstance(found, Command)
    assert (found.name, found.raw, rest.raw) == ("ESC &", raw, b"~")


@pytest.mark.parametrize("wrong", [b"\0\0", b"2\0", b"\1\2", b"\x012"])
def test_a_character_of_no_kind_is_none(wrong: bytes) -> None:
    first, *_ = Tokeniser().feed(b"\x1b&" + wrong + b"A~")
    assert first == Unknown(b"\x1b&", 0)


@pytest.mark.parametrize(
    ("raw", "taken"),
    [
        (b"\x10\x04\x02", 2),
        (b"\x10\x05\x01", 2),
        (b"\x10\x14\x01", 2),
        (b"\x10A", 2),
        (b"\x10\n", 1),
        (b"\x1dA", 2),
        (b"\x1d\n", 1),
    ],
)
def test_what_begins_nothing_takes_one_byte_along(raw: bytes, taken: int) -> None:
    first, *_ = Tokeniser().feed(raw)
    assert first == Unknown(raw[:taken], 0)
