"""A page of the strip as one SVG with real text.

What lines of monospaced text cannot show: marks with places, turned and drawn
characters.  Characters stay text that is read out, copied and searched, row by row
in reading order; ``textLength`` keeps them in their cells in any face.  The whole has
the role ``group``: with none, or with ``img``, screen readers would pass over what is in
it.  Its pictures and symbols have a name each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby

from agent.paper import measure, rows, svg
from agent.paper.measure import BASELINE
from agent.paper.rows import Row, Said
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    Box,
    Page,
    Placed,
    Raster,
    Run,
    Symbol,
    TextLine,
)
from agent.paper.svg import classed, classes, quoted
from agent.paper.text import cells, visible

Afford = Callable[[str], bool]
"""Whether there is room for a picture of so many characters; counts it if so."""


def page(sheet: Page, room: int, afford: Afford) -> str:
    """The whole page: what is behind, its text row by row, its symbols."""
    placed = [_placed(each, room, afford) for each in sheet.marks]
    behind = [svg for svg, mark in placed if not isinstance(mark, Symbol)]
    symbols = [svg for svg, mark in placed if isinstance(mark, Symbol)]
    read = [_row(row) for row in rows.rows(sheet)]
    silent = all(isinstance(mark, Box) for _, mark in placed)
    role = 'aria-hidden="true"' if silent else 'role="group"'
    return (
        f'<svg class="strip-page" {role}'
        f' viewBox="0 0 {room} {sheet.height}" xml:space="preserve">'
        f"{''.join(behind + read + symbols)}</svg>"
    )


def line(mark: TextLine, room: int) -> str:
    """A line with characters that do not stand upright in cells of one width."""
    height = max(mark.height, measure.foot(mark), 1)
    return page(Page(height, (Placed(0, 0, mark),)), room, lambda _svg: True)


def _placed(each: Placed, room: int, afford: Afford) -> tuple[str, object]:
    mark = each.mark
    if isinstance(mark, TextLine):
        return "", mark
    turn = f" rotate({each.turn})" if each.turn else ""
    frame = f'transform="translate({each.x} {each.y}){turn}"'
    if isinstance(mark, Box):
        return f"<g {frame}>{svg.outline(mark)}</g>", mark
    if isinstance(mark, Raster):
        label, inside = svg.picture_label(mark), svg.image(mark)
    else:
        figure = measure.figure(mark)
        label = svg.safe(measure.named(mark))
        inside = svg.drawn(figure, measure.left(mark, figure.width, room))
    if not afford(inside):
        inside = ""
    return f'<g role="img" aria-label="{label}" {frame}>{inside}</g>', mark


# -- text -----------------------------------------------------------------


def _row(row: Row) -> str:
    inside = "".join(
        _upright(list(group)) if scale else "".join(map(_alone, group))
        for scale, group in groupby(row.said, lambda said: _scale(said.run))
    )
    if row.again:
        again = "".join(map(_alone, row.again))
        inside += f'<g class="strip-again" aria-hidden="true">{again}</g>'
    return f'<g transform="rotate({row.turn})">{inside}</g>' if row.turn else inside


def _scale(run: Run) -> tuple[int, int] | None:
    """Of a run that can stand in one text with its like."""
    style = run.style
    if style.rotated or style.upside_down or run.shapes:
        return None
    return style.wide, style.tall


def _upright(group: Sequence[Said]) -> str:
    """Runs of one size as one text, so that a row is copied as a row."""
    wide, tall = group[0].run.style.wide, group[0].run.style.tall
    scale = f' transform="scale({wide} {tall})"' if (wide, tall) != (1, 1) else ""
    parts, end = [], None
    for said in group:
        style = said.run.style
        if end is not None and abs(said.x - end) * 2 > CELL_WIDTH[style.font] * wide:
            parts.append(" ")
        x, y = said.x / wide, said.top / tall + BASELINE[style.font]
        parts.append(_spans(said.run, x, y))
        end = said.end
    behind = "".join(_around(each, each.x, each.top) for each in group)
    return f"{behind}<text{scale}>{''.join(parts)}</text>"


def _spans(run: Run, x: float, y: float) -> str:
    """Characters of one width share a length; the next begin where they end."""
    cell, parts = CELL_WIDTH[run.style.font], []
    for width, group in groupby(visible(run.text), cells):
        text = "".join(group)
        length = len(text) * width * cell
        fit = f' textLength="{length}" lengthAdjust="spacingAndGlyphs"'
        parts.append(
            f"<tspan{classed(classes(run.style))} x={quoted(x)} y={quoted(y)}"
            f"{fit if length else ''}>{escape(text)}</tspan>"
        )
        x += length
    return "".join(parts)


def _alone(said: Said) -> str:
    """A run in a frame of its own: upside down, turned, drawn by the POS."""
    style, run = said.run.style, said.run
    wide, tall = measure.width(run), measure.height(run)
    place = f"translate({said.x} {said.top})"
    if style.upside_down:
        place = f"translate({said.x + wide} {said.top + tall}) rotate(180)"
    return (
        f'<g transform="{place}">{_around(said, 0, 0)}'
        f'<g transform="scale({style.wide} {style.tall})">{_inside(run)}</g></g>'
    )


def _inside(run: Run) -> str:
    style = run.style
    names = classes(style)
    if run.shapes:
        dots = f'<path{classed(names)} d="{_dots(run)}"/>'
        spans = _spans(run, 0, BASELINE[style.font])
        return f'<text class="strip-drawn">{spans}</text>{dots}'
    if not style.rotated:
        return f"<text>{_spans(run, 0, BASELINE[style.font])}</text>"
    places, x = [], CELL_HEIGHT[style.font] - BASELINE[style.font]
    for character in run.text:
        places.append(str(x))
        x += measure.step(style, character)
    return (
        f'<text{classed(names)} x="{" ".join(places)}" y="0" rotate="90">'
        f"{svg.safe(run.text)}</text>"
    )


def _dots(run: Run) -> str:
    """What the POS drew, each picture at the upper left of its cell."""
    font, x = run.style.font, 0
    parts: list[measure.Bar] = []
    for character, shape in zip(run.text, run.shapes, strict=False):
        bars = measure.bars(measure.rows(shape))
        if run.style.rotated:
            bars = (_turned(bar, CELL_HEIGHT[font]) for bar in bars)
        parts += (bar._replace(x=bar.x + x) for bar in bars)
        x += measure.step(run.style, character)
    return svg.path(parts)


def _turned(bar: measure.Bar, tall: int) -> measure.Bar:
    return measure.Bar(tall - bar.y - bar.height, bar.x, bar.height, bar.width)


def _around(said: Said, x: int, y: int) -> str:
    """What is behind the characters, and the line under them."""
    style = said.run.style
    ink, ground = measure.tones(style)
    wide, tall = measure.width(said.run), measure.height(said.run)
    parts = []
    if ground:
        parts.append(svg.rectangle(ground, x, y, wide, tall))
    if lines := measure.underline(style):
        parts.append(svg.rectangle(ink, x, y + tall - lines, wide, lines))
    return "".join(parts)
