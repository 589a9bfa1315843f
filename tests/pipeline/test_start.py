"""The doors are open before the store has said what an earlier run left."""

from __future__ import annotations

import pytest

from tests.pipeline.rig import Rig, document


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_comes_before_the_corridor_begins_is_printed_once(
    *, restarted: bool
) -> None:
    rig, order = Rig(), document(kind="kitchen")
    if restarted:
        async with rig.running():
            await rig.job(document(kind="kitchen", total=1))
        rig.build()
    before = list(rig.printer.printed)
    await rig.job(order)
    async with rig.running():
        await rig.settle()
    assert rig.printer.printed == [*before, order]


async def test_what_an_earlier_run_accepted_is_still_taken_up() -> None:
    rig, order = Rig(), document(kind="kitchen")
    await rig.job(order)
    rig.build()
    async with rig.running():
        await rig.settle()
    assert rig.printer.printed == [order]
