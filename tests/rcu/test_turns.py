"""Batches of one till take effect in its order, however they race; tills sign."""

from __future__ import annotations

import asyncio

import pytest

from rcu import turns
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import chosen, issued


async def test_a_batch_waits_for_the_one_before_it(rcu: Rcu) -> None:
    second = asyncio.create_task(rcu.till.post([chosen(2)], batch_after="000000000001"))
    await asyncio.sleep(0.05)
    assert not second.done()
    assert (await rcu.till.post([issued(1)])).status_code == 200
    assert (await second).json()["ack"]["contiguous"] == 2


async def test_a_batch_whose_turn_does_not_come_changes_nothing(
    rcu: Rcu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns.Turns, "_wait", _never)
    answer = await rcu.till.post([chosen(2)], batch_after="000000000001")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":out-of-turn")
    assert answer.headers["retry-after"] == "1"
    assert not await rcu.store.ledger.has("urn:edge:ENS1:S0042:T03", 2)


async def _never(*_: object) -> bool:
    return False


async def test_what_was_refused_for_good_has_had_its_turn(rcu: Rcu) -> None:
    wrong = {**chosen(1), "data": {"receipt_id": "r-1"}}
    assert (await rcu.till.post([wrong])).status_code == 200
    answer = await rcu.till.post([chosen(2)], batch_after="000000000001")
    assert answer.status_code == 200


@pytest.mark.parametrize("number", ["1", "", "x" * 12, "0000000000001"])
async def test_what_is_no_number_is_no_turn(rcu: Rcu, number: str) -> None:
    answer = await rcu.till.post([chosen(2)], batch_after=number)
    assert answer.status_code == 400


async def test_only_so_many_wait(rcu: Rcu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MAX_IN_FLIGHT", 1)
    waiting = asyncio.create_task(
        rcu.till.post([chosen(2)], batch_after="000000000001")
    )
    await asyncio.sleep(0.05)
    answer = await rcu.till.post([chosen(3)], batch_after="000000000002")
    assert answer.status_code == 409
    await rcu.till.post([issued(1)])
    assert (await waiting).status_code == 200
