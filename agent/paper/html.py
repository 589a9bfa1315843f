"""The strip as an HTML fragment that reads as well as it looks.

Text is text: it can be read out, copied, searched and magnified; columns are
kept by a monospaced face and spaces.  Bar codes are SVG, pictures are PNG of one
bit in the page itself.  No script, no style attribute, no reference to anywhere:
the fragment works under the strictest content policy, with :data:`STYLE` as a
file of its own (or inside a mail).

Every character comes from a till or a customer's name and is hostile: all of
it is escaped, controls and direction overrides are made visible.  The budgets
below end the fragment, not the program.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import Final

from agent.paper import onebit
from agent.paper.drawing import Drawing, draw, left_of
from agent.paper.strip import (
    CELL_WIDTH,
    Cut,
    Element,
    Feed,
    Raster,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
)
from agent.paper.style import FEED_LINES, STYLE, WIDEST_COLUMNS
from agent.paper.text import cells, visible

__all__ = ["STYLE", "render"]

MAX_CHARACTERS: Final = 1_000_000
"""A receipt of 400 lines is 60,000; a browser on a till stays quick with this."""
MAX_PICTURE_CHARACTERS: Final = 300_000
"""All pictures and symbols together; a mail above it is cut short by readers."""
MAX_LABEL: Final = 300
"""Characters of a symbol's content that are shown in words."""
LINE_DOTS: Final = 30

_SHORTENED: Final = '<p class="strip-box">La suite du ticket n’est pas affichée.</p>'
_STORED: Final = "Logo enregistré dans l’imprimante"


