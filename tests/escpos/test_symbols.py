from __future__ import annotations

import pytest

from agent.paper.strip import Symbol
from agent.paper.text import symbols
from tests.escpos.printed import strip_of

GS = b"\x1d"


def _printed(*pieces: bytes) -> list[Symbol]:
    return list(symbols(strip_of(*pieces)))


def _counted(mode: int, data: bytes) -> bytes:
    return GS + b"k" + bytes((mode, len(data))) + data


@pytest.mark.parametrize(
    ("job", "system", "text"),
    [
        (b"\x02400638133393\x00", "EAN13", "4006381333931"),
        (b"\x43\x0d4006381333931", "EAN13", "4006381333931"),
        (b"\x039031101\x00", "EAN8", "90311017"),
        (b"\x0003600029145\x00", "UPC-A", "036000291452"),
        (b"\x04ABC-1\x00", "CODE39", "ABC-1"),
        (b"\x05123456\x00", "ITF", "123456"),
        (b"\x06A123A\x00", "CODABAR", "A123A"),
        (b"\x49\x09{B{{x{C\x0c\x22", "CODE128", "{x1234"),
        (b"\x48\x03abc", "CODE93", "abc"),
        (b"\x4b\x0d9501234567890", "GS1-DATABAR", "0195012345678903"),
        (b"\x4c\x0d9501234567890", "GS1-DATABAR-TRUNCATED", "0195012345678903"),
        (b"\x4d\x0d1501234567890", "GS1-DATABAR-LIMITED", "0115012345678907"),
        (b"\x4e\x0a(10)A{1(21", "GS1-DATABAR-EXPANDED", "10A\x1d21"),
        (b"\x4f\x04{B12", "CODE128", "{B12"),
    ],
)
def test_a_bar_code_is_kept_as_what_a_scanner_says(
    job: bytes, system: str, text: str
) -> None:
    (symbol,) = _printed(GS + b"k" + job)
    assert (symbol.system, symbol.text) == (system, text)


@pytest.mark.parametrize(
    "digits", [b"425261", b"0425261", b"04252614", b"04210000526", b"042100005264"]
)
def test_five_ways_to_send_the_same_upc_e(digits: bytes) -> None:
    (symbol,) = _printed(_counted(66, digits))
    assert symbol.text == "04252614"


@pytest.mark.parametrize(
    ("eleven", "short"),
    [
        (b"01200000789", "0127890"),
        (b"01210000789", "0127891"),
        (b"01220000789", "0127892"),
        (b"01230000078", "0123783"),
        (b"01234000007", "0123474"),
        (b"01234500005", "0123455"),
        (b"01234500009", "0123459"),
    ],
)
def test_each_rule_that_shortens_eleven_digits(eleven: bytes, short: str) -> None:
    (symbol,) = _printed(_counted(66, eleven))
    assert symbol.text[:7] == short


@pytest.mark.parametrize(
    ("system", "mode", "data"),
    [
        ("EAN13", 67, b"12345"),
        ("EAN13", 67, b"400638133393X"),
        ("UPC-E", 66, b"01234567890"),  # too few zeros to be shortened
        ("UPC-E", 66, b"1425261"),  # number system 1 has no short form on a printer
        ("ITF", 70, b"123"),
        ("CODE128", 73, b"{Cxy"),
        ("CODE128", 73, b"{Xab"),
        ("GS1-128", 74, b"{Babc"),
        ("GS1-DATABAR", 75, b"950123456789"),
    ],
)
def test_what_a_printer_refuses_is_kept_in_its_own_words(
    system: str, mode: int, data: bytes
) -> None:
    (symbol,) = _printed(_counted(mode, data))
    assert (symbol.system, symbol.text) == (system, data.decode())


def test_a_wrong_check_digit_stays_wrong() -> None:
    """Printers add one, but do not look at one that is sent."""
    (symbol,) = _printed(_counted(67, b"4006381333932"))
    assert symbol.text == "4006381333932"


