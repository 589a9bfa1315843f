"""Symbols are drawn on the strip's PNG and read back by a scanner of another author."""

from __future__ import annotations

import pytest

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper.drawing import BOX_SIZE, draw
from agent.paper.measure import figure, left
from agent.paper.strip import Anchor, Symbol
from agent.paper.text import symbols
from tests.escpos.streams import JOBS
from tests.paper.scanner import scan

FNC1 = "\x1d"
ITEM = "0195012345678903"
MEASURED = ITEM + "3103000123" + "10ABC"
URL = "https://ticket.example/t/000123456?h=9f3a7c1d"


def _symbol(system: str, text: str, **more: object) -> Symbol:
    return Symbol(system, text.encode("latin-1"), text, **more)  # type: ignore[arg-type] # a table of many fields


def _named(symbol: Symbol) -> str:
    parts = symbol.system, symbol.variant, symbol.level, symbol.text[:12]
    return " ".join(part for part in parts if part)


LINEAR = [
    _symbol("EAN13", "4006381333931"),
    _symbol("EAN8", "90311017"),
    _symbol("CODE39", "ABC-1 $/+%."),
    _symbol("ITF", "0123456789"),
    _symbol("CODABAR", "A012$+-./:D"),
    _symbol("CODE93", "Ab\x01~9"),
    _symbol("CODE128", "Ab\x01\xe91234567", variant="AUTO"),
    _symbol("CODE128", "12", variant="AUTO"),
    _symbol("GS1-128", ITEM + "3102000400" + "10A" + FNC1 + "21x"),
    _symbol("GS1-DATABAR", ITEM),
    _symbol("GS1-DATABAR-TRUNCATED", ITEM, height=8),
    _symbol("GS1-DATABAR-LIMITED", "0115012345678907"),
    _symbol("GS1-DATABAR-EXPANDED", MEASURED + FNC1 + "21x"),
    _symbol("GS1-DATABAR-EXPANDED", "10A" + FNC1 + "21x"),
]
STACKED = [
    _symbol("GS1-DATABAR-STACKED", ITEM),
    _symbol("GS1-DATABAR-STACKED-OMNIDIRECTIONAL", ITEM),
    _symbol("GS1-DATABAR-EXPANDED-STACKED", MEASURED + FNC1 + "21x", room=141),
    _symbol("GS1-DATABAR-EXPANDED-STACKED", MEASURED, room=576, module=2),
    _symbol("PDF417", "Testing 123" * 9, level="10%"),
    _symbol("PDF417", "\x00\xff\xe9" * 20, level="8"),
    _symbol("PDF417", "Testing 123", level="0", columns=2, rows=9),
    _symbol("PDF417", "Testing 123", level="2", variant="TRUNCATED", tall=5),
    _symbol("PDF417", "0123456789" * 60, level="400%"),
]
MATRICES = [
    *(_symbol("QR", URL, level=level, module=4) for level in "LMQH"),
    *(_symbol("QR", URL, level=level, variant="1") for level in "LMQH"),
    *(_symbol("QR", text, variant="1") for text in ("0123456789" * 3, "AB-7")),
    _symbol("QR", "\x00\xff\xe9" * 100),
    _symbol("QR", "01234", variant="MICRO"),
    _symbol("QR", "AB CD", variant="MICRO", level="M"),
    _symbol("QR", "abc123", variant="MICRO", level="Q"),
    _symbol("AZTEC", "hello", level="23%", variant="FULL"),
    _symbol("AZTEC", "hello" * 10, level="95%", variant="FULL"),
    _symbol("AZTEC", "hello" * 100, level="5%", variant="FULL"),
    _symbol("AZTEC", "\x00\xff" * 20, variant="FULL", rows=11),
    _symbol("AZTEC", "hello", level="50%", variant="COMPACT"),
    _symbol("AZTEC", "hello", variant="COMPACT", rows=3),
    _symbol("DATAMATRIX", "hello world" * 20, variant="SQUARE"),
    _symbol("DATAMATRIX", "\x00\xff\xe9", rows=32, columns=32, variant="SQUARE"),
    _symbol("DATAMATRIX", "hello world", rows=8, variant="RECTANGLE"),
    _symbol("DATAMATRIX", "hello world", rows=16, columns=48, variant="RECTANGLE"),
    _symbol("MAXICODE", "hello world", variant="4"),
    _symbol("MAXICODE", "hello world", variant="5"),
    _symbol("MAXICODE", "hello world", variant="6"),
    _symbol("MAXICODE", "152382802\x1d840\x1d001\x1d1Z00004951", variant="2"),
    _symbol(
        "MAXICODE", "[)>\x1e01\x1d96152382802\x1d840\x1d001\x1d1Z00004951", variant="2"
    ),
    _symbol("MAXICODE", "B1050A\x1d056\x1d999\x1dHello", variant="3"),
]


