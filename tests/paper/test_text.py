from __future__ import annotations

from agent.paper.strip import (
    Cut,
    Feed,
    Kick,
    PaperLine,
    Raster,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
)
from agent.paper.text import columns, lines, symbols, visible

WIDE, TALL, SMALL = Style(wide=2), Style(tall=2, bold=True), Style(font="B")
QR = Symbol("QR", b"x", "x")


def _line(*runs: Run, height: int = 30) -> TextLine:
    return TextLine(runs, height)


def _said(*elements: TextLine | Feed | Cut | Kick | Raster | Symbol) -> list[str]:
    return [line.text for line in lines(Strip(elements))]


def test_amounts_stay_in_the_column_they_were_printed_in() -> None:
    assert _said(_line(Run("PAIN"), Run("1,20", x=240))) == ["PAIN" + " " * 16 + "1,20"]


def test_small_characters_have_more_columns() -> None:
    assert _said(_line(Run("PAIN", SMALL), Run("1,20", SMALL, x=540))) == [
        "PAIN" + " " * 56 + "1,20"
    ]


def test_a_wide_label_does_not_push_its_amount_away() -> None:
    line = _line(Run("TOTAL", WIDE), Run("42,17", x=516))
    assert _said(line) == ["TOTAL" + " " * 38 + "42,17"]


def test_a_wide_line_has_half_the_columns_and_says_so() -> None:
    (line,) = lines(Strip((_line(Run("TOTAL", Style(wide=2, tall=2), x=48)),)))
    assert line == PaperLine("  TOTAL", wide=2, tall=2)


def test_tall_and_bold_are_told() -> None:
    (line,) = lines(Strip((_line(Run("TOTAL", TALL)),)))
    assert line == PaperLine("TOTAL", tall=2, bold=True)


def test_runs_that_overlap_lose_nothing() -> None:
    assert _said(_line(Run("abcdef"), Run("xy", x=24))) == ["abcdefxy"]


def test_runs_are_read_from_left_to_right() -> None:
    assert _said(_line(Run("b", x=120), Run("a"))) == ["a" + " " * 9 + "b"]


def test_trailing_blanks_go_and_leading_ones_stay() -> None:
    assert _said(_line(Run("  a  \xa0"))) == ["  a"]


def test_pictures_symbols_cuts_and_feeds_are_one_empty_line_between_text() -> None:
    between = (Feed(120), Raster(0, 8, 1, b"\0"), QR, Cut(), Feed(200))
    assert _said(_line(Run("a")), *between, _line(Run("b"))) == ["a", "", "b"]


def test_the_drawer_and_a_few_dots_are_no_line() -> None:
    assert _said(_line(Run("a")), Kick(0), Feed(9), _line(Run("b"))) == ["a", "b"]


def test_paper_moved_by_a_line_feed_command_separates_too() -> None:
    assert _said(_line(Run("a"), height=90), _line(Run("b"))) == ["a", "", "b"]


def test_nothing_is_empty_first_or_last() -> None:
    assert _said(Feed(90), _line(Run(" ")), _line(Run("a")), Cut()) == ["a"]
    assert _said(Feed(90), Cut()) == []


def test_columns_are_those_of_the_font_that_is_used_most() -> None:
    assert columns(Strip(())) == 48
    assert columns(Strip((_line(Run("x" * 40, SMALL)), _line(Run("TOTAL"))))) == 64
    assert columns(Strip((_line(Run("x")),), width=384)) == 32


def test_symbols_are_those_that_say_something() -> None:
    assert symbols(Strip((QR, Symbol("LOGO", b"", "logo 1")))) == (QR,)


def test_ideographs_take_two_columns() -> None:
    assert _said(_line(Run("合计"), Run("12", x=72))) == ["合计  12"]


def test_controls_and_direction_overrides_become_visible() -> None:
    assert (
        visible("a\x00\x1b\u202eb\u2066\x85\n") == "a\ufffd\ufffd\ufffdb" + "\ufffd" * 3
    )
    assert visible("\ud800|\udfff").encode() == "\ufffd|\ufffd".encode()
