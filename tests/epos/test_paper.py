from __future__ import annotations

import pytest

from agent.escpos.jobs import JobEnd, JobReader, KickNow
from agent.paper.strip import (
    Box,
    Buzz,
    Cut,
    Feed,
    Kick,
    Page,
    Placed,
    Raster,
    Run,
    Style,
    Symbol,
    TextLine,
)
from tests.epos.printing import asked, document, elements, escpos, page, paper, text


@pytest.mark.parametrize(
    ("attributes", "dots"),
    [("", 30), ('line="3"', 90), ('unit="50"', 50), ('linespc="40"', 40)],
)
def test_a_feed_moves_the_paper(attributes: str, dots: int) -> None:
    assert elements(f"<feed {attributes}/>") == [Feed(dots)]


def test_a_feed_may_say_units_and_lines() -> None:
    assert elements('<text>a</text><feed unit="40" line="2"/>') == [
        TextLine((Run("a"),), 40),
        Feed(60),
    ]


@pytest.mark.parametrize("pos", ["peeling", "cutting", "current_tof", "next_tof"])
def test_a_feed_to_a_position_of_labels_is_said_to_the_printer(pos: str) -> None:
    assert b"\x1c(L" in escpos(f'<feed pos="{pos}"/>')
    assert text(f'<text>a</text><feed pos="{pos}"/>') == ["a"]


@pytest.mark.parametrize(
    ("kind", "full"),
    [
        ("no_feed", False),
        ("feed", False),
        ("reserve", False),
        ("no_feed_fullcut", True),
        ("feed_fullcut", True),
        ("reserve_fullcut", True),
    ],
)
def test_every_kind_of_cut_cuts(kind: str, full: bool) -> None:
    assert elements(f'<cut type="{kind}"/>') == [Cut(full=full)]


def test_a_cut_feeds_first_unless_it_says_otherwise() -> None:
    assert escpos("<cut/>").endswith(b"\x1dV\x42\x00")


def test_text_in_front_of_a_cut_is_printed_first() -> None:
    assert elements("<text>TOTAL</text><cut/>") == [
        TextLine((Run("TOTAL"),), 30),
        Cut(full=False),
    ]


@pytest.mark.parametrize(
    ("attributes", "kick"),
    [
        ("", Kick(0, 100, 100)),
        ('drawer="drawer_2"', Kick(1, 100, 100)),
        ('time="pulse_300"', Kick(0, 300, 300)),
        ('drawer="drawer_1" time="pulse_500"', Kick(0, 500, 500)),
    ],
)
def test_a_pulse_opens_its_drawer(attributes: str, kick: Kick) -> None:
    assert elements(f"<pulse {attributes}/>") == [kick]


def test_a_pulse_alone_is_nothing_but_a_pulse() -> None:
    raw = escpos("<pulse/>")
    assert raw == b"\x1bp\x00\x32\x32"
    reader = JobReader()
    steps = [*reader.feed(raw), *reader.close()]
    assert [type(step) for step in steps] == [KickNow, JobEnd]
    assert asked(document("<pulse/>")).only_pulses
    assert not asked(document("<pulse/><feed/>")).only_pulses
    assert not asked(document("")).only_pulses


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'pattern="pattern_a" repeat="3"',
        'pattern="error"',
        'pattern="paper_end" repeat="0"',
        'pattern="pattern_0" repeat="2" cycle="6000"',
        'pattern="pattern_10" repeat="255" cycle="25500"',
    ],
)
def test_every_sound_sounds(attributes: str) -> None:
    assert elements(f"<sound {attributes}/>") == [Buzz()]


def test_no_sound_is_none() -> None:
    assert escpos('<sound pattern="none"/>') == b""


def test_a_rule_goes_across_the_paper() -> None:
    assert elements('<hline x1="20" x2="420" style="medium"/>')[:1] == [
        Box(20, 400, 2, 0)
    ]


@pytest.mark.parametrize(
    ("style", "thick"),
    [
        ("thin", 1),
        ("medium", 2),
        ("thick", 4),
        ("thin_double", 3),
        ("medium_double", 6),
        ("thick_double", 12),
    ],
)
def test_a_rule_moves_the_paper_by_its_thickness(style: str, thick: int) -> None:
    strip = paper(f'<hline x1="0" x2="576" style="{style}"/>')
    (box,) = (each for each in strip.elements if isinstance(each, Box))
    assert box.height == thick
    assert not any(isinstance(each, Feed) for each in strip.elements)


def test_a_vertical_rule_runs_beside_the_text() -> None:
    said = '<vline-begin x="300"/><text>a&#10;b&#10;</text><vline-end x="300"/>'
    (found,) = (each for each in elements(said) if isinstance(each, Page))
    boxes = [p for p in found.marks if isinstance(p.mark, Box)]
    assert [(p.x, p.mark.height) for p in boxes if isinstance(p.mark, Box)] == [
        (300, 60)
    ]


def test_a_logo_is_asked_for_by_its_keys_and_aligned() -> None:
    assert b"\x1d(L\6\0\x30\x45\x20\x41\1\1" in escpos('<logo key1="32" key2="65"/>')
    (mark,) = elements('<logo key1="32" key2="65" align="right"/>')
    assert isinstance(mark, Symbol)
    assert (mark.system, mark.anchor) == ("LOGO", "right")