def render(strip: Strip) -> str:
    """The fragment: one ``section``, at most a little above the budgets."""
    columns = max(1, min(strip.width // CELL_WIDTH["A"], WIDEST_COLUMNS))
    sheet = _Sheet(strip)
    for element in strip.elements:
        sheet.add(element)
        if sheet.size > MAX_CHARACTERS:
            sheet.write(_SHORTENED)
            break
    return (
        '<section class="strip" aria-label="Ticket">'
        f'<div class="strip-paper strip-columns-{columns}">'
        f"{sheet.html}</div></section>"
    )


def safe(text: str) -> str:
    """Hostile text as HTML text or attribute value."""
    return escape(visible(text))


class _Sheet:
    def __init__(self, strip: Strip) -> None:
        self._strip = strip
        self._parts: list[str] = []
        self._pictures = 0
        self.size = 0

    @property
    def html(self) -> str:
        return "".join(self._parts)

    def write(self, html: str) -> None:
        self._parts.append(html)
        self.size += len(html)

    def add(self, element: Element) -> None:
        match element:
            case TextLine():
                self.write(f'<div class="strip-line">{_line(element)}</div>')
                self._feed(element.height - LINE_DOTS * _tallest(element))
            case Feed(dots=dots):
                self._feed(dots)
            case Raster():
                self._raster(element)
            case Symbol():
                self._symbol(element)
            case Cut():
                self.write('<hr class="strip-cut">')
            case _:
                pass  # a drawer that opens leaves no mark

    def _feed(self, dots: int) -> None:
        lines = min(round(dots / LINE_DOTS), FEED_LINES)
        if lines > 0:
            self.write(f'<div class="strip-feed-{lines}"></div>')

    def _box(self, label: str) -> None:
        self.write(f'<p class="strip-box">{label}</p>')

    def _picture(self, html: str, label: str) -> None:
        """A picture while there is room for it, else what it is in words."""
        if self._pictures + len(html) > MAX_PICTURE_CHARACTERS:
            self._box(label)
            return
        self._pictures += len(html)
        self.write(html)

    def _raster(self, raster: Raster) -> None:
        label = f"Image imprimée, {raster.width} × {raster.height} points"
        left = MAX_PICTURE_CHARACTERS - self._pictures
        if raster.width * raster.height > left * 64 or not raster.height:
            self._box(label)
            return
        data = b64encode(onebit.encode(raster, self._strip.width)).decode("ascii")
        self._picture(
            f'<img class="strip-image" role="img" aria-label="{label}" alt="{label}"'
            f' width="{self._strip.width}" height="{raster.height}"'
            f' src="data:image/png;base64,{data}">',
            label,
        )

    def _symbol(self, symbol: Symbol) -> None:
        if symbol.system == "LOGO":
            self._box(_STORED)
            return
        label = safe(_named(symbol))
        drawing = draw(symbol)
        if drawing is None or drawing.width > self._strip.width:
            self._box(label)
            return
        self._picture(_svg(drawing, symbol, self._strip, label), label)


def _named(symbol: Symbol) -> str:
    kind = "Code QR" if symbol.system == "QR" else f"Code {symbol.system}"
    text = symbol.text[:MAX_LABEL]
    return f"{kind}\u00a0: {text}{'…' if len(symbol.text) > MAX_LABEL else ''}"


# -- text -----------------------------------------------------------------


def _tallest(line: TextLine) -> int:
    return max((run.style.tall for run in line.runs), default=1)


def _line(line: TextLine) -> str:
    """The runs of a line, with spaces for the paper between them."""
    parts: list[str] = []
    end = 0
    for run in sorted(line.runs, key=lambda run: run.x):
        cell = CELL_WIDTH[run.style.font]
        # letters spaced by ESC SP stand closer than a cell: they are one word
        blanks = (run.x - end + cell // 2) // cell
        if blanks > 0:
            parts.append(_span(" " * blanks, Style(font=run.style.font)))
            end += blanks * cell
        parts.append(_span(safe(run.text), run.style))
        end += _width(run)
    return "".join(parts)


def _width(run: Run) -> int:
    # a rotated character takes two columns, see STYLE
    turned = 2 if run.style.rotated else 1
    return cells(run.text) * CELL_WIDTH[run.style.font] * run.style.wide * turned


def _span(html: str, style: Style) -> str:
    names = " ".join(f"strip-{name}" for name in _classes(style))
    return f'<span class="{names}">{html}</span>' if names else html


def _classes(style: Style) -> list[str]:
    shown = {
        f"font-{style.font.lower()}": style.font != "A",
        "bold": style.bold,
        "underline": style.underline > 0,
        "invert": style.invert,
        "rotated": style.rotated,
        "upside-down": style.upside_down,
    }
    names = [name for name, wanted in shown.items() if wanted]
    if (style.wide, style.tall) != (1, 1):
        names += ["scaled", f"wide-{style.wide}", f"tall-{style.tall}"]
    return names


# -- symbols --------------------------------------------------------------


def _svg(drawing: Drawing, symbol: Symbol, strip: Strip, label: str) -> str:
    x = left_of(drawing, symbol, strip)
    above = 28 if symbol.hri in ("above", "both") else 0
    below = 28 if symbol.hri in ("below", "both") else 0
    middle = x + drawing.width // 2
    said = (22,) * (above > 0) + (above + drawing.height + 24,) * (below > 0)
    words = "".join(
        f'<text x="{middle}" y="{y}" text-anchor="middle" font-size="22">'
        f"{safe(symbol.text)}</text>"
        for y in said
    )
    return (
        f'<svg class="strip-symbol" role="img" aria-label="{label}"'
        f' viewBox="0 0 {strip.width} {above + drawing.height + below}"'
        ' shape-rendering="crispEdges">'
        f'<path fill="#000" transform="translate({x} {above})'
        f' scale({drawing.module} {drawing.row})" d="{_path(drawing)}"/>'
        f"{words}</svg>"
    )


def _path(drawing: Drawing) -> str:
    """Black runs of each row, in modules."""
    steps: list[str] = []
    for y, row in enumerate(drawing.rows):
        at = row.find("1")
        while at >= 0:
            end = row.find("0", at)
            end = len(row) if end < 0 else end
            steps.append(f"M{at} {y}h{end - at}v1H{at}z")
            at = row.find("1", end)
    return "".join(steps)
