"""Orders that still stand: what a till that comes anew has to do before it may send.

A till that is replaced, or whose database came back from a backup, asks with a cursor
behind the one that it had told: what it had done is undone, and is ordered again.  Of
preferences and blocked identifiers the latest stands for good; an erasure as long as any
till could still hold what it is about.  Contents are sealed (:mod:`rcu.sealing`).
"""

from __future__ import annotations

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

_STANDS: Final = (
    "SELECT about, name, type, request, data FROM standing"
    " WHERE until_ms IS NULL OR until_ms > ? ORDER BY issued_ms, name"
)
_WAITS: Final = "SELECT 1 FROM feed WHERE edge = ? AND id = ?"


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


async def follow(tx: aiosqlite.Connection, edge: str, after: int, now_ms: int) -> int:
    """A till says how far it is; how many orders are put on their way to it again.

    None, unless it is new or is further back than it said it was.
    """
    found = [
        *await rows(tx, "SELECT acked FROM feed_height WHERE edge = ?", (edge,)),
    ]
    await tx.execute(
        "INSERT INTO feed_height VALUES (?1, ?2, ?2) ON CONFLICT (edge) DO UPDATE SET"
        " seq = max(seq, excluded.seq), acked = excluded.acked",
        (edge, after),
    )
    if found and after >= found[0][0]:
        return 0
    again = 0
    for about, name, kind, request, data in await rows(tx, _STANDS, (now_ms,)):
        waiting = order_id(name, edge)
        if [*await rows(tx, _WAITS, (edge, waiting))]:
            continue
        anew = f"{name} again {now_ms}"
        again += await put(
            tx, edge, Order(anew, kind, data, request, about=about), now_ms
        )
    return again


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
