"""Every number that the manual gives an argument does what it is there for.

Expectations are typed from the manual; each entry of a table is missed when it is taken
away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from agent.paper.strip import Cut, Feed, Font, Page, Raster
from agent.star.settings import Printer
from tests.star.printed import elements, runs, text

# -- which characters --------------------------------------------------------

# ESC GS t n: a byte whose character no other page has there, and that character.
PAGES: Final[Mapping[int, tuple[int, str]]] = {
    0: (0x9E, "₧"),
    1: (0x9E, "₧"),
    2: (0xB1, "ｱ"),
    3: (0x9E, "₧"),
    4: (0xD5, "€"),
    5: (0x88, "ł"),
    6: (0x84, "ã"),
    7: (0x8B, "Ð"),
    8: (0x84, "Â"),
    9: (0xAF, "¤"),
    10: (0x80, "А"),
    11: (0xA0, "а"),
    12: (0x8D, "ı"),
    13: (0x80, "א"),
    14: (0xC6, "ﺋ"),
    15: (0x80, "Α"),
    17: (0x86, "Ά"),
    18: (0xB6, "Ά"),
    21: (0xA1, "ก"),
    32: (0x80, "€"),
    33: (0x8C, "Ś"),
    34: (0xC0, "А"),
    **dict.fromkeys(range(96, 103), (0xA1, "ก")),
}


@pytest.mark.parametrize("number", PAGES)
def test_a_code_page_has_the_characters_of_its_name(number: int) -> None:
    byte, character = PAGES[number]
    page = b"\x1b\x1dt" + bytes((number,))
    assert text(b"\x1b\x1dt\x06", page, bytes((byte,)) + b"\n") == [character]


@pytest.mark.parametrize("number", [16, 64, 127])
def test_a_page_that_python_does_not_know_has_the_boxes_of_the_usual_one(
    number: int,
) -> None:
    assert text(b"\x1b\x1dt" + bytes((number,)) + b"\xc9\xcd\xbb\n") == ["╔═╗"]


def test_page_128_is_utf_8_until_another_is_selected() -> None:
    said = "Thé à 2 €".encode()
    assert text(b"\x1b\x1dt\x80" + said + b"\n") == ["Thé à 2 €"]
    assert text(b"\x1b\x1dt\x80\x1b\x1dt\x20\x80\n") == ["€"]


# ESC R n: what #$@[\]^`{|}~ print as.
USA: Final = "#$@[\\]^`{|}~"
SETS: Final[Mapping[int, str]] = {
    0: USA,
    1: "#$à°ç§^`éùè¨",
    2: "#$§ÄÖÜ^`äöüß",
    3: "£$@[\\]^`{|}~",
    4: "#$@ÆØÅ^`æøå~",
    5: "#¤ÉÄÖÅÜéäöåü",
    6: "#$@°\\é^ùàòèì",
    7: "₧$@¡Ñ¿^`¨ñ}~",
    8: "#$@[¥]^`{|}~",
    9: "#¤ÉÆØÅÜéæøåü",
    10: "#$ÉÆØÅÜéæøåü",
    11: "#$á¡Ñ¿é`íñóú",
    12: "#$á¡Ñ¿éüíñóú",
    13: "#$@[₩]^`{|}~",
    14: USA,
    64: "#$§°´“¶`©®†™",
}
LETTERS: Final = "0123456789ABCDE"


@pytest.mark.parametrize("number", SETS)
def test_a_country_has_its_national_characters(number: int) -> None:
    spellings = [bytes((number,))]
    spellings += [LETTERS[number].encode()] if number < len(LETTERS) else []
    for spelling in spellings:
        job = b"\x1bR\x05" + b"\x1bR" + spelling + USA.encode() + b"\n"
        assert text(job) == [SETS[number]]


@pytest.mark.parametrize("number", [15, 0x2F, 0x3A, 0x46, 63, 255])
def test_a_country_that_there_is_not_changes_nothing(number: int) -> None:
    assert text(b"\x1bR\x03\x1bR" + bytes((number,)) + b"#\n") == ["£"]


# -- how they look -----------------------------------------------------------

SWITCH: Final = ((0, False), (0x30, False), (1, True), (0x31, True))


@pytest.mark.parametrize(("n", "on"), SWITCH)
def test_a_switch_is_a_number_or_its_digit(n: int, on: bool) -> None:
    """Behind the other one: ESC -, ESC RS c, ESC $, ESC GS ) U."""
    other, said = bytes((1 - n % 48,)), bytes((n,))
    (run,) = runs(b"\x1b-" + other + b"\x1b-" + said + b"x\n")
    assert run.style.underline == 2 * on
    colours = b"\x1b\x1eC1\x1b\x1ec" + other + b"\x1b\x1ec" + said + b"x\n"
    assert runs(colours)[0].style.ink == 1 + on
    kanji = b"\x1b$" + other + b"\x1b$" + said + "円".encode("cp932") + b"\n"
    assert (text(kanji) == ["円"]) == on
    unicode = b"\x1b\x1d)U\2\x000"
    job = unicode + other + unicode + said + "é".encode() + b"\n"
    assert (text(job) == ["é"]) == on


@pytest.mark.parametrize("n", [2, 0x2F, 0x32, 255])
def test_what_is_no_switch_changes_nothing(n: int) -> None:
    (run,) = runs(b"\x1b-1\x1b-" + bytes((n,)) + b"x\n")
    assert run.style.underline == 2


@pytest.mark.parametrize(
    ("n", "two"), [(0, 1), (1, 2), (2, 2), (0x30, 1), (0x31, 2), (0x32, 2)]
)
def test_two_colours_are_switched_on_before_there_is_a_second(n: int, two: int) -> None:
    (run,) = runs(b"\x1b\x1eC" + bytes((n,)) + b"\x1b\x1ec1x\n")
    assert run.style.ink == two


@pytest.mark.parametrize("digit", range(6))
def test_sizes_are_one_to_six_times(digit: int) -> None:
    for n in (digit, digit + 0x30):
        said, other = bytes((n,)), b"\4" if digit < 4 else b"\1"
        for job in (
            b"\x1bi" + other * 2 + b"\x1bi" + said * 2,
            b"\x1bi" + other * 2 + b"\x1bW" + said + b"\x1bh" + said,
        ):
            (run,) = runs(job + b"x\n")
            assert (run.style.wide, run.style.tall) == (digit + 1, digit + 1)


@pytest.mark.parametrize("n", [6, 0x2F, 0x36, 255])
def test_a_size_that_there_is_not_changes_nothing(n: int) -> None:
    said = bytes((n,))
    for wrong in (
        b"\x1bi" + said + b"\0",
        b"\x1bi\0" + said,
        b"\x1bW" + said + b"\x1bh" + said,
    ):
        (run,) = runs(b"\x1bi\1\2" + wrong + b"x\n")
        assert (run.style.tall, run.style.wide) == (2, 3)


@pytest.mark.parametrize(
    ("n", "font"),
    [(0, "A"), (0x30, "A"), (1, "B"), (0x31, "B"), (16, "A"), (2, None), (0x32, None)],
)
def test_a_font_is_a_number_or_its_digit(n: int, font: Font | None) -> None:
    """16 is OCR-B; what there is not changes nothing."""
    for before in ("A", "B"):
        choice = b"\x1b\x1eF" + (b"0" if before == "A" else b"1")
        (run,) = runs(choice + b"\x1b\x1eF" + bytes((n,)) + b"x\n")
        assert run.style.font == (font or before)


SPACES: Final[Mapping[int, int]] = {
    **{n: n for n in range(16)},
    **dict(zip(b"0123456789ABCDEF", range(16), strict=True)),
}


@pytest.mark.parametrize("n", [*SPACES, 16, 0x2F, 0x3A, 0x40, 0x47])
def test_the_space_beside_characters_is_a_hexadecimal_digit(n: int) -> None:
    job = b"\x1b \x07" if SPACES.get(n) != 7 else b""
    found = runs(job + b"\x1b " + bytes((n,)) + b"ab\n")
    # without a space they are one run
    second = found[1].x if len(found) > 1 else 12
    assert second == 12 + SPACES.get(n, 7)


# -- where they stand --------------------------------------------------------


@pytest.mark.parametrize("digit", range(3))
def test_a_line_stands_left_in_the_middle_or_right(digit: int) -> None:
    for n in (digit, digit + 0x30):
        other = b"\x1b\x1da" + bytes(((digit + 1) % 3,))
        (run,) = runs(other + b"\x1b\x1da" + bytes((n,)) + b"ab\n")
        assert run.x == (0, 276, 552)[digit]


@pytest.mark.parametrize("n", [1, 0x31])
def test_four_millimetres_a_line_come_back(n: int) -> None:
    assert elements(b"\x1b0\x1bz" + bytes((n,)) + b"\n") == [Feed(32)]


@pytest.mark.parametrize(("digit", "turn"), [(0, 0), (1, 270), (2, 180), (3, 90)])
def test_a_page_is_read_in_its_direction(digit: int, turn: int) -> None:
    for n in (digit, digit + 0x30):
        other = b"\x1b\x1dP2" + bytes(((digit + 1) % 4,))
        job = other + b"\x1b\x1dP2" + bytes((n,)) + b"\x1b\x1dP0ab\n\x1b\x1dP7"
        (page,) = elements(job)
        assert isinstance(page, Page)
        assert [mark.turn for mark in page.marks] == [turn]


@pytest.mark.parametrize("n", [4, 0x2F, 0x34])
def test_a_direction_that_there_is_not_changes_nothing(n: int) -> None:
    job = b"\x1b\x1dP21\x1b\x1dP2" + bytes((n,)) + b"\x1b\x1dP0ab\n\x1b\x1dP7"
    (page,) = elements(job)
    assert isinstance(page, Page)
    assert [mark.turn for mark in page.marks] == [270]


# -- cuts --------------------------------------------------------------------


@pytest.mark.parametrize("digit", range(4))
def test_a_cut_is_full_or_partial(digit: int) -> None:
    for n in (digit, digit + 0x30):
        assert elements(b"\x1bd" + bytes((n,))) == [Cut(full=digit % 2 == 0)]


@pytest.mark.parametrize("n", [4, 0x2F, 0x34])
def test_a_cut_that_there_is_not_is_none(n: int) -> None:
    assert elements(b"\x1bd" + bytes((n,))) == []


ROW: Final = b"b\x02\x00\xf0\x0f"
# ESC * r E n, ESC * r F n: the manual's table; what it does not have is 9.
MODES: Final[Mapping[int, list[Cut]]] = {
    0: [Cut()],
    **{n: [] for n in (1, 2, 3)},
    8: [Cut()],
    9: [Cut()],
    12: [Cut(full=False)],
    13: [Cut(full=False)],
    36: [Cut()],
    37: [Cut()],
    5: [Cut()],
}


@pytest.mark.parametrize("n", MODES)
def test_a_raster_mode_cuts_as_its_number_says(n: int) -> None:
    """Executed by ESC FF EOT and ESC FF NUL, behind another mode."""
    other = "12" if MODES[n] != [Cut(full=False)] else "1"
    for letter, execute in (("E", b"\x1b\x0c\x04"), ("F", b"\x1b\x0c\x00")):
        modes = f"\x1b*rE1\0\x1b*r{letter}{other}\0\x1b*r{letter}{n}\0".encode()
        found = elements(b"\x1b*rA" + modes + ROW + execute)
        assert found == [Raster(0, 16, 1, b"\xf0\x0f"), *MODES[n]]


# -- what a printer wakes up with --------------------------------------------


def test_a_printer_of_two_bytes_a_character_is_so_again_without_utf_8() -> None:
    chinese = Printer(multibyte="gb18030")
    said = "合计".encode("gb18030")
    assert text(said + b"\n", printer=chinese) == ["合计"]
    off = b"\x1b\x1d)U\2\x000\1" + b"\x1b\x1d)U\2\x000\0"
    assert text(off + said + b"\n", printer=chinese) == ["合计"]
