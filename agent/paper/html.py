"""The strip as an HTML fragment that reads as well as it looks.

Text is text: it can be read out, copied, searched and magnified; columns are
kept by a monospaced face and spaces.  Bar codes and whatever does not stand upright
in lines are SVG with real text, pictures are PNG of one bit in the page itself.  No
script, no style attribute, no reference to anywhere: the fragment works under the
strictest content policy, with :data:`STYLE` as a file of its own (or inside a mail).

Every character comes from a till or a customer's name and is hostile: all of
it is escaped, controls and direction overrides are made visible.  The budgets
below end the fragment, in the middle of a page too, and not the program.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from typing import Final

from agent.paper import measure, onebit, pages, svg
from agent.paper.budget import Budget, rationed
from agent.paper.strip import (
    CELL_WIDTH,
    Box,
    Cut,
    Element,
    Feed,
    Page,
    Placed,
    Raster,
    Strip,
    Style,
    Symbol,
    TextLine,
)
from agent.paper.style import STYLE, WIDEST_COLUMNS, high
from agent.paper.svg import safe
from agent.paper.text import cells, visible

__all__ = ["STYLE", "render"]

MAX_CHARACTERS: Final = 1_000_000
"""A receipt of 400 lines is 60,000; a browser on a till stays quick with this."""
MAX_PICTURE_CHARACTERS: Final = 300_000
"""All pictures and symbols together; a mail above it is cut short by readers."""
MAX_KEPT: Final = 2048
"""Characters of which is known how they are written; a receipt uses a hundred."""
MAX_FEED_DOTS: Final = 120
"""Longer feeds look like four lines: nobody reads white paper."""

_CUT: Final = '<hr class="strip-cut" aria-label="Coupe totale">'
_PARTIAL: Final = '<hr class="strip-cut strip-partial" aria-label="Coupe partielle">'
_SHORTENED: Final = '<p class="strip-box">La suite du ticket n’est pas affichée.</p>'
# Characters that any monospaced face has in one width, if it has them.
_LATIN: Final = 0x300
_MARKS: Final = range(0x2000, 0x27C0)
# What is not Latin as far as our face has all of it.
_RARE: Final = re.compile("[^\x00-\u01c3]")
# Lines and blocks; most faces leave a gap between two rows of those that go up or down.
_FRAMES: Final = re.compile("[\u2500-\u259f]+")
_LEVEL: Final = frozenset("─━═")
_QUANTITY: Final = "0123456789.,xX×*"
"""What may stand before the name of an article."""


def render(strip: Strip, first: str = "") -> str:
    """The fragment: one ``section``, at most its frame and a note above the budgets.

    ``first``: the name of the first article.  The line that begins with it, after a
    quantity perhaps, is marked ``strip-first``: there a small screen begins.
    """
    columns = max(1, min(-(-strip.width // CELL_WIDTH["A"]), WIDEST_COLUMNS))
    sheet = _Sheet(strip, _joined_up(first))
    for element in rationed(strip).elements:
        sheet.add(element)
        if sheet.short:
            break
    return (
        '<section class="strip" aria-label="Ticket">'
        f'<div class="strip-paper strip-columns-{columns}">'
        f"{sheet.html}{_SHORTENED if sheet.short else ''}</div></section>"
    )


class _Sheet:
    def __init__(self, strip: Strip, first: str) -> None:
        self._strip = strip
        self._first = first
        self._parts: list[str] = []
        self._shown = Budget(MAX_CHARACTERS)
        self._pictures = Budget(MAX_PICTURE_CHARACTERS)

    @property
    def html(self) -> str:
        return "".join(self._parts)

    @property
    def short(self) -> bool:
        return self._shown.short

    def write(self, html: str) -> None:
        if self._shown.pays(len(html)):
            self._parts.append(html)

    def add(self, element: Element) -> None:
        match element:
            case TextLine():
                self._text(element)
            case Feed(dots=dots):
                if dots > 0:
                    self.write(_paper("feed", min(dots, MAX_FEED_DOTS), ""))
            case Raster():
                self._raster(element)
            case Symbol():
                self._symbol(element)
            case Page() | Box():
                self._page(element)
            case Cut(full=full):
                self.write(_CUT if full else _PARTIAL)
            case _:
                pass  # a drawer that opens leaves no mark

    def _text(self, line: TextLine) -> None:
        if _flows(line):
            self.write(_paper(self._name(line), line.height, _line(line)))
        else:
            self._parts.append(pages.line(line, self._strip.width, self._shown))

    def _name(self, line: TextLine) -> str:
        """Its class, without ``strip-``."""
        said = _joined_up("".join(run.text for run in line.runs))
        begins = (said, said.lstrip(_QUANTITY))
        if not self._first or not any(each.startswith(self._first) for each in begins):
            return "line"
        self._first = ""
        return "line strip-first"

    def _box(self, label: str) -> None:
        self.write(f'<p class="strip-box">{label}</p>')

    def _raster(self, raster: Raster) -> None:
        label = svg.picture_label(raster)
        if raster.width * raster.height > self._pictures.left * 64 or not raster.height:
            self._box(label)
            return
        data = b64encode(onebit.encode(raster, self._strip.width)).decode("ascii")
        image = (
            f'<img class="strip-image" role="img" aria-label="{label}" alt="{label}"'
            f' width="{self._strip.width}" height="{raster.height}"'
            f' src="data:image/png;base64,{data}">'
        )
        if self._pictures.pays(len(image)):
            self.write(image)
        else:
            self._box(label)

    def _symbol(self, symbol: Symbol) -> None:
        if measure.figure(symbol).drawing is not None:
            picture = svg.symbol(symbol, self._strip.width)
            if self._pictures.pays(len(picture)):
                self.write(picture)
                return
        self._box(safe(measure.named(symbol)))

    def _page(self, mark: Page | Box) -> None:
        page = (
            mark if isinstance(mark, Page) else Page(mark.height, (Placed(0, 0, mark),))
        )
        room, shown = self._strip.width, self._shown
        self._parts.append(pages.page(page, room, shown, self._pictures))


def _joined_up(text: str) -> str:
    """Without the blanks that put it in its place."""
    return "".join(text.split())


def _paper(name: str, dots: int, html: str) -> str:
    return f'<div class="strip-{name} strip-high-{high(dots)}">{html}</div>'


# -- text -----------------------------------------------------------------


def _flows(line: TextLine) -> bool:
    """Whether characters and spaces alone put everything in its place."""
    if all(run.style.upside_down for run in line.runs):
        return not line.runs
    return not any(
        run.style.rotated
        or run.shapes
        or run.before
        or run.after
        or not (run.text.isascii() or _even(run.text))
        for run in line.runs
    )


def _even(text: str) -> bool:
    if cells(text) != len(text):
        return False
    rare = "".join(_RARE.findall(text))
    return all(map(_common, visible(rare)))


@lru_cache(maxsize=MAX_KEPT)
def _common(character: str) -> bool:
    """Latin, Greek, Cyrillic and signs that our face has: others may lack the rest."""
    code = ord(character)
    letter = code < _LATIN or 0x370 <= code < 0x483 or 0x48A <= code < 0x530
    return (letter or code in _MARKS) and pages.shares(character)


def _line(line: TextLine) -> str:
    """The runs of a line, with spaces for the paper between them."""
    parts: list[str] = []
    end = 0
    for run in sorted(line.runs, key=lambda run: run.x):
        cell = CELL_WIDTH[run.style.font]
        # letters spaced by Star's ESC SP stand closer than a cell: they are one word
        blanks = (run.x - end + cell // 2) // cell
        if blanks > 0:
            parts.append(_span(" " * blanks, Style(font=run.style.font)))
            end += blanks * cell
        parts.append(_span(_joined(safe(run.text)), run.style))
        end += measure.width(run)
    return "".join(parts)


def _joined(html: str) -> str:
    if html.isascii():
        return html
    return _FRAMES.sub(_upright, html)


def _upright(found: re.Match[str]) -> str:
    """Whole, since a corner that is moved for itself leaves a step in its line."""
    if _LEVEL.issuperset(found[0]):
        return found[0]
    return f'<span class="strip-upright">{found[0]}</span>'


def _span(html: str, style: Style) -> str:
    names = svg.classed(_classes(style))
    return f"<span{names}>{html}</span>" if names else html


def _classes(style: Style) -> list[str]:
    names = svg.classes(style)
    ground = measure.tones(style).ground
    if ground:
        names.append(f"ground-{ground}")
    if lines := measure.underline(style):
        names += ["underline", "underline-2"][:lines]
    if style.upside_down:
        names.append("upside-down")
    if (style.wide, style.tall) != (1, 1):
        names += ["scaled", f"wide-{style.wide}", f"tall-{style.tall}"]
    return names
