from __future__ import annotations

import pytest

from agent.escpos.settings import Printer
from agent.paper.strip import Cut, Feed, Kick, Run, Style, TextLine
from tests.escpos.printed import elements, runs, strip_of, text

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"


def test_a_line_is_printed_where_it_stands_and_moves_the_paper_by_the_spacing() -> None:
    assert elements(b"Bonjour\n") == [TextLine((Run("Bonjour"),), 30)]


def test_text_without_a_line_feed_at_the_end_is_not_lost() -> None:
    assert text(b"TOTAL 4,50") == ["TOTAL 4,50"]


@pytest.mark.parametrize(
    ("command", "style"),
    [
        (ESC + b"E\x01", Style(bold=True)),
        (ESC + b"G\x01", Style(bold=True)),
        (ESC + b"-\x02", Style(underline=2)),
        (ESC + b"-1", Style(underline=1)),
        (ESC + b"M\x01", Style(font="B")),
        (ESC + b"M2", Style(font="C")),
        (ESC + b"V\x01", Style(rotated=True)),
        (GS + b"B\x01", Style(invert=True)),
        (GS + b"!\x27", Style(wide=3, tall=8)),
        (ESC + b"!\xb9", Style(font="B", bold=True, underline=1, wide=2, tall=2)),
        (ESC + b"!\x30" + ESC + b"!\x00", Style()),
        (ESC + b"E\x01" + ESC + b"G\x01" + ESC + b"E\x00", Style(bold=True)),
        (GS + b"!\x11" + ESC + b"@", Style()),
    ],
)
def test_each_style_command_sets_its_own_part(command: bytes, style: Style) -> None:
    assert runs(command + b"x\n") == [Run("x", style)]


def test_a_tall_line_moves_the_paper_by_its_height() -> None:
    assert elements(GS + b"!\x11" + b"A\n") == [
        TextLine((Run("A", Style(wide=2, tall=2)),), 48)
    ]


@pytest.mark.parametrize(
    ("n", "x"), [(0, 0), (1, 282), (2, 564), (48, 0), (49, 282), (50, 564)]
)
def test_alignment_places_the_whole_line(n: int, x: int) -> None:
    assert runs(ESC + b"a" + bytes((n,)) + b"x\n") == [Run("x", x=x)]


def test_alignment_in_the_middle_of_a_line_is_for_the_next_one() -> None:
    job = b"ab" + ESC + b"a\x02" + b"cd\nx\n"
    assert [(run.text, run.x) for run in runs(job)] == [("abcd", 0), ("x", 564)]


def test_a_line_wraps_at_the_print_area() -> None:
    printer = Printer(width_dots=384)
    assert text(b"0123456789" * 4 + b"\n", printer=printer) == [
        "01234567890123456789012345678901",
        "23456789",
    ]


def test_a_double_width_line_wraps_at_half_the_columns() -> None:
    assert text(GS + b"!\x10" + b"x" * 25 + b"\n") == ["x" * 24, "x"]


def test_the_margin_moves_text_and_narrows_the_area() -> None:
    assert runs(GS + b"L\x0c\x00" + GS + b"W\x18\x00" + b"abc\n") == [
        Run("ab", x=12),
        Run("c", x=12),
    ]


def test_tabs_stand_every_eight_characters_until_they_are_set() -> None:
    assert [run.x for run in runs(b"a\tb\n")] == [0, 96]
    assert [run.x for run in runs(ESC + b"D\x05\x0a\x00" + b"a\tb\tc\td\n")] == [
        0,
        60,
        120,
    ]


def test_positions_are_counted_in_the_units_of_gs_p() -> None:
    assert [run.x for run in runs(GS + b"P\x65\x00" + ESC + b"$\x0a\x00x\n")] == [20]


def test_relative_positions_go_back_too() -> None:
    assert [run.x for run in runs(b"ab" + ESC + b"\\\xf4\xff" + b"c\n")] == [0, 12]


