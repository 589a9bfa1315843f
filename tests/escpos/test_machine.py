"""Pulses and beeps leave no mark, but the strip knows of them."""

from __future__ import annotations

import pytest

from agent.paper import html, png, text
from agent.paper.strip import Buzz, Kick
from tests.escpos.printed import elements, strip_of

ESC, DLE = b"\x1b", b"\x10"


@pytest.mark.parametrize(
    "command",
    [
        ESC + b"(A\x04\x00\x30\x30\x02\x0a",
        ESC + b"(A\x03\x00\x61\x03\x01",
        DLE + b"\x14\x03\x01\x00\x01\x01\x00",
        ESC + b"B\x02\x03",
    ],
)
def test_the_buzzer_sounds(command: bytes) -> None:
    strip = strip_of(command)
    assert strip.elements == (Buzz(),)
    assert strip.unread == 0


@pytest.mark.parametrize("fn", [b"\x62\x30", b"\x63\x30"])
def test_settings_of_the_buzzer_are_silent(fn: bytes) -> None:
    assert elements(ESC + b"(A\x07\x00" + fn + b"\x01\x64\x00\x01\x01") == []


def test_pulses_say_how_long() -> None:
    assert elements(ESC + b"p\x00\x19\xfa", DLE + b"\x14\x01\x01\x02") == [
        Kick(0, 50, 500),
        Kick(1, 200, 200),
    ]


def test_other_bytes_that_begin_like_a_beep_are_unread() -> None:
    assert strip_of(ESC + b"B\x02").unread == 3


def test_a_beep_has_no_look() -> None:
    strip = strip_of(b"PAIN\n", ESC + b"B\x01\x01", b"LAIT\n")
    silent = strip_of(b"PAIN\n", b"LAIT\n")
    assert html.render(strip) == html.render(silent)
    assert text.lines(strip) == text.lines(silent)
    assert png.render(strip) == png.render(silent)
