"""The fake shelf is worth what it has in common with the real store: all of this."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

import pytest

from agent.clock import SystemClock
from agent.ids import JobId, PageToken, ReceiptId
from agent.store.reads import DayCounts
from agent.store.records import (
    AcceptJob,
    Change,
    DecideReceipt,
    Job,
    JobState,
    KeepMemory,
    MarkHandedOver,
    OpenReceipt,
    OrderPaper,
    OweLesson,
    ReceiptRow,
    SettleJob,
)
from agent.store.seal import CheckedSealer
from agent.store.settings import StoreSettings
from agent.store.store import Store
from tests.fakes.shelf import FakeShelf


class Shelf(Protocol):
    async def commit(self, *changes: Change) -> None: ...

    async def unsettled_jobs(self) -> list[Job]: ...

    async def job(self, job: JobId) -> Job | None: ...

    async def job_raw(self, job: JobId) -> bytes | None: ...

    async def tails(self, job: JobId) -> list[Job]: ...

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None: ...

    async def open_receipts(self) -> list[ReceiptRow]: ...

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]: ...

    async def printer_memory(self, printer: str) -> bytes | None: ...

    async def lessons_owed(self, limit: int) -> list[JobId]: ...

    async def counts_since(self, since_ms: int) -> DayCounts: ...


@asynccontextmanager
async def shelf(kind: str, tmp_path: Path) -> AsyncGenerator[Shelf]:
    if kind == "fake":
        yield FakeShelf()
        return
    async with Store.open(
        tmp_path / "state" / "agent.db",
        sealer=CheckedSealer(),
        clock=SystemClock(),
        settings=StoreSettings(),
    ) as store:
        yield store


def job(number: int, follows: int | None = None) -> Job:
    return Job(
        id=JobId(UUID(int=number)),
        door="tcp",
        at_ms=1_000 + number,
        evidence="cut",
        shape="document" if follows is None else "tail",
        follows=None if follows is None else JobId(UUID(int=follows)),
        forwarded=((0, 5),),
    )


def row(number: int) -> ReceiptRow:
    return ReceiptRow(
        id=ReceiptId(UUID(int=number)),
        job=JobId(UUID(int=number)),
        token=PageToken("A" * 26),
        at_ms=1_000 + number,
        rule="R21",
        on_silence="none",
        body=b"{}",
        strip_html=b"<p></p>",
    )


@pytest.mark.parametrize("kind", ["fake", "real"])
async def test_both_shelves_answer_alike(kind: str, tmp_path: Path) -> None:
    async with shelf(kind, tmp_path) as it:
        for number in (1, 2, 3):
            await it.commit(
                AcceptJob(job(number), b"raw %d" % number), OpenReceipt(row(number))
            )
        await it.commit(AcceptJob(job(4, follows=1), b"tail"))
        one, two = row(1).id, row(2).id
        assert [each.id for each in await it.open_receipts()] == [
            one,
            two,
            row(3).id,
        ]
        await it.commit(DecideReceipt(one, "paper"), OrderPaper(one, 1))
        await it.commit(OrderPaper(one, 2), OrderPaper(one, 2))
        await it.commit(SettleJob(job(1).id, JobState.PRINTED, "R21"))
        await it.commit(DecideReceipt(two, "qr"), MarkHandedOver(two))
        await it.commit(SettleJob(job(2).id, JobState.NO_PAPER, "R21"))

        first, second = await it.receipt(one), await it.receipt(two)
        assert first is not None
        assert second is not None
        assert (first.choice, first.paper_copies, first.handed_over) == (
            "paper",
            2,
            False,
        )
        assert (second.choice, second.paper_copies, second.handed_over) == (
            "qr",
            0,
            True,
        )
        assert [each.id for each in await it.unsettled_jobs()] == [
            job(3).id,
            job(4).id,
        ]
        assert [each.id for each in await it.tails(job(1).id)] == [job(4).id]
        assert await it.job_raw(job(3).id) == b"raw 3"
        known = await it.job(job(3).id)
        assert known is not None
        assert known.forwarded == ((0, 5),)
        assert await it.job(JobId(UUID(int=99))) is None
        assert await it.receipt(ReceiptId(UUID(int=99))) is None
        recent = await it.recent_receipts(2)
        assert [each.id for each in recent] == [row(3).id, two]
        assert await it.counts_since(0) == DayCounts(printed=1, digital=1)

        assert await it.printer_memory("tcp://one") is None
        await it.commit(KeepMemory("tcp://one", b"logo"))
        await it.commit(KeepMemory("tcp://one", b"another"), KeepMemory("two", b""))
        assert await it.printer_memory("tcp://one") == b"another"
        assert await it.printer_memory("two") == b""

        ids = [job(number).id for number in range(1, 5)]
        assert await it.lessons_owed(9) == []
        await it.commit(*(OweLesson(each, ids[0]) for each in ids))
        await it.commit(OweLesson(ids[3], ids[1]))
        assert await it.lessons_owed(9) == ids[1:]
        assert await it.lessons_owed(1) == ids[1:2]
        await it.commit(KeepMemory("tcp://one", b"logo", ids[2]))
        assert await it.lessons_owed(9) == ids[3:]
