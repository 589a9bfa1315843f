"""Page mode, paper fed back, and ruled lines."""

from __future__ import annotations

import pytest

from agent.paper.strip import Box, Feed, Page, Placed, Raster, Run, Symbol, TextLine
from agent.paper.text import lines, symbols
from tests.escpos.printed import elements, strip_of, text

ESC, GS = b"\x1b", b"\x1d"
PAGE, END = ESC + b"L", b"\x0c"


def u16(*values: int) -> bytes:
    return b"".join(value.to_bytes(2, "little", signed=value < 0) for value in values)


def area(x: int, y: int, width: int, height: int) -> bytes:
    return ESC + b"W" + u16(x, y, width, height)


def page(*pieces: bytes) -> Page:
    (found,) = (e for e in elements(*pieces) if isinstance(e, Page))
    return found


def words(*pieces: bytes) -> list[tuple[str, int, int, int]]:
    """Text, where it stands on the page, and its turn."""
    return [
        (placed.mark.runs[0].text, placed.x, placed.y, placed.turn)
        for placed in page(*pieces).marks
        if isinstance(placed.mark, TextLine)
    ]


# -- places ---------------------------------------------------------------


def test_a_page_begins_in_its_upper_left_corner() -> None:
    assert words(PAGE, b"PAIN\nLAIT", END) == [("PAIN", 0, 0, 0), ("LAIT", 0, 30, 0)]


def test_an_area_is_counted_from_the_page_and_its_pen_from_the_area() -> None:
    job = PAGE + area(100, 50, 300, 200) + GS + b"$" + u16(40) + b"PAIN" + END
    assert words(job) == [("PAIN", 100, 50 + 40 - 24, 0)]


def test_tall_characters_stand_on_the_foot_of_the_standard_ones() -> None:
    job = PAGE + GS + b"$" + u16(90) + GS + b"!\x12A" + GS + b"!\0B" + END
    (placed,) = page(job).marks
    assert isinstance(placed.mark, TextLine)
    assert (placed.y, placed.mark.height) == (90 - 72, 72)
    assert [run.text for run in placed.mark.runs] == ["A", "B"]


@pytest.mark.parametrize(
    ("direction", "turn", "first", "second"),
    [
        (0, 0, (100, 50), (100, 80)),
        (1, 270, (100, 250), (130, 250)),
        (2, 180, (400, 250), (400, 220)),
        (3, 90, (400, 50), (370, 50)),
    ],
)
def test_each_direction_begins_in_its_corner(
    direction: int, turn: int, first: tuple[int, int], second: tuple[int, int]
) -> None:
    job = PAGE + area(100, 50, 300, 200) + ESC + b"T" + bytes((direction,))
    assert words(job, b"PAIN\nLAIT", END) == [
        ("PAIN", *first, turn),
        ("LAIT", *second, turn),
    ]


def test_a_direction_chosen_before_holds_for_the_page() -> None:
    job = ESC + b"T\x02" + PAGE + area(0, 0, 100, 100) + b"A" + END
    assert words(job) == [("A", 100, 100, 180)]


def test_lines_wrap_at_the_length_that_the_direction_has() -> None:
    job = PAGE + area(0, 0, 400, 60) + ESC + b"T\x01" + b"ABCDEFG" + END
    assert words(job) == [("ABCDE", 0, 60, 270), ("FG", 30, 60, 270)]


def test_a_page_is_as_long_as_it_was_made_until_a_reset() -> None:
    made = GS + b"(P\x08\0\x30" + u16(-1, 120, 0) + b"\1"
    turned = ESC + b"T\1" + PAGE + 12 * b"A" + END
    long = [(12 * "A", 0, 144, 270)]
    assert [text for text, *_ in words(made + turned)] == [10 * "A", "AA"]
    assert words(made + ESC + b"@" + turned) == long
    assert words(PAGE + made + turned) == long
    assert words(made.replace(b"\x30", b"\x31", 1) + turned) == long


def test_an_area_that_is_set_before_holds_for_one_page() -> None:
    job = area(100, 50, 300, 200) + PAGE + b"A" + END + PAGE + b"B" + END
    pages = [each for each in elements(job) if isinstance(each, Page)]
    places = [(mark.x, mark.y) for each in pages for mark in each.marks]
    assert places == [(100, 50), (0, 0)]
    assert words(area(100, 50, 300, 200) + ESC + b"@" + PAGE + b"A" + END) == [
        ("A", 0, 0, 0)
    ]


