"""What the RCU tells of cards, for when it is away: who they belong to, whose are nobody's.

Cards are known by a keyed digest only (:func:`agent.identity.contacts.match_key`).  What
is told of a holder is sealed, holds no address, and is bounded: who was not seen for the
longest time goes first.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass, field
from typing import Final

from agent.store.damage import DamagedRecord
from agent.store.pen import Pen
from agent.store.seal import Sealer, place

log = logging.getLogger(__name__)

MIGRATION: Final = (
    """CREATE TABLE card_holder(
      card       BLOB PRIMARY KEY CHECK(length(card) = 16),
      body       BLOB NOT NULL,
      updated_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Identifiers of nobody: the shop's own card, a switchboard.
    """CREATE TABLE blocked(
      identity BLOB PRIMARY KEY CHECK(length(identity) = 16),
      at_ms    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

MAX_HOLDERS: Final = 20_000
"""Some 5 MB; a shop sees fewer regular customers in a year."""
MAX_PREFERENCES: Final = 50_000
MAX_BLOCKED: Final = 10_000


@dataclass(frozen=True, slots=True)
class KeepHolder:
    """In place of what was told, if that is not younger; ``None``: nothing any more."""

    card: bytes
    body: bytes | None = field(repr=False)
    updated_ms: int


@dataclass(frozen=True, slots=True)
class Block:
    """``blocked``: that identifier is nobody's; what is kept for it goes, for good."""

    identity: bytes
    blocked: bool


HolderChange = KeepHolder | Block


def keep(pen: Pen, change: KeepHolder) -> None:
    db = pen.db
    if change.body is None or is_blocked(db, change.card):
        db.execute(
            "DELETE FROM card_holder WHERE card = ? AND updated_ms <= ?",
            (change.card, change.updated_ms),
        )
        return
    db.execute(
        """INSERT INTO card_holder VALUES (?, ?, ?)
        ON CONFLICT(card) DO UPDATE SET body = excluded.body,
          updated_ms = excluded.updated_ms WHERE excluded.updated_ms >= updated_ms""",
        (
            change.card,
            pen.seal(change.body, "card_holder", change.card.hex(), "body"),
            change.updated_ms,
        ),
    )
    _trim(db, "card_holder", "card", "updated_ms", MAX_HOLDERS)
    _trim(db, "preference", "card", "used_ms", MAX_PREFERENCES)


def block(pen: Pen, change: Block) -> None:
    db, key = pen.db, (change.identity,)
    if not change.blocked:
        db.execute("DELETE FROM blocked WHERE identity = ?", key)
        return
    db.execute(
        "INSERT INTO blocked VALUES (?, ?) ON CONFLICT DO NOTHING",
        (change.identity, pen.stamp.wall_ms),
    )
    db.execute("DELETE FROM preference WHERE card = ?", key)
    db.execute("DELETE FROM card_holder WHERE card = ?", key)
    _trim(db, "blocked", "identity", "at_ms", MAX_BLOCKED)


def is_blocked(db: sqlite3.Connection, identity: bytes) -> bool:
    """Whether that identifier is nobody's."""
    found = db.execute("SELECT 1 FROM blocked WHERE identity = ?", (identity,))
    return found.fetchone() is not None


def holder(db: sqlite3.Connection, sealer: Sealer, card: bytes) -> bytes | None:
    """What was told of that card's holder; what is damaged is left out: it is told again."""
    row = db.execute("SELECT body FROM card_holder WHERE card = ?", (card,)).fetchone()
    where = place("card_holder", card.hex(), "body")
    try:
        return sealer.unseal(row[0], where) if row else None
    except DamagedRecord as damage:
        log.error("a damaged record was left out", extra={"record": damage.record})  # noqa: TRY400 -- the key says it all
        return None


def _trim(db: sqlite3.Connection, table: str, key: str, age: str, most: int) -> None:
    db.execute(
        f"""DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table}
        ORDER BY {age} LIMIT max(0, (SELECT count(*) FROM {table}) - ?))""",  # noqa: S608 -- words of ours
        (most,),
    )
