"""Standard mode by its pixels: reverse feeds, turned lines, colours, own characters, kanji."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from hardware_sim import decode, glyphs
from hardware_sim.commands import Framer
from hardware_sim.head import MOST_PAPER_DOTS
from hardware_sim.marks import GREY, Row
from hardware_sim.paper_png import job_raster
from hardware_sim.sheet import sheets_of

BLOCK = "█".encode("cp437")
ARROW = bytes.fromhex("f00000 f00000 000000 00000f")
"""Four columns of 24 dots: two dots thick on top, one at the foot."""


def _ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.invert(image).getbbox()


def _same(one: Image.Image, other: Image.Image) -> bool:
    return (
        one.size == other.size and ImageChops.difference(one, other).getbbox() is None
    )


def _lines(raw: bytes) -> tuple[str, ...]:
    return tuple(line for sheet in sheets_of(raw) for line in sheet.lines)


def _row(raw: bytes) -> Row:
    decoder, _ = decode.run(raw)
    return next(mark for mark in decoder.head.marks if isinstance(mark, Row))


def test_paper_drawn_back_is_printed_over() -> None:
    apart = job_raster(BLOCK + b"\n\x1b$\x0c\x00" + BLOCK + b"\n")
    over = job_raster(BLOCK + b"\n\x1be\x01\x1b$\x0c\x00" + BLOCK + b"\n")
    assert (apart.height, over.height) == (60, 30)
    assert _ink(over) == (0, 0, 24, 24)
    units = job_raster(BLOCK + b"\n\x1bK\x0a" + BLOCK + b"\n")
    assert _ink(units) == (0, 0, 12, 44)


def test_paper_is_never_drawn_back_beyond_its_beginning() -> None:
    assert _same(job_raster(b"\x1bK\x30" + BLOCK + b"\n"), job_raster(BLOCK + b"\n"))
    after_cut = sheets_of(b"x\n\x1dV\x00\x1be\x02" + BLOCK + b"\n")[1]
    assert after_cut.lines == ("█",)


@pytest.mark.parametrize("command", [b"\x1bK\x31", b"\x1be\x03"])
def test_a_reverse_feed_out_of_range_only_prints(command: bytes) -> None:
    assert job_raster(b"x\n" + BLOCK + command + b"\n").height == 30 + 24 + 30


def test_the_beginning_of_a_line_by_printing_or_by_erasing() -> None:
    assert _lines(b"un\x1dT1deux\n") == ("un", "deux")
    assert _lines(b"un\x1dT0deux\n") == ("deux",)
    assert _row(b"\x1b$\x40\x00\x1dT\x01x\n").runs[0].x == 0


def test_a_bit_image_at_the_end_of_a_full_line_begins_the_next_one() -> None:
    image = b"\x1b*\x21\x04\x00" + ARROW
    narrow = b"\x1dW\x08\x00" + image * 3 + b"\n"
    assert job_raster(narrow).height == 60
    assert _ink(job_raster(narrow).crop((0, 30, 576, 60))) == (0, 0, 4, 24)
    assert _ink(job_raster(b"\x1dW\x06\x00" + image * 2 + b"\n")) == (0, 0, 6, 24)


def test_a_carriage_return_is_ignored() -> None:
    assert _lines(b"un\rdeux\r\n") == ("undeux",)


@pytest.mark.parametrize(
    "command", [b"\x1ba1", b"\x1dL\x20\x00", b"\x1dW\x20\x00", b"\x1b{\x01"]
)
def test_some_commands_need_the_beginning_of_a_line(command: bytes) -> None:
    assert _same(job_raster(b"ab" + command + b"c\n"), job_raster(b"abc\n"))


def test_the_margins_hold_a_line_and_its_justification() -> None:
    raw = b"\x1dL\x14\x00\x1dW\x64\x00\x1ba2" + BLOCK + b"\n" + BLOCK * 9 + b"\n"
    image = job_raster(raw)
    assert _ink(image.crop((0, 0, 576, 30))) == (108, 0, 120, 24)
    assert image.height == 90


def test_a_line_upside_down_is_the_line_turned_by_half_a_turn() -> None:
    text = b"AB\x1d!\x11c\x1d!\x00 d\x1b-\x01e\x1b-\x00" + b"\x1b*\x21\x04\x00" + ARROW
    plain = job_raster(text + b"\n").crop((0, 0, 576, 48))
    turned = job_raster(b"\x1b{\x01" + text + b"\n").crop((0, 0, 576, 48))
    assert _same(turned, plain.transpose(Image.Transpose.ROTATE_180))


def test_upside_down_leaves_rasters_as_they_are_and_turns_stored_ones() -> None:
    data = bytes.fromhex("c0 80 00 01")
    raster = b"\x1dv0\x00\x01\x00\x04\x00" + data
    assert _same(job_raster(b"\x1b{\x01" + raster), job_raster(raster))
    stored = (
        b"\x1d(L\x0f\x000S0AB\x01\x08\x00\x04\x001"
        + data
        + b"\x1d(L\x06\x000UAB\x01\x01"
    )
    turned = job_raster(b"\x1b{\x01" + stored)
    assert _same(turned, job_raster(stored).transpose(Image.Transpose.ROTATE_180))


def test_rotated_characters_lie_on_their_right_side() -> None:
    plain = job_raster(b"R\n").crop((0, 0, 12, 24))
    rotated = job_raster(b"\x1bV1R\n").crop((0, 0, 24, 12))
    assert _same(rotated, plain.transpose(Image.Transpose.ROTATE_270))
    assert _row(b"\x1bV1RR\n").runs[0].wide_dots == 48
    wide = _row(b"\x1bV1\x1d!\x10R\n")
    assert (wide.runs[0].wide_dots, wide.ink_dots) == (24, 24)


@pytest.mark.parametrize("colour", [b"\x1br\x01", b"\x1d(N\x02\x0002"])
def test_the_second_colour_is_grey_and_the_first_black(colour: bytes) -> None:
    image = job_raster(colour + BLOCK + b"\x1br\x00\x1d(N\x02\x0001" + BLOCK + b"\n")
    assert image.getpixel((3, 3)) == 255 - GREY
    assert image.getpixel((15, 3)) == 0


def test_a_background_colour_stands_behind_and_grey_never_pales_black() -> None:
    behind = job_raster(b"\x1d(N\x02\x0012 " + BLOCK + b"\n")
    assert behind.getpixel((3, 3)) == 255 - GREY
    assert behind.getpixel((15, 3)) == 0
    over = job_raster(BLOCK + b"\n\x1be\x01\x1br\x01" + BLOCK + b"\n")
    assert over.getpixel((3, 3)) == 0


def test_own_characters_are_printed_when_they_are_chosen() -> None:
    define = b"\x1b&\x03AA\x04" + ARROW
    own = job_raster(define + b"\x1b%\x01A\n")
    assert _ink(own) == (0, 0, 4, 24)
    assert _same(
        own.crop((0, 0, 4, 24)),
        job_raster(b"\x1b*\x21\x04\x00" + ARROW + b"\n").crop((0, 0, 4, 24)),
    )
    plain = job_raster(b"A\n")
    for hidden in (
        b"\x1b%\x00",
        b"\x1b%\x01\x1b?A",
        b"\x1bM1\x1b%\x01\x1bM0\x1b@\x1b%\x01",
    ):
        assert _same(job_raster(define + hidden + b"A\n"), plain)
    assert _same(
        job_raster(define + b"\x1b%\x01BAB\n").crop((0, 0, 12, 24)),
        job_raster(b"B\n").crop((0, 0, 12, 24)),
    )


def test_own_characters_take_the_style_and_belong_to_their_font() -> None:
    define = b"\x1b&\x03AB\x04" + ARROW + b"\x00\x1b%\x01"
    assert _ink(job_raster(define + b"\x1d!\x11A\n")) == (0, 0, 8, 48)
    assert _ink(job_raster(define + b"\x1dB\x01A\n")) == (0, 0, 12, 24)
    assert _same(job_raster(define + b"\x1bM1A\n"), job_raster(b"\x1bM1A\n"))
    assert _same(job_raster(define + b"B\n"), job_raster(b"B\n"))


def test_font_c_is_eight_by_sixteen() -> None:
    row = _row(b"\x1bM2x\n")
    assert (row.runs[0].wide_dots, row.ink_dots) == (8, 16)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1c&" + "日本".encode("euc_jp"),
        b"\x1c&" + bytes(byte & 0x7F for byte in "日本".encode("euc_jp")),
        b"\x1cC1" + "日本".encode("shift_jis"),
        b"\x1c(C\x02\x0002" + "日本".encode(),
        b"\x1c&" + "日本".encode("euc_jp") + b"\x1c.",
    ],
)
def test_kanji_are_read_in_every_system_and_are_24_dots_wide(raw: bytes) -> None:
    row = _row(raw + b"\n")
    assert row.text == "日本"
    assert row.runs[0].wide_dots == 48
    assert _row(raw + b"\x1c.\x1c(C\x02\x0001\x1cC0ab\n").text == "日本ab"


@given(st.integers(1, 30))
def test_kanji_survive_any_split_of_the_stream(step: int) -> None:
    raw = (
        b"\x1cC1"
        + "税込 1,200円".encode("shift_jis")
        + b"\n\x1c(C\x02\x0002"
        + "é€円\n".encode()
    )
    framer, decoder = Framer(), decode.Decoder()
    for at in range(0, len(raw), step):
        for frame in framer.feed(raw[at : at + step]):
            decoder.execute(frame)
    rows = [mark.text for mark in decoder.head.marks if isinstance(mark, Row)]
    assert "".join("".join(rows).split()) == "税込1,200円é€円"


def test_kanji_have_their_own_size_spaces_and_underline() -> None:
    kanji = "日".encode("shift_jis")
    row = _row(b"\x1cC1\x1c!\x8c" + kanji + b"a\n")
    style = row.runs[0].style
    assert (style.width, style.height, style.underline_dots) == (2, 2, 1)
    assert row.runs[1].style.width == 1
    assert _row(b"\x1cC1\x1cS\x02\x04" + kanji + b"\n").runs[0].wide_dots == 30
    assert _row(b"\x1cC1\x1cW\x01" + kanji + b"\n").runs[0].wide_dots == 48
    assert _row(b"\x1cC1\x1c-\x02" + kanji + b"\n").runs[0].style.underline_dots == 2
    assert _row(b"\x1cC1\x1c(A\x02\x0002" + kanji + b"\n").ink_dots == 16
    assert _row(b"\x1cC1\x1bE\x01" + kanji + b"\n").runs[0].style.bold


def test_own_kanji_are_24_columns() -> None:
    define = b"\x1c2\x77\x21" + b"\xff\xff\xff" * 24
    printed = b"\x1c&\x77\x21\n"
    assert _ink(job_raster(define + printed)) == (0, 0, 24, 24)
    filled = job_raster(define + printed).crop((0, 0, 24, 24))
    assert filled.getextrema() == (0, 0)
    forgotten = job_raster(define + b"\x1c?\x77\x21" + printed).crop((0, 0, 24, 24))
    assert forgotten.getextrema() != (0, 0)


def test_without_a_font_of_the_system_kanji_are_boxes_of_their_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(glyphs, "_SYSTEM_FONTS", (str(tmp_path / "none.otf"),))
    glyphs._kanji_font.cache_clear()
    glyphs.glyph.cache_clear()
    try:
        assert glyphs.glyph("日", "KB").size == (20, 24)
        assert glyphs.glyph("日", "KB").getbbox() == (1, 1, 19, 23)
        assert glyphs.glyph("\u3000", "KA").getbbox() is None
    finally:
        glyphs._kanji_font.cache_clear()
        glyphs.glyph.cache_clear()


def test_tabs_are_columns_end_with_nul_and_can_be_none() -> None:
    assert _row(b"\x1bD\x05\x0a\x00a\tb\tc\td\n").text == "a    b    cd"
    assert _row(b"\x1bD\x00a\tb\n").text == "ab"
    # A stop that isn't beyond the last ends the list, and is data.
    assert _row(b"\x1bD\x05\x05x\ty\n").text == "x    y"


def test_lines_of_standard_mode_are_ruled_whatever_the_margin_is() -> None:
    line = b"\x1d(Q\x09\x002\x0a\x00\x63\x00\x14\x01\x02\x30"
    image = job_raster(b"\x1dL\x40\x00" + line)
    assert _ink(image) == (10, 0, 100, 2)
    assert image.height == 20


def test_paper_without_a_cut_comes_to_an_end() -> None:
    decoder, _ = decode.run(b"\x1bJ\xff" * (MOST_PAPER_DOTS // 255 + 50))
    assert MOST_PAPER_DOTS <= decoder.head.depth_dots < MOST_PAPER_DOTS + 255
    decoder.take()
    assert decoder.head.depth_dots == 0