def test_page_mode_has_spaces_of_its_own() -> None:
    wide = ESC + b"3\x50" + ESC + b" \x0c"
    (found, *lines) = elements(wide, PAGE, b"AB\nC", END, b"DE\nF\n")
    assert isinstance(found, Page)
    assert [mark.y for mark in found.marks] == [0, 30]
    apart = (Run("D", x=0, after=12), Run("E", x=24, after=12))
    assert lines == [TextLine(apart, 80), TextLine((Run("F", after=12),), 80)]
    (found,) = elements(PAGE, wide, b"A\nB", END)
    assert isinstance(found, Page)
    assert [mark.y for mark in found.marks] == [0, 80]


def test_a_reset_in_page_mode_sets_both_modes_back() -> None:
    wide = ESC + b"3\x50"
    job = wide + PAGE + wide + ESC + b"@A\n" + PAGE + b"B\nC" + END
    first, found = elements(job)
    assert first == TextLine((Run("A"),), 30)
    assert isinstance(found, Page)
    assert [mark.y for mark in found.marks] == [0, 30]


def test_turned_areas_take_the_other_motion_unit() -> None:
    units = GS + b"P" + bytes((203, 101))
    job = PAGE + area(0, 0, 400, 200) + units + ESC + b"T\x03"
    moved = ESC + b"$" + u16(10) + b"A"  # along is now down the paper: 101 to the inch
    (placed,) = page(job + moved + END).marks
    assert isinstance(placed.mark, TextLine)
    assert placed.mark.runs[0].x == 20


def test_positions_beyond_the_area_are_ignored() -> None:
    job = PAGE + area(0, 0, 200, 100) + GS + b"$" + u16(101) + b"A" + END
    assert words(job) == [("A", 0, 0, 0)]


def test_relative_positions_go_both_ways() -> None:
    job = PAGE + GS + b"$" + u16(90) + GS + b"\\" + u16(-30) + b"A"
    job += ESC + b"\\" + u16(24) + b"B" + ESC + b"\\" + u16(-12) + b"C" + END
    (placed,) = page(job).marks
    assert isinstance(placed.mark, TextLine)
    assert placed.y == 90 - 30 - 24
    assert [(run.text, run.x) for run in placed.mark.runs] == [
        ("A", 0),
        ("B", 36),
        ("C", 36),
    ]


def test_pictures_and_symbols_stand_on_the_pen_and_push_it_on() -> None:
    dots = GS + b"(L" + u16(2 + 8 + 40) + b"\x30\x70\x30\x01\x01\x31" + u16(8, 40)
    job = PAGE + GS + b"$" + u16(100) + dots + b"\xff" * 40
    job += GS + b"(L\x02\0\x30\x32" + GS + b"h\x50" + GS + b"k\x02" + b"4006381333931\0"
    marks = page(job + b"A" + END).marks
    picture, symbol, word = marks
    assert (picture.x, picture.y) == (0, 100 - 40)
    assert isinstance(picture.mark, Raster)
    assert isinstance(symbol.mark, Symbol)
    assert (symbol.x, symbol.y) == (8, 100 - 80)
    assert isinstance(word.mark, TextLine)
    assert word.mark.runs[0].x == 8 + 95 * 3


def test_the_readable_line_of_a_bar_code_hangs_below_the_pen() -> None:
    bars = GS + b"h\x28" + GS + b"H\x02" + GS + b"k\x02" + b"4006381333931\0"
    (placed,) = page(PAGE, GS, b"$", u16(40), bars, END).marks
    assert placed.y == 0
    assert page(PAGE, GS, b"$", u16(40), bars, END).height == 40 + 26


def test_what_reaches_above_the_page_makes_it_longer() -> None:
    job = PAGE + GS + b"!\x03" + b"A" + END
    assert page(job).marks[0].y == 0
    assert page(job).height == 96


# -- printing -------------------------------------------------------------


def test_a_page_is_as_long_as_its_lowest_area() -> None:
    job = PAGE + area(0, 0, 576, 300) + area(0, 0, 576, 100) + b"PAIN" + END
    assert page(job).height == 300


def test_a_page_without_an_area_is_as_long_as_what_is_on_it() -> None:
    assert page(PAGE, b"PAIN\nLAIT", END).height == 54
    assert page(ESC, b"T\x02", PAGE, b"PAIN", END).height == 24


def test_esc_ff_prints_the_page_and_keeps_it() -> None:
    job = PAGE + b"PAIN" + ESC + b"\x0c"
    found = [e for e in elements(job + ESC + b"\x0c" + END) if isinstance(e, Page)]
    assert len(found) == 3
    assert len(set(found)) == 1


def test_ff_leaves_page_mode_and_its_area() -> None:
    job = (
        PAGE + area(100, 0, 200, 90) + b"PAIN" + END + b"LAIT\n" + PAGE + b"OEUF" + END
    )
    assert text(job) == ["        PAIN", "", "LAIT", "OEUF"]


