"""What tells printed sales apart, and which papers are of one, over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.store import opening
from agent.store.records import KeepSale, PaperOf
from agent.store.schema import MIGRATIONS
from agent.store.seal import CheckedSealer
from tests.fakes.clock import FakeClock
from tests.store.builders import job_id, opened, receipt_id

DAY_S = 86_400.0


def a_sale(number: int) -> KeepSale:
    digest = f"{number:032x}"
    return KeepSale(receipt_id(number), digest, digest[::-1], "f" * 32)


async def test_sales_and_their_papers_are_there_after_a_restart(tmp_path: Path) -> None:
    slip = PaperOf(job_id(7), receipt_id(1), "merchant_slip")
    copy = PaperOf(job_id(8), receipt_id(1), "reprint")
    async with opened(tmp_path) as store:
        await store.commit(a_sale(2), copy, slip)
        await store.commit(a_sale(1))
        for _ in range(2):
            await store.commit(slip, a_sale(2))  # the same once more
    async with opened(tmp_path) as store:
        assert await store.sales(9) == [a_sale(1), a_sale(2)]
        assert await store.sales(1) == [a_sale(2)]
        assert await store.papers_of(receipt_id(1)) == [slip, copy]
        assert await store.papers_of(receipt_id(2)) == []
        assert await store.paper_of(job_id(8)) == copy
        assert await store.paper_of(job_id(9)) is None


async def test_they_are_forgotten_with_what_they_are_about(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(tmp_path, clock=clock) as store:
        await store.commit(a_sale(1), PaperOf(job_id(7), receipt_id(1), "duplicate"))
        clock._elapsed_s = 2.9 * DAY_S
        await store.erase()
        assert await store.sales(9) == [a_sale(1)]
        await store.commit(a_sale(2))
        clock._elapsed_s = 3.1 * DAY_S
        await store.erase()
        assert await store.sales(9) == [a_sale(2)]
        assert await store.papers_of(receipt_id(1)) == []


async def test_a_file_of_before_gets_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(opening, "MIGRATIONS", MIGRATIONS[:6])
        async with opened(tmp_path, sealer=CheckedSealer()):
            pass
    async with opened(tmp_path) as store:
        await store.commit(a_sale(1))
        assert await store.sales(9) == [a_sale(1)]
    assert len(MIGRATIONS) >= 7
