from __future__ import annotations

import io
import itertools
import random

import pytest
import zxingcpp
from barcode import EAN13  # type: ignore[import-untyped]  # no types upstream
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hardware_sim import decode, recordings
from hardware_sim.commands import Framer
from hardware_sim.decode import Cut, Pulse
from hardware_sim.marks import Picture, Row
from hardware_sim.sheet import Sheet, sheets_of


def _only(raw: bytes, width_dots: int = 576) -> Sheet:
    (sheet,) = sheets_of(raw, width_dots)
    return sheet


def _rows(raw: bytes) -> list[Row]:
    decoder, _ = decode.run(raw)
    return [mark for mark in decoder.head.marks if isinstance(mark, Row)]


def _pictures(raw: bytes) -> list[Picture]:
    decoder, _ = decode.run(raw)
    return [mark for mark in decoder.head.marks if isinstance(mark, Picture)]


def _seen_by_a_reader(sheet: Sheet) -> set[tuple[str, str]]:
    """zxing-cpp on the picture as a person would photograph it."""
    paper = Image.open(io.BytesIO(sheet.png()))
    ground = Image.new("RGB", paper.size, (222, 217, 208))
    ground.paste(paper, mask=paper.getchannel("A"))
    return {(str(code.format), code.text) for code in zxingcpp.read_barcodes(ground)}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(min_value=1, max_value=40))
def test_chunking_is_invisible_and_no_byte_is_lost(raw: bytes, step: int) -> None:
    whole, pieces = Framer(), Framer()
    at_once = whole.feed(raw)
    piecewise = [
        f for at in range(0, len(raw), step) for f in pieces.feed(raw[at : at + step])
    ]
    assert b"".join(frame.raw for frame in at_once) + whole.pending == raw
    assert b"".join(frame.raw for frame in piecewise) + pieces.pending == raw
    commands = [[f for f in frames if f.name] for frames in (at_once, piecewise)]
    assert commands[0] == commands[1]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_can_make_it_fail(raw: bytes) -> None:
    decoder, _ = decode.run(raw)
    decoder.take()


@pytest.mark.parametrize(
    "payload",
    [
        b"\x1dv0\x00\x02\x00\x03\x00" + b"\x1dV\x00\x1b@\n",
        b"\x1b*\x00\x06\x00" + b"\x1dV\x00\x1b@\n",
        b"\x1b*\x21\x02\x00" + b"\x1dV\x00\x1b@\n",
        b"\x1d(L\x10\x000p0\x01\x011\x10\x00\x03\x00" + b"\x1dV\x00\x1b@\n",
        b"\x1d8L\x10\x00\x00\x000p0\x01\x011\x10\x00\x03\x00" + b"\x1dV\x00\x1b@\n",
        b"\x1d(k\x09\x001P0" + b"\x1dV\x00\x1b@\n",
        b"\x1dkI\x06" + b"\x1dV\x00\x1b@\n",
        b"\x1b&\x03aa\x02" + b"\x1dV\x00\x1b@\n",
        b"\x1cq\x01\x01\x00\x01\x00" + b"\x1dV\x00\x1b@\n\n\n",
        b"\x1d*\x01\x01" + b"\x1dV\x00\x1b@\n\n\n",
        b"\x1d(Z\x06\x00" + b"\x1dV\x00\x1b@\n",
    ],
)
def test_a_cut_inside_payload_is_payload(payload: bytes) -> None:
    decoder, effects = decode.run(payload + b"texte\n")
    assert effects == []
    assert any(
        isinstance(mark, Row) and mark.text.endswith("texte")
        for mark in decoder.head.marks
    )


def test_an_unknown_command_takes_two_bytes_and_is_reported() -> None:
    decoder, _ = decode.run(b"\x1bzsuite\n")
    assert [row.text for row in decoder.head.marks if isinstance(row, Row)] == ["suite"]
    assert decoder.complaints == ["unknown command 1b 7a"]


