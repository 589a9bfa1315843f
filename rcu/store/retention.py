"""Forgetting, in slices, so that no sweep holds up a till.

A page closes after its retention; what stays of it is the hash of its token, so
that an old QR is answered with the truth.  Its receipt goes at the same time,
unless it names a customer (an identifier came with it): then it stays for the
history's retention, and so do its card slips.  The row of an event stays without its body: the till's
numbering and the duplicate check rest on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aiosqlite

from rcu.store.db import Database, rows

SLICE = 250
"""Receipts a transaction: a few milliseconds, and the WAL stays small."""
VACUUM_PAGES = 200
"""Given back after each slice; at most 24 ms as measured."""
DAY_MS = 86_400_000
ANSWER_TTL_MS = 2 * DAY_MS
"""A stored answer outlives every retry of its batch; ids protect after it."""
OBJECTION_TTL_MS = 3 * 365 * DAY_MS
"""DOMAIN G09: the list of objections, hashed, three years."""
CLOSED_TTL_MS = 730 * DAY_MS
"""How long an old QR is told that its page is closed."""

_DUE_PAGES = (
    "SELECT token_sha256, edge, receipt_id, EXISTS (SELECT 1 FROM identifier"
    "  WHERE identifier.edge = page.edge AND identifier.receipt_id IN"
    "   (SELECT page.receipt_id UNION ALL SELECT sale_id FROM attached"
    "    WHERE attached.edge = page.edge AND attached.receipt_id = page.receipt_id))"
    " FROM page WHERE received_ms < ? ORDER BY received_ms LIMIT ?"
)
_DUE_RECEIPTS = (
    "SELECT edge, receipt_id FROM receipt WHERE received_ms < ?"
    " ORDER BY received_ms LIMIT ?"
)
_OLD_ANSWERS = (
    "DELETE FROM answered WHERE rowid IN"
    " (SELECT rowid FROM answered WHERE answered_ms < ? LIMIT ?)"
)
_OLD_CLOSED = (
    "DELETE FROM closed_page WHERE rowid IN"
    " (SELECT rowid FROM closed_page WHERE closed_ms < ? LIMIT ?)"
)
_OLD_FEED = (
    "DELETE FROM feed WHERE rowid IN"
    " (SELECT rowid FROM feed WHERE expires_ms < ? LIMIT ?)"
)
_OLD_LINKS = (
    "DELETE FROM login WHERE rowid IN"
    " (SELECT rowid FROM login WHERE until_ms < ? LIMIT ?)"
)
_OLD_RESERVED = (
    "DELETE FROM reserved WHERE rowid IN"
    " (SELECT rowid FROM reserved WHERE until_ms < ? LIMIT ?)"
)
_OLD_STANDING = (
    "DELETE FROM standing WHERE rowid IN"
    " (SELECT rowid FROM standing WHERE until_ms < ? LIMIT ?)"
)
# Of an erased person only the objection is known still, by a till's keyed hash (G09).
_OLD_OBJECTIONS = (
    "UPDATE consent SET subject = '' WHERE rowid IN"
    " (SELECT rowid FROM consent WHERE subject <> '' AND record_sha256 IS NOT NULL"
    "  AND time_ms < ? LIMIT ?)"
)
_OLD_SESSIONS = (
    "DELETE FROM account_session WHERE rowid IN"
    " (SELECT rowid FROM account_session WHERE until_ms < ? LIMIT ?)"
)
_OLD_CODES = (
    "DELETE FROM code WHERE rowid IN"
    " (SELECT rowid FROM code WHERE until_ms < ? LIMIT ?)"
)
_OLD_IDENTIFIERS = (
    "DELETE FROM identifier WHERE rowid IN"
    " (SELECT rowid FROM identifier WHERE time_ms < ? LIMIT ?)"
)
_OLD_BODIES = (
    "UPDATE event SET body = NULL WHERE rowid IN"
    " (SELECT rowid FROM event WHERE body IS NOT NULL AND received_ms < ? LIMIT ?)"
)
_OLD_REPORTS = (
    "DELETE FROM sms_report WHERE rowid IN"
    " (SELECT rowid FROM sms_report WHERE told_ms < ? LIMIT ?)"
)
_OLD_MAIL_REPORTS = (
    "DELETE FROM mail_report WHERE rowid IN"
    " (SELECT rowid FROM mail_report WHERE told_ms < ? LIMIT ?)"
)
# The body of a conflict may hold a receipt; the row stays, as a seen number.
_OLD_REFUSALS = (
    "UPDATE refusal SET body = NULL WHERE rowid IN"
    " (SELECT rowid FROM refusal WHERE body IS NOT NULL AND received_ms < ? LIMIT ?)"
)


@dataclass(frozen=True, slots=True)
class Horizons:
    """Before these (Unix ms) a page closes, a receipt with a name goes."""

    page_ms: int
    history_ms: int


class Retention:
    """The only deletes there are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sweep(self, now_ms: int, horizons: Horizons) -> int:
        """Forget one slice; how many rows went.  Call again until it says 0."""
        async with self._database.transaction() as tx:
            gone = await _close_pages(tx, now_ms, horizons.page_ms)
            gone += await _forget_history(tx, horizons.history_ms)
            for sql, before_ms in (
                (_OLD_LINKS, now_ms),
                (_OLD_SESSIONS, now_ms),
                (_OLD_STANDING, now_ms),
                (_OLD_OBJECTIONS, now_ms - OBJECTION_TTL_MS),
                (_OLD_RESERVED, now_ms),
                (_OLD_FEED, now_ms),
                (_OLD_CODES, now_ms),
                (_OLD_ANSWERS, now_ms - ANSWER_TTL_MS),
                (_OLD_CLOSED, now_ms - CLOSED_TTL_MS),
                (_OLD_REFUSALS, horizons.page_ms),
                (_OLD_REPORTS, horizons.page_ms),
                (_OLD_MAIL_REPORTS, horizons.page_ms),
                (_OLD_IDENTIFIERS, horizons.history_ms),
                (_OLD_BODIES, horizons.history_ms),
            ):
                cursor = await tx.execute(sql, (before_ms, SLICE))
                gone += cursor.rowcount
        if gone:
            await self._database.give_back(VACUUM_PAGES)
        return gone


