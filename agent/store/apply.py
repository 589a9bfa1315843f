"""A change becomes SQL.  One function a kind, all of them safe to repeat.

Runs on the writer's thread inside a transaction that somebody else opens and
ends.  Keys come from the caller; an insert that is already there and an update
that is already true do nothing.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from agent.store.records import (
    AcceptJob,
    Append,
    Change,
    DecideReceipt,
    ForwardParts,
    JobState,
    KeepMemory,
    KeepPiece,
    MarkHandedOver,
    MoveCursor,
    OpenReceipt,
    OrderPaper,
    OweLesson,
    ParcelState,
    PutParcel,
    SetAside,
    SettleJob,
)
from agent.store.seal import Sealer, place

log = logging.getLogger(__name__)

_RANGES: Final = json.JSONEncoder(separators=(",", ":"))

SETTLED: Final = (JobState.PRINTED, JobState.NO_PAPER)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a commit was asked for: start number, wall and monotonic clock.

    Order and age survive a wall clock that jumps.
    """

    boot: int
    wall_ms: int
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Pen:
    """What a change is written with."""

    db: sqlite3.Connection
    sealer: Sealer
    stamp: Stamp

    def seal(
        self, text: bytes | str, table: str, key: UUID | str, column: str
    ) -> bytes:
        plain = text.encode() if isinstance(text, str) else text
        return self.sealer.seal(plain, place(table, key, column))

    def update(self, sql: str, values: tuple[object, ...]) -> None:
        """An update that should meet one row; a stranger's key is only logged."""
        if self.db.execute(sql, values).rowcount == 0:
            log.warning("a change named a record that is not stored")


def apply(pen: Pen, change: Change) -> None:
    """Write one change."""
    WRITERS[type(change)](pen, change)


def _keep_piece(pen: Pen, change: KeepPiece) -> None:
    key = piece_key(change.job, change.number)
    pen.db.execute(
        """INSERT INTO piece(job, number, door, at_ms, raw)
        SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM job WHERE id = ?1)
        ON CONFLICT DO NOTHING""",
        (
            change.job.bytes,
            change.number,
            change.door,
            pen.stamp.wall_ms,
            pen.seal(change.raw, "piece", key, "raw"),
        ),
    )


def _accept_job(pen: Pen, change: AcceptJob) -> None:
    job = change.job
    pen.db.execute(
        """INSERT INTO job(id, door, at_ms, boot, mono_ms, evidence, shape, follows,
          forwarded, state, rule, settled_ms, raw, line, start)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?)
        ON CONFLICT(id) DO NOTHING""",
        (
            job.id.bytes,
            job.door,
            job.at_ms,
            pen.stamp.boot,
            pen.stamp.mono_ms,
            job.evidence,
            job.shape,
            job.follows.bytes if job.follows else None,
            _RANGES.encode(job.forwarded),
            job.state,
            pen.stamp.wall_ms if job.state in SETTLED else None,
            pen.seal(change.raw, "job", job.id, "raw"),
            job.line.bytes if job.line else None,
            job.start,
        ),
    )
    pen.db.execute("DELETE FROM piece WHERE job = ?", (job.id.bytes,))


def _forward_parts(pen: Pen, change: ForwardParts) -> None:
    pen.update(
        "UPDATE job SET forwarded = ? WHERE id = ?",
        (_RANGES.encode(change.forwarded), change.job.bytes),
    )


def _settle_job(pen: Pen, change: SettleJob) -> None:
    settled_ms = pen.stamp.wall_ms if change.state in SETTLED else None
    pen.update(
        "UPDATE job SET state = ?, rule = ?, settled_ms = ? WHERE id = ?",
        (change.state, change.rule, settled_ms, change.job.bytes),
    )


def _append(pen: Pen, change: Append) -> None:
    entry = change.entry
    pen.db.execute(
        """INSERT INTO event(seq, id, type, at_ms, boot, mono_ms, receipt, plain_len, body)
        VALUES (1 + (SELECT seq FROM log_height), ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING""",
        (
            entry.id.bytes,
            entry.type,
            entry.at_ms,
            pen.stamp.boot,
            pen.stamp.mono_ms,
            entry.receipt.bytes if entry.receipt else None,
            len(entry.body),
            pen.seal(entry.body, "event", entry.id, "body"),
        ),
    )


def _open_receipt(pen: Pen, change: OpenReceipt) -> None:
    row = change.row
    pen.db.execute(
        """INSERT INTO receipt(id, job, at_ms, rule, on_silence, choice, decided_ms,
          paper_copies, handed_over, token, body, strip, gist)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING""",
        (
            row.id.bytes,
            row.job.bytes,
            row.at_ms,
            row.rule,
            row.on_silence,
            row.choice,
            pen.stamp.wall_ms if row.choice else None,
            row.paper_copies,
            row.handed_over,
            pen.seal(row.token, "receipt", row.id, "token"),
            pen.seal(row.body, "receipt", row.id, "body"),
            pen.seal(row.strip_html, "receipt", row.id, "strip"),
            pen.seal(json.dumps(row.gist), "receipt", row.id, "gist"),
        ),
    )


