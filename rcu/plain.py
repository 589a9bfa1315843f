"""A receipt as plain text: the paper's own lines, or the page's when there are none.

Above them that the sale was annulled since, below them the legal guarantee if they do
not say it, and its card slips.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from agent.wire.mentions import stated
from rcu.view import Line, View

WIDTH: Final = 42
"""Columns of an 80 mm printer in font A; also fits a phone's mail."""


def plain(view: View) -> str:
    """The text, ended by a newline."""
    before = [[view.annulled]] if view.annulled else []
    after = [[slip.paper] for slip in view.slips if slip.paper]
    if view.guarantee and not stated("guarantee", view.paper):
        after.insert(0, [view.guarantee])
    if view.paper:
        return _joined([*before, [view.paper], *after])
    text = view.words
    blocks = [
        *before,
        [view.shop, *view.address],
        [view.kind, view.when, *([view.copy_mark] if view.copy_mark else [])],
        [*view.notices],
        [part for row in view.items for part in _row(row)],
        [
            part
            for row in (*view.sums, Line(text["total"], view.total))
            for part in _row(row)
        ],
        [part for row in view.payments for part in _row(row)],
        [f"{pair.name} {pair.value}" for pair in (*view.about, *view.shop_facts)],
        *after,
    ]
    return _joined(blocks)


def _joined(blocks: list[list[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _row(row: Line) -> list[str]:
    room = WIDTH - _columns(row.amount) - 1
    first = row.label[:room]
    pad = " " * (WIDTH - _columns(first) - _columns(row.amount))
    lines = [f"{first}{pad}{row.amount}"]
    if row.detail:
        lines.append(f"  {row.detail}")
    return lines


def _columns(text: str) -> int:
    return sum(not unicodedata.combining(character) for character in text)
