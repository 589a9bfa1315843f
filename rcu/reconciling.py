"""Counts again what tills say that their logs hold: an auditor's look, beside a server.

For each closing (:mod:`agent.wire.closing`) its range is counted, summed and chained anew
from the RCU's own rows; whatever differs is named.  Reads only.
"""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from agent.wire.closing import START, DayClosed, Sold, chained, closing_text
from rcu.admission import verifies
from rcu.errors import StoreError
from rcu.store.db import expect

MAX_NAMED: Final = 5
"""Holes that are named in a line."""

_CLOSINGS: Final = (
    "SELECT edge, body FROM closing WHERE edge = ? ORDER BY last, sequence"
)
_HELD: Final = (
    "SELECT sequence, id FROM event WHERE edge = ?1 AND sequence BETWEEN ?2 AND ?3"
    " UNION SELECT sequence, id FROM refusal"
    "  WHERE edge = ?1 AND sequence BETWEEN ?2 AND ?3 ORDER BY 1"
)
_SOLD: Final = (
    "SELECT kind, currency, count(*), coalesce(sum(total), 0), sum(total IS NULL)"
    " FROM receipt JOIN event ON event.edge = receipt.edge AND event.id = event_id"
    " WHERE event.edge = ?1 AND sequence BETWEEN ?2 AND ?3"
    " GROUP BY kind, currency ORDER BY kind, currency"
)
_ISSUED: Final = (
    "SELECT count(*), count(receipt.event_id) FROM event LEFT JOIN receipt"
    " ON receipt.edge = event.edge AND receipt.event_id = event.id"
    " WHERE event.edge = ?1 AND type = 'receipt.issued.v1'"
    " AND sequence BETWEEN ?2 AND ?3"
)
_OPEN: Final = (
    "SELECT count(*), min(sequence), max(sequence) FROM event"
    " WHERE edge = ? AND sequence > ?"
)


@dataclass(frozen=True, slots=True)
class Day:
    """One closing, and what differs from the RCU's own count."""

    closing: DayClosed
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Till:
    """One till.  ``open``: entries behind its last closing, the first, the last."""

    edge: str
    contiguous: int
    days: tuple[Day, ...]
    open: tuple[int, int, int]
    holes: tuple[tuple[int, int], ...] = field(default=())

    @property
    def whole(self) -> bool:
        return not self.holes and not any(day.faults for day in self.days)


@contextmanager
def reading(directory: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """The ledger and the keyring, to be read.

    Raises:
        StoreError: one is not there, or cannot be read.
    """
    try:
        with (
            closing(_open(directory / "rcu.db")) as ledger,
            closing(_open(directory / "keys.db")) as keys,
        ):
            yield ledger, keys
    except sqlite3.Error as error:
        raise StoreError(f"{directory}: {error}") from error


def tills(
    ledger: sqlite3.Connection, keys: sqlite3.Connection, edge: str | None = None
) -> Iterator[Till]:
    """All, or that one."""
    found = ledger.execute("SELECT edge, contiguous FROM height ORDER BY edge")
    for name, contiguous in found.fetchall():
        if edge in (None, name):
            yield _till(ledger, _keys(keys, name), name, contiguous)


def _till(
    ledger: sqlite3.Connection, keys: dict[str, bytes], edge: str, contiguous: int
) -> Till:
    days: list[Day] = []
    before: DayClosed | None = None
    for _, body in ledger.execute(_CLOSINGS, (edge,)).fetchall():
        said = json.loads(body)
        day = DayClosed.model_validate(said)
        days.append(_day(ledger, keys, edge, (before, day), said))
        before = day
    last = before.last if before else 0
    count, first, reached = ledger.execute(_OPEN, (edge, last)).fetchone()
    opened = (count, first or 0, reached or 0)
    named = {number for each in days for number, _ in each.closing.unsent}
    return Till(edge, contiguous, tuple(days), opened, _holes(ledger, edge, named))


def _day(
    ledger: sqlite3.Connection,
    keys: dict[str, bytes],
    edge: str,
    closings: tuple[DayClosed | None, DayClosed],
    said: dict[str, Any],
) -> Day:
    before, day = closings
    span = (edge, day.first, day.last)
    held = [(int(number), str(name)) for number, name in ledger.execute(_HELD, span)]
    numbers = {number for number, _ in held}
    links = sorted({*held, *((n, name) for n, name in day.unsent if n not in numbers)})
    faults = [*_chain(before, day), *_signature(keys, edge, said)]
    if len(links) != day.events:
        missing = sorted(set(range(day.first, day.last + 1)) - {n for n, _ in links})
        faults.append(f"{len(links)} entries here, missing {_few(missing)}")
    if chained(day.before, links) != day.head:
        faults.append("the chain over the entries here has another head")
    notes: list[str] = []
    issued, kept = ledger.execute(_ISSUED, span).fetchone()
    sold = tuple(
        Sold(kind=kind, currency=currency, count=count, total=total, unread=unread)
        for kind, currency, count, total, unread in ledger.execute(_SOLD, span)
    )
    if kept < issued:
        notes.append(f"{issued - kept} receipts are gone by retention: not summed")
    elif day.erased:
        notes.append(
            f"{day.erased} receipts were erased at the till before: not summed"
        )
    elif sold != day.sold:
        faults.append(f"sums here: {_sums(sold)}")
    return Day(day, tuple(faults), tuple(notes))


def _chain(before: DayClosed | None, day: DayClosed) -> Iterator[str]:
    head = before.head if before else START
    if day.before != head:
        yield "does not follow from the closing before"
    if before is not None and day.first != before.last + 1:
        yield f"begins at {day.first}, the one before ended at {before.last}"


def _signature(
    keys: dict[str, bytes], edge: str, said: dict[str, Any]
) -> Iterator[str]:
    if not said["sig"]:
        yield "not signed"
        return
    try:
        signature = b64decode(said["sig"], validate=True)
    except NotBase64:
        signature = b""
    key = keys.get(said["kid"])
    if key is None or not verifies(key, closing_text(edge, said), signature):
        yield "not signed by a key of this till"


def _holes(
    ledger: sqlite3.Connection, edge: str, named: set[int]
) -> tuple[tuple[int, int], ...]:
    """Numbers that never came, as ranges; those that the till itself names are known."""
    found: list[tuple[int, int]] = []
    before = None
    rows = ledger.execute(
        "SELECT sequence FROM event WHERE edge = ?1 UNION SELECT sequence FROM refusal"
        " WHERE edge = ?1 AND sequence IS NOT NULL ORDER BY 1",
        (edge,),
    )
    for number in sorted({*(int(row[0]) for row in rows), *named}):
        if before is not None and number > before + 1:
            found.append((before + 1, number - 1))
        before = number
    return tuple(found)


def _keys(keys: sqlite3.Connection, edge: str) -> dict[str, bytes]:
    rows = keys.execute("SELECT kid, public FROM till_key WHERE edge = ?", (edge,))
    return {kid: bytes(public) for kid, public in rows}


def _open(path: Path) -> sqlite3.Connection:
    expect(path)
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    db.execute("PRAGMA query_only = ON")
    return db


def _few(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:MAX_NAMED]))
    return (
        f"{shown} and {len(numbers) - MAX_NAMED} more"
        if len(numbers) > MAX_NAMED
        else shown
    )


def _sums(sold: Sequence[Sold]) -> str:
    said = [f"{each.count} {each.kind} {each.total} {each.currency}" for each in sold]
    return "; ".join(said) or "nothing sold"
