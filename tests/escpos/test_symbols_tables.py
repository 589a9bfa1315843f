"""Both spellings of a number, as itself and as a digit, mean the same of a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from agent.escpos import symbols
from agent.paper.strip import Symbol
from tests.escpos.printed import elements

CODE: Final = b"\x1dk\x04ABC\0"
HRI: Final[Mapping[int, str]] = {
    0: "none",
    1: "above",
    2: "below",
    3: "both",
    48: "none",
    49: "above",
    50: "below",
    51: "both",
}
FONTS: Final[Mapping[int, str]] = {
    0: "A",
    1: "B",
    2: "C",
    3: "D",
    4: "E",
    48: "A",
    49: "B",
    50: "C",
    51: "D",
    52: "E",
    97: "A",
    98: "B",
}
NONE: Final = (5, 47, 53, 96, 99, 255)
"""Numbers that neither has."""


def _printed(raw: bytes) -> Symbol:
    (found,) = elements(raw + CODE)
    assert isinstance(found, Symbol)
    return found


@pytest.mark.parametrize("number", [*HRI, *NONE])
def test_gs_h_puts_the_text_where_its_number_says(number: int) -> None:
    """Behind another place; a number that it does not have changes nothing."""
    for before in (1, 2):
        place = HRI.get(number, HRI[before])
        assert _printed(bytes((0x1D, 0x48, before, 0x1D, 0x48, number))).hri == place
    assert symbols._HRI.keys() == HRI.keys()


@pytest.mark.parametrize("number", [*FONTS, *NONE])
def test_gs_f_chooses_the_font_that_its_number_says(number: int) -> None:
    for before in (0, 1):
        raw = bytes((0x1D, 0x48, 2, 0x1D, 0x66, before, 0x1D, 0x66, number))
        assert _printed(raw).hri_font == FONTS.get(number, FONTS[before])
    assert symbols.FONTS.keys() == FONTS.keys()
