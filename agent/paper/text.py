"""The strip as monospaced lines: what the meaning of a receipt is read from.

Columns are kept: a character stands in the column over which it was printed,
counted in cells of the narrowest characters of its line, so that amounts stay
under each other and two columns never run into one.  Pictures and symbols are
not text; they leave an empty line, as a feed does.  Empty lines come one at a
time, and not first or last.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from agent.paper.strip import (
    CELL_WIDTH,
    Element,
    Feed,
    Kick,
    PaperLine,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
)

BLANK: Final = PaperLine("")
LINE_DOTS: Final = 24
"""A feed of as much as a character is high shows as an empty line."""


_HIDDEN: Final = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    "\ufffd",
)


def visible(text: str) -> str:
    """Hostile text with controls and direction overrides made visible."""
    return text.translate(_HIDDEN)


def cells(text: str) -> int:
    """Cells that characters take: ideographs take two."""
    if text.isascii():
        return len(text)
    return len(text) + sum(unicodedata.east_asian_width(c) in "WF" for c in text)


def cell_of(style: Style) -> int:
    """How wide a character of this style is, in dots."""
    return CELL_WIDTH[style.font] * style.wide


def lines(strip: Strip) -> tuple[PaperLine, ...]:
    """The text of the strip, from top to bottom."""
    found: list[PaperLine] = []
    for line in _lines(strip):
        if line.text or (found and found[-1].text):
            found.append(line if line.text else BLANK)
    if found and not found[-1].text:
        found.pop()
    return tuple(found)


def _lines(strip: Strip) -> Iterator[PaperLine]:
    for element in strip.elements:
        if isinstance(element, TextLine):
            yield line_of(element)
            if _after(element) >= LINE_DOTS:
                yield BLANK
        elif not _unseen(element):
            yield BLANK


def _unseen(element: Element) -> bool:
    if isinstance(element, Kick):
        return True
    return isinstance(element, Feed) and element.dots < LINE_DOTS


def _after(line: TextLine) -> int:
    """Dots of empty paper under a line that moved it by more than a line."""
    tall = max((run.style.tall for run in line.runs), default=1)
    return line.height - 30 * tall


def line_of(line: TextLine) -> PaperLine:
    """One line, its runs put where they were printed."""
    runs = sorted(line.runs, key=lambda run: run.x)
    inked = [run for run in runs if run.text.strip()] or runs
    wide = min((run.style.wide for run in inked), default=1)
    cell = _font_width(inked) * wide
    text, end, before = "", 0, cell
    for run in runs:
        width = cell_of(run.style)
        # letters spaced by ESC SP stand closer than a cell: they are one word
        if not before == width == cell or abs(run.x - end) * 2 > cell:
            text += " " * (round(run.x / cell) - cells(text))
        text += run.text
        end, before = run.x + width * cells(run.text), width
    return PaperLine(
        text.rstrip(),
        wide=wide,
        tall=max((run.style.tall for run in inked), default=1),
        bold=any(run.style.bold for run in inked),
    )


def _font_width(runs: Iterable[Run]) -> int:
    """Dots of a character of the font that most of these runs are in."""
    widths = Counter[int]()
    for run in runs:
        widths[CELL_WIDTH[run.style.font]] += len(run.text)
    return widths.most_common(1)[0][0] if widths else CELL_WIDTH["A"]


def columns(strip: Strip) -> int:
    """Characters that fit on a line, in the font that most of the text is in."""
    return max(1, strip.width // _font_width(_runs(strip)))


def _runs(strip: Strip) -> Iterator[Run]:
    for element in strip.elements:
        if isinstance(element, TextLine):
            yield from element.runs


def symbols(strip: Strip) -> tuple[Symbol, ...]:
    """Bar codes and two-dimensional codes that say something."""
    found = (element for element in strip.elements if isinstance(element, Symbol))
    return tuple(symbol for symbol in found if symbol.data)
