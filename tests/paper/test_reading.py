"""What of a strip is a picture of text, and where the words of a table belong."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agent.escpos import interpret, profiles
from agent.paper import pictured, reading
from agent.paper.pictured import MARGIN, Sheet
from agent.paper.strip import (
    Cut,
    Element,
    Feed,
    Page,
    PaperLine,
    Picture,
    Placed,
    Raster,
    Run,
    Strip,
    Symbol,
    TextLine,
)
from hardware_sim import raster_pos, receipts
from tests.escpos.streams import JOBS


def ruled(rows: int, *, width: int = 576, ink: int = 18, pitch: int = 30) -> Raster:
    """A picture with so many rows of ink, as printed lines have them."""
    stride = width // 8
    line = b"\x5a" * stride * ink + bytes(stride * (pitch - ink))
    return Raster(0, width, rows * pitch, line * rows)


def typed(text: str) -> TextLine:
    return TextLine((Run(text),))


def sheet_of(*elements: Element) -> Sheet:
    found = pictured.sheet(Strip(elements))
    assert found is not None
    return found


def row(
    x: int, y: int, text: str, confidence: float = 95.0, line: int = 1, high: int = 18
) -> str:
    """A word of a table, at dots of the sheet."""
    place = [x + MARGIN, y + MARGIN, 12 * len(text), high]
    fields = [5, 1, 1, 1, line, 1, *place, confidence, text]
    return "\t".join(map(str, fields))


def table(*rows: str) -> bytes:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop"
    return "\n".join([head, *rows, ""]).encode()


# -- what is a picture of text ----------------------------------------------------


def test_a_picture_with_rows_of_ink_is_worth_reading() -> None:
    found = sheet_of(ruled(8), Feed(32), Cut())
    assert (len(found.rows), found.typed) == (8, 0)
    assert found.readable


@pytest.mark.parametrize(
    "elements",
    [
        (ruled(2, pitch=100), typed("TOTAL 1,20")),
        (ruled(6), *map(typed, ["Le Fournil", "PAIN", "1,20", "TOTAL", "1,20", "Ci"])),
        (ruled(1, ink=300, pitch=300), typed("TOTAL 1,20")),
        tuple(map(typed, "abcdef")),
        (Symbol("QR", b"x", "x", module=8),),
        (),
    ],
)
def test_typed_lines_speak_for_themselves(elements: tuple[Element, ...]) -> None:
    assert pictured.sheet(Strip(elements)) is None


def test_a_photograph_alone_is_a_picture_that_nobody_can_read() -> None:
    found = sheet_of(ruled(1, ink=400, pitch=400))
    assert found.large
    assert not found.readable


def test_a_picture_longer_than_a_metre_is_not_read() -> None:
    found = sheet_of(ruled(pictured.MOST_DOTS // 30 + 1))
    assert found.holds_text
    assert not found.readable


def test_no_job_of_the_corpus_but_drawn_letters_is_handed_to_an_engine() -> None:
    """They have logos, test pictures and typed lines: reading them is wasted."""
    handed = []
    for name, raw in JOBS.items():
        strip = interpret.interpret(raw, profiles.printer("default"))
        found = pictured.sheet(strip)
        if found is not None and found.readable:
            handed.append(name)
    assert handed == ["escpos-php__unifont-print-buffer"]


# -- gathering ----------------------------------------------------------------------


def test_slices_of_one_picture_become_whole() -> None:
    whole = ruled(8)
    stride = whole.width // 8
    for height in (24, 96, 255):
        cut = [
            whole.bits[at : at + height * stride]
            for at in range(0, len(whole.bits), height * stride)
        ]
        parts = [Raster(0, 576, len(bits) // stride, bits) for bits in cut]
        assert sheet_of(*parts).dots.bits == whole.bits


def test_stripes_that_the_line_spacing_leaves_between_bands_are_closed() -> None:
    whole = ruled(8)
    stride = whole.width // 8
    bands: list[Element] = []
    for at in range(0, len(whole.bits), 24 * stride):
        bands += [Raster(0, 576, 24, whole.bits[at : at + 24 * stride]), Feed(6)]
    found = sheet_of(*bands)
    assert found.dots.bits.startswith(whole.bits)
    assert found.dots.height <= whole.height + 6


def test_bands_without_their_white_right_ends_lie_under_each_other() -> None:
    found = sheet_of(ruled(4), Raster(0, 8, 30, b"\x5a" * 18 + bytes(12)), ruled(4))
    assert len(found.rows) == 9
    assert found.tops == (0, 120, 150)
    assert found.elements == (0, 1, 2)


def test_what_is_not_dots_is_white_paper_and_not_too_much_of_it() -> None:
    found = sheet_of(
        ruled(8), typed("merci"), Symbol("QR", b"x", "x"), Feed(900), ruled(8)
    )
    assert found.tops == (0, 240 + pictured.GAP_DOTS)
    assert (len(found.rows), found.typed) == (16, 1)


def test_pictures_on_a_page_are_read_at_their_places() -> None:
    page = Page(400, (Placed(0, 300, ruled(3)), Placed(0, 30, ruled(3))))
    found = sheet_of(page)
    assert (found.dots.height, len(found.rows)) == (400, 6)


def test_lines_of_letters_that_the_pos_drew_are_dots_too() -> None:
    shape = Picture(12, 24, b"\xff\xf0" * 24)
    drawn = TextLine((Run('"#', shapes=(shape, shape)),))
    found = sheet_of(drawn)
    assert found.lettered == 1
    assert found.readable
    assert not found.large
    mixed = TextLine((Run("TOTAL"), Run("$", x=120, shapes=(shape,))))
    assert pictured.sheet(Strip((mixed,))) is None


def test_the_picture_to_read_is_grey_with_soft_edges() -> None:
    image = Image.open(io.BytesIO(pictured.to_read(sheet_of(ruled(8)))))
    assert image.mode == "L"
    assert image.size == (576 + 2 * MARGIN, 240 + 2 * MARGIN)
    assert image.getpixel((0, 0)) == 255
    assert len(image.getcolors() or ()) > 2


def test_small_letters_are_enlarged_and_their_words_stay_in_their_places() -> None:
    small = ruled(16, ink=11, pitch=16)
    found = sheet_of(small)
    image = Image.open(io.BytesIO(pictured.to_read(found)))
    assert image.size == (608 * 3 // 2, 288 * 3 // 2)
    (line,) = reading.read_lines(table(_enlarged(row(120, 60, "PAIN"))), found)
    assert line.words[0][:4] == (120, 60, 48, 18)


def _enlarged(word: str) -> str:
    fields = word.split("\t")
    place = [str(int(field) * 3 // 2) for field in fields[6:10]]
    return "\t".join((*fields[:6], *place, *fields[10:]))


# -- the copy ------------------------------------------------------------------------


def test_the_copy_is_the_paper_dot_by_dot() -> None:
    strip = Strip((ruled(8), typed("merci")))
    copy = pictured.to_keep(strip, 20_000)
    assert copy is not None
    image = Image.open(io.BytesIO(copy.png))
    assert (image.mode, image.size) == ("1", (copy.width, copy.height))
    assert copy.width > 576


def test_a_copy_that_is_too_large_is_half_as_large_or_not_at_all() -> None:
    ticket = receipts.sale("supermarket", 3, 48)
    face = raster_pos.FACES["printer"]
    dots = raster_pos.dots(raster_pos.draw(ticket, 576, face), face)
    strip = Strip((Raster(0, *dots.size, dots.tobytes()),))
    whole = pictured.to_keep(strip, 1 << 20)
    assert whole is not None
    half = pictured.to_keep(strip, len(whole.png) - 1)
    assert half is not None
    assert len(half.png) < len(whole.png)
    assert (half.width, half.height) == (whole.width // 2, whole.height // 2)
    grey = Image.open(io.BytesIO(half.png)).convert("L")
    assert {value for _, value in grey.getcolors() or ()} <= {0, 85, 170, 255}
    assert pictured.to_keep(strip, 500) is None


# -- the table --------------------------------------------------------------------------


def test_words_stand_in_their_columns() -> None:
    found = sheet_of(ruled(8))
    said = reading.read(
        Strip((ruled(8),)),
        found,
        table(
            row(0, 0, "PAIN"),
            row(60, 0, "AU"),
            row(96, 0, "NOIX"),
            row(516, 0, "12,50"),
            row(0, 30, "TOTAL", line=2),
            row(516, 30, "12,50", line=2),
        ),
    )
    assert said.lines == (
        PaperLine("PAIN AU NOIX" + " " * 31 + "12,50"),
        PaperLine("TOTAL" + " " * 38 + "12,50"),
    )
    assert said.doubtful == ()
    assert said.confidence == pytest.approx(0.95)


def test_the_weakest_word_makes_a_line_doubtful() -> None:
    found = sheet_of(ruled(8))
    said = reading.read(
        Strip((ruled(8),)),
        found,
        table(
            row(0, 0, "TOTAL"),
            row(516, 0, "13,61", 61.0),
            row(0, 30, "CARTE", line=2),
            row(516, 30, "11,61", line=2),
        ),
    )
    assert said.doubtful == (0,)


@pytest.mark.parametrize(
    "noise",
    [row(100, 0, "A", 42.0), row(100, 0, "~_=", 20.0), row(0, 0, "ujj", 70.0)],
)
def test_what_a_logo_is_taken_for_is_left_out(noise: str) -> None:
    found = sheet_of(ruled(8))
    said = reading.read(
        Strip((ruled(8),)), found, table(noise, row(0, 60, "Fournil", line=2))
    )
    assert [line.text for line in said.lines] == ["Fournil"]


@pytest.mark.parametrize("told", ["-1", "100.1", "nan", "inf", "", "high"])
def test_a_word_whose_confidence_is_none_is_left_out(told: str) -> None:
    found = sheet_of(ruled(8))
    wrong = row(0, 60, "Fournil", 77.0).replace("77.0", told)
    assert reading.read_lines(table(wrong), found) == ()


def test_read_and_typed_lines_stand_in_the_order_of_the_paper() -> None:
    strip = Strip((ruled(4), typed("DUPLICATA"), ruled(8), typed("merci")))
    found = sheet_of(*strip.elements)
    below = found.tops[1]
    said = reading.read(
        strip,
        found,
        table(
            row(0, below + 30, "12,50", 60.0, line=3),
            row(0, below, "TOTAL", line=2),
            row(0, 0, "Fournil", line=1),
        ),
    )
    text = [line.text for line in said.lines]
    assert text == ["Fournil", "DUPLICATA", "TOTAL", "12,50", "merci"]
    assert said.doubtful == (3,)


def test_large_letters_are_told_and_take_fewer_columns() -> None:
    found = sheet_of(ruled(8))
    wide = [5, 1, 1, 1, 2, 1, MARGIN, 60, 5 * 24, 36, 95, "TOTAL"]
    said = reading.read(
        Strip((ruled(8),)),
        found,
        table(row(0, 0, "PAIN"), row(96, 0, "NOIX"), "\t".join(map(str, wide))),
    )
    assert said.lines[-1] == PaperLine("TOTAL", wide=2, tall=2)


FIELD = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.floats().map(str),
    st.text(max_size=6),
    st.sampled_from(["5", "nan", "inf", "1e400", "9" * 5000, "", "\x00", "\u202e"]),
)


@given(st.lists(st.lists(FIELD, min_size=10, max_size=13), max_size=8), st.binary())
def test_any_table_gives_lines_and_nothing_raises(
    rows: list[list[str]], tail: bytes
) -> None:
    strip = Strip((ruled(8),))
    tsv = "\n".join("\t".join(row) for row in rows).encode("utf-8", "replace") + tail
    said = reading.read(strip, sheet_of(*strip.elements), tsv)
    assert 0 <= said.confidence <= 1
    assert all(len(line.text) <= reading.MAX_COLUMNS for line in said.lines)
    assert all(0 <= at < len(said.lines) for at in said.doubtful)


def test_a_flood_of_words_ends() -> None:
    strip = Strip((ruled(8),))
    rows = [row(0, 0, "a" * 40, line=n) for n in range(reading.MAX_WORDS + 50)]
    said = reading.read(strip, sheet_of(*strip.elements), table(*rows))
    assert len([line for line in said.lines if line.text]) == reading.MAX_WORDS
