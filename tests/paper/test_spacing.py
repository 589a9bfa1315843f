"""Spaces beside characters that are the characters' own (ESC SP, FS S).

Epson ESC/POS, ESC - and GS B: underlines and white on black go on in them, and end
where HT, ESC $ and ESC \\ skip paper.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import pytest
from PIL import Image

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper import html, pdf, png
from agent.paper.strip import Run, Strip, Style, TextLine

SPACED = b"\x1b \x06"
INVERTED = b"\x1dB\x01"
UNDERLINED = b"\x1b-\x02"
TURNED_OVER = b"\x1b{\x01"
KANJI = b"\x1cS\x04\x06\x1c&\x88\xea\x88\xea\x1c."  # a stroke far from the edges


def _strip(job: bytes) -> Strip:
    return interpret(job + b"\n", Printer(multibyte="cp932"))


def _row(strip: Strip, y: int) -> list[int]:
    """Where the ink of a row begins and ends, in dots."""
    raster = png.raster(strip)
    image = Image.frombytes("1", (raster.width, raster.height), raster.bits)
    row = [0, *(image.getpixel((x, y)) for x in range(raster.width)), 0]
    return [x for x in range(len(row) - 1) if row[x] != row[x + 1]]


@pytest.mark.parametrize(
    ("job", "y", "edges"),
    [
        (SPACED + INVERTED + b"AB", 0, [0, 36]),
        (SPACED + UNDERLINED + b"AB", 23, [0, 36]),
        (SPACED + UNDERLINED + b"A\tB", 23, [0, 18, 144, 162]),
        (SPACED + b"\x1d!\x10" + INVERTED + b"AB", 0, [0, 72]),
        (INVERTED + KANJI, 23, [0, 68]),
        (INVERTED + b"\x1cW\x01" + KANJI, 47, [0, 136]),
        (TURNED_OVER + SPACED + INVERTED + b"AB", 0, [540, 576]),
        (SPACED + INVERTED + b"\x1bV\x01AB", 0, [0, 60]),
    ],
)
def test_what_is_around_characters_takes_their_spaces(
    job: bytes, y: int, edges: list[int]
) -> None:
    assert _row(_strip(job), y) == edges


def test_double_wide_kanji_stand_behind_a_space_twice_as_wide() -> None:
    (line,) = _strip(b"\x1cW\x01" + KANJI).elements
    assert isinstance(line, TextLine)
    assert [(run.x, run.before, run.after) for run in line.runs] == [
        (8, 8, 12),
        (76, 8, 12),
    ]


def test_a_screen_shows_spaced_letters_apart_and_copies_them_together() -> None:
    made = html.render(_strip(SPACED + INVERTED + b"AB"))
    assert re.findall(r'<rect[^>]* x="(\d+)"[^>]* width="(\d+)"', made) == [
        ("0", "18"),
        ("18", "18"),
    ]
    assert re.findall(r'<tspan[^>]* x="(\d+)"[^>]*>(\w)<', made) == [
        ("0", "A"),
        ("18", "B"),
    ]
    assert "</tspan><tspan" in made


@pytest.mark.skipif(
    shutil.which("pdftoppm") is None,
    reason="poppler is missing, so NO PDF WAS LOOKED AT: install poppler-utils",
)
def test_a_document_has_no_paper_between_spaced_letters() -> None:
    document = pdf.render(_strip(SPACED + INVERTED + b"AB"))
    command = ["pdftoppm", "-r", "203.2", "-png", "-singlefile", "-"]
    made = subprocess.run(command, input=document, capture_output=True, check=True)
    image = Image.open(io.BytesIO(made.stdout)).convert("L")
    line = image.crop((32, 33, 32 + 40, 34)).tobytes()
    assert max(line[1:35]) < 90
    assert min(line[37:]) == 255


def test_spaces_beside_plain_letters_are_bare_paper() -> None:
    spaced = Strip((TextLine((Run("A", Style(), 4, (), 4, 6),)),))
    plain = Strip((TextLine((Run("A", Style(), 4),)),))
    assert png.render(spaced) == png.render(plain)
    assert pdf.render(spaced) == pdf.render(plain)
