"""Parcels: who is sending one, to whom a receipt went, what corrects it, which are dead.

A *lease* says which run is sending a parcel, and until when no other may.  An *addressee*
is kept for a day behind its parcel's end, so that a correction or a replay reaches the
same recipient; it goes at once when the customer takes the parcel back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from agent.ids import ReceiptId
from agent.store.pen import Pen
from agent.store.seal import Sealer, place
from agent.verbs import Lang

Kind = Literal["receipt", "annulled"]
"""What a parcel carries: the receipt, or that its sale was annulled."""

WITHDRAWN: Final = "withdrawn"
"""Detail of a parcel that its customer took back: it is no dead letter."""
ADDRESSEE_MS: Final = 86_400_000
"""A sale is annulled, and a relay mended, within the day; design bound: seven days."""
LONGEST_LEASE_MS: Final = 3_600_000
"""A lease until later met a clock that has since gone back."""

MIGRATION: Final = (
    """CREATE TABLE parcel_of_kind(
      channel   TEXT NOT NULL,
      receipt   BLOB NOT NULL,
      kind      TEXT NOT NULL DEFAULT 'receipt',
      recipient BLOB,
      lang      TEXT NOT NULL,
      attempts  INTEGER NOT NULL,
      next_ms   INTEGER NOT NULL,
      state     TEXT NOT NULL CHECK(state IN ('due', 'done', 'dead')),
      detail    BLOB NOT NULL,
      number    INTEGER NOT NULL DEFAULT 0,
      at_ms     INTEGER NOT NULL DEFAULT 0,
      run       TEXT NOT NULL DEFAULT '',
      until_ms  INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY(channel, receipt, kind)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO parcel_of_kind(channel, receipt, recipient, lang, attempts, next_ms,
      state, detail, number, at_ms)
    SELECT channel, receipt, recipient, lang, attempts, next_ms, state, detail, number,
      coalesce((SELECT at_ms FROM receipt WHERE id = parcel.receipt), 0) FROM parcel""",
    "DROP TABLE parcel",
    "ALTER TABLE parcel_of_kind RENAME TO parcel",
    "CREATE INDEX parcel_due ON parcel(channel, next_ms) WHERE state = 'due'",
    "CREATE INDEX parcel_dead ON parcel(at_ms) WHERE state = 'dead'",
    """CREATE TABLE addressee(
      channel   TEXT NOT NULL,
      receipt   BLOB NOT NULL CHECK(length(receipt) = 16),
      recipient BLOB NOT NULL,
      lang      TEXT NOT NULL,
      at_ms     INTEGER NOT NULL,
      PRIMARY KEY(channel, receipt)
    ) STRICT, WITHOUT ROWID""",
)

_FREE: Final = "(run = '' OR run = :run OR until_ms <= :now OR until_ms > :now + :most)"
"""Nobody else is sending it."""
_FIRST: Final = """(kind = 'receipt' OR NOT EXISTS (SELECT 1 FROM parcel AS before
  WHERE before.channel = parcel.channel AND before.receipt = parcel.receipt
  AND before.kind = 'receipt' AND before.state = 'due'))"""
"""What corrects a receipt does not go before it."""


@dataclass(frozen=True, slots=True)
class LeaseParcel:
    """``run`` sends it now; nobody else does until ``until_ms``.

    Without effect where another run has it, or it is another copy by now.
    """

    channel: str
    receipt: ReceiptId
    kind: Kind
    number: int
    run: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class OweCorrection:
    """Whoever got that receipt as a parcel is told once that its sale was annulled."""

    receipt: ReceiptId


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A parcel that reached nobody.  ``recipient`` is empty once it is forgotten."""

    channel: str
    receipt: ReceiptId
    number: int
    at_ms: int
    detail: str
    recipient: str = ""
    lang: Lang = "fr"


@dataclass(frozen=True, slots=True)
class ForgetAddressee:
    """Nothing goes there any more: no correction, no replay."""

    channel: str
    receipt: ReceiptId


ParcelChange = LeaseParcel | OweCorrection | ForgetAddressee


def key(channel: str, receipt: ReceiptId, kind: Kind = "receipt") -> str:
    """A parcel's place, for its seals."""
    return f"{channel}.{receipt}" + ("" if kind == "receipt" else f".{kind}")


def lease(pen: Pen, change: LeaseParcel) -> None:
    pen.db.execute(
        f"""UPDATE parcel SET run = :run, until_ms = :until WHERE channel = :channel
        AND receipt = :receipt AND kind = :kind AND number = :number
        AND state = 'due' AND {_FREE}""",  # noqa: S608 -- ours
        {
            "run": change.run,
            "until": change.until_ms,
            "channel": change.channel,
            "receipt": change.receipt.bytes,
            "kind": change.kind,
            "number": change.number,
            "now": pen.stamp.wall_ms,
            "most": LONGEST_LEASE_MS,
        },
    )


def know(pen: Pen, channel: str, receipt: ReceiptId, recipient: str, lang: str) -> None:
    """To whom a receipt goes, when its parcel is put on the shelf."""
    name, kid = key(channel, receipt), pen.key_of(receipt)
    sealed = pen.seal(recipient, "addressee", name, "recipient", under=kid)
    pen.db.execute(
        """INSERT INTO addressee VALUES (?, ?, ?, ?, ?)
        ON CONFLICT(channel, receipt) DO UPDATE SET recipient = excluded.recipient,
          lang = excluded.lang, at_ms = excluded.at_ms""",
        (channel, receipt.bytes, sealed, lang, pen.stamp.wall_ms),
    )


def end(pen: Pen, channel: str, receipt: ReceiptId, *, withdrawn: bool) -> None:
    """The receipt's own parcel reached nobody: there is nothing to correct."""
    pen.db.execute(
        """UPDATE parcel SET state = 'dead', recipient = NULL WHERE channel = ?
        AND receipt = ? AND kind <> 'receipt' AND state = 'due'""",
        (channel, receipt.bytes),
    )
    if withdrawn:
        forget(pen, ForgetAddressee(channel, receipt))


def forget(pen: Pen, change: ForgetAddressee) -> None:
    where = (change.channel, change.receipt.bytes)
    pen.db.execute("DELETE FROM addressee WHERE channel = ? AND receipt = ?", where)
    # What corrects the receipt would be the next to go there.
    pen.db.execute(
        """UPDATE parcel SET state = 'dead', recipient = NULL WHERE channel = ?
        AND receipt = ? AND kind <> 'receipt' AND state = 'due'""",
        where,
    )


def owe_correction(pen: Pen, change: OweCorrection) -> None:
    rows = pen.db.execute(
        """SELECT addressee.channel, addressee.recipient, addressee.lang, number
        FROM addressee JOIN parcel USING (channel, receipt)
        WHERE receipt = ? AND kind = 'receipt' AND state <> 'dead'""",
        (change.receipt.bytes,),
    ).fetchall()
    for channel, sealed, lang, number in rows:
        recipient = _opened(pen.sealer, channel, change.receipt, sealed)
        name = key(channel, change.receipt, "annulled")
        kid = pen.key_of(change.receipt)
        pen.db.execute(
            """INSERT INTO parcel(channel, receipt, kind, recipient, lang, attempts,
              next_ms, state, detail, number, at_ms)
            VALUES (?, ?, 'annulled', ?, ?, 0, 0, 'due', ?, ?, ?)
            ON CONFLICT DO NOTHING""",
            (
                channel,
                change.receipt.bytes,
                pen.seal(recipient, "parcel", name, "recipient", under=kid),
                lang,
                pen.seal("", "parcel", name, "detail", under=kid),
                number,
                pen.stamp.wall_ms,
            ),
        )


# -- reads -------------------------------------------------------------------


def sendable(
    db: sqlite3.Connection, channel: str, now_ms: int, run: str, bounds: tuple[int, int]
) -> sqlite3.Cursor:
    """Due rows that ``run`` may send now, the longest waiting first.

    ``bounds``: how many, and what is due later than that met a clock that went back.
    """
    return db.execute(
        f"""SELECT channel, receipt, recipient, lang, attempts, next_ms, state, detail,
        number, kind, at_ms FROM parcel WHERE channel = :channel AND state = 'due'
          AND (next_ms <= :now OR next_ms > :now + :later) AND {_FREE} AND {_FIRST}
        ORDER BY next_ms, kind DESC LIMIT :limit""",  # noqa: S608 -- ours
        {
            "channel": channel,
            "now": now_ms,
            "run": run,
            "most": LONGEST_LEASE_MS,
            "later": bounds[1],
            "limit": bounds[0],
        },
    )


def next_ms(db: sqlite3.Connection, channel: str, run: str, now_ms: int) -> int | None:
    """When the next one may be sent (Unix ms)."""
    (found,) = db.execute(
        f"""SELECT min(CASE WHEN {_FREE} THEN next_ms ELSE max(next_ms, until_ms) END)
        FROM parcel WHERE channel = :channel AND state = 'due' AND {_FIRST}""",  # noqa: S608
        {"channel": channel, "run": run, "now": now_ms, "most": LONGEST_LEASE_MS},
    ).fetchone()
    return None if found is None else int(found)


def holder(
    db: sqlite3.Connection, channel: str, receipt: ReceiptId, kind: Kind
) -> tuple[str, int]:
    """Which run has the lease, and of which copy; empty: none has."""
    row = db.execute(
        """SELECT run, number FROM parcel WHERE channel = ? AND receipt = ?
        AND kind = ? AND state = 'due'""",
        (channel, receipt.bytes, kind),
    ).fetchone()
    return (str(row[0]), int(row[1])) if row else ("", 0)


def addressees(
    db: sqlite3.Connection, sealer: Sealer, channel: str
) -> list[tuple[ReceiptId, str]]:
    """To whom receipts went by that channel lately.

    Raises:
        DamagedRecord: one is not what was kept.
    """
    rows = db.execute(
        "SELECT receipt, recipient FROM addressee WHERE channel = ?", (channel,)
    ).fetchall()
    found = [(ReceiptId(UUID(bytes=each)), sealed) for each, sealed in rows]
    return [(each, _opened(sealer, channel, each, sealed)) for each, sealed in found]


def dead(db: sqlite3.Connection, sealer: Sealer, limit: int) -> list[DeadLetter]:
    """Those that reached nobody and were not taken back, the newest first.

    One that was handed over since, on paper or by another way, needs nobody any more.

    Raises:
        DamagedRecord: one is not what was kept.
    """
    rows = db.execute(
        """SELECT parcel.channel, parcel.receipt, number, parcel.at_ms, detail,
        addressee.recipient, parcel.lang FROM parcel
        LEFT JOIN addressee USING (channel, receipt)
        WHERE state = 'dead' AND kind = 'receipt' AND NOT EXISTS (
          SELECT 1 FROM hand_over WHERE hand_over.receipt = parcel.receipt
          AND hand_over.number > parcel.number AND outcome IN ('waiting', 'done'))
        ORDER BY parcel.at_ms DESC"""
    )
    found: list[DeadLetter] = []
    for letter in _letters(rows, sealer):
        if letter.detail != WITHDRAWN:
            found.append(letter)
        if len(found) == limit:
            break
    rows.close()
    return found


def _letters(rows: sqlite3.Cursor, sealer: Sealer) -> Iterator[DeadLetter]:
    for row in rows:
        yield _letter(sealer, *row)


def _letter(  # noqa: PLR0913, PLR0917 -- the columns
    sealer: Sealer,
    channel: str,
    key_bytes: bytes,
    number: int,
    at_ms: int,
    detail: bytes,
    recipient: bytes | None,
    lang: Any,
) -> DeadLetter:
    receipt = ReceiptId(UUID(bytes=key_bytes))
    said = sealer.unseal(detail, place("parcel", key(channel, receipt), "detail"))
    whom = _opened(sealer, channel, receipt, recipient) if recipient else ""
    return DeadLetter(channel, receipt, number, at_ms, said.decode(), whom, lang)


def _opened(sealer: Sealer, channel: str, receipt: ReceiptId, sealed: bytes) -> str:
    at = place("addressee", key(channel, receipt), "recipient")
    return sealer.unseal(sealed, at).decode()
