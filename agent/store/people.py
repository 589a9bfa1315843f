"""Whose a receipt is: found by a keyed hash, exported, forgotten.

A contact's *reference* is 24 bytes: the key's id, and 16 of HMAC-SHA256 over kind and
normal form (:func:`agent.identity.contacts.match_key`).  It is the one of the ledger of
consents and of the RCU's orders, so that a person can be found without being named.

To forget is one commit: data keys go, bodies are emptied, the reference is struck out.
What still has to be printed or sent stays until it is: the order is repeated.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from agent.identity.kinds import Kind
from agent.ids import JobId, ReceiptId
from agent.store import parcels
from agent.store.damage import DamagedRecord
from agent.store.pen import Pen
from agent.store.seal import Sealer, place
from agent.store.vault import TAG_ENCRYPTED, key_number

SUBJECT_BYTES: Final = 24
KID_BYTES: Final = 8

MIGRATION: Final = (
    """CREATE TABLE known_by(
      subject BLOB NOT NULL CHECK(length(subject) = 24),
      receipt BLOB NOT NULL CHECK(length(receipt) = 16),
      PRIMARY KEY(subject, receipt)
    ) STRICT, WITHOUT ROWID""",
    # What was forgotten, when and how much: numbers only, signed.
    """CREATE TABLE erasure(
      n     INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      body  TEXT NOT NULL
    ) STRICT""",
)


@dataclass(frozen=True, slots=True)
class KnowBy:
    """That receipt is known by that contact."""

    receipt: ReceiptId
    kind: Kind
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Traces:
    """What is here of one contact.

    ``waiting``: receipts whose paper is due, or of which a destination has not got all.
    ``consents``: numbers of records.
    """

    receipts: tuple[ReceiptId, ...] = ()
    waiting: tuple[ReceiptId, ...] = ()
    jobs: tuple[JobId, ...] = ()
    consents: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()
    """Entries of the log that are about the contact and about no receipt."""
    parcels: int = 0
    preference: bool = False
    exported: int = 0
    """Entries in exports of what nobody took (:mod:`agent.store.exported`)."""
    exports_unread: tuple[str, ...] = ()
    """Exports that cannot be read: the contact may be in them."""

    @property
    def empty(self) -> bool:
        return not (self.waiting or self.may_go)

    @property
    def may_go(self) -> bool:
        """There is something to destroy, or to say, beside what has to wait."""
        found = self.receipts or self.consents or self.entries or self.exported
        return bool(found or self.preference or self.exports_unread)

    @property
    def numbers(self) -> dict[str, object]:
        """How much it is, for a log and for a statement: nobody's name."""
        return {
            "receipts": len(self.receipts),
            "jobs": len(self.jobs),
            "entries": len(self.entries),
            "parcels": self.parcels,
            "preference": self.preference,
            "consents": list(self.consents),
            "waiting": len(self.waiting),
            "exported": self.exported,
            "exports_unread": list(self.exports_unread),
        }


@dataclass(frozen=True, slots=True)
class Forget:
    """Destroy what ``traces`` names; ``statement`` says so, and names nobody."""

    subject: bytes
    traces: Traces
    statement: str


PeopleChange = KnowBy | Forget


def traces(db: sqlite3.Connection, sealer: Sealer, subject: bytes) -> Traces:
    """All that is here of that contact."""
    own, entries = _said_by(db, sealer, subject)
    found = {row[0] for row in db.execute(_KNOWN, (subject,))} | own
    found |= _sent_to(db, sealer, subject)
    waiting = {key for key in found if _waits(db, key)}
    gone = sorted(found - waiting)
    return Traces(
        receipts=tuple(ReceiptId(UUID(bytes=key)) for key in gone),
        waiting=tuple(ReceiptId(UUID(bytes=key)) for key in sorted(waiting)),
        jobs=tuple(JobId(UUID(bytes=job)) for key in gone for job in _jobs(db, key)),
        consents=tuple(
            seq
            for (seq,) in db.execute(
                "SELECT seq FROM consent WHERE subject = ? ORDER BY seq", (subject,)
            )
        ),
        entries=tuple(entries),
        parcels=sum(
            db.execute(
                "SELECT count(*) FROM parcel WHERE receipt = ?", (key,)
            ).fetchone()[0]
            for key in gone
        ),
        preference=db.execute(
            "SELECT 1 FROM preference WHERE card = ?1"
            " UNION SELECT 1 FROM card_holder WHERE card = ?1",
            (subject[KID_BYTES:],),
        ).fetchone()
        is not None,
    )


