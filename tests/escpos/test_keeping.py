"""Saved settings go to bytes and back; what is none of ours is nothing."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.keeping import from_bytes, to_bytes
from agent.escpos.settings import Kanji, Settings, Spaces
from agent.paper.strip import Hri, Style

USUAL = Settings(0, page_chosen=False, country=0)
UNUSUAL = Settings(
    16,
    page_chosen=True,
    country=1,
    style=Style(font="B", bold=True, wide=2, ink=2),
    emphasized=True,
    right_space=3,
    align=1,
    spacing=40,
    other_mode=Spaces(spacing=60, right=2),
    tabs=(96, 192),
    kanji_system="cp932",
    kanji=Kanji(wide=2, left=4),
    hri="below",
)


@pytest.mark.parametrize("settings", [USUAL, UNUSUAL])
def test_settings_come_back_as_they_were(settings: Settings) -> None:
    assert from_bytes(to_bytes(settings)) == settings


@pytest.mark.parametrize("place", get_args(Hri))
def test_every_place_of_a_readable_line_comes_back(place: Hri) -> None:
    settings = replace(UNUSUAL, hri=place)
    assert from_bytes(to_bytes(settings)) == settings


def test_every_setting_is_written_but_what_bar_codes_hold() -> None:
    written = set(json.loads(to_bytes(UNUSUAL)))
    assert written == {each.name for each in fields(Settings)} - {"codes", "stored"}


def test_what_bar_codes_hold_is_not_kept() -> None:
    codes = replace(UNUSUAL, codes={(49, 67): b"\x03"})
    assert from_bytes(to_bytes(codes)) == UNUSUAL


def _but(**changes: Any) -> bytes:
    return json.dumps({**json.loads(to_bytes(UNUSUAL)), **changes}).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"align": 3},
        {"unit_x": 0},
        {"hri": "beside"},
        {"hri_font": "Z"},
        {"spacing": -1},
        {"other_mode": {"spacing": -1}},
        {"spacing": "30"},
        {"emphasized": 1},
        {"style": []},
        {"style": {"font": "Q"}},
        {"kanji": {"wide": 9}},
        {"kanji": {"tall": 9}},
        {"unit_y": 0},
        {"tabs": [1, "2"]},
        {"tabs": list(range(33))},
        {"tabs": 8},
    ],
)
def test_a_value_that_cannot_be_is_nothing(changes: dict[str, Any]) -> None:
    assert from_bytes(_but(**changes)) is None


def test_names_of_another_version_are_left_out() -> None:
    assert from_bytes(_but(colour="red")) == UNUSUAL
    assert from_bytes(b'{"align": 2}') == replace(USUAL, align=2)


@given(st.binary(max_size=60) | st.sampled_from([b"[]", b"null", b"[" * 100_000]))
def test_no_bytes_raise(raw: bytes) -> None:
    assert from_bytes(raw) is None or isinstance(from_bytes(raw), Settings)
