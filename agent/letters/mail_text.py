"""The text part: a letter of 64 columns, amounts on one right edge.

It is read by people (in a list's preview, aloud by a screen reader, on an old
terminal), so it is written as one writes, not as HTML with its tags torn off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from agent.letters.view import Row, View
from agent.letters.words import Phrases

COLUMNS: Final = 64
"""Fits a phone held upright in small type, and every mail reader's window."""

GAP: Final = 2
INDENT: Final = "  "


def text_part(shown: View, said: Phrases, *, url: str, sender: str) -> str:
    """The whole text, paragraphs apart by one empty line."""
    blocks = (
        [shown.copy],
        _wrapped(said.greeting.format(shop=shown.shop), COLUMNS),
        _head(shown),
        _rows(shown.items),
        _closing(shown, said),
        [f"{said.page}{_colon(said)}", url],
        _wrapped(said.attached, COLUMNS) if shown.picture else [],
        _strip(shown, said),
        _wrapped(f"{said.why.format(shop=shown.shop)} {said.use}", COLUMNS),
        [said.not_me, *_wrapped(said.not_me_how.format(sender=sender), COLUMNS)],
    )
    texts = ("\n".join(block).rstrip("\n") for block in blocks)
    return "\n\n".join(text for text in texts if text) + "\n"


def _colon(said: Phrases) -> str:
    """French puts a no-break space before its colon."""
    return "\u00a0:" if said.decimal == "," else ":"


def _head(shown: View) -> list[str]:
    said = " · ".join(part for part in (shown.when, shown.number) if part)
    return [shown.shop, said]


def _rows(rows: Iterable[Row]) -> list[str]:
    return [line for row in rows for line in _row(row)]


def _row(row: Row) -> Iterator[str]:
    """A long label goes on over lines; its amount stands on the last one."""
    *above, last = _wrapped(row.label, COLUMNS - len(row.amount) - GAP)
    yield from above
    yield last + row.amount.rjust(COLUMNS - len(last))
    if row.remark:
        yield f"{INDENT}{row.remark}"


def _wrapped(text: str, width: int) -> list[str]:
    """At least one line, none wider than ``width``; a long word is cut."""
    lines = [""]
    for word in text.split(" "):
        piece = word
        while len(piece) > width:
            lines.append(piece[:width])
            piece = piece[width:]
        joined = f"{lines[-1]} {piece}" if lines[-1] else piece
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(piece)
    return [line for line in lines if line] or [""]


def _closing(shown: View, said: Phrases) -> list[str]:
    """The sums under a rule, the total last but for what was paid."""
    total = Row(label=said.total.upper(), amount=shown.total, remark=shown.count)
    rows = (
        *shown.sums,
        *([total] if shown.total else ()),
        *shown.payments,
    )
    return ["─" * COLUMNS, *_rows(rows)] if rows else []


def _strip(shown: View, said: Phrases) -> list[str]:
    if not shown.lines:
        return []
    caption = said.machine if shown.machine else said.strip
    return [*_wrapped(f"{caption}{_colon(said)}", COLUMNS), "", *shown.lines]