async def _close_pages(tx: aiosqlite.Connection, now_ms: int, before_ms: int) -> int:
    due = list(await rows(tx, _DUE_PAGES, (before_ms, SLICE)))
    await tx.executemany(
        "INSERT INTO closed_page VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(token, now_ms) for token, *_ in due],
    )
    await tx.executemany(
        "DELETE FROM page WHERE token_sha256 = ?", [(token,) for token, *_ in due]
    )
    anonymous = [(edge, receipt) for _, edge, receipt, named in due if not named]
    return len(due) + await empty(tx, anonymous)


async def _forget_history(tx: aiosqlite.Connection, before_ms: int) -> int:
    due = await rows(tx, _DUE_RECEIPTS, (before_ms, SLICE))
    return await empty(tx, [(edge, receipt) for edge, receipt in due])


async def empty(tx: aiosqlite.Connection, keys: Sequence[tuple[str, str]]) -> int:
    """Nothing is left of those receipts (till, id) but the numbers of their events."""
    for sql in (
        "UPDATE event SET body = NULL WHERE edge = ? AND receipt_id = ?",
        "DELETE FROM identifier WHERE edge = ? AND receipt_id = ?",
        "DELETE FROM not_me WHERE edge = ? AND receipt_id = ?",
        "DELETE FROM attached WHERE edge = ? AND receipt_id = ?",
        "DELETE FROM invited WHERE edge = ? AND receipt_id = ?",
        "DELETE FROM wish WHERE edge = ? AND receipt_id = ?",
        "DELETE FROM voided WHERE edge = ? AND receipt_id = ?",
        "DELETE FROM receipt WHERE edge = ? AND receipt_id = ?",
    ):
        await tx.executemany(sql, keys)
    return len(keys)
