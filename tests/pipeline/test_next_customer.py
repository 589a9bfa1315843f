"""Who stands at the counter sees nothing of the customer before."""

from __future__ import annotations

import pytest

from agent.store.records import JobState
from tests.pipeline.rig import Rig, document


@pytest.mark.parametrize(
    "other",
    [
        document(kind="refund", total=-999),
        document(kind="void", total=-4217),
        document(mentions=["training"]),
    ],
)
async def test_a_paper_for_somebody_else_clears_the_screens(other: bytes) -> None:
    rig = Rig()
    async with rig.running():
        sale = await rig.job(document())
        assert rig.counter.snapshot("display").shown is not None
        await rig.job(other)
        for view in ("display", "cashier"):
            assert rig.counter.snapshot(view).shown is None
    assert rig.body("choice.made.v1")["by"] == "next_sale"
    assert rig.shelf.jobs[sale].state is JobState.NO_PAPER
    assert rig.printer.printed == [other]


@pytest.mark.parametrize("kind", ["kitchen", "z_report", "voucher", "invoice"])
async def test_the_shop_s_own_and_what_goes_with_a_sale_leave_it(kind: str) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.job(document(kind=kind))
        shown = rig.counter.snapshot("display").shown
    assert shown is not None
    assert shown.phase == "offered"


async def test_paper_that_is_due_to_the_one_before_is_printed_all_the_same() -> None:
    rig = Rig()
    goods = document(mentions=["guarantee"])
    async with rig.running():
        await rig.job(goods)
        await rig.job(document(kind="refund", total=-999))
    assert rig.printer.printed == [goods, document(kind="refund", total=-999)]