@pytest.mark.parametrize(
    ("data", "text", "caption"),
    [
        (b"(01)9501234567890*", "0195012345678903", "(01)95012345678903"),
        (b"01 9501234567890*", "0195012345678903", "01 95012345678903"),
        (b"019501234567890*", "0195012345678903", ""),
        (
            b"(01)9501234567890* {1(3102)000400",
            "0195012345678903\x1d3102000400",
            "(01)95012345678903  (3102)000400",
        ),
        (b"(414)950123456789*", "4149501234567891", "(414)9501234567891"),
        (b"414 950123456789*", "4149501234567891", "414 9501234567891"),
        (b"(10)A{(1{){*{{", "10A(1)*{", "(10)A(1)*{"),
        (b"(10)AB*", "(10)AB*", ""),  # no check digit of letters
    ],
)
def test_brackets_and_stars_of_gs1_128(data: bytes, text: str, caption: str) -> None:
    (symbol,) = _printed(_counted(74, data))
    assert (symbol.text, symbol.caption) == (text, caption)


@pytest.mark.parametrize(
    ("mode", "data", "readable"),
    [
        (75, b"9501234567890", "(01)95012345678903"),
        (78, b"(01)95012345678903{1(10)A{(", "(01)95012345678903(10)A("),
        (69, b"*AB*", "*AB*"),
        (69, b"AB", "AB"),
        (73, b"{A\x01A{1B", " A B"),
        (67, b"400638133393", "4006381333931"),
    ],
)
def test_the_readable_line(mode: int, data: bytes, readable: str) -> None:
    (symbol,) = _printed(_counted(mode, data))
    assert symbol.readable == readable


def test_other_makers_code128_has_no_code_set() -> None:
    first, second = _printed(_counted(73, b"Abc"), _counted(73, b"{BAbc"))
    assert (first.text, first.variant) == ("Abc", "AUTO")
    assert (second.text, second.variant) == ("Abc", "")


def test_settings_of_a_bar_code_are_kept() -> None:
    (symbol,) = _printed(
        GS + b"h\x50",
        GS + b"w\x02",
        GS + b"H\x02",
        GS + b"f\x01",
        b"\x1ba\x01",
        GS + b"k\x04A\x00",
    )
    assert (symbol.height, symbol.module, symbol.hri) == (80, 2, "below")
    assert (symbol.x, symbol.anchor, symbol.hri_font) == (288, "centre", "B")


@pytest.mark.parametrize(
    ("n", "module"),
    [(1, 1), (6, 6), (68, 2), (69, 2), (70, 3), (76, 6), (0, 3), (7, 3), (77, 3)],
)
def test_widths_of_a_module(n: int, module: int) -> None:
    (symbol,) = _printed(GS + b"w" + bytes((n,)), GS + b"k\x04A\x00")
    assert symbol.module == module


def test_settings_out_of_range_are_ignored() -> None:
    said = GS + b"H\x31" + GS + b"f\x61" + GS + b"h\x09"
    nonsense = GS + b"H\x04" + GS + b"f\x09" + GS + b"h\x00"
    (symbol,) = _printed(said, nonsense, GS + b"k\x04A\x00")
    assert (symbol.hri, symbol.hri_font, symbol.height) == ("above", "A", 9)


def test_a_reset_sets_bar_codes_back() -> None:
    (symbol,) = _printed(GS + b"H\x02" + GS + b"f\x01", b"\x1b@", GS + b"k\x04A\x00")
    assert (symbol.hri, symbol.hri_font) == ("none", "A")


def test_printing_without_data_prints_nothing() -> None:
    assert _printed(GS + b"k\x04\x00") == []


def test_symbols_are_bounded() -> None:
    strip = strip_of(GS + b"k\x04A\x00", (GS + b"k\x04A\x00") * 500)
    assert len(strip.elements) == 100
    assert strip.unread == 401
