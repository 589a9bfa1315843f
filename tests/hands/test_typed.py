"""Scanners that play a keyboard, in two layouts, and those on a serial line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.hands.acts import Affixes
from agent.hands.events import InputEvents
from agent.hands.layouts import Layout
from agent.hands.lines import Lines
from agent.hands.strokes import Strokes
from agent.hands.typed import MAX_SCAN_CHARS, Typed
from hardware_sim import wedge
from tests.hands.device import event, syn, texts

PAGE = "https://tickets.enseigne.example/r/ABCDEFGHIJ-KLMNOP_23?x=1&y=2#z"
BOTH: tuple[Layout, ...] = ("us", "fr")
GAP_MS = 100.0


def ear(layout: Layout = "us", *, by_silence: bool = False) -> Strokes:
    return Strokes(Typed(layout, GAP_MS, by_silence=by_silence))


@pytest.mark.parametrize("layout", BOTH)
@pytest.mark.parametrize("text", ["RA1-PO", "2980123456784", PAGE, "(8018)123456"])
def test_a_scan_is_read_in_its_layout(layout: Layout, text: str) -> None:
    raw = wedge.events(wedge.keys(text, layout))
    assert texts(ear(layout).hear(raw)) == [text]


def test_what_only_the_french_layout_has_behind_altgr_is_read() -> None:
    raw = wedge.events(wedge.keys("a@b[1]#~", "fr"))
    assert texts(ear("fr").hear(raw)) == ["a@b[1]#~"]


def test_a_scan_is_also_read_in_the_other_layout() -> None:
    raw = wedge.events(wedge.keys("RA1-PO", "us"))
    scan = Typed("fr", GAP_MS)
    heard = [each for stroke in InputEvents().feed(raw) for each in scan.hear(stroke)]
    assert [each.texts for each in heard] == [("RQ&)PO", "RA1-PO")]


@pytest.mark.parametrize("layout", BOTH)
def test_alt_and_the_pad_suit_every_layout(layout: Layout) -> None:
    raw = wedge.events(wedge.alt_keys("RA1-PO"))
    assert texts(ear(layout).hear(raw)) == ["RA1-PO"]


def test_tab_ends_a_scan_too_and_an_end_alone_is_none() -> None:
    raw = wedge.events(wedge.keys("123", end=wedge.TAB), 1000)
    raw += wedge.events(wedge.keys("", end=wedge.ENTER), 1020)
    raw += wedge.events(wedge.keys("456"), 1040)
    assert texts(ear().hear(raw)) == ["123", "456"]


def test_half_a_scan_is_thrown_away() -> None:
    hears = ear()
    assert texts(hears.hear(wedge.events(wedge.keys("29801", end=None), 1000))) == []
    assert hears.pending
    late = wedge.events(wedge.keys("456"), 1500)
    assert texts(hears.hear(late)) == ["456"]
    hears.hear(wedge.events(wedge.keys("29801", end=None), 2000))
    assert texts(hears.silent()) == []
    assert not hears.pending


def test_a_scanner_without_an_end_ends_by_silence() -> None:
    hears = ear(by_silence=True)
    hears.hear(wedge.events(wedge.keys("123", end=None), 1000))
    assert texts(hears.hear(wedge.events(wedge.keys("45", end=None), 1500))) == ["123"]
    assert texts(hears.silent()) == ["45"]
    assert texts(hears.silent()) == []


def test_a_key_that_repeats_itself_is_one_character() -> None:
    raw = wedge.events(wedge.keys("12", end=None), 1000)
    raw += event(1, 3, 2, 1030) + syn(1030)
    raw += wedge.events(wedge.keys("3"), 1060)
    assert texts(ear().hear(raw)) == ["123"]


def test_what_the_kernel_dropped_takes_the_scan_with_it() -> None:
    hears = ear()
    raw = wedge.events(wedge.keys("29801", end=None), 1000)
    raw += event(0, 3, 0, 1020) + syn(1020)
    raw += wedge.events(wedge.keys("23"), 1030)
    assert texts(hears.hear(raw)) == ["23"]


def test_a_shift_that_never_came_up_ends_with_the_device() -> None:
    hears = ear()
    hears.hear(event(1, wedge.LEFT_SHIFT, 1, 1000))
    hears.forget()
    raw = wedge.events(wedge.keys("123"), 1010)
    assert texts(hears.hear(raw)) == ["123"]


def test_what_is_too_long_is_no_code_and_the_next_is_read() -> None:
    hears = ear()
    typed = Typed("us", GAP_MS)
    for stroke in InputEvents().feed(
        wedge.events(wedge.keys("1" * 9000, end=None), 1000, 0.1)
    ):
        assert typed.hear(stroke) == []
    assert [len(text) for text in typed._texts] == [MAX_SCAN_CHARS] * 2
    raw = wedge.events(wedge.keys("1" * (MAX_SCAN_CHARS + 1)), 1000, 0.1)
    assert texts(hears.hear(raw)) == []
    assert texts(hears.hear(wedge.events(wedge.keys("123"), 9000))) == ["123"]


@given(st.text(st.sampled_from("RA1-POQ0987/:.?=&"), min_size=1, max_size=40))
def test_the_two_who_know_the_layouts_agree(text: str) -> None:
    for layout in BOTH:
        raw = wedge.events(wedge.keys(text, layout))
        assert texts(ear(layout).hear(raw)) == [text]


@given(
    st.lists(st.tuples(st.integers(0, 800), st.integers(-1, 3), st.integers(0, 300)))
)
def test_any_strokes_are_data(strokes: list[tuple[int, int, int]]) -> None:
    hears, at_ms = ear(), 0.0
    for code, value, pause_ms in strokes:
        at_ms += pause_ms
        for text in texts(hears.hear(event(1, code, value, at_ms))):
            assert 0 < len(text) <= MAX_SCAN_CHARS


def test_a_line_ends_with_cr_or_lf_or_both_and_may_come_in_pieces() -> None:
    lines = Lines()
    assert texts(lines.hear(b"298012")) == []
    assert lines.pending
    assert texts(lines.hear(b"3\r\nRA1-PO\n\x02ABC\x03")) == [
        "2980123",
        "RA1-PO",
        "ABC",
    ]
    assert not lines.pending


def test_prefix_and_suffix_are_left_off() -> None:
    affixes = Affixes("S01", "#")
    assert texts(Lines(affixes).hear(b"\x02S01RA1-PO#\r")) == ["RA1-PO"]
    typed = Strokes(Typed("us", GAP_MS, affixes))
    assert texts(typed.hear(wedge.events(wedge.keys("S01RA1-PO#")))) == ["RA1-PO"]


def test_half_a_line_is_thrown_away_or_taken_as_it_is_configured() -> None:
    lines, by_silence = Lines(), Lines(by_silence=True)
    lines.hear(b"298")
    by_silence.hear(b"298")
    assert texts(lines.silent()) == []
    assert texts(by_silence.silent()) == ["298"]


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_any_bytes_of_a_line_are_data_in_any_pieces(pieces: list[bytes]) -> None:
    lines, whole = Lines(), Lines()
    heard = [text for piece in pieces for text in texts(lines.hear(piece))]
    assert heard == texts(whole.hear(b"".join(pieces)))
    assert all(len(text) <= MAX_SCAN_CHARS for text in heard)


def test_a_line_that_never_ends_is_not_kept() -> None:
    lines = Lines()
    for _ in range(100):
        assert lines.hear(b"1" * 4096) == []
    assert len(lines._held) == MAX_SCAN_CHARS
    assert texts(lines.hear(b"\r123\r")) == ["123"]
