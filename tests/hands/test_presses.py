"""A finger comes down once: bounces, repeats and double presses are one press."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.hands.acts import Act
from agent.hands.events import InputEvents
from agent.hands.keys import CODES
from agent.hands.presses import BOUNCE_MS, Presses
from agent.hands.settings import KeypadSettings
from agent.hands.strokes import Strokes
from tests.hands.device import acts, event, press, syn

KEYS = KeypadSettings(name="pad").codes


def heard(*raw: bytes, keys: dict[int, Act] = KEYS) -> list[str]:
    return acts(Strokes(Presses(keys)).hear(b"".join(raw)))


@pytest.mark.parametrize(
    ("keys", "act"),
    [
        ("P KP1 1", "paper"),
        ("Q KP2 2", "qr"),
        ("E KP3 3", "email"),
        ("S KP4 4", "sms"),
        ("C KP5 5", "account"),
        ("N KP6 6", "none"),
        ("ENTER KPENTER", "extend"),
        ("BACKSPACE", "not_me"),
    ],
)
def test_letters_and_digits_are_the_cashiers_keys(keys: str, act: str) -> None:
    for key in keys.split():
        assert heard(press(key)) == [act], key


def test_letters_of_an_azerty_pad_are_where_it_prints_them() -> None:
    keys = KeypadSettings(name="pad", layout="fr").codes
    assert heard(press("A"), keys=keys) == ["qr"]
    assert heard(press("Q"), keys=keys) == []


def test_a_key_that_is_held_is_one_press() -> None:
    code = CODES["KP1"]
    held = [event(1, code, 2, 500 + 33 * n) + syn() for n in range(100)]
    assert heard(event(1, code, 1, 0), *held, event(1, code, 0, 5000)) == ["paper"]


def test_a_bounce_and_a_double_press_are_one() -> None:
    assert heard(press("KP1", 0, for_ms=2), press("KP1", 5)) == ["paper"]
    assert heard(press("KP1", 0), press("KP1", 250)) == ["paper"]
    assert heard(press("KP1", 0), press("KP1", BOUNCE_MS)) == ["paper", "paper"]


def test_a_bounce_that_goes_on_does_not_end_in_a_press() -> None:
    assert heard(*(press("KP1", 200 * n) for n in range(9))) == ["paper"]


def test_another_key_is_another_press_at_once() -> None:
    assert heard(press("KP1", 0), press("KP2", 10)) == ["paper", "qr"]


def test_a_clock_that_was_set_back_loses_no_press() -> None:
    assert heard(press("KP1", 9000), press("KP1", 1000)) == ["paper", "paper"]


def test_keys_without_a_meaning_and_other_events_say_nothing() -> None:
    assert heard(press("NUMLOCK"), event(2, 8, -1), event(17, 0, 1)) == []


@given(
    st.lists(
        st.tuples(st.sampled_from([*KEYS, 69]), st.integers(0, 3), st.floats(0, 2000)),
        max_size=40,
    )
)
def test_no_key_is_pressed_twice_within_the_bounce(
    strokes: list[tuple[int, int, float]],
) -> None:
    parser, presses, at_ms = InputEvents(), Presses(KEYS), 0.0
    last: dict[str, float] = {}
    for code, value, pause_ms in strokes:
        at_ms += pause_ms
        for stroke in parser.feed(event(1, code, value, at_ms)):
            for act in acts(presses.hear(stroke)):
                key = f"{act} {code}"
                assert at_ms - last.get(key, -1e9) > BOUNCE_MS - 0.01
                last[key] = at_ms
