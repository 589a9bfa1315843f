"""What the corridor asks of the store."""

from __future__ import annotations

from typing import Protocol

from agent.ids import JobId
from agent.pipeline import recollection, sales
from agent.store.reads import DayCounts
from agent.store.records import Job, ReceiptRow


class Shelf(recollection.Shelf, sales.Shelf, Protocol):
    """Besides what its rooms ask."""

    async def job(self, job: JobId) -> Job | None: ...

    async def unsettled_jobs(self) -> list[Job]: ...

    async def open_receipts(self) -> list[ReceiptRow]: ...

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]: ...

    async def counts_since(self, since_ms: int) -> DayCounts: ...