def test_can_clears_the_area_that_is_set_and_no_other() -> None:
    one, two = area(0, 0, 576, 60), area(0, 60, 576, 60)
    strip = strip_of(PAGE, one, b"PAIN\n", two, b"LAIT\n", b"\x18", b"OEUF", END)
    assert [run.text for e in strip.elements for run in _runs(e)] == ["PAIN", "OEUF"]
    assert strip.unread == len("PAINLAIT")


def _runs(element: object) -> list[Run]:
    if not isinstance(element, Page):
        return []
    lines = (placed.mark for placed in element.marks)
    return [run for line in lines if isinstance(line, TextLine) for run in line.runs]


def test_esc_s_leaves_the_page_unprinted_and_says_so() -> None:
    strip = strip_of(PAGE, b"PAIN", ESC, b"S", b"LAIT\n")
    assert strip.unread == len("PAIN")
    assert not any(isinstance(e, Page) for e in strip.elements)


def test_a_page_that_never_was_printed_is_not_lost_at_the_end() -> None:
    assert text(PAGE, b"PAIN") == ["PAIN"]


def test_esc_d_and_esc_j_move_the_pen_of_the_page() -> None:
    job = PAGE + b"A" + ESC + b"d\x02B" + ESC + b"J\x0aC" + ESC + b"e\x01D" + END
    assert [(word, y) for word, _, y, _ in words(job)] == [
        ("A", 0),
        ("B", 60),
        ("C", 70),
        ("D", 40),
    ]


# -- reading --------------------------------------------------------------


def test_columns_of_a_page_are_read_as_rows() -> None:
    left = area(0, 0, 280, 90) + b"Pain\nLait\n"
    right = area(300, 0, 276, 90) + b"1,20\n0,95\n"
    assert text(PAGE, left, right, END) == [
        "Pain" + " " * 21 + "1,20",
        "Lait" + " " * 21 + "0,95",
    ]


@pytest.mark.parametrize("direction", [0, 1, 2, 3])
def test_text_is_read_in_the_direction_in_which_it_was_set(direction: int) -> None:
    job = PAGE + area(0, 0, 400, 400) + ESC + b"T" + bytes((direction,))
    assert text(job, b"PAIN   1,20\nLAIT   0,95\n", END) == [
        "PAIN   1,20",
        "LAIT   0,95",
    ]


def test_differently_turned_texts_are_not_mixed() -> None:
    job = PAGE + area(0, 0, 400, 200) + b"PAIN\n" + ESC + b"T\x01" + b"COUPON\n"
    assert text(job + ESC + b"T\x00" + GS + b"$" + u16(54) + b"LAIT", END) == [
        "PAIN",
        "LAIT",
        "",
        "COUPON",
    ]


def test_what_is_printed_twice_at_one_place_is_said_once() -> None:
    twice = GS + b"$" + u16(30) + ESC + b"$" + u16(10) + b"TOTAL"
    again = ESC + b"$" + u16(11) + b"TOTAL"
    assert text(PAGE, twice, again, END) == [" TOTAL"]


def test_symbols_of_a_page_are_data_too() -> None:
    job = PAGE + GS + b"k\x02" + b"4006381333931\0" + END
    assert [s.text for s in symbols(strip_of(job))] == ["4006381333931"]


# -- paper that goes back -------------------------------------------------


def test_paper_fed_back_is_printed_on_again() -> None:
    job = b"PAIN\n" + ESC + b"K\x1e" + ESC + b"$" + u16(240) + b"1,20\nLAIT\n"
    assert text(job) == ["PAIN                1,20", "LAIT"]
    first, second = elements(job)
    assert isinstance(first, Page)
    assert first.height == 30
    assert isinstance(second, TextLine)


def test_paper_fed_back_by_lines_is_printed_on_again() -> None:
    job = b"Pain\nLait\n" + ESC + b"e\x02"
    job += ESC + b"$" + u16(120) + b"1,20\n" + ESC + b"$" + u16(120) + b"0,95\nFIN\n"
    assert text(job) == ["Pain      1,20", "Lait      0,95", "FIN"]


def test_more_than_the_printer_can_go_back_prints_and_leaves_the_paper() -> None:
    for back in (ESC + b"K\x31", ESC + b"e\x03"):
        assert text(b"PAIN", back, b"LAIT\n") == ["PAIN", "LAIT"]


def test_nothing_goes_back_over_a_cut() -> None:
    job = b"PAIN\n" + GS + b"V\0" + ESC + b"K\x1eLAIT\n"
    assert text(job) == ["PAIN", "", "LAIT"]


