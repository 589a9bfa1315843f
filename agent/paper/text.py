"""The strip as monospaced lines: what the meaning of a receipt is read from.

Columns are kept: a character stands in the column over which it was printed,
counted in cells of the narrowest characters of its line, so that amounts stay
under each other and two columns never run into one.  Pictures and symbols are
not text; they leave an empty line, as a feed does.  Empty lines come one at a
time, and not first or last.

A page is read area of direction by area: what is turned one way is one text, its
rows by height, in a row from where reading begins.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final, NamedTuple

from agent.paper.strip import (
    BASE_DOTS,
    CELL_HEIGHT,
    CELL_WIDTH,
    Buzz,
    Element,
    Feed,
    Kick,
    Page,
    PaperLine,
    Placed,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
    Turn,
)

BLANK: Final = PaperLine("")
LINE_DOTS: Final = 24
"""A feed of as much as a character is high shows as an empty line."""
OVERPRINT_DOTS: Final = 2
"""How far apart the same text is printed twice to look bold."""
NEAR_RUNS: Final = 8
"""Runs that begin within those dots; a flood of them must not be compared all."""


# What a printer prints as any hyphen (F0h of page 850), and screens leave out.
_SOFT_HYPHEN: Final = "\u00ad"
_HIDDEN: Final = dict.fromkeys(
    [
        *(*range(0x20), *range(0x7F, 0xA0)),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x206A)),
        *range(0xD800, 0xE000),  # halves of UTF-16, which no file can hold
    ],
    "\ufffd",
)
# Joiners and marks of direction: a cell without ink on paper, none at all on a screen.
_BLANK: Final = dict.fromkeys(
    [
        *(0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010)),
        *(*range(0x2060, 0x2066), *range(0x206A, 0x2070)),
    ],
    " ",
)
_SHOWN: Final = {**_HIDDEN, **_BLANK, ord(_SOFT_HYPHEN): "-"}


def visible(text: str) -> str:
    """Hostile text with controls and direction overrides made visible.

    What takes a cell on paper takes one here too.
    """
    return text.translate(_SHOWN)


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
        match element:
            case TextLine():
                yield line_of(element)
                if _after(element) >= LINE_DOTS:
                    yield BLANK
            case Page():
                yield from _page_lines(element)
            case _:
                if not _unseen(element):
                    yield BLANK


def _unseen(element: Element) -> bool:
    if isinstance(element, Kick | Buzz):
        return True
    return isinstance(element, Feed) and element.dots < LINE_DOTS


def _after(line: TextLine) -> int:
    """Dots of empty paper under a line that moved it by more than a line."""
    tall = max((run.style.tall for run in line.runs), default=1)
    return line.height - 30 * tall


def line_of(line: TextLine) -> PaperLine:
    """One line, its runs put where they were printed."""
    runs = sorted(_upright(line.runs), key=attrgetter("x"))
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


# -- pages ------------------------------------------------------------------


class Row(NamedTuple):
    """One line of a page: where it stands in its reading direction, and its runs."""

    turn: Turn
    foot: int
    line: TextLine


def page_rows(page: Page) -> tuple[Row, ...]:
    """The text of a page in reading order, the runs of a row as one line."""
    turns = dict.fromkeys(placed.turn for placed in page.marks)
    return tuple(row for turn in turns for row in _turned_rows(page, turn))


def _turned_rows(page: Page, turn: Turn) -> list[Row]:
    found = []
    for placed in page.marks:
        if placed.turn == turn and isinstance(placed.mark, TextLine):
            x, y = _read_from(placed)
            runs = tuple(replace(run, x=run.x + x) for run in placed.mark.runs)
            tallest = max(map(_ink_height, runs), default=0)
            found.append(Row(turn, y + tallest, TextLine(runs, tallest)))
    found.sort(key=attrgetter("foot"))
    rows: list[list[Row]] = []
    for row in found:
        if rows and row.foot - rows[-1][0].foot <= BASE_DOTS // 2:
            rows[-1].append(row)
        else:
            rows.append([row])
    return [_one_row(beside) for beside in rows]


def _one_row(beside: Sequence[Row]) -> Row:
    runs = tuple(run for row in beside for run in row.line.runs)
    tallest = max(row.line.height for row in beside)
    return beside[0]._replace(line=_said_once(TextLine(runs, tallest)))


def _read_from(placed: Placed) -> tuple[int, int]:
    """The mark's corner, counted as if its direction were upright."""
    match placed.turn:
        case 0:
            return placed.x, placed.y
        case 90:
            return placed.y, -placed.x
        case 180:
            return -placed.x, -placed.y
        case 270:
            return -placed.y, placed.x


def _said_once(line: TextLine) -> TextLine:
    """What is printed twice at one place, to look bold, is said once."""
    said: list[Run] = []
    for run in sorted(line.runs, key=attrgetter("x")):
        near = reversed(said[-NEAR_RUNS:])
        if not any(_same(run, other) for other in near):
            said.append(run)
    return replace(line, runs=tuple(said))


def _same(run: Run, other: Run) -> bool:
    return run.text == other.text and abs(run.x - other.x) <= OVERPRINT_DOTS


def _ink_height(run: Run) -> int:
    font = run.style.font
    cell = CELL_WIDTH[font] if run.style.rotated else CELL_HEIGHT[font]
    return cell * run.style.tall


def _page_lines(page: Page) -> Iterator[PaperLine]:
    turn: Turn = 0
    foot = 0
    for row in page_rows(page):
        if row.turn != turn or row.foot - row.line.height - foot >= LINE_DOTS:
            yield BLANK
        yield line_of(_from_margin(row))
        turn, foot = row.turn, row.foot
    if turn or page.height - foot >= LINE_DOTS:
        yield BLANK


def _from_margin(row: Row) -> TextLine:
    """Turned text counts from paper edges that are not its margin."""
    start = min((run.x for run in row.line.runs), default=0)
    if row.turn == 0 and start >= 0:
        return row.line
    runs = tuple(replace(run, x=run.x - start) for run in row.line.runs)
    return replace(row.line, runs=runs)


def _font_width(runs: Iterable[Run]) -> int:
    """Dots of a character of the font that most of these runs are in."""
    widths = Counter[int]()
    for run in runs:
        widths[CELL_WIDTH[run.style.font]] += len(run.text)
    return widths.most_common(1)[0][0] if widths else CELL_WIDTH["A"]


def _upright(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """A line printed upside down (ESC {) as its reader turns it."""
    if not all(run.style.upside_down for run in runs):
        return runs
    ends = [run.x + cell_of(run.style) * cells(run.text) for run in runs]
    edge = max(ends, default=0)
    return tuple(
        replace(run, x=edge - end) for run, end in zip(runs, ends, strict=True)
    )


def columns(strip: Strip) -> int:
    """Characters that fit on a line, in the font that most of the text is in."""
    return max(1, strip.width // _font_width(runs(strip)))


def _marks(strip: Strip) -> Iterator[Element]:
    """All elements, those on pages too."""
    for element in strip.elements:
        if isinstance(element, Page):
            yield from (placed.mark for placed in element.marks)
        else:
            yield element


def runs(strip: Strip) -> Iterator[Run]:
    """All text of the strip, in printing order."""
    for element in _marks(strip):
        if isinstance(element, TextLine):
            yield from element.runs


def symbols(strip: Strip) -> tuple[Symbol, ...]:
    """Bar codes and two-dimensional codes that say something."""
    found = (element for element in _marks(strip) if isinstance(element, Symbol))
    return tuple(symbol for symbol in found if symbol.data)
