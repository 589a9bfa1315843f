from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
from PIL import Image, ImageDraw

from agent.paper import glyphs, lettering
from agent.paper.glyphs import glyph, has, turned
from agent.paper.measure import BASELINE
from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font
from agent.paper.text import cells

FONTS: tuple[Font, ...] = get_args(Font)
SHIPPED = "AÉœ€ÿ Ωж║█ﺎ…"
FOREIGN = "国日本語あｱ한ก็ิन்〓々"
NOBODYS = "\U0010fffd"


@pytest.fixture
def _no_system_faces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    caches = glyphs._faces, glyphs._face_with, glyph, turned
    monkeypatch.setattr(glyphs, "SYSTEM_FACES", ())
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


needs_a_system_face = pytest.mark.skipif(
    not any(file.is_file() for file in glyphs.SYSTEM_FACES[-1:]),
    reason="fonts-unifont is not installed: apt-get install fonts-unifont",
)


def _ink(rows: tuple[str, ...]) -> int:
    return sum(row.count("1") for row in rows)


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("character", [*SHIPPED, *FOREIGN, NOBODYS, "\u3000", "\xa0"])
def test_every_character_fills_its_cells(font: Font, character: str) -> None:
    rows = glyph(font, character)
    assert len(rows) == CELL_HEIGHT[font]
    assert {len(row) for row in rows} == {CELL_WIDTH[font] * max(1, cells(character))}
    assert set("".join(rows)) <= {"0", "1"}
    sideways = turned(font, character)
    assert (len(sideways), len(sideways[0])) == (len(rows[0]), len(rows))
    assert _ink(sideways) == _ink(rows)


@pytest.mark.parametrize("font", FONTS)
def test_the_face_that_we_ship_is_as_wide_as_a_cell(font: Font) -> None:
    face = lettering.face(lettering.FACE, lettering.SIZES[font])
    assert face.getlength("W") == CELL_WIDTH[font]
    assert face.getbbox("Åg", anchor="ls")[3] + BASELINE[font] <= CELL_HEIGHT[font]


@pytest.mark.parametrize("font", FONTS)
def test_the_face_that_we_ship_has_has_all_letters_of_europe(font: Font) -> None:
    drawn = {glyph(font, character) for character in "AÉœ€Ωж║"}
    assert len(drawn) == 7
    assert all(has(character) for character in SHIPPED)


@pytest.mark.parametrize("space", [" ", "\xa0", "\u3000"])
def test_a_space_is_paper(space: str) -> None:
    assert has(space)
    assert not _ink(glyph("A", space))


@pytest.mark.usefixtures("_no_system_faces")
@pytest.mark.parametrize("character", ["国", "あ", "한", "ก", NOBODYS])
def test_without_a_face_for_it_a_character_is_an_empty_box(character: str) -> None:
    assert not has(character)
    rows = glyph("A", character)
    wide = len(rows[0])
    assert rows[0] == rows[-1] == "0" * wide
    assert rows[1] == rows[-2] == f"0{'1' * (wide - 2)}0"
    assert set(rows[2:-2]) == {f"01{'0' * (wide - 4)}10"}


@needs_a_system_face
@pytest.mark.parametrize("font", FONTS)
def test_a_face_of_the_system_draws_the_rest(font: Font) -> None:
    assert all(has(character) for character in FOREIGN)
    drawn = {glyph(font, character) for character in FOREIGN + NOBODYS}
    assert all(map(_ink, drawn))
    assert len(drawn) == len(FOREIGN + NOBODYS)


@needs_a_system_face
@pytest.mark.parametrize("kanji", "国語")
def test_a_kanji_keeps_within_its_two_cells(kanji: str) -> None:
    """Nothing of it was cut away: it has as much ink as on paper without edges."""
    rows = glyph("A", kanji)
    assert len(rows[0]) == 24
    file = glyphs._face_with(kanji)
    assert file is not None
    sheet = Image.new("1", (72, 72))
    pen = ImageDraw.Draw(sheet)
    pen.fontmode = "1"
    pen.text((24, 48), kanji, fill=1, font=lettering.face(file, 24), anchor="ls")
    assert _ink(rows) == sheet.convert("L").histogram()[255] > 0


@needs_a_system_face
def test_a_mark_of_thai_stands_in_the_upper_part_of_its_cell() -> None:
    upper, lower = glyph("A", "็")[:10], glyph("A", "็")[10:]
    assert _ink(upper)
    assert not _ink(lower)
