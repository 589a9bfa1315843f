"""The till's own books: what each range of the log held, and the head of its chain.

A closing (:mod:`agent.wire.closing`) covers all entries behind the one before.  It is
counted on the reader's thread, once a day, from what is there: what was forgotten by then
is in no total, and counted.  Kept for good: a line a day, and nobody's name.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from agent.store.damage import DamagedRecord
from agent.store.pen import Pen
from agent.store.seal import Sealer, place
from agent.wire.closing import MAX_UNSENT, START, Sold, chained, taken_for

MIGRATION: Final = (
    """CREATE TABLE closing(
      last  INTEGER PRIMARY KEY,
      day   TEXT NOT NULL,
      head  TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      body  BLOB NOT NULL
    ) STRICT""",
)

ISSUED: Final = "receipt.issued.v1"
MAX_ENTRIES: Final = 10_000
"""Of one closing: a busy day has half as many.  Counting them takes some 0.2 s of the
reader's thread; a log that was never closed is closed in several."""


@dataclass(frozen=True, slots=True)
class KeepClosing:
    """A range is closed; ``body`` is its ``day.closed.v1``.  The same again is none."""

    day: str
    last: int
    head: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing as it is kept."""

    day: str
    last: int
    head: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """What the range behind the last closing holds."""

    first: int
    last: int
    last_ms: int
    """When the last of it was said (Unix ms); 0: nothing was."""
    events: int
    types: dict[str, int]
    sold: tuple[Sold, ...]
    erased: int
    unsent: tuple[tuple[int, str], ...]
    before: str
    head: str


def keep(pen: Pen, change: KeepClosing) -> None:
    pen.db.execute(
        "INSERT INTO closing VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(change.last, change.day, change.head, pen.stamp.wall_ms),
            pen.seal(change.body, "closing", str(change.last), "body"),
        ),
    )


def newest(db: sqlite3.Connection, sealer: Sealer, limit: int) -> list[Closing]:
    """The last ones, newest first.

    Raises:
        DamagedRecord: one is not what was kept.
    """
    rows = db.execute(
        "SELECT day, last, head, body FROM closing ORDER BY last DESC LIMIT ?", (limit,)
    ).fetchall()
    return [
        Closing(day, last, head, sealer.unseal(body, _place(last)))
        for day, last, head, body in rows
    ]


def tally(db: sqlite3.Connection, sealer: Sealer, until_ms: int) -> Tally:
    """Count what came behind the last closing, as far as it is of before ``until_ms``.

    What is damaged counts as erased: nobody can say its amount.
    """
    row = db.execute(
        "SELECT last, head FROM closing ORDER BY last DESC LIMIT 1"
    ).fetchone()
    closed, before = row or (0, START)
    types: Counter[str] = Counter()
    sums = _Sums()
    head, first, last, last_ms = before, 0, closed, 0
    rows = db.execute(
        "SELECT seq, id, type, at_ms, receipt, body FROM event WHERE seq > ?"
        " ORDER BY seq LIMIT ?",
        (closed, MAX_ENTRIES),
    )
    with closing(rows):
        for seq, key, kind, at_ms, receipt, body in rows:
            if at_ms >= until_ms:
                break  # what comes behind is of today, whatever its clock said
            name = UUID(bytes=key)
            first, last, last_ms = first or seq, seq, at_ms
            head = chained(head, [(seq, str(name))])
            types[kind] += 1
            if kind == ISSUED:
                about = UUID(bytes=receipt) if receipt else None
                where = place("event", name, "body", kind, at_ms, about)
                sums.add(_opened(sealer, body, where))
    begins = first if row is None and first else closed + 1
    return Tally(
        last_ms=last_ms,
        first=begins,
        last=last,
        events=types.total(),
        types=dict(sorted(types.items())),
        sold=sums.sold,
        erased=sums.erased,
        unsent=_unsent(db, closed, last),
        before=before,
        head=head,
    )


def gone(db: sqlite3.Connection, first: int) -> tuple[int, int]:
    """Of the entries from that number on: how many there are, how many without content."""
    row = db.execute(
        "SELECT count(*), count(*) - count(body) FROM event WHERE seq >= ?", (first,)
    ).fetchone()
    return int(row[0]), int(row[1])


def _unsent(
    db: sqlite3.Connection, closed: int, last: int
) -> tuple[tuple[int, str], ...]:
    rows = db.execute(
        "SELECT DISTINCT seq, id FROM event JOIN aside USING (seq)"
        " WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        (closed, last, MAX_UNSENT),
    )
    return tuple((seq, str(UUID(bytes=key))) for seq, key in rows)


def _place(last: int) -> bytes:
    return place("closing", str(last), "body")


def _opened(sealer: Sealer, body: bytes | None, where: bytes) -> dict[str, Any] | None:
    if body is None:
        return None
    try:
        said: dict[str, Any] = json.loads(sealer.unseal(body, where))["receipt"]
    except (DamagedRecord, ValueError, KeyError):
        return None
    return said


class _Sums:
    """By kind and currency."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._totals: Counter[tuple[str, str]] = Counter()
        self._unread: Counter[tuple[str, str]] = Counter()
        self.erased = 0

    def add(self, receipt: dict[str, Any] | None) -> None:
        if receipt is None:
            self.erased += 1
            return
        kind = taken_for(str(receipt.get("kind")), receipt.get("mentions") or ())
        what = (kind, str(receipt.get("currency")))
        self._counts[what] += 1
        total = receipt.get("total")
        if isinstance(total, int):
            self._totals[what] += total
        else:
            self._unread[what] += 1

    @property
    def sold(self) -> tuple[Sold, ...]:
        return tuple(
            Sold(
                kind=what[0],
                currency=what[1],
                count=count,
                total=self._totals[what],
                unread=self._unread[what],
            )
            for what, count in sorted(self._counts.items())
        )
