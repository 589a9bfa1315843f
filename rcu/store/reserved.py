"""Codes that a till shows before there is a receipt, and the phones that took one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from agent.wire.feed import PAGE_CLAIMED
from agent.wire.upfront import CLAIM_S
from rcu.store.db import Database, rows
from rcu.store.feed import Waiting, put_down

TOLD_MS: Final = 60_000
"""A till that hears of a phone later has another customer by then."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A page whose receipt may still come."""

    number: str


@dataclass(frozen=True, slots=True)
class Taken:
    """``edge``: the till that shows it; ``page``: the token of the page."""

    edge: str
    page: str = field(repr=False)


class Reserved:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def number(self, finder: str, now_ms: int) -> str | None:
        """Of a code that nobody has taken and that still holds."""
        row = await self._database.one(
            "SELECT number FROM reserved"
            " WHERE finder = ? AND until_ms > ? AND claimed_ms IS NULL",
            (finder, now_ms),
        )
        return None if row is None else str(row[0])

    async def take(
        self,
        finder: str,
        now_ms: int,
        unseal: Callable[[str], str],
        digest: Callable[[str], str],
    ) -> Taken | None:
        """Take it, once, and tell its till; ``None``: somebody did, or it is too old."""
        async with self._database.transaction() as tx:
            sql = (
                "SELECT edge, sealed FROM reserved"
                " WHERE finder = ? AND until_ms > ? AND claimed_ms IS NULL"
            )
            for edge, sealed in await rows(tx, sql, (finder, now_ms)):
                page = unseal(sealed)
                await tx.execute(
                    "UPDATE reserved SET claimed_ms = ?, until_ms = ?, sealed = '',"
                    " page_sha256 = ? WHERE finder = ?",
                    (now_ms, now_ms + CLAIM_S * 1000, digest(page), finder),
                )
                data = json.dumps({"finder": finder}).encode()
                down = Waiting(0, str(uuid4()), PAGE_CLAIMED, now_ms, data)
                await put_down(tx, edge, down, now_ms + TOLD_MS)
                return Taken(edge, page)
        return None

    async def awaited(self, page_sha256: str, now_ms: int) -> Awaited | None:
        """The page of a phone that waits for its receipt."""
        row = await self._database.one(
            "SELECT number FROM reserved WHERE page_sha256 = ? AND until_ms > ?",
            (page_sha256, now_ms),
        )
        return None if row is None else Awaited(str(row[0]))
