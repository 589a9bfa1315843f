"""The text part: a letter of 64 columns, amounts on one right edge.

It is read by people (in a list's preview, aloud by a screen reader, on an old
terminal), so it is written as one writes, not as HTML with its tags torn off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from agent.letters.mail_html import Page
from agent.letters.phrases import Phrases
from agent.letters.view import Row, View, no_mail_url, not_me_url

COLUMNS: Final = 64
"""Fits a phone held upright in small type, and every mail reader's window."""

GAP: Final = 2
INDENT: Final = "  "


def text_part(page: Page) -> str:
    """The whole text, paragraphs apart by one empty line."""
    shown, said = page.shown, page.said
    why = said.why.format(shop=shown.shop)
    blocks = (
        [shown.copy],
        [] if shown.notes else _wrapped(said.greeting.format(shop=shown.shop), COLUMNS),
        _head(shown),
        *(_wrapped(note, COLUMNS) for note in shown.notes),
        [f"{said.code}{said.colon}", page.code.text] if page.code else [],
        _rows(shown.items, said),
        _wrapped(said.more.format(count=shown.left_out), COLUMNS)
        if shown.left_out
        else [],
        _closing(shown, said),
        [f"{said.page}{said.colon}", page.url],
        _wrapped(said.attached, COLUMNS) if shown.picture else [],
        _strip(shown, said),
        *(_wrapped(mention, COLUMNS) for mention in shown.mentions),
        _wrapped(said.pdf, COLUMNS) if page.has_pdf else [],
        _offer(page),
        _wrapped(why if page.offer else f"{why} {said.use}", COLUMNS),
        [
            f"{said.not_me}{said.colon}",
            not_me_url(page.url),
            *_wrapped(said.not_me_how.format(sender=page.sender), COLUMNS),
        ],
        [f"{said.no_mail}{said.colon}", no_mail_url(page.url)],
    )
    texts = ("\n".join(block).rstrip("\n") for block in blocks)
    return "\n\n".join(text for text in texts if text) + "\n"


def _offer(page: Page) -> list[str]:
    if not page.offer:
        return []
    return [
        *_wrapped(page.said.offer.format(shop=page.shown.shop), COLUMNS),
        *_wrapped(page.offer, COLUMNS),
        *_wrapped(page.said.offer_why, COLUMNS),
    ]


def _head(shown: View) -> list[str]:
    said = " · ".join(part for part in (shown.when, shown.number) if part)
    return [shown.shop, said]


def _rows(rows: Iterable[Row], said: Phrases) -> list[str]:
    write = _row if said.way == "ltr" else _row_of_words
    return [line for row in rows for line in write(row)]


def _row_of_words(row: Row) -> Iterator[str]:
    """Where lines run from right to left, columns of blanks would not line up."""
    yield f"{row.label}: {row.amount}"
    if row.remark:
        yield f"{INDENT}{row.remark}"


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
    return ["─" * COLUMNS, *_rows(rows, said)] if rows else []


def _strip(shown: View, said: Phrases) -> list[str]:
    if not shown.lines:
        return []
    caption = said.machine if shown.machine else said.strip
    return [*_wrapped(f"{caption}{said.colon}", COLUMNS), "", *shown.lines]
