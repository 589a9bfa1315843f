"""A page of the strip as one SVG with real text.

What lines of monospaced text cannot show: marks with places, turned and drawn
characters.  Characters stay text that is read out, copied and searched, row by row
in reading order; ``textLength`` keeps them in their cells in any face.  One that our
face lacks, or that goes onto the one before it, has a place of its own.  The whole has
the role ``group``: with none, or with ``img``, screen readers would pass over what is in
it.  Its pictures and symbols have a name each.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import Final

from agent.paper import lettering, measure, rows, svg
from agent.paper.budget import Budget
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

_FRAME: Final = 180
_GROUP: Final = 50
"""Characters of the tags around a page, around marks that belong together; at most."""


def page(sheet: Page, room: int, shown: Budget, pictures: Budget) -> str:
    """The whole page: what is behind, its text row by row, its symbols.

    As much of it as there are characters in ``shown``, text first; a picture or symbol
    that ``pictures`` does not pay for is empty.
    """
    if not shown.pays(_FRAME):
        return ""
    read = [_row(row, shown) for row in rows.rows(sheet)]
    behind: list[str] = []
    symbols: list[str] = []
    for each in sheet.marks:
        if shown.short:
            break
        if not isinstance(each.mark, TextLine):
            drawn = _placed(each, each.mark, room, pictures)
            if shown.pays(len(drawn)):
                (symbols if isinstance(each.mark, Symbol) else behind).append(drawn)
    silent = all(isinstance(each.mark, Box) for each in sheet.marks)
    role = 'aria-hidden="true"' if silent else 'role="group"'
    return (
        f'<svg class="strip-page" {role}'
        f' viewBox="0 0 {room} {sheet.height}" xml:space="preserve">'
        f"{''.join(behind + read + symbols)}</svg>"
    )


def line(mark: TextLine, room: int, shown: Budget) -> str:
    """A line with characters that do not stand upright in cells of one width."""
    height = max(mark.height, measure.foot(mark), 1)
    return page(Page(height, (Placed(0, 0, mark),)), room, shown, Budget(0))


def _placed(
    each: Placed, mark: Raster | Symbol | Box, room: int, pictures: Budget
) -> str:
    turn = f" rotate({each.turn})" if each.turn else ""
    frame = f'transform="translate({each.x} {each.y}){turn}"'
    if isinstance(mark, Box):
        return f"<g {frame}>{svg.outline(mark)}</g>"
    if isinstance(mark, Raster):
        label, inside = svg.picture_label(mark), svg.image(mark)
    else:
        figure = measure.figure(mark)
        label = svg.safe(measure.named(mark))
        inside = svg.drawn(figure, measure.left(mark, figure.width, room))
    if not pictures.pays(len(inside)):
        inside = ""
    return f'<g role="img" aria-label="{label}" {frame}>{inside}</g>'


# -- text -----------------------------------------------------------------


def _row(row: Row, shown: Budget) -> str:
    if shown.short or not shown.pays(2 * _GROUP):
        return ""
    inside = "".join(
        _upright(list(group), shown) if scale else _each(group, shown)
        for scale, group in groupby(row.said, lambda said: _scale(said.run))
    )
    if again := _each(row.again, shown):
        inside += f'<g class="strip-again" aria-hidden="true">{again}</g>'
    return f'<g transform="rotate({row.turn})">{inside}</g>' if row.turn else inside


def _scale(run: Run) -> tuple[int, int] | None:
    """Of a run that can stand in one text with its like."""
    style = run.style
    if style.rotated or style.upside_down or run.shapes:
        return None
    return style.wide, style.tall


def _each(group: Iterable[Said], shown: Budget) -> str:
    """Runs in frames of their own, as long as they are paid for."""
    parts: list[str] = []
    for said in group:
        if shown.short:
            break
        part = _alone(said)
        if shown.pays(len(part)):
            parts.append(part)
    return "".join(parts)


def _upright(group: Sequence[Said], shown: Budget) -> str:
    """Runs of one size as one text, so that a row is copied as a row."""
    wide, tall = group[0].run.style.wide, group[0].run.style.tall
    scale = f' transform="scale({wide} {tall})"' if (wide, tall) != (1, 1) else ""
    behind, parts, end = [], [], None
    for said in group:
        if shown.short:
            break
        style = said.run.style
        x, y = said.x / wide, said.top / tall + BASELINE[style.font]
        around, spans = _around(said, said.x, said.top), _spans(said.run, x, y)
        if not shown.pays(len(around) + len(spans) + _GROUP):
            break
        if end is not None and abs(said.x - end) * 2 > CELL_WIDTH[style.font] * wide:
            parts.append(" ")
        behind.append(around)
        parts.append(spans)
        end = said.end
    return f"{''.join(behind)}<text{scale}>{''.join(parts)}</text>" if parts else ""


def _spans(run: Run, x: float, y: float) -> str:
    """Characters of one width share a length; the next begin where they end."""
    cell, names, parts = CELL_WIDTH[run.style.font], classes(run.style), []
    for (width, shared), group in groupby(visible(run.text), _kind):
        text = "".join(group)
        length = len(text) * width * cell
        if shared:
            fit = f' textLength="{length}" lengthAdjust="spacingAndGlyphs"'
            parts.append(_tspan(names, x, y, text, fit))
        else:
            for at, character in enumerate(text):
                middle = x + (at + 0.5) * width * cell
                parts.append(_tspan([*names, "alone"], middle, y, _bare(character)))
        x += length
    return "".join(parts)


def _tspan(names: list[str], x: float, y: float, text: str, fit: str = "") -> str:
    place = f"x={quoted(x)} y={quoted(y)}{fit}"
    return f"<tspan{classed(names)} {place}>{escape(text)}</tspan>"


def _kind(character: str) -> tuple[int, bool]:
    """Its cells, and whether those beside it may share a length with it."""
    width = cells(character)
    return width, shares(character) or (width > 1 and not _mark(character))


def shares(character: str) -> bool:
    """Whether our face, and so most of them, has it in one cell and by itself."""
    return character.isascii() or (lettering.has(character) and not _mark(character))


def _mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _bare(character: str) -> str:
    """A mark on nothing, where it would else go onto what is before it."""
    return f"\u00a0{character}" if _mark(character) else character


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
    beside, _, wide, tall = measure.own(said.run)
    x += beside
    parts = []
    if ground:
        parts.append(svg.rectangle(ground, x, y, wide, tall))
    if lines := measure.underline(style):
        parts.append(svg.rectangle(ink, x, y + tall - lines, wide, lines))
    return "".join(parts)
