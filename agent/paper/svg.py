"""Pieces of SVG: symbols, pictures, frames, and how characters are classed.

Presentation attributes only, so that it works where no style attribute may.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

from agent.paper import measure, onebit
from agent.paper.drawing import Drawing
from agent.paper.measure import BASELINE
from agent.paper.strip import Box, Raster, Style, Symbol
from agent.paper.text import visible


def safe(text: str) -> str:
    """Hostile text as text or attribute value."""
    return escape(visible(text))


def classed(names: Sequence[str]) -> str:
    """A class attribute, or nothing."""
    return f' class="{" ".join(f"strip-{name}" for name in names)}"' if names else ""


def picture_label(raster: Raster) -> str:
    return f"Image imprimée, {raster.width} × {raster.height} points"


# -- symbols --------------------------------------------------------------


def symbol(mark: Symbol, room: int) -> str:
    """A symbol on a piece of paper ``room`` dots wide, with its readable lines."""
    figure = measure.figure(mark, room)
    x = measure.left(mark, figure.width, room)
    return (
        f'<svg class="strip-symbol" role="img" aria-label="{safe(measure.named(mark))}"'
        f' viewBox="0 0 {room} {figure.height}">{drawn(figure, x)}</svg>'
    )


def drawn(figure: measure.Figure, x: int) -> str:
    """Modules, or a frame, and the readable lines; ``x`` is their left side."""
    parts = []
    if figure.drawing is None:
        frame = Box(x, figure.width, figure.height - 8, 1)
        parts.append(f'<g transform="translate(0 4)">{outline(frame)}</g>')
    else:
        parts.append(_modules(figure.drawing, x, figure.top))
    for text, y, font in figure.words:
        parts.append(
            f"<text{classed(_font(font))} x={quoted(x + figure.width / 2)}"
            f' y="{y + BASELINE[font]}" text-anchor="middle">{safe(text)}</text>'
        )
    return "".join(parts)


def quoted(number: float) -> str:
    return f'"{number:.6g}"'


def _font(font: str) -> list[str]:
    return [] if font == "A" else [f"font-{font.lower()}"]


def _modules(drawing: Drawing, x: int, y: int) -> str:
    return (
        f'<path shape-rendering="crispEdges" transform="translate({x} {y})'
        f' scale({drawing.module} {drawing.row})"'
        f' d="{path(measure.bars(drawing.rows))}"/>'
    )


def path(bars: Iterable[measure.Bar]) -> str:
    return "".join(
        f"M{bar.x} {bar.y}h{bar.width}v{bar.height}H{bar.x}z" for bar in bars
    )


def outline(box: Box) -> str:
    return f'<path d="{path(measure.sides(box))}"/>'


# -- pictures ---------------------------------------------------------------


def image(raster: Raster) -> str:
    bare = Raster(0, raster.width, raster.height, raster.bits)
    data = b64encode(onebit.encode(bare, raster.width, clear=True)).decode("ascii")
    return (
        f'<image x="{raster.x}" width="{raster.width}" height="{raster.height}"'
        f' href="data:image/png;base64,{data}"/>'
    )


def rectangle(ink: int, x: int, y: int, wide: int, tall: int) -> str:
    names = classed([] if ink == 1 else [f"ink-{ink}"])
    return f'<rect{names} x="{x}" y="{y}" width="{wide}" height="{tall}"/>'


def classes(style: Style) -> list[str]:
    """Of characters in a page: font, weight, colour."""
    names = _font(style.font)
    if style.bold:
        names.append("bold")
    ink = measure.tones(style).ink
    return names if ink == 1 else [*names, f"ink-{ink}"]
