"""Top and bottom logos: the printer adds them, the bytes of the receipt do not."""

from __future__ import annotations

import pytest

from agent.escpos.memory import EMPTY, Memory
from agent.paper.strip import Anchor, Cut, Element, Feed, Kick, Raster, Symbol, TextLine
from agent.paper.text import lines
from tests.escpos.printed import strip_of
from tests.escpos.test_graphics import logo
from tests.escpos.test_memory import in_turn

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
CUT = GS + b"V\x00"
DOTS = b"\xf0" * 2 + b"\x0f" * 2


def enhance(fn: int, *args: bytes) -> bytes:
    body = bytes((fn, 2)) + b"".join(args)
    return FS + b"(E" + len(body).to_bytes(2, "little") + body


TOP = enhance(62, b"A1", b"1", b"\x00")
BOTTOM = enhance(63, b"A1", b"2")
SETUP = logo(67, b"A1") + TOP + BOTTOM

TOP_LOGO = Raster(284, 8, 4, DOTS)
BOTTOM_LOGO = Raster(568, 8, 4, DOTS)


def kinds(elements: tuple[Element, ...]) -> list[str]:
    return [type(each).__name__ for each in elements]


def after_setup(*jobs: bytes) -> tuple[Element, ...]:
    return in_turn(SETUP, *jobs).strip.elements


def test_a_receipt_of_a_later_day_has_its_logos() -> None:
    printed = after_setup(b"PAIN\n" + CUT, b"LAIT\n" + CUT)
    assert printed[0] == TOP_LOGO
    assert isinstance(printed[1], TextLine)
    assert printed[2:] == (BOTTOM_LOGO, Cut())


def test_each_receipt_of_a_job_has_its_own() -> None:
    printed = after_setup(b"a\n" + CUT + b"b\n" + CUT)
    assert kinds(printed) == ["Raster", "TextLine", "Raster", "Cut"] * 2


@pytest.mark.parametrize("cut", [GS + b"V\x42\x10", ESC + b"i", ESC + b"m"])
def test_every_cut_has_the_bottom_logo_above_it(cut: bytes) -> None:
    printed = after_setup(b"a\n" + cut)
    assert printed[2] == BOTTOM_LOGO
    assert isinstance(printed[-1], Cut)


def test_a_receipt_in_two_jobs_has_one_top_logo() -> None:
    first, second = in_turn(SETUP, b"a\n"), in_turn(SETUP, b"a\n", b"b\n" + CUT)
    assert kinds(first.strip.elements) == ["Raster", "TextLine"]
    assert kinds(second.strip.elements) == ["TextLine", "Raster", "Cut"]
    assert second.memory.fresh


def test_a_pulse_or_a_lone_cut_is_no_receipt() -> None:
    pulse = ESC + b"p\x00\x19\xfa"
    assert kinds(after_setup(pulse)) == ["Kick"]
    assert kinds(after_setup(CUT)) == ["Cut"]


def test_the_logo_comes_before_paper_that_is_fed_first() -> None:
    assert kinds(after_setup(b"\n\na\n")) == ["Raster", "Feed", "TextLine"]


def test_a_page_has_it_too() -> None:
    job = ESC + b"L" + b"a\n" + b"\x0c" + CUT
    assert kinds(after_setup(job)) == ["Raster", "Page", "Raster", "Cut"]


def test_lines_of_the_pos_make_room_for_the_top_logo() -> None:
    removes = logo(67, b"A1") + enhance(62, b"A1", b"0", b"\x02")
    job = b"CHEZ ANNA\n\nPAIN\nLAIT\n"
    done = in_turn(removes, job)
    assert [line.text for line in lines(done.strip)] == ["PAIN", "LAIT"]
    assert not any(isinstance(each, Feed) for each in done.strip.elements)


