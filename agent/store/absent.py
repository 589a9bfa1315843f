"""The cellar when it cannot be opened: every wish is a ``StoreAbsentError``.

With it the agent is a plain relay: nothing is kept, nothing is offered, every
job is printed.  The reason stays, for the screens and for store IT; the log has it once,
and what follows from it as ordinary lines (:mod:`agent.logs`).
"""

from __future__ import annotations

from typing import NoReturn

from agent.choice.figures import Counts
from agent.choice.ledger import HandOver, Ledger, Outcome
from agent.choice.preference import Preference
from agent.errors import StoreAbsentError, StoreError
from agent.ids import JobId, ReceiptId
from agent.store.consents import ConsentRow
from agent.store.reads import DayCounts, ReceiptPage
from agent.store.records import Change, GaveUp, Job, KeepSale, PaperOf, ReceiptRow
from agent.store.shut_out import Why
from agent.store.witness import Nobody, Witness


class AbsentStore:
    """What the corridor gets instead of :class:`agent.store.store.Store`."""

    def __init__(self, reason: StoreError) -> None:
        self._reason = str(reason)
        self._witness: Witness = Nobody()

    def _refuse(self) -> NoReturn:
        raise StoreAbsentError(self._reason)

    async def commit(self, *changes: Change) -> None:
        self._witness.refused(changes)
        self._refuse()

    def watch(self, witness: Witness) -> None:
        """It is told of every wish."""
        self._witness = witness

    async def consent_head(self) -> tuple[int, bytes, int] | None:
        self._refuse()

    async def consents_of(self, subject: bytes) -> list[ConsentRow]:
        self._refuse()

    async def shut_out(self, subject: bytes, now_ms: int) -> Why | None:
        self._refuse()

    async def unsettled_jobs(self) -> list[Job]:
        self._refuse()

    async def job(self, job: JobId) -> Job | None:
        self._refuse()

    async def job_raw(self, job: JobId) -> bytes:
        self._refuse()

    async def passing(self, job: JobId) -> bytes | None:
        self._refuse()

    async def lately(self, since_ms: int, limit: int) -> list[Job | GaveUp]:
        self._refuse()

    async def tails(self, job: JobId) -> list[Job]:
        self._refuse()

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None:
        self._refuse()

    async def open_receipts(self) -> list[ReceiptRow]:
        self._refuse()

    async def printer_memory(self, printer: str) -> bytes | None:
        self._refuse()

    async def lessons_owed(self, limit: int) -> list[JobId]:
        self._refuse()

    async def sales(self, limit: int) -> list[KeepSale]:
        self._refuse()

    async def paper_of(self, job: JobId) -> PaperOf | None:
        self._refuse()

    async def counts_since(self, since_ms: int) -> DayCounts:
        self._refuse()

    async def ledger(self, receipt: ReceiptId) -> Ledger:
        self._refuse()

    async def waiting(self, channel: str) -> list[HandOver]:
        self._refuse()

    async def fate(self, receipt: ReceiptId, destination: str) -> Outcome:
        self._refuse()

    async def day(self, since_ms: int) -> Counts:
        self._refuse()

    async def preference(self, card: bytes) -> Preference | None:
        self._refuse()

    async def receipts_before(self, before: int | None, limit: int) -> ReceiptPage:
        self._refuse()

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]:
        self._refuse()
