"""Star's bar codes and symbols: every system, mode and range of the manual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from agent.paper.strip import Symbol
from tests.star.printed import elements, strip_of


def _one(job: bytes) -> Symbol:
    (symbol,) = (each for each in elements(job) if isinstance(each, Symbol))
    return symbol


def bar(kind: int, data: bytes, under: int = 2, mode: int = 1) -> bytes:
    """ESC b n1 n2 n3 n4 d.. RS."""
    return b"\x1bb" + bytes((kind, under, mode, 0x50)) + data + b"\x1e"


# n1: what is sent, and what a scanner says.
SYSTEMS: Final[Mapping[int, tuple[str, bytes, str]]] = {
    0: ("UPC-E", b"04210000526", "04252614"),
    1: ("UPC-A", b"03600029145", "036000291452"),
    2: ("EAN8", b"9031101", "90311017"),
    3: ("EAN13", b"400638133393", "4006381333931"),
    4: ("CODE39", b"AB-12", "AB-12"),
    5: ("ITF", b"123", "0123"),
    6: ("CODE128", b"No%0", "No%"),
    7: ("CODE93", b"AB12", "AB12"),
    8: ("CODABAR", b"A12B", "A12B"),
}


@pytest.mark.parametrize("number", SYSTEMS)
def test_a_system_is_a_number_or_its_digit(number: int) -> None:
    system, data, said = SYSTEMS[number]
    for kind in (number, number + 0x30):
        symbol = _one(bar(kind, data))
        assert (symbol.system, symbol.data, symbol.text) == (system, data, said)
        assert symbol.variant == ("AUTO" if system == "CODE128" else "")


# n3 from 1 on: dots of the thin bar.
NINE: Final = (2, 3, 4, 2, 3, 4, 2, 3, 4)
WIDTHS: Final[Mapping[int, tuple[int, ...]]] = {
    **dict.fromkeys((0, 1, 2, 3, 6, 7), (2, 3, 4)),
    4: NINE,
    5: (2, 4, 6, 2, 4, 6, 2, 3, 4),
    8: NINE,
}


@pytest.mark.parametrize("number", SYSTEMS)
def test_a_mode_says_how_wide_the_bars_are(number: int) -> None:
    data = SYSTEMS[number][1]
    for mode, dots in enumerate(WIDTHS[number], 1):
        for n in (mode, mode + 0x30):
            assert _one(bar(number, data, mode=n)).module == dots
    for none in (0, len(WIDTHS[number]) + 1):
        strip = strip_of(bar(number, data, mode=none))
        assert not strip.elements
        assert strip.unread == 5 + len(data)


@pytest.mark.parametrize(
    ("under", "hri"), [(1, "none"), (2, "below"), (3, "none"), (4, "below")]
)
def test_characters_stand_below_when_they_are_asked_for(under: int, hri: str) -> None:
    for n in (under, under + 0x30):
        assert _one(bar(3, b"400638133393", under=n)).hri == hri
    assert not strip_of(bar(3, b"400638133393", under=0)).elements
    assert not strip_of(bar(3, b"400638133393", under=5)).elements


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        # GS1 General Specifications: which zeros of UPC-A are left out
        (0, b"01200000345", "01234505"),
        (0, b"012000003457", "01234505"),
        (0, b"01210000345", "01234514"),
        (0, b"01220000345", "01234523"),
        (0, b"01230000045", "01234531"),
        (0, b"01234000005", "01234543"),
        (0, b"01234500006", "01234565"),
        (0, b"01234500009", "01234596"),
        (0, b"01234500004", "01234500004"),
        (0, b"0123450000", "0123450000"),
        (0, b"0123450000A", "0123450000A"),
        # the last digit is the printer's
        (1, b"036000291459", "036000291452"),
        (2, b"90311010", "90311017"),
        (3, b"4006381333930", "4006381333931"),
        (3, b"40063813339", "40063813339"),
        (3, b"40063813339A", "40063813339A"),
        (5, b"1234", "1234"),
        # functions of CODE128: 1 is FNC1, a separator but at the beginning
        (6, b"%1(01)%1x", "(01)\x1dx"),
        (6, b"a%5b%Ac%_d%@", "a\x7fb\x01c\x1fd\0"),
        (6, b"%6a%2%3%4%7%8b", "ab"),
    ],
)
def test_what_a_scanner_says(kind: int, data: bytes, said: str) -> None:
    assert _one(bar(kind, data)).text == said


@pytest.mark.parametrize("kind", [9, 0x2F, 0x39, 255])
def test_a_system_that_there_is_not_is_counted(kind: int) -> None:
    strip = strip_of(bar(kind, b"123"))
    assert not strip.elements
    assert strip.unread


# -- two dimensions ----------------------------------------------------------


def _set(letter: bytes, fn: int, *values: int) -> bytes:
    return b"\x1b\x1d" + letter + b"S" + bytes((fn, *values))


PDF417: Final = b"\x1b\x1dxD\2\0ab\x1b\x1dxP"
QR: Final = b"\x1b\x1dyD1\0\2\0ab\x1b\x1dyP"


@pytest.mark.parametrize(
    ("fn", "field", "usual", "known", "none"),
    [
        (0x31, "level", "1", [0, 8], [9, 0x30]),
        (0x32, "module", 2, [1, 10], [0, 11]),
        (0x33, "tall", 3, [1, 10], [0, 11]),
    ],
)
def test_settings_of_pdf417(
    fn: int, field: str, usual: object, known: list[int], none: list[int]
) -> None:
    assert getattr(_one(PDF417), field) == usual
    for n in known:
        assert str(getattr(_one(_set(b"x", fn, n) + PDF417), field)) == str(n)
    for n in none:
        assert getattr(_one(_set(b"x", fn, n) + PDF417), field) == usual


def test_the_shape_of_pdf417_is_fixed_or_as_it_comes() -> None:
    fixed = _one(_set(b"x", 0x30, 1, 9, 3) + PDF417)
    assert (fixed.rows, fixed.columns) == (9, 3)
    free = _one(_set(b"x", 0x30, 0, 9, 3) + PDF417)
    assert (free.rows, free.columns) == (0, 0)


@pytest.mark.parametrize(
    ("fn", "field", "usual", "known", "none"),
    [
        (0x30, "variant", "2", {1: "1", 2: "2"}, [0, 3]),
        (0x31, "level", "L", {0: "L", 1: "M", 2: "Q", 3: "H"}, [4, 0x31]),
        (0x32, "module", 3, {1: 1, 8: 8}, [0, 9]),
    ],
)
def test_settings_of_qr(
    fn: int, field: str, usual: object, known: Mapping[int, object], none: list[int]
) -> None:
    assert getattr(_one(QR), field) == usual
    for n, said in known.items():
        assert getattr(_one(_set(b"y", fn, n) + QR), field) == said
    for n in none:
        assert getattr(_one(_set(b"y", fn, n) + QR), field) == usual


def test_data_of_qr_may_come_in_blocks() -> None:
    blocks = b"\x1b\x1dyD2\2" + b"\1\3\0abc" + b"\2\2\0de" + b"\x1b\x1dyP"
    assert _one(blocks).text == "abcde"


def test_asking_for_the_size_prints_nothing() -> None:
    assert not elements(PDF417[:-1] + b"I" + QR[:-1] + b"I")
