from __future__ import annotations

import pytest

from agent.epos.words import BARCODES, SYMBOLS
from agent.paper.drawing import draw
from agent.paper.strip import Symbol
from tests.epos.printing import escpos, paper, symbol, text

BARS = {
    "upc_a": ("01234567890", "UPC-A", "012345678905"),
    "upc_e": ("01234500006", "UPC-E", None),
    "ean13": ("201234567890", "EAN13", "2012345678903"),
    "jan13": ("201234567890", "EAN13", "2012345678903"),
    "ean8": ("2012345", "EAN8", "20123451"),
    "jan8": ("2012345", "EAN8", "20123451"),
    "code39": ("0001", "CODE39", "0001"),
    "itf": ("0123456789", "ITF", "0123456789"),
    "codabar": ("A012345A", "CODABAR", "A012345A"),
    "code93": ("TICKET 93", "CODE93", "TICKET 93"),
    "code128": ("{BTicket 482", "CODE128", "Ticket 482"),
    "code128_auto": ("Ticket 482", "CODE128", "Ticket 482"),
    "gs1_128": ("(01)0201234567890*", "GS1-128", None),
    "gs1_databar_omnidirectional": ("0201234567890", "GS1-DATABAR", None),
    "gs1_databar_truncated": ("0201234567890", "GS1-DATABAR-TRUNCATED", None),
    "gs1_databar_limited": ("0201234567890", "GS1-DATABAR-LIMITED", None),
    "gs1_databar_expanded": ("(01)02012345678903", "GS1-DATABAR-EXPANDED", None),
}


@pytest.mark.parametrize("kind", BARS)
def test_every_bar_code_says_what_was_written(kind: str) -> None:
    data, system, said = BARS[kind]
    found = symbol(f'<barcode type="{kind}">{data}</barcode>')
    assert (found.system, found.data) == (system, data.encode())
    assert said is None or found.text == said
    assert draw(found) is not None


def test_a_bar_code_has_the_sizes_of_a_printer_unless_it_says_more() -> None:
    plain = symbol('<barcode type="code39">0001</barcode>')
    assert (plain.module, plain.height, plain.hri) == (3, 162, "none")
    said = 'hri="both" font="font_b" width="2" height="80" align="center"'
    found = symbol(f'<barcode type="code39" {said}>0001</barcode>')
    assert (found.module, found.height, found.hri) == (2, 80, "both")
    assert (found.hri_font, found.anchor) == ("B", "centre")


def test_sizes_of_one_bar_code_are_not_those_of_the_next() -> None:
    both = (
        '<barcode type="code39" hri="below" width="5" height="20">A</barcode>'
        '<barcode type="code39" width="200">B</barcode>'
    )
    found = [
        (each.module, each.height, each.hri)
        for each in paper(both).elements
        if isinstance(each, Symbol)
    ]
    assert found == [(5, 20, "below"), (3, 162, "none")]


@pytest.mark.parametrize("data", ["", "x" * 256])
def test_what_no_bar_code_holds_prints_nothing_and_is_no_error(data: str) -> None:
    assert paper(f'<barcode type="code39">{data}</barcode>').elements == ()


MATRICES = {
    "pdf417_standard": ("Ticket é", "PDF417", ""),
    "pdf417_truncated": ("Ticket", "PDF417", "TRUNCATED"),
    "qrcode_model_1": ("Ticket", "QR", "1"),
    "qrcode_model_2": ("https://tickets.example/482", "QR", "2"),
    "qrcode_micro": ("12345", "QR", "MICRO"),
    "maxicode_mode_2": (
        r"908063840\x1d850\x1d001\x1d1Z00004951\x1dUPS",
        "MAXICODE",
        "2",
    ),
    "maxicode_mode_3": (r"B1050\x1d056\x1d999\x1d1Z00004951\x1dUPS", "MAXICODE", "3"),
    "maxicode_mode_4": ("hello world", "MAXICODE", "4"),
    "maxicode_mode_5": ("hello world", "MAXICODE", "5"),
    "maxicode_mode_6": ("hello world", "MAXICODE", "6"),
    "gs1_databar_stacked": ("0201234567890", "GS1-DATABAR-STACKED", ""),
    "gs1_databar_stacked_omnidirectional": (
        "0201234567890",
        "GS1-DATABAR-STACKED-OMNIDIRECTIONAL",
        "",
    ),
    "gs1_databar_expanded_stacked": (
        "(01)02012345678903(10)ABC",
        "GS1-DATABAR-EXPANDED-STACKED",
        "",
    ),
    "azteccode_fullrange": ("Ticket 482", "AZTEC", "FULL"),
    "azteccode_compact": ("Ticket", "AZTEC", "COMPACT"),
    "datamatrix_square": ("Ticket 482", "DATAMATRIX", "SQUARE"),
    "datamatrix_rectangle_8": ("Ticket", "DATAMATRIX", "RECTANGLE"),
    "datamatrix_rectangle_12": ("Ticket", "DATAMATRIX", "RECTANGLE"),
    "datamatrix_rectangle_16": ("Ticket", "DATAMATRIX", "RECTANGLE"),
}