def _decide_receipt(pen: Pen, change: DecideReceipt) -> None:
    pen.update(
        "UPDATE receipt SET choice = ?, decided_ms = ? WHERE id = ?",
        (change.choice, pen.stamp.wall_ms, change.receipt.bytes),
    )


def _mark_handed_over(pen: Pen, change: MarkHandedOver) -> None:
    pen.update(
        "UPDATE receipt SET handed_over = 1 WHERE id = ?", (change.receipt.bytes,)
    )


def _order_paper(pen: Pen, change: OrderPaper) -> None:
    pen.update(
        "UPDATE receipt SET paper_copies = max(paper_copies, ?) WHERE id = ?",
        (change.copies, change.receipt.bytes),
    )


def _put_parcel(pen: Pen, change: PutParcel) -> None:
    parcel = change.parcel
    key = parcel_key(parcel.channel, parcel.receipt)
    due = parcel.state is ParcelState.DUE
    pen.db.execute(
        """INSERT INTO parcel(channel, receipt, recipient, lang, attempts, next_ms,
          state, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(channel, receipt) DO UPDATE SET recipient = excluded.recipient,
          lang = excluded.lang, attempts = excluded.attempts,
          next_ms = excluded.next_ms, state = excluded.state,
          detail = excluded.detail""",
        (
            parcel.channel,
            parcel.receipt.bytes,
            pen.seal(parcel.recipient, "parcel", key, "recipient") if due else None,
            parcel.lang,
            parcel.attempts,
            parcel.next_ms,
            parcel.state,
            # A mail server's answer may quote the address.
            pen.seal(parcel.detail, "parcel", key, "detail"),
        ),
    )


def _move_cursor(pen: Pen, change: MoveCursor) -> None:
    # Never back (a repeated change), never past the log (a peer's mistake
    # would skip entries not yet written).
    pen.db.execute(
        """INSERT INTO cursor(dest, acked)
        VALUES (?, max(0, min(?, (SELECT seq FROM log_height))))
        ON CONFLICT(dest) DO UPDATE SET acked = max(acked, excluded.acked)""",
        (change.destination, change.acked),
    )


def _set_aside(pen: Pen, change: SetAside) -> None:
    key = aside_key(change.destination, change.seq)
    pen.db.execute(
        "INSERT INTO aside VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            change.destination,
            change.seq,
            pen.stamp.wall_ms,
            # A problem may point at, or quote, the refused data.
            pen.seal(change.problem, "aside", key, "problem"),
        ),
    )


def _keep_memory(pen: Pen, change: KeepMemory) -> None:
    pen.db.execute(
        """INSERT INTO printer_memory(printer, memory, updated_ms) VALUES (?, ?, ?)
        ON CONFLICT(printer) DO UPDATE SET memory = excluded.memory,
          updated_ms = excluded.updated_ms""",
        (
            change.printer,
            pen.seal(change.memory, "printer_memory", change.printer, "memory"),
            pen.stamp.wall_ms,
        ),
    )
    if change.job is not None:
        pen.db.execute(
            "DELETE FROM lesson WHERE n <= (SELECT n FROM job WHERE id = ?)",
            (change.job.bytes,),
        )


def _owe_lesson(pen: Pen, change: OweLesson) -> None:
    pen.db.execute(
        "INSERT INTO lesson SELECT n FROM job WHERE id = ? ON CONFLICT DO NOTHING",
        (change.job.bytes,),
    )
    pen.db.execute(
        "DELETE FROM lesson WHERE n < (SELECT n FROM job WHERE id = ?)",
        (change.oldest.bytes,),
    )


def piece_key(job: UUID, number: int) -> str:
    return f"{job}.{number}"


def parcel_key(channel: str, receipt: UUID) -> str:
    return f"{channel}.{receipt}"


def aside_key(destination: str, seq: int) -> str:
    return f"{destination}.{seq}"


WRITERS: Final[Mapping[type[Any], Callable[[Pen, Any], None]]] = MappingProxyType(
    {
        KeepPiece: _keep_piece,
        AcceptJob: _accept_job,
        ForwardParts: _forward_parts,
        SettleJob: _settle_job,
        Append: _append,
        OpenReceipt: _open_receipt,
        DecideReceipt: _decide_receipt,
        OrderPaper: _order_paper,
        MarkHandedOver: _mark_handed_over,
        PutParcel: _put_parcel,
        MoveCursor: _move_cursor,
        SetAside: _set_aside,
        KeepMemory: _keep_memory,
        OweLesson: _owe_lesson,
    }
)
