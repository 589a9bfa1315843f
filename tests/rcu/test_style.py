"""The page can be read: WCAG 2.2 contrast of every colour pair, in both modes."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

import rcu

CSS = (Path(rcu.__file__).parent / "templates" / "style.css").read_text("utf-8")


def _luminance(colour: str) -> float:
    short = len(colour) == 4
    parts = [c * 2 for c in colour[1:]] if short else re.findall("..", colour[1:])
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(part, 16) / 255 for part in parts)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _modes() -> list[dict[str, str]]:
    blocks = re.findall(r":root\{(--desk[^}]*)\}", CSS)
    return [dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", block)) for block in blocks]


def test_there_is_a_light_a_dark_and_a_printed_page() -> None:
    assert len(_modes()) == 3


@pytest.mark.parametrize("mode", _modes())
def test_every_text_colour_stands_out_from_every_ground(mode: dict[str, str]) -> None:
    pairs = [
        *product(("ink", "soft", "go", "wait"), ("desk", "paper")),
        *product(("ink", "go"), ("tint",)),
        *product(("ink", "wait"), ("warn",)),
    ]
    weak = {
        (text, ground): round(_contrast(mode[text], mode[ground]), 2)
        for text, ground in pairs
        if _contrast(mode[text], mode[ground]) < 4.5
    }
    assert not weak


def test_nothing_moves_for_people_who_prefer_it_so() -> None:
    still = re.sub(
        r"@media \(prefers-reduced-motion:no-preference\)\{.*?\}\}\}", "", CSS
    )
    assert len(still) < len(CSS)
    assert "animation" not in still
    assert "transition" not in still