def test_lines_are_removed_from_each_receipt_but_not_across_a_cut() -> None:
    removes = logo(67, b"A1") + enhance(62, b"A1", b"0", b"\x02")
    off = enhance(65, b"0", b"1")
    done = in_turn(removes, b"1\n2\n3\n" + CUT + b"4\n" + CUT + off + b"5\n")
    assert [line.text for line in lines(done.strip) if line.text] == ["3", "5"]


@pytest.mark.parametrize(
    ("n", "x", "anchor"),
    [(b"0", 0, "left"), (b"1", 288, "centre"), (b"2", 576, "right")],
)
def test_a_logo_whose_dots_were_never_seen_leaves_its_sign(
    n: bytes, x: int, anchor: Anchor
) -> None:
    printed = in_turn(enhance(62, b"A1", n, b"\x00"), b"a\n").strip.elements
    assert printed[0] == Symbol("LOGO", b"", "logo A1", x=x, anchor=anchor, height=0)


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (enhance(60, b"0CLR"), ["TextLine", "Raster", "Cut"]),
        (enhance(60, b"1CLR"), ["Raster", "TextLine", "Cut"]),
        (enhance(60, b"0CLX"), ["Raster", "TextLine", "Raster", "Cut"]),
        (enhance(65, b"0", b"1"), ["TextLine", "Raster", "Cut"]),
        (enhance(65, b"1", b"1"), ["Raster", "TextLine", "Cut"]),
        (enhance(65, b"0", b"0"), ["Raster", "TextLine", "Raster", "Cut"]),
        (enhance(65, b"0", b"7"), ["Raster", "TextLine", "Raster", "Cut"]),
        (
            enhance(65, b"0", b"1") + enhance(65, b"0", b"0"),
            ["Raster", "TextLine", "Raster", "Cut"],
        ),
        (enhance(61, b"0"), ["Raster", "TextLine", "Raster", "Cut"]),
        (enhance(64, b"@1"), ["Raster", "TextLine", "Raster", "Cut"]),
        (enhance(62, b"A1", b"9", b"\x05"), ["Raster", "TextLine", "Raster", "Cut"]),
        (FS + b"(E\x06\x00\x3c\x030CLR", ["Raster", "TextLine", "Raster", "Cut"]),
        (
            ESC + b"L" + enhance(60, b"0CLR") + ESC + b"S",
            ["Raster", "TextLine", "Raster", "Cut"],
        ),
    ],
)
def test_settings_are_cancelled_switched_or_left(
    change: bytes, left: list[str]
) -> None:
    assert kinds(after_setup(change, b"a\n" + CUT)) == left


def test_a_reset_switches_them_on_again() -> None:
    off = enhance(65, b"0", b"1") + enhance(65, b"1", b"1")
    assert kinds(after_setup(off, b"a\n" + CUT)) == ["TextLine", "Cut"]
    assert kinds(after_setup(off, ESC + b"@" + b"a\n" + CUT)) == [
        *("Raster", "TextLine"),
        *("Raster", "Cut"),
    ]


def test_in_the_middle_of_a_line_a_setting_is_refused() -> None:
    assert in_turn(b"a" + TOP + b"\n").memory == EMPTY


def test_a_flood_of_cuts_makes_no_flood_of_pictures() -> None:
    big = b"0A1\x01\x40\x02\x00\x01" + b"1" + b"\xff" * (72 * 256)
    define = GS + b"8L" + (len(big) + 2).to_bytes(4, "little") + b"0C" + big
    memory = in_turn(define + TOP).memory
    printed = in_turn((b"a\n" + CUT) * 2000, memory=memory).strip
    inked = sum(len(e.bits) for e in printed.elements if isinstance(e, Raster))
    assert inked <= 4 << 20
    assert printed.unread > 0


def test_without_logos_the_end_of_a_job_is_nothing_to_remember() -> None:
    assert in_turn(b"a\n").memory == Memory()
    assert not isinstance(strip_of(b"a\n").elements[0], Raster | Kick)
