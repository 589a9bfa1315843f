"""Whoever a mail reached says that the receipt is not theirs: the contact is unlinked.

What is marked is the receipt, not a row of the identifier: the till may tell of the
address later than its mail arrives, and then the address is unlinked as it comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from rcu.records import Closed, Unknown
from rcu.store.db import Database, rows


@dataclass(frozen=True, slots=True)
class Unlinked:
    """``first``: nobody had said so before."""

    edge: str
    receipt_id: str
    first: bool


class Unlinking:
    """The one thing that a customer can write."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def not_me(
        self, token_sha256: str, now_ms: int
    ) -> Unlinked | Closed | Unknown:
        """Detach e-mail and telephone from the receipt of that page.  Safe to repeat."""
        async with self._database.transaction() as tx:
            sql = "SELECT edge, receipt_id FROM page WHERE token_sha256 = ?"
            for edge, receipt_id in await rows(tx, sql, (token_sha256,)):
                told = await tx.execute(
                    "INSERT INTO not_me VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (edge, receipt_id, now_ms),
                )
                await tx.execute(
                    "UPDATE identifier SET unlinked_ms = ? WHERE edge = ?"
                    " AND receipt_id = ? AND kind IN ('email', 'phone')"
                    " AND unlinked_ms IS NULL",
                    (now_ms, edge, receipt_id),
                )
                return Unlinked(edge, receipt_id, told.rowcount == 1)
            gone = "SELECT 1 FROM closed_page WHERE token_sha256 = ?"
            for _ in await rows(tx, gone, (token_sha256,)):
                return Closed()
        return Unknown()