@pytest.mark.parametrize(
    ("page", "codec"),
    [(0, "cp437"), (2, "cp850"), (13, "cp857"), (16, "cp1252"), (18, "cp852"), (19, "cp858"),
     (17, "cp866"), (40, "iso8859-15")],
)  # fmt: skip
def test_a_code_page_prints_what_its_codec_says(page: int, codec: str) -> None:
    text = {"cp866": "Привет"}.get(codec, "éÉçäö")
    raw = b"\x1bt" + bytes([page]) + text.encode(codec) + b"\n"
    assert _only(raw).lines == (text,)


def test_the_euro_is_where_the_french_tills_expect_it() -> None:
    assert _only(b"\x1bt\x13\xd5 \x1bt\x10\x80\n").lines == ("€ €",)


def test_international_sets_replace_ascii() -> None:
    assert _only(b"\x1bR\x01@{|}\x1bR\x00@\n").lines == ("àéùè@",)


def test_katakana_and_undrawn_pages_show_that_they_are_there() -> None:
    assert _only(b"\x1bt\x01\xb1\x1bt\x15\xb1\n").lines == (
        "ｱ\N{REPLACEMENT CHARACTER}",
    )


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        (b"\x1bE\x01", "bold", True),
        (b"\x1bG\x01", "bold", True),
        (b"\x1b!\x08", "bold", True),
        (b"\x1b!\x30", "width", 2),
        (b"\x1b!\x10", "height", 2),
        (b"\x1b!\x01", "font", "B"),
        (b"\x1bM1", "font", "B"),
        (b"\x1d!\x72", "width", 8),
        (b"\x1d!\x72", "height", 3),
        (b"\x1b-2", "underline_dots", 2),
        (b"\x1dB\x01", "inverted", True),
        (b"\x1b{\x01", "upside_down", True),
        (b"\x1bE\x01\x1b@", "bold", False),
    ],
)
def test_styles_reach_the_paper(raw: bytes, field: str, value: object) -> None:
    (row,) = _rows(raw + b"x\n")
    assert getattr(row.runs[0].style, field) == value


def test_alignment_margins_tabs_and_positions_are_dots() -> None:
    centred, right, margin, tab, jump = _rows(
        b"\x1ba\x01ab\n\x1ba2ab\n\x1ba0\x1dL\x18\x00ab\n\x1dL\x00\x00a\tb\na\x1b$\x78\x00b\n"
    )
    assert centred.runs[0].x == (576 - 24) // 2
    assert right.runs[0].x == 576 - 24
    assert margin.runs[0].x == 24
    assert tab.runs[1].x == 8 * 12
    assert jump.runs[1].x == 120


def test_a_long_line_goes_on_in_the_next_one() -> None:
    assert [len(row.text) for row in _rows(b"x" * 50 + b"\n")] == [48, 2]


def test_columns_survive_in_the_text() -> None:
    assert _only(b"PAIN\x1b$\xd8\x01 1,30\n").lines == ("PAIN".ljust(39) + " 1,30",)


def test_a_line_without_line_feed_stays_in_the_printer() -> None:
    assert _only(b"un\ndeux").lines == ("un",)


def test_feeds_move_the_paper() -> None:
    short, tall = (
        _only(b"a\n" + feed + b"b\n").ink_png() for feed in (b"", b"\x1bd\x02\x1bJ\x0a")
    )
    heights = [Image.open(io.BytesIO(png)).height for png in (short, tall)]
    assert heights[1] - heights[0] == 2 * 30 + 10


@pytest.mark.parametrize(
    ("raw", "size"),
    [
        (b"\x1dv0\x00\x02\x00\x03\x00" + b"\xff" * 6, (16, 3)),
        (b"\x1dv0\x03\x02\x00\x03\x00" + b"\xff" * 6, (32, 6)),
        (b"\x1d(L\x10\x000p0\x02\x011\x0c\x00\x03\x00" + b"\xff" * 6 + b"\x1d(L\x02\x0002", (24, 3)),
        (b"\x1d(L\x0d\x000q0\x01\x011\x03\x00\x08\x00" + b"\xff" * 3 + b"\x1d(L\x02\x0002", (3, 8)),
    ],
)  # fmt: skip
def test_rasters_have_their_size(raw: bytes, size: tuple[int, int]) -> None:
    (picture,) = _pictures(raw)
    assert picture.image.size == size
    assert picture.image.getextrema() == (255, 255)


