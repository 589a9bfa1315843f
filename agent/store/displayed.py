"""When the notice that the law wants beside a till was on the customer's screen.

One row a day, text and language: the first moment at which a display page was open and
showed it.  There is nothing of a customer in it, and it is never erased: so a decision of
any age can be explained with the notice that stood there (C. env., art. D. 541-372).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from agent.store.pen import Pen

TABLE: Final = """CREATE TABLE displayed(
      day     TEXT NOT NULL,
      notice  TEXT NOT NULL,
      version TEXT NOT NULL,
      digest  BLOB NOT NULL CHECK(length(digest) = 32),
      lang    TEXT NOT NULL,
      at_ms   INTEGER NOT NULL,
      boot    INTEGER NOT NULL,
      mono_ms INTEGER NOT NULL,
      PRIMARY KEY (day, notice, version, digest, lang)
    ) STRICT, WITHOUT ROWID"""


@dataclass(frozen=True, slots=True)
class KeepDisplayed:
    """A notice is on the screen: ``day`` in the shop's time zone, as RFC 3339 writes it.

    ``digest`` is the SHA-256 of the sentence in UTF-8; the first of a day stands.
    """

    day: str
    notice: str
    version: str
    digest: bytes
    lang: str


@dataclass(frozen=True, slots=True)
class Displayed:
    """A kept one: since when, by the wall clock (Unix ms) and that start's own clock."""

    notice: str
    version: str
    digest: bytes
    lang: str
    at_ms: int
    boot: int
    mono_ms: int


def keep(pen: Pen, change: KeepDisplayed) -> None:
    stamp = pen.stamp
    pen.db.execute(
        "INSERT INTO displayed VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(change.day, change.notice, change.version, change.digest, change.lang),
            *(stamp.wall_ms, stamp.boot, stamp.mono_ms),
        ),
    )


def on(db: sqlite3.Connection, day: str) -> tuple[Displayed, ...]:
    """What was displayed on a day, in the order in which it came."""
    rows = db.execute(
        """SELECT notice, version, digest, lang, at_ms, boot, mono_ms FROM displayed
        WHERE day = ? ORDER BY at_ms, notice, lang DESC""",
        (day,),
    )
    return tuple(Displayed(*row) for row in rows)
