"""What is kept for loyalty cards, each known by a keyed digest only.

Written at the till (« Conserver ce choix ») or by what the RCU sends down; the later
word counts, whichever comes first.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from agent.choice.preference import Preference
from agent.store.pen import Pen

TABLE: Final = """CREATE TABLE preference(
  card         BLOB PRIMARY KEY CHECK(length(card) BETWEEN 16 AND 32),
  channel      TEXT,
  account_only INTEGER NOT NULL,
  no_email     INTEGER NOT NULL,
  updated_ms   INTEGER NOT NULL,
  used_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID"""


@dataclass(frozen=True, slots=True)
class KeepPreference:
    """In place of what was kept, if that is not younger.  ``None``: forget it.

    For a card that is nobody's (:mod:`agent.store.card_holders`) nothing is kept.

    ``card``: HMAC of the card's match key, 16 to 32 bytes.  A forgotten one leaves
    its time behind, so that an older word of the RCU does not bring it back.
    """

    card: bytes
    preference: Preference | None
    updated_ms: int


@dataclass(frozen=True, slots=True)
class UsePreference:
    """It was applied at ``at_ms``: not forgotten yet."""

    card: bytes
    at_ms: int


PreferenceChange = KeepPreference | UsePreference


def keep(pen: Pen, change: KeepPreference) -> None:
    kept = change.preference
    pen.db.execute(
        """INSERT INTO preference SELECT ?1, ?2, ?3, ?4, ?5, ?5
        WHERE NOT EXISTS (SELECT 1 FROM blocked WHERE identity = ?1)
        ON CONFLICT(card) DO UPDATE SET channel = excluded.channel,
          account_only = excluded.account_only, no_email = excluded.no_email,
          updated_ms = excluded.updated_ms, used_ms = max(used_ms, excluded.used_ms)
        WHERE excluded.updated_ms >= updated_ms""",
        (
            change.card,
            kept.channel if kept else None,
            bool(kept and kept.account_only),
            bool(kept and kept.no_email),
            change.updated_ms,
        ),
    )


def use(pen: Pen, change: UsePreference) -> None:
    pen.update(
        "UPDATE preference SET used_ms = max(used_ms, ?) WHERE card = ?",
        (change.at_ms, change.card),
    )


def read(db: sqlite3.Connection, card: bytes) -> Preference | None:
    row = db.execute(
        """SELECT channel, account_only, no_email FROM preference
        WHERE card = ? AND channel IS NOT NULL""",
        (card,),
    ).fetchone()
    return Preference(row[0], bool(row[1]), bool(row[2])) if row else None
