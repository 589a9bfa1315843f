"""How much of a strip is shown: a hostile one ends the drawing, not the program.

A strip is bounded in marks, which says little of what they cost: 20,000 lines of a page
are a million characters, 99 symbols a quarter of a million modules.  Each renderer
keeps a count of what its own work is made of and leaves out what is beyond it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from typing import Final

from agent.paper import measure
from agent.paper.strip import (
    Box,
    Element,
    Page,
    Placed,
    Raster,
    Strip,
    Symbol,
    TextLine,
)

MAX_SYMBOL_BYTES: Final = 16 * 1024
"""Content of a strip's drawn symbols: five of the largest QR codes, or sixty fiscal ones."""

Mark = TextLine | Raster | Symbol | Box


class Budget:
    """Units that are left; ``short`` once something did not fit."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.short = False

    def pays(self, cost: int) -> bool:
        """Whether it fits; counts it if so."""
        fits = cost <= self.left
        if fits:
            self.left -= cost
        else:
            self.short = True
        return fits


def rationed(strip: Strip) -> Strip:
    """What every renderer draws: symbols beyond ``MAX_SYMBOL_BYTES`` are in words.

    So are those that reach out of the paper, which no scanner could read.  They come
    without ``data``, so that there is nothing to encode.
    """
    budget = Budget(MAX_SYMBOL_BYTES)
    elements: list[Element] = []
    for element in strip.elements:
        match element:
            case Symbol():
                elements.append(_affordable(element, strip.width, budget))
            case Page(marks=marks) if any(isinstance(e.mark, Symbol) for e in marks):
                size = strip.width, element.height
                drawn = (_placed(each, size, budget) for each in marks)
                elements.append(replace(element, marks=tuple(drawn)))
            case _:
                elements.append(element)
    return replace(strip, elements=tuple(elements))


def _placed(each: Placed, size: tuple[int, int], budget: Budget) -> Placed:
    if isinstance(each.mark, Symbol):
        room = _room(each, *size)
        return replace(each, mark=_affordable(each.mark, room, budget))
    return each


def _room(each: Placed, width: int, height: int) -> int:
    """Dots of a page from a mark's corner on, in the mark's direction."""
    match each.turn:
        case 0:
            return width - each.x
        case 90:
            return height - each.y
        case 180:
            return each.x
        case 270:
            return each.y


def _affordable(symbol: Symbol, room: int, budget: Budget) -> Symbol:
    drawn = budget.pays(len(symbol.data)) and _wide(symbol) <= room
    return symbol if drawn else replace(symbol, data=b"")


def _wide(symbol: Symbol) -> int:
    drawing = measure.figure(symbol).drawing
    return drawing.width if drawing else 0


def within(strip: Strip, budget: Budget, cost: Callable[[Mark], int]) -> Strip:
    """Up to the first mark that ``budget`` does not pay for, in a page or outside."""
    kept: list[Element] = []
    for element in strip.elements:
        match element:
            case TextLine() | Raster() | Symbol() | Box():
                if budget.pays(cost(element)):
                    kept.append(element)
            case Page(marks=marks):
                paid = takewhile(lambda each: budget.pays(cost(each.mark)), marks)
                kept.append(replace(element, marks=tuple(paid)))
            case _:
                kept.append(element)
        if budget.short:
            break
    return replace(strip, elements=tuple(kept))
