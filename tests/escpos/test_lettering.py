"""Styles: every value that the manual allows, and what it does not reach."""

from __future__ import annotations

import pytest

from agent.paper.strip import Font, Page, Run, Style, TextLine
from tests.escpos.printed import elements, runs, strip_of, text

ESC, GS = b"\x1b", b"\x1d"


@pytest.mark.parametrize(
    ("n", "font"),
    [
        *((number, font) for number, font in enumerate("ABCDE")),
        *((number + 48, font) for number, font in enumerate("ABCDE")),
        (97, "A"),
        (98, "B"),
    ],
)
def test_five_fonts_and_two_special_ones(n: int, font: Font) -> None:
    job = ESC + b"M\2" + ESC + b"M" + bytes((n,)) + b"x\n"
    assert runs(job) == [Run("x", Style(font=font))]


@pytest.mark.parametrize("n", [5, 47, 53, 96, 99, 255])
def test_a_font_that_there_is_not_changes_nothing(n: int) -> None:
    assert runs(ESC + b"M\2" + ESC + b"M" + bytes((n,)) + b"x\n") == [
        Run("x", Style(font="C"))
    ]


@pytest.mark.parametrize(
    ("command", "style"),
    [
        (ESC + b"-\1", Style(underline=1)),
        (ESC + b"-\2", Style(underline=2)),
        (ESC + b"-2", Style(underline=2)),
        (ESC + b"-\2" + ESC + b"-0", Style()),
        (ESC + b"-\2" + ESC + b"-\3", Style(underline=2)),
        (ESC + b"V\1", Style(rotated=True)),
        (ESC + b"V\2", Style(rotated=True)),
        (ESC + b"V1", Style(rotated=True)),
        (ESC + b"V2" + ESC + b"V0", Style()),
        (ESC + b"V\1" + ESC + b"V\3", Style(rotated=True)),
        (ESC + b"r\1", Style(ink=2)),
        (ESC + b"r1", Style(ink=2)),
        (ESC + b"r\1" + ESC + b"r0", Style()),
        (ESC + b"r\7", Style()),
        (GS + b"(N\2\x000\x30", Style(ink=0)),
        (GS + b"(N\2\x000\x33", Style(ink=3)),
        (GS + b"(N\2\x001\x31", Style(ground=1)),
        (GS + b"(N\2\x001\x32", Style(ground=2)),
        (GS + b"(N\3\x002\x31\x32", Style()),  # shading
        (GS + b"(N\2\x000\x34", Style()),
        (GS + b"b\1", Style()),  # smoothing
        (ESC + b"4" + ESC + b"5", Style()),  # italics of other makers
        (ESC + b"E\xff" + ESC + b"E\xfe", Style()),
        (GS + b"B\1" + GS + b"B\2", Style()),
        (ESC + b"!\x08" + ESC + b"G\1" + ESC + b"!\0", Style(bold=True)),
        (GS + b"!\x77", Style(wide=8, tall=8)),
        (GS + b"!\x88", Style()),
    ],
)
def test_what_each_command_makes_of_a_character(command: bytes, style: Style) -> None:
    assert runs(command + b"x\n") == [Run("x", style)]


def test_esc_r_turns_ink_not_places() -> None:
    job = b"PAIN " + ESC + b"r\1" + b"1,20" + ESC + b"r\0" + b" EUR\n"
    assert [(run.text, run.x, run.style.ink) for run in runs(job)] == [
        ("PAIN ", 0, 1),
        ("1,20", 60, 2),
        (" EUR", 108, 1),
    ]
    assert text(job) == ["PAIN 1,20 EUR"]


def test_upside_down_is_heeded_at_the_start_of_a_line_only() -> None:
    job = b"ab" + ESC + b"{\1" + b"cd\nef\n" + ESC + b"{\1" + b"gh\n"
    assert [(run.text, run.style.upside_down) for run in runs(job)] == [
        ("abcd", False),
        ("ef", False),
        ("gh", True),
    ]


def test_turning_does_not_reach_into_a_page() -> None:
    job = ESC + b"V\1" + ESC + b"{\1" + ESC + b"L" + b"PAIN\n\x0c" + b"x\n"
    page, line = elements(job)
    assert isinstance(page, Page)
    (placed,) = page.marks
    assert isinstance(placed.mark, TextLine)
    assert placed.mark.runs == (Run("PAIN"),)
    assert isinstance(line, TextLine)
    assert line.runs[0].style == Style(rotated=True, upside_down=True)


def test_the_space_of_esc_sp_grows_with_the_character() -> None:
    job = ESC + b" \x06" + b"ab" + GS + b"!\x10" + b"cd\n"
    assert [(run.text, run.x) for run in runs(job)] == [
        ("a", 0),
        ("b", 18),
        ("c", 36),
        ("d", 72),
    ]


def test_letters_after_spaced_ones_stand_where_the_pen_is() -> None:
    job = ESC + b" \x06" + b"ab" + ESC + b" \x00" + b"cd\n"
    assert [(run.text, run.x) for run in runs(job)] == [("a", 0), ("b", 18), ("cd", 36)]


def test_spaces_are_told_in_the_units_of_gs_p() -> None:
    job = GS + b"P\x65\x00" + ESC + b" \x06" + b"ab\n"
    assert [run.x for run in runs(job)] == [0, 24]


def test_a_turned_character_is_as_wide_as_it_was_high() -> None:
    job = ESC + b"V\1" + b"ab" + ESC + b"V\0" + b"c\n"
    assert [(run.text, run.x) for run in runs(job)] == [("ab", 0), ("c", 48)]


def test_reset_takes_every_style_back() -> None:
    styled = ESC + b"!\xb9" + GS + b"B\1" + ESC + b"r\1" + ESC + b"M4" + ESC + b"{\1"
    assert strip_of(styled + ESC + b"@" + b"x\n") == strip_of(b"x\n")
