from __future__ import annotations

import pytest

from agent.escpos.symbols import check_digit, code128_text
from agent.paper.strip import Symbol
from agent.paper.text import symbols
from tests.escpos.printed import strip_of

GS = b"\x1d"


def _printed(*pieces: bytes) -> list[Symbol]:
    return list(symbols(strip_of(*pieces)))


def _code(cn: int, fn: int, body: bytes) -> bytes:
    block = bytes((cn, fn)) + body
    return GS + b"(k" + len(block).to_bytes(2, "little") + block


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
        (b"\x4e\x0201", "GS1-DATABAR-EXPANDED", "01"),
    ],
)
def test_a_bar_code_is_kept_as_what_it_says(job: bytes, system: str, text: str) -> None:
    (symbol,) = _printed(GS + b"k" + job)
    assert (symbol.system, symbol.text) == (system, text)


def test_settings_of_a_bar_code_are_kept() -> None:
    (symbol,) = _printed(
        GS
        + b"h\x50"
        + GS
        + b"w\x02"
        + GS
        + b"H\x02"
        + b"\x1ba\x01"
        + GS
        + b"k\x04A\x00"
    )
    assert (symbol.height, symbol.module, symbol.hri) == (80, 2, "below")
    assert (symbol.x, symbol.anchor) == (288, "centre")


def test_a_qr_code_is_printed_from_what_was_stored() -> None:
    url = "https://ticket.example/é"
    stored = (
        _code(49, 67, b"\x06")
        + _code(49, 69, b"2")
        + _code(49, 80, b"0" + url.encode())
    )
    assert _printed(stored) == []
    (symbol,) = _printed(stored + _code(49, 81, b"0"))
    assert (symbol.system, symbol.text, symbol.module, symbol.level) == (
        "QR",
        url,
        6,
        "Q",
    )


def test_stored_data_can_be_printed_twice_and_survives_a_reset() -> None:
    job = _code(49, 80, b"0x") + _code(49, 81, b"0") + b"\x1b@" + _code(49, 81, b"0")
    assert [symbol.text for symbol in _printed(job)] == ["x", "x"]


def test_other_two_dimensional_codes_are_kept_with_their_content() -> None:
    job = b"".join(_code(cn, 80, b"0data") + _code(cn, 81, b"0") for cn in (48, 53, 54))
    assert [(s.system, s.text) for s in _printed(job)] == [
        ("PDF417", "data"),
        ("AZTEC", "data"),
        ("DATAMATRIX", "data"),
    ]


def test_printing_without_data_prints_nothing() -> None:
    assert _printed(_code(49, 81, b"0"), GS + b"k\x04\x00") == []


def test_the_check_digits_of_the_standard() -> None:
    assert check_digit("400638133393") == "1"
    assert check_digit("03600029145") == "2"


def test_code_sets_of_code128() -> None:
    assert code128_text(b"{C\x00\x63{A12{1") == "009912"
    assert code128_text(b"{") == ""


def test_symbols_are_bounded() -> None:
    strip = strip_of(GS + b"k\x04A\x00", (GS + b"k\x04A\x00") * 500)
    assert len(strip.elements) == 100
    assert strip.unread == 401