_KNOWN: Final = "SELECT receipt FROM known_by WHERE subject = ?"
_UNSENT: Final = "seq > (SELECT min(acked) FROM cursor)"
"""Some destination has not got it; NULL, so none, where there is no destination."""


def _said_by(
    db: sqlite3.Connection, sealer: Sealer, subject: bytes
) -> tuple[set[bytes], list[int]]:
    """Of entries that carry a record of consent: whose receipts, and those of none."""
    kid, found = subject[:KID_BYTES].hex(), subject[KID_BYTES:].hex()
    needle = f"hmac-sha256:{kid}:{found}".encode()
    receipts, entries = set(), []
    rows = db.execute(
        f"""SELECT seq, id, type, at_ms, receipt, body, {_UNSENT} FROM event
        WHERE type = 'consent.recorded.v1' AND body IS NOT NULL"""  # noqa: S608 -- ours
    )
    for seq, key, kind, at_ms, receipt, sealed, unsent in rows:
        about = UUID(bytes=receipt) if receipt else None
        at = place("event", UUID(bytes=key), "body", kind, at_ms, about)
        try:
            said = sealer.unseal(sealed, at)
        except DamagedRecord:
            continue
        if needle not in said:
            continue
        if receipt:
            receipts.add(receipt)
        elif not unsent:
            entries.append(seq)
    return receipts, entries


def _sent_to(db: sqlite3.Connection, sealer: Sealer, subject: bytes) -> set[bytes]:
    """Receipts that go, or lately went, to that contact."""
    found = set()
    for table in ("parcel", "addressee"):
        kind = "kind" if table == "parcel" else "'receipt'"
        rows = db.execute(
            f"""SELECT channel, receipt, {kind}, recipient FROM {table}
            WHERE recipient IS NOT NULL"""  # noqa: S608 -- one of two words
        )
        for channel, receipt, carries, sealed in rows:
            name = parcels.key(channel, ReceiptId(UUID(bytes=receipt)), carries)
            try:
                whom = sealer.unseal(sealed, place(table, name, "recipient")).decode()
            except DamagedRecord:
                continue
            contact: Kind = "email" if channel == "email" else "phone"
            if sealer.reference(contact, whom) == subject:
                found.add(receipt)
    return found


def _waits(db: sqlite3.Connection, receipt: bytes) -> bool:
    """Its paper is due, the customer still chooses, or its entries are not sent."""
    (count,) = db.execute(
        f"""SELECT (SELECT count(*) FROM receipt JOIN job ON job.id = receipt.job
          WHERE receipt.id = ?1 AND (choice IS NULL OR state IN ('accepted', 'held',
            'paper_due')))
        + (SELECT count(*) FROM event WHERE receipt = ?1 AND body IS NOT NULL
          AND {_UNSENT})""",  # noqa: S608 -- ours
        (receipt,),
    ).fetchone()
    return bool(count)


def _jobs(db: sqlite3.Connection, receipt: bytes) -> list[bytes]:
    """Its own, and those that were papers of the same sale."""
    rows = db.execute(
        """SELECT job FROM receipt WHERE id = ?1
        UNION SELECT job FROM paper_of WHERE receipt = ?1""",
        (receipt,),
    )
    return [row[0] for row in rows]