def test_an_amount_placed_by_position_stays_in_its_column() -> None:
    assert text(b"PAIN" + ESC + b"$\xe0\x01" + b"1,20\n") == [
        "PAIN" + " " * 36 + "1,20"
    ]


def test_letters_spaced_apart_remain_one_word() -> None:
    assert text(ESC + b" \x03TOTAL\n") == ["TOTAL"]


def test_feeds_add_up_and_are_not_lines() -> None:
    assert elements(b"a\n\n\n" + ESC + b"J\x0a" + ESC + b"d\x02" + b"b\n") == [
        TextLine((Run("a"),), 30),
        Feed(130),
        TextLine((Run("b"),), 30),
    ]
    assert text(b"a\n\n\n\nb\n") == ["a", "", "b"]


def test_line_spacing_is_kept_until_the_default_is_back() -> None:
    spaced = elements(ESC + b"3\x50a\n" + ESC + b"2b\n")
    assert [line.height for line in spaced if isinstance(line, TextLine)] == [80, 30]


@pytest.mark.parametrize(
    ("pulse", "kick"),
    [
        (ESC + b"p\x00\x19\xfa", Kick(0, 50, 500)),
        (b"\x10\x14\x01\x01\x02", Kick(1, 200, 200)),
    ],
)
def test_the_drawer_opens_also_while_the_display_is_spoken_to(
    pulse: bytes, kick: Kick
) -> None:
    assert elements(ESC + b"=\x02", pulse, ESC + b"=\x01a\n") == [
        kick,
        TextLine((Run("a"),), 30),
    ]


@pytest.mark.parametrize(
    ("command", "full"),
    [
        (GS + b"V\x00", True),
        (GS + b"V\x01", False),
        (GS + b"V0", True),
        (GS + b"VA\x00", True),
        (GS + b"V1", False),
        (GS + b"VB\x00", False),
        (GS + b"Va\x00", True),
        (GS + b"Vb\x00", False),
        (GS + b"Vg\x00", True),
        (GS + b"Vh\x00", False),
        (GS + b"(V\2\x0000", True),
        (GS + b"(V\2\x0001", False),
        (ESC + b"i", False),
        (ESC + b"m", False),
    ],
)
def test_every_way_to_cut_is_a_cut(command: bytes, *, full: bool) -> None:
    assert elements(command) == [Cut(full)]


def test_a_cut_with_a_feed_moves_the_paper_first() -> None:
    assert elements(GS + b"VB\x20") == [Feed(32), Cut(full=False)]


def test_the_drawer_is_kicked_by_both_commands() -> None:
    assert elements(ESC + b"p\x01\x19\xfa", b"\x10\x14\x01\x00\x02") == [
        Kick(1, on_ms=50, off_ms=500),
        Kick(0, on_ms=200, off_ms=200),
    ]


def test_national_characters_replace_ascii_ones() -> None:
    assert text(ESC + b"R\x01" + b"{t{ @ 5#\n") == ["été à 5#"]


def test_reset_brings_the_first_code_page_back() -> None:
    assert text(ESC + b"t\x13" + b"\xd5" + ESC + b"@" + b"\xd5\n") == ["€", "╒"]


def test_a_job_that_selects_no_page_may_be_utf_8() -> None:
    assert text("Café 2,40 €\n".encode()) == ["Café 2,40 €"]


def test_a_page_that_was_selected_is_believed() -> None:
    assert text(ESC + b"t\x00" + "é\n".encode()) == ["├⌐"]


def test_kanji_are_read_when_the_model_has_them() -> None:
    printer = Printer(multibyte="gb18030")
    job = FS + b"&" + "合计 12".encode("gb18030") + FS + b".ok\n"
    assert text(job, printer=printer) == ["合计 12ok"]
    assert runs(FS + b"&\x82\n") == [Run("é")]