def test_a_stored_logo_is_printed_by_its_key() -> None:
    define = b"\x1d(L\x0d\x000C0AB\x01\x08\x00\x02\x001\xf0\x0f"
    (picture,) = _pictures(define + b"\x1b@\x1d(L\x06\x000EAB\x01\x02")
    assert picture.image.size == (8, 4)


def test_a_bit_image_stands_in_its_line() -> None:
    (row,) = _rows(b"ab\x1b*\x21\x02\x00\x80\x00\x01\x00\x00\x00\n")
    (bits,) = row.bits
    assert (bits.x, bits.image.size) == (24, (2, 24))
    assert bits.image.getpixel((0, 0)) == 255
    assert bits.image.getpixel((0, 23)) == 255
    assert bits.image.getpixel((1, 0)) == 0


@pytest.mark.parametrize(
    ("raw", "cut"),
    [(b"\x1dV\x00", False), (b"\x1dV1", True), (b"\x1dVA\x10", False), (b"\x1dVB\x00", True),
     (b"\x1bi", True), (b"\x1bm", True), (b"\x1dVb\x00", True), (b"\x1dVg\x00", False)],
)  # fmt: skip
def test_cuts_are_told_apart(raw: bytes, cut: bool) -> None:
    assert decode.run(raw)[1] == [Cut(cut)]


def test_drawer_pulses_have_pin_and_time() -> None:
    assert decode.run(b"\x1bp\x00\x19\xfa\x1bp1\x32\xfa")[1] == [
        Pulse(2, 50),
        Pulse(5, 100),
    ]


def test_bytes_for_the_customer_display_are_not_printed() -> None:
    assert _only(b"\x1b=\x02PRIX 1,30\n\x1b=\x01papier\n").lines == ("papier",)


@pytest.mark.parametrize(
    ("system", "data", "format_name", "text"),
    [
        (b"\x00", b"01234567890\x00", "EAN", "0012345678905"),
        (b"\x02", b"301762042200\x00", "EAN", "3017620422003"),
        (b"\x43\x0d", b"3017620422003", "EAN", "3017620422003"),
        (b"\x03", b"9638507\x00", "EAN", "96385074"),
        (b"\x04", b"TICKET-42\x00", "Code 39", "TICKET-42"),
        (b"\x05", b"12345670\x00", "ITF", "12345670"),
        (b"\x06", b"A40156B\x00", "Codabar", "A40156B"),
        (b"\x48\x06", b"CODE93", "Code 93", "CODE93"),
        (b"\x49\x0b", b"{BTicket{C\x0c", "Code 128", "Ticket12"),
    ],
)
def test_a_reader_reads_the_bar_code_from_the_paper(
    system: bytes, data: bytes, format_name: str, text: str
) -> None:
    sheet = _only(b"\x1ba\x01\x1dw\x02\x1dh\x50\x1dk" + system + data + b"\n")
    seen = _seen_by_a_reader(sheet)
    assert text in {said for _, said in seen}, seen
    assert any(name.startswith(format_name) for name, _ in seen), seen


@pytest.mark.parametrize("module", [3, 4, 6, 8])
@pytest.mark.parametrize("level", [48, 49, 50, 51])
def test_a_reader_reads_the_qr_from_the_paper(module: int, level: int) -> None:
    url = b"https://tickets.example/r/0123456789abcdefghijkl"
    sheet = _only(
        b"\x1ba\x01\x1d(k\x03\x001C" + bytes([module]) + b"\x1d(k\x03\x001E" + bytes([level])
        + b"\x1d(k" + (len(url) + 3).to_bytes(2, "little") + b"1P0" + url + b"\x1d(k\x03\x001Q0\n"
    )  # fmt: skip
    assert {text for _, text in _seen_by_a_reader(sheet)} == {url.decode()}


