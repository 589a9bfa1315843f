"""A card slip of its own job, and which sale it is of: told to the RCU, kept by a kill."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from agent.ids import JobId, ReceiptId
from agent.store.records import AcceptJob, JobState, PaperOf
from agent.wire.receipt import DocKind
from tests.pipeline.rig import Rig, document
from tests.pipeline.test_same_sale import choose_paper

PAID = document(
    number="4217",
    date="2026-07-13",
    time="17:40:00",
    payments=[{"kind": "card", "label": "CB", "amount": 4000}],
)
SLIP = document(kind="card_slip", total=4000)
MERCHANT = document(kind="merchant_slip", total=4000)


def told(rig: Rig) -> list[Any]:
    """The bodies of ``receipt.attached.v1``."""
    return [
        json.loads(entry.body)
        for entry in rig.shelf.entries
        if entry.type == "receipt.attached.v1"
    ]


def receipt_of(rig: Rig, kind: DocKind) -> ReceiptId:
    (found,) = [row.id for row in rig.shelf.rows.values() if row.gist.kind is kind]
    return found


def tie(rig: Rig) -> list[Any]:
    slip, sale = (receipt_of(rig, kind) for kind in (DocKind.CARD_SLIP, DocKind.SALE))
    return [{"receipt_id": str(slip), "to": str(sale)}]


@pytest.mark.parametrize("hold", [True, False])
@pytest.mark.parametrize("jobs", [(PAID, SLIP), (SLIP, PAID)])
async def test_the_rcu_is_told_which_sale_a_slip_is_of(
    jobs: tuple[bytes, bytes], hold: bool
) -> None:
    rig = Rig(hold=hold)
    async with rig.running():
        for job in jobs:
            await rig.job(job)
    assert told(rig) == tie(rig)
    assert rig.types.count("receipt.issued.v1") == 2
    entry = next(e for e in rig.shelf.entries if e.type == "receipt.attached.v1")
    assert entry.receipt == receipt_of(rig, DocKind.CARD_SLIP)


def paid_by(*amounts: int, number: str) -> bytes:
    cards = [{"kind": "card", "label": "CB", "amount": amount} for amount in amounts]
    fields = {"date": "2026-07-13", "time": "17:40:00", "payments": cards}
    return document(**fields, number=number)


@pytest.mark.parametrize("amounts", [(2000, 2217), (2000, 2000, 217)])
@pytest.mark.parametrize("before", [True, False])
async def test_each_card_that_paid_a_part_has_its_slip(
    amounts: tuple[int, ...], before: bool
) -> None:
    rig = Rig()
    slips = [document(kind="card_slip", total=amount) for amount in amounts]
    sale = paid_by(*amounts, number="4217")
    async with rig.running():
        for job in [*slips, sale] if before else [sale, *slips]:
            await rig.job(job)
        await rig.job(slips[0])  # of somebody else
    (row,) = [row.id for row in rig.shelf.rows.values() if row.gist.kind == "sale"]
    assert [each["to"] for each in told(rig)] == [str(row)] * len(amounts)


async def test_the_next_customers_slip_is_not_of_a_sale_that_has_its_own() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(PAID)
        await rig.job(SLIP)
        await rig.job(document(kind="card_slip", total=4217))
    assert len(told(rig)) == 1


@pytest.mark.parametrize("other", [{"total": 999}, {"total": None}])
async def test_of_a_slip_that_fits_no_sale_nothing_is_told(
    other: dict[str, Any],
) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(PAID)
        await rig.job(document(kind="card_slip", **other))
    assert told(rig) == []


async def test_a_merchants_slip_is_no_receipt_and_told_to_nobody() -> None:
    rig = Rig()
    async with rig.running():
        merchant = await rig.job(MERCHANT)
        await rig.job(PAID)
    assert told(rig) == []
    (sale,) = rig.shelf.rows
    assert rig.shelf.papers == [PaperOf(merchant, sale, "merchant_slip")]


async def test_what_is_told_is_in_the_commit_of_what_is_new() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(PAID)
        rig.shelf.breaks_on = PaperOf
        await rig.job(SLIP)
    assert told(rig) == []
    assert [row.gist.kind for row in rig.shelf.rows.values()] == [DocKind.SALE]
    assert rig.printer.printed == [SLIP]  # paper always wins


class TestAKillBetween:
    """The store is all that is left."""

    @pytest.mark.parametrize("jobs", [(PAID, SLIP), (SLIP, PAID)])
    async def test_the_slip_finds_its_sale(self, jobs: tuple[bytes, bytes]) -> None:
        rig = Rig()
        for job in jobs:
            async with rig.running():
                await rig.job(job)
            rig.build()
        assert told(rig) == tie(rig)

    async def test_a_sale_that_has_its_slip_gets_no_second_one(self) -> None:
        rig = Rig()
        async with rig.running():
            await rig.job(PAID)
            await rig.job(SLIP)
        rig.build()
        async with rig.running():
            await rig.job(SLIP)
        assert len(told(rig)) == 1

    async def test_a_slip_of_long_before_it_is_of_no_sale_after_it(self) -> None:
        rig = Rig()
        async with rig.running():
            await rig.job(SLIP)
        await rig.clock.advance(61)
        rig.build()
        async with rig.running():
            await rig.job(PAID)
        assert told(rig) == []

    async def test_a_slip_that_was_taken_and_not_read_is_read_once(self) -> None:
        rig = Rig()
        async with rig.running():
            sale = await rig.job(PAID)
            job = replace(rig.shelf.jobs[sale], id=JobId(UUID(int=99)))
            job = replace(job, state=JobState.ACCEPTED)
            await rig.shelf.commit(AcceptJob(job, SLIP))
        for _ in range(2):
            rig.build()
            async with rig.running():
                pass
        assert told(rig) == tie(rig)

    async def test_a_body_that_cannot_be_read_stops_nothing(self) -> None:
        rig = Rig()
        async with rig.running():
            await rig.job(PAID)
        (row,) = rig.shelf.rows.values()
        newer = b'{"kind": "of a newer version"}'
        rig.shelf.rows[row.id] = replace(row, body=newer)
        rig.build()
        async with rig.running():
            await rig.job(SLIP)
        assert rig.types.count("receipt.issued.v1") == 2

    @pytest.mark.parametrize("jobs", [(PAID, SLIP), (SLIP, PAID)])
    async def test_the_slip_still_goes_where_the_sale_on_offer_goes(
        self, jobs: tuple[bytes, bytes]
    ) -> None:
        rig = Rig()
        async with rig.running():
            for job in jobs:
                await rig.job(job)
        rig.build()
        async with rig.running():
            await choose_paper(rig)
        assert sorted(rig.printer.printed) == sorted([PAID, SLIP])

    async def test_the_slip_still_goes_where_the_next_sale_goes(self) -> None:
        rig = Rig()
        async with rig.running():
            await rig.job(SLIP)
        rig.build()
        async with rig.running():
            await rig.job(PAID)
            await choose_paper(rig)
        assert rig.printer.printed == [PAID, SLIP]

    async def test_a_slip_that_nobody_waits_for_is_over(self) -> None:
        rig = Rig()
        async with rig.running():
            slip = await rig.job(SLIP)
        await rig.clock.advance(61)
        rig.build()
        async with rig.running():
            pass
        assert rig.shelf.jobs[slip].state is JobState.NO_PAPER
        assert rig.printer.printed == []