@pytest.mark.parametrize("symbol", LINEAR + STACKED + MATRICES, ids=_named)
def test_what_is_drawn_reads_as_what_was_sent(symbol: Symbol) -> None:
    (read,) = scan(symbol)
    assert read.bytes == symbol.text.encode("latin-1")


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [
        (LINEAR[8], "]C1"),  # FNC1 comes first: GS1-128, not CODE128
        (LINEAR[9], "]e0"),
        (MATRICES[0], "]Q1"),
        (MATRICES[4], "]Q0"),  # model 1
    ],
)
def test_a_scanner_tells_the_kind(symbol: Symbol, kind: str) -> None:
    assert scan(symbol)[0].symbology_identifier == kind


@pytest.mark.parametrize("level", "LMQH")
@pytest.mark.parametrize("variant", "12")
def test_the_error_correction_of_qr_is_the_one_asked_for(
    level: str, variant: str
) -> None:
    symbol = _symbol("QR", "1", level=level, variant=variant)
    assert scan(symbol)[0].ec_level == level


def test_upc_is_read_as_the_thirteen_digits_that_it_stands_for() -> None:
    for system, text, digits in (
        ("UPC-A", "036000291452", b"0036000291452"),
        ("UPC-E", "04252614", b"0042100005264"),
        ("UPC-E", "01234620", b"0012200003460"),
    ):
        (read,) = scan(_symbol(system, text))
        assert read.bytes == digits


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{Bab{C\x0c\x22{A\x01", "ab1234\x01"),
        (b"{AA{Sa{SbB", "AabB"),
        (b"{B{1x{1y", "x" + FNC1 + "y"),
        (b"{C{1\x0c", "12"),
        (b"{B{4\x69{3{2z", "\xe9z"),
        (b"{B{4{4\x69\x69{4{4z", "\xe9\xe9z"),
        (b"{B{{", "{"),
        (b"{Ba{Bb", "ab"),
    ],
)
def test_code_sets_and_functions_that_the_pos_chose(data: bytes, said: str) -> None:
    (read,) = scan(Symbol("CODE128", data, said))
    assert read.bytes == said.encode("latin-1")


def test_the_code_sets_are_kept_even_if_others_were_shorter() -> None:
    letters, pairs = (
        Symbol("CODE128", b"{B1234", "1234"),
        Symbol("CODE128", b"{C\x0c\x22", "1234"),
    )
    widths = [drawing.width for drawing in map(draw, (letters, pairs)) if drawing]
    assert widths == [3 * (11 * 6 + 13), 3 * (11 * 4 + 13)]


# -- what is not drawn ----------------------------------------------------


@pytest.mark.parametrize(
    "symbol",
    [
        _symbol("CODE39", "abc"),
        _symbol("CODE39", "A*B"),
        _symbol("ITF", "123"),
        _symbol("ITF", "12" * 60),
        _symbol("CODABAR", "0123"),
        _symbol("CODE93", "\xe9"),
        _symbol("CODE128", "Abc"),  # no code set, and none asked for
        _symbol("EAN13", "123"),
        _symbol("EAN8", "9031101X"),
        _symbol("UPC-E", "14252614"),
        _symbol("GS1-DATABAR", "0195012345678904"),
        _symbol("GS1-DATABAR-LIMITED", ITEM),
        _symbol("GS1-DATABAR-EXPANDED", "0195012345678904"),
        _symbol("GS1-DATABAR-EXPANDED", "AB"),
        _symbol("QR", "abc", variant="MICRO", level="H"),
        _symbol("QR", "x" * 40, variant="MICRO"),
        _symbol("QR", "x" * 3000),
        _symbol("QR", "x" * 500, variant="1"),
        _symbol("PDF417", "x" * 500, level="8", columns=2, rows=3),
        _symbol("PDF417", "x" * 60, level="0", columns=2, rows=3),
        _symbol("PDF417", "x" * 2800, level="0"),
        _symbol("PDF417", "x", level="0", module=8, room=576),
        _symbol("AZTEC", "x" * 100, variant="COMPACT", level="23%"),
        _symbol("AZTEC", "x" * 500, variant="FULL", level="95%"),
        _symbol("AZTEC", "x", variant="COMPACT", rows=5),
        _symbol("AZTEC", "x" * 50, variant="COMPACT", rows=1),
        _symbol("DATAMATRIX", "x" * 50, rows=10, columns=10),
        _symbol("DATAMATRIX", "x", rows=11, columns=11),
        _symbol("MAXICODE", "hello", variant="2"),
        _symbol("MAXICODE", "ab\x1d056\x1d999\x1dHello", variant="3"),
        _symbol("MAXICODE", "x" * 100, variant="4"),
        _symbol("LOGO", "logo"),
    ],
    ids=_named,
)
def test_what_a_symbology_cannot_say_is_not_drawn(symbol: Symbol) -> None:
    assert draw(symbol) is None
    seen = figure(symbol)
    assert (seen.width, seen.height) == BOX_SIZE


@pytest.mark.parametrize(
    ("system", "right", "wrong"),
    [
        ("EAN13", "4006381333931", "4006381333932"),
        ("EAN8", "90311017", "90311010"),
        ("UPC-A", "036000291452", "036000291453"),
        ("UPC-E", "04252614", "04252610"),
    ],
)
def test_a_wrong_check_digit_is_drawn_wrong(
    system: str, right: str, wrong: str
) -> None:
    """Printers do not look at it: the bars are there, and no scanner takes them."""
    good, bad = draw(_symbol(system, right)), draw(_symbol(system, wrong))
    assert good is not None
    assert bad is not None
    assert good.width == bad.width
    assert good.rows != bad.rows
    assert scan(_symbol(system, wrong)) == []


# -- sizes ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "width"), [(1, 37), (2, 67), (3, 104), (4, 134), (5, 171), (6, 208)]
)
def test_thick_bars_are_two_and_a_half_thin_ones(module: int, width: int) -> None:
    # ITF of "12": 4 thin, thin and thick ones of two digits, then thick, thin, thin
    drawing = draw(_symbol("ITF", "12", module=module))
    thick = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 16}[module]
    assert drawing is not None
    assert drawing.width == 12 * module + 5 * thick