def statements(db: sqlite3.Connection) -> list[str]:
    """What was destroyed so far, as it was signed."""
    return [row[0] for row in db.execute("SELECT body FROM erasure ORDER BY n")]


def know_by(pen: Pen, change: KnowBy) -> None:
    """Without the secret for contacts it does nothing."""
    subject = pen.sealer.reference(change.kind, change.value)
    if subject is not None:
        pen.db.execute(
            "INSERT INTO known_by VALUES (?, ?) ON CONFLICT DO NOTHING",
            (subject, change.receipt.bytes),
        )


def forget(pen: Pen, change: Forget) -> None:
    db, found = pen.db, change.traces
    kids: set[int] = set()
    for receipt in found.receipts:
        kids.add(pen.key_of(receipt))
        kids |= _keys_of_entries(db, receipt)
        empty_receipt(db, receipt)
    for job in found.jobs:
        kids.add(pen.key_of_job(job))
        empty_job(db, job)
    for seq in found.entries:
        db.execute("UPDATE event SET body = NULL WHERE seq = ?", (seq,))
    contact = db.execute(
        "SELECT kid FROM data_key WHERE subject = ?", (change.subject,)
    ).fetchone()
    if contact is not None:
        kids.add(contact[0])
    db.execute(
        """UPDATE consent SET body = NULL, subject = zeroblob(24)
        WHERE subject = ?""",
        (change.subject,),
    )
    if not found.waiting:
        db.execute("DELETE FROM known_by WHERE subject = ?", (change.subject,))
    card = (change.subject[KID_BYTES:],)
    db.execute("DELETE FROM preference WHERE card = ?", card)
    db.execute("DELETE FROM card_holder WHERE card = ?", card)
    pen.sealer.destroy(kids)
    db.execute(
        "INSERT INTO erasure(at_ms, body) VALUES (?, ?)",
        (pen.stamp.wall_ms, change.statement),
    )


def _keys_of_entries(db: sqlite3.Connection, receipt: ReceiptId) -> set[int]:
    """Of its entries, where its own row names none any more; not what others share."""
    rows = db.execute(
        "SELECT body FROM event WHERE receipt = ? AND body IS NOT NULL",
        (receipt.bytes,),
    ).fetchall()
    named = {key_number(body) for (body,) in rows if body[:1] == TAG_ENCRYPTED}
    own = "SELECT 1 FROM data_key WHERE kid = ? AND use = 'document'"
    return {kid for kid in named if db.execute(own, (kid,)).fetchone()}


def empty_receipt(db: sqlite3.Connection, receipt: ReceiptId) -> None:
    """Its content, and all that leads to whoever got it."""
    key = (receipt.bytes,)
    for sql in (
        "DELETE FROM aside WHERE seq IN (SELECT seq FROM event WHERE receipt = ?)",
        "UPDATE event SET body = NULL WHERE receipt = ?",
        "DELETE FROM parcel WHERE receipt = ?",
        "DELETE FROM addressee WHERE receipt = ?",
        "DELETE FROM sale WHERE receipt = ?",
        "DELETE FROM known_by WHERE receipt = ?",
        """UPDATE hand_over SET outcome = 'withdrawn'
        WHERE receipt = ? AND outcome = 'waiting'""",
        """UPDATE receipt SET body = NULL, strip = NULL, token = NULL, gist = NULL,
          session = NULL, choice = coalesce(choice, 'none') WHERE id = ?""",
    ):
        db.execute(sql, key)


def empty_job(db: sqlite3.Connection, job: JobId) -> None:
    """Its bytes, and what was still to be done with them."""
    key = (job.bytes,)
    for sql in (
        "DELETE FROM passing WHERE n = (SELECT n FROM job WHERE id = ?)",
        "DELETE FROM lesson WHERE n = (SELECT n FROM job WHERE id = ?)",
        "DELETE FROM paper_of WHERE job = ?",
        "UPDATE job SET raw = NULL, decision = NULL WHERE id = ?",
    ):
        db.execute(sql, key)