def test_commands_of_the_pos_go_as_they_are() -> None:
    assert text("<command>1b45 01 0d0A 48656C6c6f0a</command>") == ["Hello"]
    assert escpos("<command>48690a</command>").endswith(b"Hi\n")


def test_after_commands_of_the_pos_the_code_page_is_chosen_again() -> None:
    said = "<text>é&#10;</text><command>1b7412</command><text>é&#10;</text>"
    assert text(said) == ["é", "é"]


@pytest.mark.parametrize(
    "element",
    [
        "<layout/>",
        (
            '<layout type="label_bm" width="600" height="-1550" margin-top="-15"'
            ' margin-bottom="0" offset-cut="10" offset-label="0"/>'
        ),
        "<recovery/>",
        "<batch-begin/>",
        "<batch-end/>",
        "<rotate-begin/>",
        "<rotate-end/>",
    ],
)
def test_what_leaves_no_mark_leaves_the_text_alone(element: str) -> None:
    said = f'<text em="true"/>{element}<text>a&#10;</text>'
    assert elements(said) == [TextLine((Run("a", Style(bold=True)),), 30)]


def test_recovery_goes_on_and_throws_nothing_away() -> None:
    assert escpos("<recovery/>") == b"\x10\x05\x01"


def test_a_reset_forgets_every_attribute() -> None:
    said = (
        '<text em="true" width="4" lang="ja" color="color_3">a&#10;</text><reset/>'
        '<text height="2">é&#10;</text>'
    )
    assert elements(said)[1] == TextLine((Run("é", Style(tall=2)),), 48)


# -- pages ----------------------------------------------------------------


def test_text_stands_in_the_area_of_a_page() -> None:
    found = page('<area x="100" y="50" width="300" height="200"/><text>ABCDE</text>')
    (mark,) = found.marks
    assert isinstance(mark.mark, TextLine)
    assert (mark.mark.runs[0].text, mark.x) == ("ABCDE", 100)
    assert mark.y >= 50


def test_a_position_is_where_the_next_mark_stands() -> None:
    said = (
        '<area x="0" y="0" width="400" height="200"/>'
        '<position x="50" y="130"/><text>ABC</text>'
        '<text x="200" y="60">DEF</text>'
    )
    at = {
        mark.mark.runs[0].text: (mark.x + mark.mark.runs[0].x, mark.y)
        for mark in page(said).marks
        if isinstance(mark.mark, TextLine)
    }
    assert at["ABC"][0] == 50
    assert at["DEF"][0] == 200
    assert at["ABC"][1] - at["DEF"][1] == 70


@pytest.mark.parametrize(
    ("direction", "turn"),
    [
        ("left_to_right", 0),
        ("bottom_to_top", 270),
        ("right_to_left", 180),
        ("top_to_bottom", 90),
    ],
)
def test_a_page_is_read_in_its_direction(direction: str, turn: int) -> None:
    said = (
        '<area x="0" y="0" width="400" height="400"/>'
        f'<direction dir="{direction}"/><text>ABC</text>'
    )
    assert {mark.turn for mark in page(said).marks} == {turn}


def test_lines_and_rectangles_are_drawn_on_a_page() -> None:
    said = (
        '<area x="0" y="0" width="400" height="300"/>'
        '<line x1="20" y1="40" x2="120" y2="40" style="thick"/>'
        '<rectangle x1="20" y1="60" x2="220" y2="160" style="medium"/>'
    )
    assert page(said).marks == (
        Placed(20, 40, Box(0, 100, 4, 0)),
        Placed(20, 60, Box(0, 200, 100, 2)),
    )


def test_a_picture_and_a_code_stand_on_a_page_too() -> None:
    said = (
        '<area x="0" y="0" width="400" height="400"/><position x="10" y="100"/>'
        '<image width="8" height="8">//////////8=</image><position x="80" y="200"/>'
        '<barcode type="code39" height="40">ABC</barcode>'
    )
    raster, bars = page(said).marks
    assert isinstance(raster.mark, Raster)
    assert isinstance(bars.mark, Symbol)
    assert (raster.x, bars.x) == (10, 80)


def test_a_page_has_no_alignment_and_text_goes_on_behind_it_as_before() -> None:
    said = (
        '<text align="center" em="true">a&#10;</text>'
        '<page><area x="0" y="0" width="400" height="100"/>'
        '<text align="right">b</text></page><text>c&#10;</text>'
        '<text align="left">d&#10;</text>'
    )
    assert escpos(said).count(b"\x1ba") == 2
    assert elements(said)[-2:] == [
        TextLine((Run("c", Style(bold=True), x=282),), 30),
        TextLine((Run("d", Style(bold=True)),), 30),
    ]


def test_feeds_move_the_pen_of_a_page() -> None:
    said = (
        '<area x="0" y="0" width="400" height="300"/>'
        '<text>a</text><feed line="2"/><text>b</text><feed unit="10"/><text>c</text>'
    )
    at = [mark.y for mark in page(said).marks]
    assert [at[1] - at[0], at[2] - at[1]] == [60, 10]
