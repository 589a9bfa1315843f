"""Codes that lead to pages, as long as they are valid."""

from __future__ import annotations

from dataclasses import dataclass, field

from rcu.store.db import Database


@dataclass(frozen=True, slots=True)
class SealedToken:
    """``token``: sealed by its code, in hex; ``token_sha256``: of the page it opens."""

    token: str = field(repr=False)
    token_sha256: str = field(repr=False)


class Codes:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, finder: str, now_ms: int) -> SealedToken | None:
        """The page that is found by it, if it is there and the code still holds."""
        row = await self._database.one(
            "SELECT token, token_sha256 FROM code JOIN page USING (edge, receipt_id)"
            " WHERE finder = ? AND until_ms > ?",
            (finder, now_ms),
        )
        return SealedToken(*row) if row else None
