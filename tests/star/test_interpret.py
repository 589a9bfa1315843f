"""A Star receipt on paper: laws, and what the proofs do not say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.paper.html import render
from agent.paper.strip import Cut, Page, Raster, Symbol, TextLine
from agent.paper.text import lines
from agent.paper.text import runs as all_runs
from agent.star.interpret import MAX_TOKENS, Memory, begins_in_raster, interpret, read
from agent.star.roll import MAX_MARKS, MAX_RASTER_BYTES
from agent.star.settings import Printer
from agent.star.tokens import Text, Tokeniser
from tests.star.printed import elements, runs, strip_of, text
from tests.star.streams import DOC, ROW, streams

PRINTER = Printer()


# -- laws -------------------------------------------------------------------


@given(streams)
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_strip(raw: bytes) -> None:
    strip = interpret(raw, PRINTER)
    assert len(strip.elements) <= MAX_MARKS
    rasters = [e for e in strip.elements if isinstance(e, Raster)]
    assert sum(len(raster.bits) for raster in rasters) <= MAX_RASTER_BYTES
    for raster in rasters:
        assert len(raster.bits) == (raster.width + 7) // 8 * raster.height
    lines(strip)


@given(streams)
@settings(max_examples=300, deadline=None)
def test_every_text_byte_is_on_the_paper_or_counted(raw: bytes) -> None:
    tokeniser = Tokeniser(raster=begins_in_raster(raw))
    tokens = [*tokeniser.feed(raw), *tokeniser.close()]
    sent = sum(len(token.raw) for token in tokens if isinstance(token, Text))
    strip = interpret(raw, PRINTER)
    shown = sum(len(run.text.encode()) for run in all_runs(strip))
    assert shown + strip.unread >= sent


@given(st.text(st.characters(codec="cp858", categories=("L", "N", "P")), max_size=200))
def test_plain_text_comes_out_as_it_went_in(said: str) -> None:
    raw = b"\x1b\x1dt\x04" + said.encode("cp858")
    assert "".join(line.text for line in lines(interpret(raw, PRINTER))) == said


@pytest.mark.parametrize("flood", [b"\x1bE", b"\t", b"\r"])
def test_a_flood_without_marks_ends_and_is_counted(flood: bytes) -> None:
    strip = interpret(b"PAIN\n" + flood * MAX_TOKENS + b"TOTAL\n", PRINTER)
    assert [line.text for line in lines(strip)] == ["PAIN"]
    assert strip.unread == 2 * len(flood) + len(b"TOTAL\n")


# -- a receipt --------------------------------------------------------------

RECEIPT = (
    b"\x1b@\x1b\x1ea\x00\x1b\x1eF\x00\x1b 0\x1bs00\x1b0\x12"
    b"\x1bl\0\x1bQ\x30\x1b\x1da\x01\x1bi\x01\x01CAFE\x1bi\0\0\n"
    b"\x1b\x1da\x00\x1b\x1dt\x04Caf\x82 cr\x8ame\x1b\x1dA\xe0\x01   2,50\n"
    b"\x1b\x1dt\x01" + b"\xc4" * 48 + b"\n"
    b"\x1bETOTAL\x1bF\x1b\x1dA\xe0\x01   2,50\n"
    b"\x1bb\x33\x32\x32\x50401234567890\x1e\n"
    b"\x1bd3\x1b\x1d\x03\x01\x00\x00\x04"
)


def test_a_receipt_as_receiptline_writes_it() -> None:
    strip = interpret(RECEIPT, PRINTER)
    said = [line.text for line in lines(strip)]
    assert said[0].strip() == "CAFE"
    assert said[1:3] == ["Café crème".ljust(43) + "2,50", "─" * 48]
    assert said[3] == "TOTAL".ljust(43) + "2,50"
    (symbol,) = [e for e in strip.elements if isinstance(e, Symbol)]
    assert (symbol.system, symbol.text) == ("EAN13", "4012345678901")
    assert strip.elements[-1] == Cut(full=False)
    assert strip.unread == 0
    assert "TOTAL" in render(strip)


def test_long_lines_wrap_at_the_print_region() -> None:
    assert text(b"x" * 50 + b"\n") == ["x" * 48, "xx"]
    narrow = Printer(width_dots=384)
    assert text(b"x" * 50 + b"\n", printer=narrow) == ["x" * 32, "x" * 18]


def test_margins_that_leave_less_than_36_mm_are_ignored() -> None:
    assert runs(b"\x1bl\x20a\n")[0].x == 0
    assert text(b"\x1bQ\x10" + b"x" * 48 + b"\n") == ["x" * 48]


def test_arguments_out_of_range_change_nothing() -> None:
    plain = runs(b"a\n")
    for raw in (b"\x1bi\x09\x01", b"\x1bW\x44", b"\x1bR\x28", b"\x1b-5", b"\x1b\x1da7"):
        assert runs(raw + b"a\n") == plain


def test_text_and_a_bit_image_stand_on_one_line() -> None:
    (page,) = elements(b"\x1bX\x02\x00" + b"\xff" * 6 + b"tea\n")
    assert isinstance(page, Page)
    assert {type(placed.mark) for placed in page.marks} == {Raster, TextLine}
    assert text(b"\x1bX\x02\x00" + b"\xff" * 6 + b"tea\n") == ["tea"]


def test_bands_without_space_between_are_one_picture() -> None:
    band = b"\x1bk\x02\x00" + b"\xaa" * 48 + b"\n"
    (raster,) = elements(b"\x1b0" + band * 3)
    assert isinstance(raster, Raster)
    assert (raster.width, raster.height) == (16, 72)


def test_raster_without_its_beginning_is_known_by_its_rows() -> None:
    job = ROW * 4 + b"\x1b\x0c\x04"
    assert begins_in_raster(job)
    assert [type(e) for e in elements(job)] == [Raster, Cut]
    assert not begins_in_raster(b"bonjour\n" * 4)
    assert text(b"bonjour\n") == ["bonjour"]


def test_bare_paper_in_raster_mode_is_fed() -> None:
    job = b"\x1b*rA" + ROW + b"\x1b*rY400\x00" + ROW + b"\x1b*rB"
    assert [type(e).__name__ for e in elements(job)] == [
        "Raster",
        "Feed",
        "Raster",
        "Cut",
    ]


def test_page_mode_prints_what_it_is_told_to_and_nothing_else() -> None:
    page = b"\x1b\x1dP0hello\x1b\x1dP"
    assert text(page + b"7") == ["hello"]
    assert text(page + b"6\x1b\x1dP6\x1b\x1dP1") == ["hello", "hello"]
    assert strip_of(page + b"1").unread == len(b"hello")
    assert strip_of(page + b"8\x1b\x1dP7").unread == len(b"hello")


def test_kanji_of_a_printer_that_wakes_up_with_them() -> None:
    printer = Printer(multibyte="gb18030")
    assert text("合计 12.50\n".encode("gb18030"), printer=printer) == ["合计 12.50"]


def test_a_page_that_only_the_printer_knows() -> None:
    printer = Printer(pages={66: "ą".ljust(128)})
    assert text(b"\x1b\x1dt\x42\x80x\n", printer=printer) == ["ąx"]


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (0, "01234500006", "01234565"),
        (0, "01200000789", "01278907"),
        (1, "03600029145", "036000291452"),
        (1, "036000291459", "036000291452"),
        (2, "5512345", "55123457"),
        (3, "400638133393", "4006381333931"),
        (5, "12345", "012345"),
        (6, "%1%6AB%5", "AB\x7f"),
        (8, "A12B", "A12B"),
    ],
)
def test_what_a_scanner_says_of_a_bar_code(kind: int, data: str, said: str) -> None:
    job = b"\x1bb" + bytes((0x30 + kind,)) + b"\x32\x31\x40" + data.encode() + b"\x1e"
    (symbol,) = elements(job)
    assert isinstance(symbol, Symbol)
    assert symbol.text == said


def test_bar_codes_out_of_range_are_discarded_up_to_their_end() -> None:
    strip = strip_of(b"\x1bb\x39\x32\x31\x40123\x1eTOTAL\n")
    assert [line.text for line in lines(strip)] == ["TOTAL"]
    assert strip.unread > 0


def test_qr_data_in_blocks() -> None:
    data = b"\x1b\x1dyD2\x02\x01\x04\x002005\x03\x03\x00abc"
    (symbol,) = elements(data + b"\x1b\x1dyP")
    assert isinstance(symbol, Symbol)
    assert symbol.text == "2005abc"


def test_logos_are_remembered_from_job_to_job() -> None:
    define = b"\x1b\x1cq\x01\x01\x00\x01\x00" + b"\xff" * 8
    first = read(define, PRINTER, Memory())
    assert first.strip.elements == ()
    second = read(b"\x1b\x1cp\x01\x03" + DOC, PRINTER, first.memory)
    assert second.memory is first.memory
    logo = second.strip.elements[0]
    assert isinstance(logo, Raster)
    assert (logo.width, logo.height) == (16, 16)
    assert read(b"\x1b\x1eL\xff", PRINTER, first.memory).memory == Memory()


def test_upside_down_receipts_are_read_upright() -> None:
    strip = strip_of(b"\x0f2,50   \x1b\x1dA\x00\x01CAFE\n")
    (line,) = [e for e in strip.elements if isinstance(e, TextLine)]
    assert all(run.style.upside_down for run in line.runs)
    assert [line.text for line in lines(strip)] == ["2,50".ljust(21) + "CAFE"]