def test_bars_are_as_high_as_set_but_databar_is_never_too_low() -> None:
    heights = {
        system: drawing.height
        for system in ("EAN13", "GS1-DATABAR", "GS1-DATABAR-TRUNCATED")
        if (
            drawing := draw(
                _symbol(
                    system, "4006381333931" if system == "EAN13" else ITEM, height=5
                )
            )
        )
    }
    assert heights == {
        "EAN13": 5,
        "GS1-DATABAR": 3 * 33,
        "GS1-DATABAR-TRUNCATED": 3 * 13,
    }


def test_a_pdf417_of_its_own_width_fits_the_paper() -> None:
    wide, narrow = (
        draw(_symbol("PDF417", "Testing 123" * 30, level="10%", room=room))
        for room in (0, 400)
    )
    assert wide is not None
    assert narrow is not None
    assert wide.width > 400 >= narrow.width


def test_a_figure_has_the_readable_lines_in_it() -> None:
    seen = [
        figure(Symbol("EAN13", b"x", "4006381333931", height=50, hri=hri))
        for hri in ("none", "above", "below", "both")
    ]
    assert [each.height for each in seen] == [50, 76, 76, 102]
    assert [each.top for each in seen] == [0, 26, 0, 26]
    assert [each.hanging for each in seen] == [0, 0, 26, 26]


def test_a_symbol_stands_at_its_anchor_and_stays_on_the_paper() -> None:
    places: list[tuple[int, Anchor]] = [
        (10, "left"),
        (50, "centre"),
        (100, "right"),
        (90, "left"),
    ]
    at = [
        left(Symbol("QR", b"x", "x", x=x, anchor=anchor), 63, 100)
        for x, anchor in places
    ]
    assert at == [10, 18, 37, 37]


def test_a_truncated_pdf417_is_narrower_by_its_right_edge() -> None:
    whole, truncated = (
        draw(_symbol("PDF417", "x", level="2", variant=variant, module=1))
        for variant in ("", "TRUNCATED")
    )
    assert whole is not None
    assert truncated is not None
    assert whole.width - truncated.width == 34
    assert whole.height == truncated.height


# -- other people's jobs --------------------------------------------------

# A check digit that is wrong, or a UPC-E that cannot be shortened: no scanner reads them.
UNREADABLE = {
    ("UPC-A", "012345678901"),
    ("UPC-E", "01234567"),
    ("UPC-E", "01234567890"),
    ("UPC-E", "012345678901"),
    ("EAN8", "01234567"),
    ("EAN13", "4596979869696"),
    ("UPC-A", "695878963521"),
}


@pytest.mark.parametrize(
    ("job", "count"),
    [
        ("escpos-php__barcode", 40),
        ("escpos-php__pdf417-code", 24),
        ("escpos-php__qr-code", 19),
        ("thermal__barcodes", 19),
        ("thermal__receipt_with_barcode", 1),
        ("python-escpos-generated__logo_qr15", 2),
    ],
)
def test_every_symbol_of_other_peoples_jobs_is_read_back(job: str, count: int) -> None:
    found = symbols(interpret(JOBS[job], Printer()))
    assert len(found) == count
    for symbol in found:
        if symbol.system == "PDF417" and (symbol.module == 8 or symbol.columns == 30):
            assert draw(symbol) is None  # wider than the paper
        elif (symbol.system, symbol.text) not in UNREADABLE:
            assert _thirteen(symbol) in [read.bytes for read in scan(symbol)]


def _thirteen(symbol: Symbol) -> bytes:
    """A scanner says UPC in thirteen digits."""
    whole = {"UPC-A": "0" + symbol.text, "UPC-E": UPC_E.get(symbol.text, "")}
    return whole.get(symbol.system, symbol.text).encode()


UPC_E = {"01234565": "0012345000065", "04252614": "0042100005264"}
