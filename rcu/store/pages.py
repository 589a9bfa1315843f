"""What a page token opens.  The token comes in hashed and is never stored."""

from __future__ import annotations

from typing import Final

from agent.wire.receipt import Receipt
from rcu.later import Annulled, with_later
from rcu.records import Closed, Shown, Unknown
from rcu.store.db import Database

MAX_SLIPS: Final = 8
"""Of one sale, each part paid by another card."""
_SLIPS: Final = (
    "SELECT body FROM receipt WHERE edge = :edge AND receipt_id IN"
    " (SELECT receipt_id FROM attached WHERE edge = :edge AND sale_id = :sale"
    "  AND NOT EXISTS (SELECT 1 FROM attached AS later"
    "   WHERE later.edge = attached.edge AND later.receipt_id = attached.receipt_id"
    "   AND (later.time_ms, later.event_id) > (attached.time_ms, attached.event_id)))"
    " ORDER BY issued_ms, receipt_id LIMIT :most"
)
"""Whose last word on it is this sale."""
# The number of the first that says one.
_VOIDED: Final = (
    "SELECT number FROM voided WHERE edge = ? AND receipt_id = ?"
    " ORDER BY number IS NULL, time_ms, event_id LIMIT 1"
)


class Pages:
    """Reads for the customer's page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, token_sha256: str) -> Shown | Closed | Unknown:
        """The receipt behind the SHA-256 of a page token."""
        row = await self._database.one(
            "SELECT receipt.body, receipt.issued_ms, receipt.received_ms, edge,"
            " receipt_id, EXISTS (SELECT 1 FROM invited WHERE invited.edge = page.edge"
            "  AND invited.receipt_id = page.receipt_id) FROM page"
            " JOIN receipt USING (edge, receipt_id) WHERE token_sha256 = ?",
            (token_sha256,),
        )
        if row is not None:
            return await self._shown(*row)
        gone = await self._database.one(
            "SELECT 1 FROM closed_page WHERE token_sha256 = ?", (token_sha256,)
        )
        return Unknown() if gone is None else Closed()

    async def _shown(
        self,
        body: bytes,
        issued_ms: int,
        received_ms: int,
        edge: str,
        receipt_id: str,
        phone: int,
    ) -> Shown:
        found = await self._database.all(
            _SLIPS, {"edge": edge, "sale": receipt_id, "most": MAX_SLIPS}
        )
        slips = tuple(Receipt.model_validate_json(slip) for (slip,) in found)
        said = await self._database.one(_VOIDED, (edge, receipt_id))
        annulled = Annulled(said[0]) if said is not None else None
        receipt = with_later(Receipt.model_validate_json(body), slips, annulled)
        return Shown(receipt, issued_ms, received_ms, slips, bool(phone))

    async def probe(self) -> None:
        """Read something; raises ``sqlite3.Error`` where that fails."""
        await self._database.one("SELECT max(contiguous) FROM height", ())