def test_every_kind_is_written_here() -> None:
    assert BARCODES.keys() == BARS.keys()
    assert MATRICES.keys() == SYMBOLS


@pytest.mark.parametrize("kind", MATRICES)
def test_every_symbol_says_what_was_written_and_can_be_drawn(kind: str) -> None:
    data, system, variant = MATRICES[kind]
    found = symbol(f'<symbol type="{kind}">{data}</symbol>')
    assert (found.system, found.variant) == (system, variant)
    assert found.data == data.replace(r"\x1d", "\x1d").encode()
    assert draw(found) is not None


@pytest.mark.parametrize(
    ("kind", "said", "level"),
    [
        ("qrcode_model_2", "level_l", "L"),
        ("qrcode_model_2", "level_q", "Q"),
        ("qrcode_model_2", "level_h", "H"),
        ("qrcode_model_2", "default", "M"),
        ("qrcode_model_2", "level_8", "M"),
        ("pdf417_standard", "level_8", "8"),
        ("pdf417_standard", "level_0", "0"),
        ("pdf417_standard", "default", "1"),
        ("azteccode_fullrange", "40", "40%"),
        ("azteccode_fullrange", "default", "23%"),
        ("azteccode_fullrange", "99", "23%"),
    ],
)
def test_a_symbol_has_the_level_that_it_asks_for(
    kind: str, said: str, level: str
) -> None:
    found = symbol(f'<symbol type="{kind}" level="{said}">Ticket</symbol>')
    assert found.level == level


@pytest.mark.parametrize(
    ("kind", "said", "seen"),
    [
        ("qrcode_model_2", 'width="16"', {"module": 16}),
        ("qrcode_model_2", 'width="17"', {"module": 3}),
        ("pdf417_standard", 'width="2" height="8" size="5"', {"module": 2, "tall": 8}),
        ("pdf417_standard", 'size="5"', {"columns": 5}),
        ("pdf417_standard", 'width="200" size="900"', {"module": 3, "columns": 0}),
        ("gs1_databar_expanded_stacked", 'width="3" size="300"', {"room": 300}),
        ("gs1_databar_stacked", 'width="8"', {"module": 8}),
        ("azteccode_compact", 'width="5" size="3"', {"module": 5, "rows": 3}),
        ("datamatrix_square", 'size="24"', {"rows": 24, "columns": 24}),
        ("datamatrix_rectangle_12", 'size="36"', {"rows": 12, "columns": 36}),
        ("datamatrix_rectangle_16", 'width="4"', {"rows": 16, "module": 4}),
    ],
)
def test_a_symbol_has_the_size_that_a_printer_can_give_it(
    kind: str, said: str, seen: dict[str, int]
) -> None:
    found = symbol(f'<symbol type="{kind}" {said}>{MATRICES[kind][0]}</symbol>')
    assert {name: getattr(found, name) for name in seen} == seen


def test_escapes_stand_for_bytes_and_for_the_backslash() -> None:
    said = r"A\x1dB\\C\q"
    assert symbol(f'<symbol type="pdf417_standard">{said}</symbol>').data == (
        b"A\x1dB\\C\\q"
    )


@pytest.mark.parametrize(
    ("said", "data"),
    [
        ("Ticket", b"Ticket"),
        ("領収書", "領収書".encode("shift_jis")),
        ("Café", "Café".encode()),
    ],
)
def test_a_qr_code_is_in_shift_jis_or_else_in_utf_8(said: str, data: bytes) -> None:
    assert symbol(f'<symbol type="qrcode_model_2">{said}</symbol>').data == data


def test_a_code_in_the_middle_of_a_line_stands_under_it() -> None:
    said = '<text>a</text><symbol type="qrcode_model_2">x</symbol><text>b&#10;</text>'
    assert [line for line in text(said) if line] == ["a", "b"]


def test_codes_can_stand_upside_down() -> None:
    assert b"\x1b{\x01" in escpos('<barcode type="itf" rotate="true">12</barcode>')
