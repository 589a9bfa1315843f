"""Orders that still stand: what a till that comes anew has to do before it may send.

A till that is replaced, or whose database came back from a backup, asks with a cursor
behind the one that it had told: what it had done is undone, and is ordered again.  Of
preferences and blocked identifiers the latest stands for good; an erasure as long as any
till could still hold what it is about.  Contents are sealed (:mod:`rcu.sealing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

import aiosqlite

from rcu.store.db import rows
from rcu.store.feed import Waiting, put_down

MIGRATION: Final = """
CREATE TABLE standing (         -- orders that a till which comes anew has to do
  about          TEXT    NOT NULL PRIMARY KEY,  -- type and whom, hashed: the latest counts
  name           TEXT    NOT NULL,
  type           TEXT    NOT NULL,
  request        TEXT    NOT NULL,
  data           BLOB    NOT NULL,   -- sealed
  issued_ms      INTEGER NOT NULL,
  until_ms       INTEGER             -- NULL: until another takes its place
) STRICT;
CREATE INDEX standing_by_age ON standing (until_ms) WHERE until_ms IS NOT NULL;

ALTER TABLE till_order ADD COLUMN about TEXT NOT NULL DEFAULT '';
CREATE INDEX till_order_about ON till_order (about) WHERE about <> '';

ALTER TABLE feed_height ADD COLUMN acked INTEGER NOT NULL DEFAULT 0;
"""

_NAMES: Final = UUID("6f2c2a8e-7f0e-5b0d-9d0c-5d9b0a4f6c11")
DAY_MS: Final = 86_400_000
KEPT_MS: Final = 400 * DAY_MS
"""An order waits for its till as long (WIRE 2.2)."""
ALIVE_MS: Final = 34 * DAY_MS
"""An erasure is ordered again as long: what a till did not send is erased there after 30
days (``store.max_unsent_days``), what it sent after three, and a day for its clock."""

SLICE: Final = 200
"""Orders in one transaction: a new till of a chain may be given a hundred thousand, and
what the other tills send goes in between."""
FOLLOWING: Final = 1 << 60
"""In place of how far a till is, until all that stands is on its way to it: a stop in
between begins anew, and puts nothing on its way twice."""

_STANDS: Final = (
    "SELECT rowid FROM standing WHERE until_ms IS NULL OR until_ms > ?"
    " ORDER BY issued_ms, name"
)
_ONE: Final = (
    "SELECT about, name, type, request, data, issued_ms FROM standing WHERE rowid = ?"
)
_WAITS: Final = (
    "SELECT 1 FROM feed WHERE edge = ?1 AND id = ?2"
    " UNION ALL SELECT 1 FROM till_order JOIN feed USING (edge, id)"
    " WHERE till_order.edge = ?1 AND about = ?3 AND about <> '' AND issued_ms >= ?4"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What to do.  ``data`` of its event; ``request`` joins those of several tills.

    ``name``: the same order is issued once to a till, however often it is asked.
    ``about``: stands for tills that come later, in place of the one before about it.
    """

    name: str
    type: str
    data: bytes = field(repr=False)
    request: str = ""
    due_ms: int | None = None
    about: str = ""
    until_ms: int | None = None


def order_id(name: str, edge: str) -> str:
    """Of the order of that name to that till."""
    return str(uuid5(_NAMES, f"{name} {edge}"))


async def stand(tx: aiosqlite.Connection, order: Order, now_ms: int) -> None:
    """That order is for tills to come as well.  Safe to repeat."""
    await tx.execute(
        "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (about) DO UPDATE"
        " SET name = excluded.name, data = excluded.data, issued_ms = excluded.issued_ms"
        " WHERE excluded.name <> name",
        (
            *(order.about, order.name, order.type, order.request),
            *(order.data, now_ms, order.until_ms),
        ),
    )


async def put(tx: aiosqlite.Connection, edge: str, order: Order, now_ms: int) -> bool:
    """Put it on the way to that till, once; ``False``: it was."""
    name = order_id(order.name, edge)
    known = "SELECT 1 FROM till_order WHERE edge = ? AND id = ?"
    if [*await rows(tx, known, (edge, name))]:
        return False
    down = Waiting(0, name, order.type, now_ms, order.data)
    await put_down(tx, edge, down, now_ms + KEPT_MS)
    await tx.execute(
        "INSERT INTO till_order (edge, id, type, request, issued_ms, due_ms, about)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(edge, name, order.type, order.request),
            *(now_ms, order.due_ms, order.about),
        ),
    )
    return True


async def follow(
    tx: aiosqlite.Connection, edge: str, after: int, now_ms: int
) -> list[int]:
    """A till says how far it is; what stands and is to be put on its way to it again.

    None, unless it is new or is further back than it said it was.  Else :func:`again`
    some at a time, then :func:`level`.
    """
    found = [
        *await rows(tx, "SELECT acked FROM feed_height WHERE edge = ?", (edge,)),
    ]
    stands: list[int] = []
    if not found or after < found[0][0]:
        stands = [row[0] for row in await rows(tx, _STANDS, (now_ms,))]
    await _note(tx, edge, after, FOLLOWING if stands else after)
    return stands


async def again(
    tx: aiosqlite.Connection, edge: str, stands: Sequence[int], now_ms: int
) -> int:
    """Put those on their way to that till, unless they are; how many.  Safe to repeat."""
    count = 0
    for one in stands:
        for about, name, kind, request, data, issued_ms in await rows(tx, _ONE, (one,)):
            values = (edge, order_id(name, edge), about, issued_ms)
            if [*await rows(tx, _WAITS, values)]:
                continue
            anew = f"{name} again {now_ms}"
            order = Order(anew, kind, data, request, about=about)
            count += await put(tx, edge, order, now_ms)
    return count


async def level(tx: aiosqlite.Connection, edge: str, after: int) -> None:
    """All that stands is on its way to that till."""
    await _note(tx, edge, after, after)


async def _note(tx: aiosqlite.Connection, edge: str, after: int, acked: int) -> None:
    await tx.execute(
        "INSERT INTO feed_height VALUES (?1, ?2, ?3) ON CONFLICT (edge) DO UPDATE SET"
        " seq = max(seq, excluded.seq), acked = excluded.acked",
        (edge, after, acked),
    )


async def drop(tx: aiosqlite.Connection, about: str, before_ms: int) -> int:
    """Nothing of it stands any more, nor is on its way; how many were.

    What was issued after ``before_ms`` stays.
    """
    gone = await tx.execute(
        "DELETE FROM standing WHERE about = ? AND issued_ms <= ?", (about, before_ms)
    )
    await tx.execute(
        "DELETE FROM feed WHERE time_ms <= ?2 AND (edge, id) IN"
        " (SELECT edge, id FROM till_order WHERE about = ?1)",
        (about, before_ms),
    )
    await tx.execute(
        "UPDATE till_order SET about = '',"
        " status = CASE status WHEN '' THEN 'withdrawn' ELSE status END"
        " WHERE about = ? AND issued_ms <= ?",
        (about, before_ms),
    )
    return gone.rowcount
