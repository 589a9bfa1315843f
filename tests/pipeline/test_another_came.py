"""Whose document cannot be kept stands at the till now: the one before leaves the screens."""

from __future__ import annotations

import pytest

from agent.screens.ports import View
from agent.store.records import AcceptJob, OpenReceipt
from tests.pipeline.rig import Rig, document

VIEWS: tuple[View, ...] = ("display", "cashier")


def shown(rig: Rig) -> list[bool]:
    return [rig.counter.snapshot(view).shown is not None for view in VIEWS]


@pytest.mark.parametrize("change", [AcceptJob, OpenReceipt])
@pytest.mark.parametrize("settled", [True, False])
async def test_the_former_receipt_leaves(change: type, settled: bool) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        if settled:
            await rig.pass_time(8.1)
        assert shown(rig) == [True, True]
        rig.shelf.breaks_on = change
        await rig.job(document(total=7))
        await rig.settle()
        assert shown(rig) == [False, False]
    assert rig.printer.printed == [document(total=7)]


async def test_a_choice_that_stood_open_is_done_as_its_rule_says() -> None:
    rig = Rig()
    guarantee = ["Garantie légale de conformité"]
    first = document(mentions=["guarantee"], lines=guarantee)
    async with rig.running():
        await rig.job(first)
        rig.shelf.breaks_on = AcceptJob
        await rig.job(document(total=7))
        await rig.settle()
        assert shown(rig) == [False, False]
    assert sorted(rig.printer.printed) == sorted([first, document(total=7)])


async def test_a_drawer_that_opens_is_nobody() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        rig.shelf.breaks_on = AcceptJob
        await rig.job(b"\x1bp\x00\x19\xfa", shape="control")
        await rig.settle()
        assert shown(rig) == [True, True]
