"""Somebody sets the wall clock by hours while a customer chooses: nobody is hurried.

Countdowns run on the monotonic clock; what is recorded says how far the wall's is to be
believed, and its order is that of the chain.
"""

from __future__ import annotations

import json

import pytest

from agent.screens.snapshot import Shown
from tests.pipeline.rig import Rig, document

HOUR_S = 3600.0
JUMPS = pytest.mark.parametrize("jump_s", [-5 * HOUR_S, 5 * HOUR_S, 40 * 24 * HOUR_S])


def on_display(rig: Rig) -> Shown:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return shown


@JUMPS
async def test_a_countdown_does_not_notice(jump_s: float) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.pass_time(3)
        rig.clock.jump(jump_s)
        assert on_display(rig).left_ms == 5000
        await rig.pass_time(4.9)
        assert on_display(rig).phase == "offered"
        await rig.pass_time(0.2)
        assert on_display(rig).phase == "timed_out"
        assert on_display(rig).leaves_ms is not None
        await rig.pass_time(600)
        assert rig.counter.snapshot("display").shown is None


@JUMPS
async def test_paper_and_mail_are_given_as_before(jump_s: float) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        rig.clock.jump(jump_s)
        receipt = on_display(rig).id
        mailed = await rig.counter.choose(receipt, "email", "a@b.fr", "customer")
        assert mailed is None
        assert await rig.counter.choose(receipt, "paper", None, "customer") is None
        await rig.settle()
    assert len(rig.printer.printed) == 1
    rows = rig.shelf.handed.values()
    assert sorted(each.number for each in rows) == [0, 1]


@pytest.mark.parametrize(("jump_s", "trust"), [(-5 * HOUR_S, "went_back"), (60.0, "")])
async def test_a_record_says_whether_the_clock_went_back(
    jump_s: float, trust: str
) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.choose(on_display(rig).id, "email", "a@b.fr", "customer")
        await rig.pass_time(10)
        rig.clock.jump(jump_s)
        await rig.job(document(total=7))
        await rig.counter.choose(on_display(rig).id, "email", "c@d.fr", "customer")
    first, second = (
        json.loads(json.loads(each.body)["record"])
        for each in rig.shelf.entries
        if each.type == "consent.recorded.v1"
    )
    assert second["clock"] == (trust or first["clock"])
    assert (first["seq"], second["seq"]) == (1, 2)
    # By the monotonic clock their order and distance stay known.
    assert second["mono_ms"] - first["mono_ms"] >= 10_000


async def test_time_to_choose_is_measured_by_the_steady_clock() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.pass_time(2)
        rig.clock.jump(-5 * HOUR_S)
        await rig.pass_time(1)
        await rig.counter.choose(on_display(rig).id, "qr", None, "customer")
    (took_ms,) = rig.shelf.took_ms.values()
    assert took_ms == 3000
