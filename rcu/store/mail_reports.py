"""What became of mails: kept once, and put on its way to the tills with that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import aiosqlite

from agent.wire.feed import MAIL_REPORTED
from rcu.mail_report import Report
from rcu.store.db import Database, rows
from rcu.store.feed import Waiting, put_down
from rcu.store.retention import DAY_MS

KEPT_MS: Final = 30 * DAY_MS
"""Down to a till that is away; a shop that is shut for longer starts anew."""
MAX_OWED: Final = 200
"""Reports of receipts that no till has told of: looked at at a time."""

# A first word is news; « delayed » is none behind a bounce.
_KEEP: Final = (
    "INSERT INTO mail_report SELECT ?1, ?2, ?3, ?4, ?5, ?6, NULL"
    " WHERE NOT (?3 = 'delayed' AND EXISTS (SELECT 1 FROM mail_report"
    "  WHERE receipt_id = ?1 AND number = ?2 AND state = 'bounced'))"
    " ON CONFLICT DO NOTHING"
)
_WHOSE: Final = "SELECT edge FROM receipt WHERE receipt_id = ? LIMIT 2"
_CONTACT: Final = (
    "SELECT DISTINCT value FROM identifier WHERE edge = ? AND receipt_id = ?"
    " AND kind = 'email' LIMIT 2"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """``news``: nobody had said so.  ``edge``: whose it is; empty: no till told yet."""

    news: bool
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Whose page that is."""

    edge: str
    receipt_id: str


class MailReports:
    """Writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, token_sha256: str) -> Page | None:
        """Of the page behind that hash."""
        row = await self._database.one(
            "SELECT edge, receipt_id FROM page WHERE token_sha256 = ?", (token_sha256,)
        )
        return None if row is None else Page(*row)

    async def keep(self, report: Report, now_ms: int) -> Kept:
        """Safe to repeat.  It is on its way to the till that sent it, if that is known."""
        async with self._database.transaction() as tx:
            row = (
                *(report.receipt_id, report.number, report.state),
                *(report.status, report.hard, now_ms),
            )
            if (await tx.execute(_KEEP, row)).rowcount != 1:
                return Kept(news=False)
            return Kept(news=True, edge=await _tell(tx, report, now_ms))

    async def owed(self, now_ms: int) -> list[tuple[str, Report]]:
        """Tell of those whose till was not known; what is told now, and to which."""
        told: list[tuple[str, Report]] = []
        async with self._database.transaction() as tx:
            found = await rows(
                tx,
                "SELECT receipt_id, number, state, status, hard FROM mail_report"
                " WHERE edge IS NULL AND told_ms > ? ORDER BY told_ms LIMIT ?",
                (now_ms - KEPT_MS, MAX_OWED),
            )
            for receipt_id, number, state, status, hard in found:
                report = Report(receipt_id, number, state, status, bool(hard))
                if edge := await _tell(tx, report, now_ms):
                    told.append((edge, report))
        return told

    async def spread(
        self, report: Report, edge: str, others: Sequence[str], now_ms: int
    ) -> None:
        """To the store's other tills: an address that takes or wants no mail."""
        async with self._database.transaction() as tx:
            contact = await _contact(tx, edge, report.receipt_id)
            if contact:
                for other in others:
                    await _put(tx, other, report, contact, now_ms)


async def _tell(tx: aiosqlite.Connection, report: Report, now_ms: int) -> str:
    edges = [edge for (edge,) in await rows(tx, _WHOSE, (report.receipt_id,))]
    if len(edges) != 1:
        return ""
    (edge,) = edges
    contact = await _contact(tx, edge, report.receipt_id)
    await _put(tx, edge, report, contact, now_ms)
    await tx.execute(
        "UPDATE mail_report SET edge = ? WHERE receipt_id = ? AND number = ?"
        " AND state = ?",
        (edge, report.receipt_id, report.number, report.state),
    )
    return str(edge)


async def _contact(tx: aiosqlite.Connection, edge: str, receipt_id: str) -> str:
    """Where two addresses got that receipt, nobody knows which of them it is."""
    found = await rows(tx, _CONTACT, (edge, receipt_id))
    values = [value for (value,) in found]
    return str(values[0]) if len(values) == 1 else ""


async def _put(
    tx: aiosqlite.Connection, edge: str, report: Report, contact: str, now_ms: int
) -> None:
    said: dict[str, Any] = {
        "receipt_id": report.receipt_id,
        "number": report.number,
        "state": report.state,
        "status": report.status,
        "hard": report.hard,
        "contact": contact,
    }
    data = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
    event = Waiting(0, str(uuid4()), MAIL_REPORTED, now_ms, data)
    await put_down(tx, edge, event, now_ms + KEPT_MS)
