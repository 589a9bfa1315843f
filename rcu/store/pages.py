"""What a page token opens.  The token comes in hashed and is never stored."""

from __future__ import annotations

from agent.wire.receipt import Receipt
from rcu.records import Closed, Shown, Unknown
from rcu.store.db import Database


class Pages:
    """Reads for the customer's page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, token_sha256: str) -> Shown | Closed | Unknown:
        """The receipt behind the SHA-256 of a page token."""
        row = await self._database.one(
            "SELECT receipt.body, receipt.issued_ms, receipt.received_ms FROM page"
            " JOIN receipt USING (edge, receipt_id) WHERE token_sha256 = ?",
            (token_sha256,),
        )
        if row is not None:
            return Shown(Receipt.model_validate_json(row[0]), int(row[1]), int(row[2]))
        gone = await self._database.one(
            "SELECT 1 FROM closed_page WHERE token_sha256 = ?", (token_sha256,)
        )
        return Unknown() if gone is None else Closed()

    async def probe(self) -> None:
        """Read something; raises ``sqlite3.Error`` where that fails."""
        await self._database.one("SELECT max(contiguous) FROM height", ())
