"""The cellar when it cannot be opened: every wish is a ``StoreError``.

With it the agent is a plain relay: nothing is kept, nothing is offered, every
job is printed.  The reason stays, for the screens and for store IT.
"""

from __future__ import annotations

from typing import NoReturn

from agent.errors import StoreError
from agent.ids import JobId, ReceiptId
from agent.store.reads import DayCounts
from agent.store.records import Change, Job, ReceiptRow


class AbsentStore:
    """What the corridor gets instead of :class:`agent.store.store.Store`."""

    def __init__(self, reason: StoreError) -> None:
        self._reason = str(reason)

    def _refuse(self) -> NoReturn:
        raise StoreError(self._reason)

    async def commit(self, *changes: Change) -> None:
        self._refuse()

    async def unsettled_jobs(self) -> list[Job]:
        self._refuse()

    async def job(self, job: JobId) -> Job | None:
        self._refuse()

    async def job_raw(self, job: JobId) -> bytes:
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

    async def counts_since(self, since_ms: int) -> DayCounts:
        self._refuse()

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]:
        self._refuse()
