"""What a Star printer is, and what it is set to while it prints.

:class:`Printer` is what no stream says: mostly memory switches.  :class:`Settings` is all
that ESC @ sets back (Star, Line Mode Command Specifications, ESC @).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from agent.paper.strip import CELL_WIDTH, PLAIN, Style

DOTS_PER_MM: Final = 8
DEFAULT_SPACING: Final = 4 * DOTS_PER_MM
"""ESC z 1; memory switches may say 3 mm instead."""
PAGE_LINES: Final = 42
"""ESC C: the length of a form that nobody set."""


@dataclass(frozen=True, slots=True)
class Printer:
    """What the stream does not say about the printer it was written for.

    ``pages`` maps the n of ESC GS t to the 128 characters of the bytes 80 to FF; a number
    it lacks means what ``characters`` knows.  ``multibyte`` is a Python codec of two-byte
    characters (cp932, gb18030, big5, cp949) that the printer wakes up with.
    ``cr_feeds``: CR is a line feed.
    """

    width_dots: int = 576
    pages: Mapping[int, str] = field(default_factory=dict, repr=False)
    default_page: int = 1
    country: int = 0
    multibyte: str = ""
    cr_feeds: bool = False
    spacing: int = DEFAULT_SPACING

    @property
    def columns(self) -> int:
        """Characters of font A on a line."""
        return max(1, self.width_dots // CELL_WIDTH["A"])


@dataclass(frozen=True, slots=True)
class Spaces:
    """What page mode and standard mode each have of their own (ESC GS P 0), in dots."""

    spacing: int = DEFAULT_SPACING
    right: int = 0
    tabs: tuple[int, ...] = ()


@dataclass(slots=True)
class Settings:
    """All that ESC @ sets back.

    ``width`` is where the print region ends, counted from the left edge; 0: as wide as
    the paper.  ``form`` is the page length in dots, ``stops`` vertical tabs, both counted
    from the top of the form.  ``jis`` is ESC p; ``codec`` what text is in, when not a page.
    """

    page: int
    country: int
    codec: str = ""
    jis: bool = False
    style: Style = PLAIN
    right_space: int = 0
    align: int = 0
    left: int = 0
    width: int = 0
    spacing: int = DEFAULT_SPACING
    next_spacing: int = DEFAULT_SPACING
    tabs: tuple[int, ...] = ()
    form: int = DEFAULT_SPACING * PAGE_LINES
    stops: tuple[int, ...] = ()
    other_mode: Spaces = field(default_factory=Spaces)
    codes: dict[tuple[str, int], bytes] = field(default_factory=dict)
    """What ESC GS x S n, ESC GS y S n and their D have set, by letter and function."""

    def change_mode(self) -> None:
        """From standard to page mode or back: each keeps its own spaces."""
        old = Spaces(self.spacing, self.right_space, self.tabs)
        new, self.other_mode = self.other_mode, old
        self.spacing, self.right_space, self.tabs = new.spacing, new.right, new.tabs