def test_pdf417_and_data_matrix_are_read_too() -> None:
    raw = b"".join(
        b"\x1d(k\x09\x00"
        + kind
        + b"P0BONJOUR"[:8]
        + b"\x1d(k\x03\x00"
        + kind
        + b"Q0\n\n"
        for kind in (b"0", b"6")
    )
    assert {text for _, text in _seen_by_a_reader(_only(raw))} == {"BONJOU"}


def test_bars_that_cannot_be_are_left_out_and_reported() -> None:
    decoder, _ = decode.run(b"\x1dk\x02LETTRES\x00suite\n")
    assert not decoder.symbols
    assert len(decoder.complaints) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1dw\x06\x1dkI\x1e{B" + b"x" * 28,
        b"\x1d(k\x03\x001Q0",
        b"\x1d(k\x03\x001C\x10\x1d(k\x97\x001P0" + b"x" * 148 + b"\x1d(k\x03\x001Q0",
        b"\x1d(k\x03\x008Q0",
    ],
)
def test_symbols_that_do_not_fit_or_are_empty_are_left_out_and_reported(
    raw: bytes,
) -> None:
    decoder, _ = decode.run(raw + b"suite\n")
    assert not decoder.symbols
    assert len(decoder.complaints) == 1
    assert [row.text for row in decoder.head.marks if isinstance(row, Row)] == ["suite"]


def test_digits_stand_centred_below_the_bars_when_asked_for() -> None:
    raw = b"\x1dw\x02\x1dH\x02\x1dk\x03\x39\x36\x33\x38\x35\x30\x37\x34\x00"
    (bars,), (row,) = _pictures(raw), _rows(raw)
    assert row.text.strip() == "96385074"
    assert row.runs[0].x == bars.x + (bars.image.width - 8 * 12) // 2


def test_pictures_of_paper_have_its_look() -> None:
    sheet = _only(b"\x1d!\x11BONJOUR\n\x1dVB\x00")
    paper = Image.open(io.BytesIO(sheet.png()))
    assert paper.mode == "RGBA"
    assert paper.getpixel((0, 0)) == (60, 52, 40, 0)
    assert round(float(paper.info["dpi"][0])) == 203
    assert sum(paper.convert("L").histogram()[:60]) > 1000
    assert paper.getpixel((paper.width // 2, 40)) == (252, 250, 245, 255)


def test_the_bars_of_an_ean_are_those_of_another_library() -> None:
    (bars,) = _pictures(b"\x1dw\x01\x1dh\x01\x1dk\x02301762042200\x00")
    (pattern,) = EAN13("301762042200").build()
    drawn = "".join("1" if bars.image.getpixel((x, 0)) else "0" for x in range(95))
    assert drawn == pattern.replace("G", "1")


@pytest.mark.parametrize(
    ("name", "sheets", "line"),
    [
        ("thermal__issuing_receipts", 2, "TOTAL                             14.45"),
        ("escpost__cafe-order-voucher", 2, "Order 1847"),
    ],
)
def test_other_peoples_jobs_come_out_right(name: str, sheets: int, line: str) -> None:
    printed = sheets_of(recordings.job(name), 576)
    assert len(printed) == sheets
    assert line in printed[0].lines


@pytest.mark.parametrize("name", recordings.names())
def test_no_recording_holds_a_command_the_printer_does_not_know(name: str) -> None:
    decoder, _ = decode.run(recordings.job(name), 576)
    assert not [said for said in decoder.complaints if said.startswith("unknown")]


def test_every_split_of_a_recording_prints_the_same() -> None:
    raw = recordings.job("thermal__receipt_with_barcode")
    whole, _ = decode.run(raw)
    dice = random.Random(1)
    for _ in range(5):
        framer, decoder = Framer(), decode.Decoder()
        cuts = sorted(dice.sample(range(len(raw)), 40))
        for start, end in itertools.pairwise([0, *cuts, len(raw)]):
            for frame in framer.feed(raw[start:end]):
                decoder.execute(frame)
        assert _told(decoder) == _told(whole)


def _told(decoder: decode.Decoder) -> list[str]:
    return [mark.text for mark in decoder.head.marks if isinstance(mark, Row)]
