"""A till that comes anew is given all that stands, in slices, each once."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any

import pytest

from rcu.store import standing
from rcu.store.standing import FOLLOWING, SLICE, Order
from tests.rcu.conftest import Rcu
from tests.rcu.test_items import _read

NEW = "ENS1.S0042.T09"
MANY = 2 * SLICE + 7
WAITING = f"SELECT count(*), count(DISTINCT data) FROM feed WHERE edge = '{NEW}'"


async def stand(rcu: Rcu, count: int) -> None:
    database = rcu.store.orders._database
    async with database.transaction() as tx:
        for number in range(count):
            order = Order(
                f"prefer {number}",
                "preference.updated.v1",
                b"%d" % number,
                about=str(number),
            )
            await standing.stand(tx, order, rcu.clock.now_ms() - MANY + number)


class KilledError(Exception):
    """Between two transactions."""


async def test_a_new_till_is_given_what_stands_in_order_and_no_longer_than_a_slice(
    rcu: Rcu, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand(rcu, MANY)
    sizes: list[int] = []
    again = standing.again

    async def counted(tx: Any, edge: str, stands: Any, now_ms: int) -> int:
        sizes.append(len(stands))
        return await again(tx, edge, stands, now_ms)

    monkeypatch.setattr(standing, "again", counted)
    assert await rcu.store.orders.heard(NEW, 0, rcu.clock.now_ms()) == MANY
    assert sizes == [SLICE, SLICE, 7]
    order = _read(rcu, f"SELECT data FROM feed WHERE edge = '{NEW}' ORDER BY seq")
    assert order == [(b"%d" % number,) for number in range(MANY)]
    # ... and is then level, until it falls behind what it said.
    assert await rcu.store.orders.heard(NEW, 0, rcu.clock.now_ms()) == 0
    assert await rcu.store.orders.heard(NEW, MANY, rcu.clock.now_ms()) == 0
    assert _read(rcu, WAITING) == [(0, 0)]
    assert await rcu.store.orders.heard(NEW, 3, rcu.clock.now_ms() + 1) == MANY


async def test_a_stop_between_two_slices_is_made_up_for_and_doubles_nothing(
    rcu: Rcu, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand(rcu, MANY)
    database = rcu.store.orders._database
    whole, begun = database.transaction, 0

    @asynccontextmanager
    async def some() -> Any:
        nonlocal begun
        begun += 1
        if begun == 3:  # what stands is read, and one slice written
            raise KilledError
        async with whole() as tx:
            yield tx

    monkeypatch.setattr(database, "transaction", some)
    with pytest.raises(KilledError):
        await rcu.store.orders.heard(NEW, 0, rcu.clock.now_ms())
    assert _read(rcu, WAITING) == [(SLICE, SLICE)]
    acked = f"SELECT acked FROM feed_height WHERE edge = '{NEW}'"
    assert _read(rcu, acked) == [(FOLLOWING,)]
    left = MANY - SLICE
    assert await rcu.store.orders.heard(NEW, 0, rcu.clock.now_ms() + 5000) == left
    assert _read(rcu, WAITING) == [(MANY, MANY)]
    assert _read(rcu, acked) == [(0,)]
