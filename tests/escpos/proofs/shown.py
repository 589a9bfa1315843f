"""What a strip shows, in words short enough to be typed by hand.

``"PAIN"@0`` is text and where it begins; styles follow in brackets when they are
not plain.  A picture is its rows in hexadecimal.  ``page`` has its marks in
brackets, each with its place and turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from agent.paper.strip import (
    PLAIN,
    Box,
    Buzz,
    Cut,
    Element,
    Feed,
    Kick,
    Page,
    Picture,
    Placed,
    Raster,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
)

MOST_HEX = 72
"""Longer pictures are told by their size and how many of their dots are black."""


def shown(strip: Strip) -> list[str]:
    """One entry an element, in printing order."""
    return [_element(element) for element in strip.elements]


def _element(element: Element) -> str:
    return _WORDS[type(element)](element)


def _page(page: Page) -> str:
    return f"page {page.height} [{'; '.join(map(_placed, page.marks))}]"


def _placed(placed: Placed) -> str:
    turn = f" turned {placed.turn}" if placed.turn else ""
    return f"({placed.x},{placed.y}{turn}) {_element(placed.mark)}"


def _line(line: TextLine) -> str:
    return " ".join([*map(_run, line.runs), f"/{line.height}"])


def _run(run: Run) -> str:
    style = _style(run.style)
    drawn = "".join(f" drawn {_dots(shape)}" for shape in run.shapes)
    return f'"{run.text}"@{run.x}{style}{drawn}'


def _style(style: Style) -> str:
    said = []
    for field in fields(Style):
        value, plain = getattr(style, field.name), getattr(PLAIN, field.name)
        if value != plain:
            said.append(field.name if value is True else f"{field.name}={value}")
    return f"[{' '.join(said)}]" if said else ""


def _dots(picture: Picture | Raster) -> str:
    size = f"{picture.width}x{picture.height}"
    if len(picture.bits) <= MOST_HEX:
        return f"{size} {picture.bits.hex()}"
    black = int.from_bytes(picture.bits, "big").bit_count()
    return f"{size} {black} black"


def _symbol(symbol: Symbol) -> str:
    said = [symbol.system, f'"{symbol.text}"', f"@{symbol.x} {symbol.anchor}"]
    said += [f"module {symbol.module}", f"height {symbol.height}"]
    known = {"system", "data", "text", "x", "anchor", "module", "height"}
    for field in fields(Symbol):
        value = getattr(symbol, field.name)
        if field.name not in known and value not in ("none", "", field.default):
            said.append(f"{field.name} {value}")
    return " ".join(said)


_WORDS: dict[type[Element], Callable[[Any], str]] = {
    TextLine: _line,
    Raster: lambda raster: f"picture {_dots(raster)} @{raster.x}",
    Symbol: _symbol,
    Box: lambda box: f"box {box.width}x{box.height} @{box.x} line {box.line}",
    Page: _page,
    Feed: lambda feed: f"feed {feed.dots}",
    Cut: lambda cut: "cut full" if cut.full else "cut partial",
    Kick: lambda kick: f"kick {kick.connector} {kick.on_ms}/{kick.off_ms} ms",
    Buzz: lambda _: "buzz",
}
