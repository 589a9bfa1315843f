"""Rows that an older version sealed by scheme 1 are sealed again, some at a time.

The triggers that keep log and ledger immutable allow this one step and no other.  What
is damaged stays as it is, and is met where it is read.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from agent.ids import ReceiptId
from agent.store import parcels
from agent.store.apply import aside_key
from agent.store.damage import DamagedRecord
from agent.store.pen import Pen
from agent.store.seal import SHARED, TAG_CHECKED, place
from agent.store.taking_in import OF_ITS_OWN

log = logging.getLogger(__name__)

SLICE_ROWS: Final = 100
"""Some 15 ms on the writer's thread."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A row's sealed columns, and how they are named and keyed.

    ``where`` finds the row again: a condition and its values.
    """

    columns: dict[str, bytes | None]
    key: UUID | str
    under: int
    where: str
    values: Row
    facts: Row = ()


def again(pen: Pen, after: int) -> int | None:
    """The next slice of log, jobs and receipts; where to go on, ``None``: all are done.

    ``after``: three times a row's number, and which of the three tables.
    """
    table, last = after % len(_LONG), after // len(_LONG)
    name, read = _LONG[table]
    rows = list(read(pen, last))
    if not rows:
        return None if table + 1 == len(_LONG) else table + 1
    for row in rows:
        _seal(pen, name, row)
    return int(rows[-1].values[0]) * len(_LONG) + table


def rest(pen: Pen) -> None:
    """All other tables, which are short."""
    for name, read in _SHORT:
        for row in read(pen):
            _seal(pen, name, row)


def _seal(pen: Pen, table: str, row: _Sealed) -> None:
    changed: dict[str, bytes] = {}
    for column, sealed in row.columns.items():
        if sealed is None or sealed[:1] != TAG_CHECKED:
            continue
        at = place(table, row.key, column)
        try:
            plain = pen.sealer.unseal(sealed, at)
        except DamagedRecord as damage:
            log.error(  # noqa: TRY400 -- the key says it all
                "a damaged record stays as it is", extra={"record": damage.record}
            )
            continue
        facts = row.facts
        changed[column] = pen.seal(
            plain, table, row.key, column, *facts, under=row.under
        )
    if changed:
        sets = ", ".join(f"{column} = ?" for column in changed)
        pen.db.execute(
            f"UPDATE {table} SET {sets} WHERE {row.where}",  # noqa: S608 -- ours
            (*changed.values(), *row.values),
        )


# -- long tables, by number ----------------------------------------------------


def _jobs(pen: Pen, after: int) -> Iterator[_Sealed]:
    rows = pen.db.execute(
        """SELECT n, id, shape, kid, raw, decision FROM job WHERE n > ?
        ORDER BY n LIMIT ?""",
        (after, SLICE_ROWS),
    ).fetchall()
    for n, key, shape, kid, raw, decision in rows:
        job = UUID(bytes=key)
        own = _own(pen, "job", n, kid) if raw and shape in OF_ITS_OWN else SHARED
        yield _Sealed({"raw": raw}, job, own, "n = ?", (n,))
        yield _Sealed({"decision": decision}, job, SHARED, "n = ?", (n,))


def _receipts(pen: Pen, after: int) -> Iterator[_Sealed]:
    rows = pen.db.execute(
        """SELECT receipt.n, receipt.id, coalesce(receipt.kid, job.kid), token, body,
        strip, gist, session FROM receipt LEFT JOIN job ON job.id = receipt.job
        WHERE receipt.n > ? ORDER BY receipt.n LIMIT ?""",
        (after, SLICE_ROWS),
    ).fetchall()
    for n, key, kid, token, body, strip, gist, session in rows:
        columns = {
            "token": token,
            "body": body,
            "strip": strip,
            "gist": gist,
            "session": session,
        }
        own = _own(pen, "receipt", n, kid) if body else SHARED
        yield _Sealed(columns, UUID(bytes=key), own, "n = ?", (n,))


def _entries(pen: Pen, after: int) -> Iterator[_Sealed]:
    rows = pen.db.execute(
        """SELECT seq, id, type, at_ms, receipt, body FROM event WHERE seq > ?
        ORDER BY seq LIMIT ?""",
        (after, SLICE_ROWS),
    ).fetchall()
    for seq, key, kind, at_ms, receipt, body in rows:
        about = UUID(bytes=receipt) if receipt else None
        yield _Sealed(
            {"body": body},
            UUID(bytes=key),
            pen.key_of(about),
            "seq = ?",
            (seq,),
            (kind, at_ms, about),
        )


def _own(pen: Pen, table: str, n: int, kid: int | None) -> int:
    own = kid or pen.sealer.document_key()
    pen.db.execute(f"UPDATE {table} SET kid = ? WHERE n = ?", (own or None, n))  # noqa: S608
    return own


_LONG: Final[tuple[tuple[str, Callable[[Pen, int], Iterator[_Sealed]]], ...]] = (
    ("job", _jobs),
    ("receipt", _receipts),
    ("event", _entries),
)
"""In this order: a receipt has its job's key, an entry its receipt's."""


# -- the others ------------------------------------------------------------------


def _passing(pen: Pen) -> Iterator[_Sealed]:
    rows = pen.db.execute(
        "SELECT n, job.id, job.kid, passing.raw FROM passing JOIN job USING (n)"
    ).fetchall()
    for n, key, kid, raw in rows:
        yield _Sealed({"raw": raw}, UUID(bytes=key), kid or SHARED, "n = ?", (n,))


def _parcels(pen: Pen) -> Iterator[_Sealed]:
    rows = pen.db.execute(
        "SELECT channel, receipt, kind, recipient, detail FROM parcel"
    ).fetchall()
    for channel, key, kind, recipient, detail in rows:
        receipt = ReceiptId(UUID(bytes=key))
        yield _Sealed(
            {"recipient": recipient, "detail": detail},
            parcels.key(channel, receipt, kind),
            pen.key_of(receipt),
            "channel = ? AND receipt = ? AND kind = ?",
            (channel, key, kind),
        )


def _asides(pen: Pen) -> Iterator[_Sealed]:
    rows = pen.db.execute(
        """SELECT dest, aside.seq, problem, receipt FROM aside
        LEFT JOIN event ON event.seq = aside.seq"""
    ).fetchall()
    for dest, seq, problem, receipt in rows:
        about = UUID(bytes=receipt) if receipt else None
        yield _Sealed(
            {"problem": problem},
            aside_key(dest, seq),
            pen.key_of(about),
            "dest = ? AND seq = ?",
            (dest, seq),
        )


def _memories(pen: Pen) -> Iterator[_Sealed]:
    for printer, memory in pen.db.execute(
        "SELECT printer, memory FROM printer_memory"
    ).fetchall():
        yield _Sealed({"memory": memory}, printer, SHARED, "printer = ?", (printer,))


def _packs(pen: Pen) -> Iterator[_Sealed]:
    for digest, body in pen.db.execute("SELECT digest, body FROM pack").fetchall():
        yield _Sealed({"body": body}, digest.hex(), SHARED, "digest = ?", (digest,))


def _consents(pen: Pen) -> Iterator[_Sealed]:
    rows = pen.db.execute(
        "SELECT seq, subject, body FROM consent WHERE substr(body, 1, 1) = x'01'"
    ).fetchall()
    for seq, subject, body in rows:
        kid = pen.sealer.contact_key(subject)
        yield _Sealed({"body": body}, str(seq), kid, "seq = ?", (seq,))


_SHORT: Final[tuple[tuple[str, Callable[[Pen], Iterator[_Sealed]]], ...]] = (
    ("passing", _passing),
    ("parcel", _parcels),
    ("aside", _asides),
    ("printer_memory", _memories),
    ("pack", _packs),
    ("consent", _consents),
)


def is_done(db: sqlite3.Connection) -> bool:
    """Whether this file has been through it."""
    row = db.execute("SELECT v FROM meta WHERE k = 'resealed'").fetchone()
    return bool(row and row[0])


def mark_done(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO meta VALUES ('resealed', 1) ON CONFLICT DO NOTHING")