def test_going_back_again_and_again_stays_on_one_piece_of_paper() -> None:
    job = b"Pain\n" + (ESC + b"K\x1e" + ESC + b"$" + u16(120) + b"1,20\n")
    job += b"Lait\n" + ESC + b"e\x02" + ESC + b"$" + u16(240) + b"A\n"
    job += ESC + b"$" + u16(240) + b"B\nFIN\n"
    assert text(job) == ["Pain      1,20      A", "Lait                B", "FIN"]
    (first, last) = elements(job)
    assert isinstance(first, Page)
    assert first.height == 60
    assert isinstance(last, TextLine)


def test_going_back_beyond_a_piece_takes_what_is_above_it() -> None:
    job = b"ABC\nDEF\n" + ESC + b"K\x0a" + b"GHI\n" + ESC + b"e\x02" + ESC + b"$"
    found = elements(job + u16(120) + b"X\n")
    (whole,) = found
    assert isinstance(whole, Page)
    assert whole.height == 80
    assert min(placed.y for placed in whole.marks) == 0


AREA_1, AREA_2 = area(0, 0, 100, 100), area(200, 0, 100, 100)
LONG = {
    "CAN": PAGE + AREA_1 + (b"A" + GS + b"$ \0") * 9000 + AREA_2 + b"\x18" * 41_000,
    "ESC FF": PAGE + (b"A" + GS + b"$ \0") * 95 + (ESC + b"\x0c") * 59_000,
    "ESC K": (GS + b"v0\0\x48\0\1\0" + b"U" * 72 + ESC + b"K\x02") * 4000,
    "bold": (b"TOTAL\r\n" + ESC + b"K\x1eTOTAL\n" + ESC + b"K\x05") * 2000,
}
"""Each took from 24 seconds to minutes once, for the square of its length."""


@pytest.mark.parametrize("name", LONG)
def test_what_is_repeated_is_read_in_the_time_of_its_length(name: str) -> None:
    strip = strip_of(LONG[name])
    assert len(strip.elements) <= 100
    lines(strip)


# -- lines ----------------------------------------------------------------


def test_a_line_and_a_box_lie_where_the_page_wants_them() -> None:
    line = GS + b"(Q\x0c\0\x30" + u16(10, 20, 210, 20) + b"\x01\x02\x30"
    box = GS + b"(Q\x0e\0\x31" + u16(0, 0, 300, 100) + b"\x01\x03\x30\x30\x01"
    marks = page(PAGE, area(50, 60, 400, 200), line, box, END).marks
    assert marks == (
        Placed(60, 80, Box(0, 200, 2)),
        Placed(50, 60, Box(0, 300, 100, 4)),
    )


def test_a_line_drawn_backwards_is_thickened_the_other_way() -> None:
    ends = {(30, 50, 30, 90): (30, 50), (30, 90, 30, 50): (27, 50)}
    ends |= {(30, 50, 90, 50): (30, 50), (90, 50, 30, 50): (30, 47)}
    for places, corner in ends.items():
        line = GS + b"(Q\x0c\0\x30" + u16(*places) + b"\1\3\x30"
        (placed,) = page(PAGE, line, END).marks
        assert (placed.x, placed.y) == corner


def test_double_lines_are_hollow_and_double_boxes_are_two() -> None:
    line = GS + b"(Q\x0c\0\x30" + u16(0, 0, 0, 100) + b"\x01\x05\x30"
    box = GS + b"(Q\x0e\0\x31" + u16(0, 0, 300, 100) + b"\x01\x04\x30\x30\x01"
    marks = page(PAGE, line, box, END).marks
    assert marks == (
        Placed(0, 0, Box(0, 6, 100, 2)),
        Placed(0, 0, Box(0, 300, 100, 1)),
        Placed(2, 2, Box(0, 296, 96, 1)),
    )


def test_a_line_across_the_roll_takes_its_place() -> None:
    rule = GS + b"(Q\x09\0\x32" + u16(20, 420) + b"\x0a\x01\x03\x30"
    _, line, feed, _ = elements(b"PAIN\n" + rule + b"LAIT\n")
    assert line == Box(20, 400, 4)
    assert feed == Feed(6)  # the paper moves by ten dots in all


def test_a_line_down_the_roll_runs_beside_what_is_printed() -> None:
    begin = GS + b"(Q\x07\0\x33" + u16(200) + b"\x01\x01\x02\x30"
    end = GS + b"(Q\x07\0\x33" + u16(200) + b"\x00\x01\x02\x30"
    (found,) = elements(begin + b"Pain\nLait\n" + end)
    assert isinstance(found, Page)
    assert found.marks[-1] == Placed(200, 0, Box(0, 2, 60))
    assert text(begin + b"Pain\nLait\n" + end) == ["Pain", "Lait"]
