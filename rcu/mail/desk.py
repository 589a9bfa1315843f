"""Where every report comes together: kept once, told to the till, and to its store.

A till that waits is rung for, so the news is at the counter in a second, while the
customer may still stand there.
"""

from __future__ import annotations

import logging

from rcu.bells import Bells
from rcu.mail_report import Report
from rcu.seams import Clock
from rcu.store.keyring import Keyring
from rcu.store.mail_reports import MailReports

log = logging.getLogger(__name__)


class MailDesk:
    """Takes reports."""

    def __init__(
        self, reports: MailReports, keyring: Keyring, bells: Bells, clock: Clock
    ) -> None:
        self.reports = reports
        self._keyring = keyring
        self._bells = bells
        self._clock = clock

    async def keep(self, report: Report) -> None:
        """Safe to repeat."""
        kept = await self.reports.keep(report, self._clock.now_ms())
        if not kept.news:
            return
        log.warning(
            "a mail did not arrive" if report.state == "bounced" else "of a mail",
            extra={
                "state": report.state,
                "status": report.status,
                "receipt": report.receipt_id,
                "edge": kept.edge,
            },
        )
        if kept.edge:
            await self._tell(report, kept.edge)

    async def catch_up(self) -> None:
        """Tell of what came before its till had told of the receipt."""
        for edge, report in await self.reports.owed(self._clock.now_ms()):
            await self._tell(report, edge)

    async def _tell(self, report: Report, edge: str) -> None:
        told = [edge]
        if report.hard or report.state == "unwanted":
            others = await self._keyring.siblings(edge)
            now_ms = self._clock.now_ms()
            await self.reports.spread(report, edge, others, now_ms)
            told += others
        for each in told:
            self._bells.ring(each)