def test_page_mode_prints_from_top_to_bottom_whatever_the_order() -> None:
    below, above = GS + b"$\x60\x00", GS + b"$\x18\x00"
    at = ESC + b"$\xc8\x00"
    job = (
        ESC
        + b"L"
        + below
        + b"TOTAL"
        + above
        + ESC
        + b"$\x00\x00"
        + b"PAIN"
        + at
        + b"1,20"
    )
    assert text(job + b"\x0c") == ["PAIN" + " " * 13 + "1,20", "", "TOTAL"]


def test_page_mode_text_that_is_thrown_away_is_counted() -> None:
    assert strip_of(ESC + b"Labc\n\x18").unread == 3
    assert strip_of(ESC + b"Labc\n" + ESC + b"S").unread == 3


def test_a_page_that_is_never_printed_is_not_lost() -> None:
    assert text(ESC + b"LTOTAL 3,00\n") == ["TOTAL 3,00"]


def test_what_goes_to_the_customer_display_is_not_on_the_paper() -> None:
    job = ESC + b"=\x02" + b"BONJOUR\n" + ESC + b"=\x01" + b"PAIN\n"
    assert text(job) == ["PAIN"]
    assert strip_of(job).unread == 7


def test_a_macro_prints_again_and_can_not_print_for_ever() -> None:
    assert text(GS + b":ab\n" + GS + b":" + GS + b"^\x02\x00\x00") == ["ab"] * 3
    bomb = GS + b":" + b"x\n" * 2000 + GS + b":" + (GS + b"^\xff\x00\x00") * 500
    assert len(strip_of(bomb).elements) <= 12_000


def test_bytes_without_meaning_are_counted_and_the_text_stays() -> None:
    strip = strip_of(b"a\x00\x1b\x7fb\n")
    assert text(b"a\x00\x1b\x7fb\n") == ["ab"]
    assert strip.unread == 3


def test_queries_and_settings_leave_no_mark_and_are_not_unread() -> None:
    quiet = b"\x10\x04\x01" + GS + b"a\xff" + GS + b"I\x01" + GS + b"(K\x02\x001\x00"
    assert strip_of(quiet) == strip_of(b"")


def test_a_strip_is_never_longer_than_the_roll() -> None:
    strip = strip_of((ESC + b"3\xff" + b"x\n") * 30_000)
    lines = [e for e in strip.elements if isinstance(e, TextLine)]
    assert sum(line.height for line in lines) <= 640_000
    assert strip.unread > 0


def test_marks_are_bounded_also_in_page_mode() -> None:
    page = ESC + b"L" + b"ab\n" * 3000
    strip = strip_of(page + (ESC + b"\x0c") * 3000)
    assert len(strip.elements) <= 20_000


def test_a_line_upside_down_is_turned_about_the_middle_of_the_paper() -> None:
    job = ESC + b"{\x01" + b"Pain" + ESC + b"$\x78\x00" + b"1,20\n"
    style = Style(upside_down=True)
    assert runs(job) == [Run("Pain", style, 576 - 48), Run("1,20", style, 576 - 168)]
    assert text(job) == ["Pain      1,20"]


def test_gs_t_0_drops_the_line_and_says_how_much_text_that_was() -> None:
    job = b"PAIN" + GS + b"T\0LAIT\n"
    assert text(job) == ["LAIT"]
    assert strip_of(job).unread == 4


def test_gs_t_does_nothing_at_the_beginning_of_a_line_nor_on_a_page() -> None:
    assert elements(GS + b"T1PAIN\n") == elements(b"PAIN\n")
    page = ESC + b"LPAIN%sLAIT\x0c"
    assert elements(page % (GS + b"T0")) == elements(page % b"")


def test_gs_t_1_ends_a_line_on_which_only_the_pen_has_moved() -> None:
    moved = ESC + b"$\x30\0" + GS + b"T\1PAIN\n"
    assert elements(moved)[0] == Feed(30)
