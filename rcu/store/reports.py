"""What carriers say of text messages, by their own ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rcu.sms_signs import Report, State
from rcu.store.db import Database, rows

_RANKS: Final[dict[State, int]] = {"under_way": 0, "arrived": 1, "failed": 1}
# The first end stays; a report that comes late says nothing new.
_KEEP: Final = (
    "INSERT INTO sms_report VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (carrier, reference) DO UPDATE SET state = excluded.state,"
    " rank = excluded.rank, code = excluded.code, told_ms = excluded.told_ms"
    " WHERE excluded.rank > sms_report.rank"
)
_WHOSE: Final = (
    "SELECT edge, receipt_id FROM delivery"
    " WHERE channel = 'sms' AND detail = ? AND state = 'delivered' LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """``news``: it changed what was known.  Of which receipt, if its till has told."""

    news: bool
    edge: str = ""
    receipt_id: str = ""


class Reports:
    """Writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, report: Report, now_ms: int) -> Kept:
        """Safe to repeat."""
        async with self._database.transaction() as tx:
            row = (
                *(report.carrier, report.reference, report.state),
                *(_RANKS[report.state], report.code, now_ms),
            )
            news = (await tx.execute(_KEEP, row)).rowcount == 1
            for edge, receipt_id in await rows(tx, _WHOSE, (report.reference,)):
                return Kept(news, edge, receipt_id)
        return Kept(news)
