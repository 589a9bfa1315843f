"""Several batches in the air: each behind the one before, the oldest answered first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from agent.sync.answers import Reply, Unreachable
from agent.sync.batch import Batch
from agent.sync.flights import Flights
from tests.fakes.clock import FakeClock
from tests.fakes.rcu import FakeRcu, serving
from tests.sync.rig import till
from tests.sync.test_uplink import _id


class Line:
    """Answers when told, in any order."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, str | None]] = []
        self.answers: dict[bytes, asyncio.Future[Reply]] = {}

    async def post(
        self, body: bytes, headers: Mapping[str, str]
    ) -> Reply | Unreachable:
        self.sent.append((body, headers.get("batch-after")))
        self.answers[body] = asyncio.get_running_loop().create_future()
        return await self.answers[body]

    async def answer(self, body: bytes, status: int = 200) -> None:
        self.answers[body].set_result(Reply(status, {}, b""))
        await asyncio.sleep(0)


def batch(last: int) -> Batch:
    return Batch(last - 9, last, {}, {"Idempotency-Key": f'"{last}"'}, b"%d" % last)


@asynccontextmanager
async def flying() -> AsyncGenerator[tuple[Flights, Line]]:
    line = Line()
    async with asyncio.TaskGroup() as group:
        flights = Flights(group, line, FakeClock())
        for last in (10, 20, 30):
            flights.send(batch(last))
        await asyncio.sleep(0)
        yield flights, line
        flights.forget()


async def test_each_names_the_one_before_it_that_is_in_the_air() -> None:
    async with flying() as (_flights, line):
        assert line.sent == [
            (b"10", None),
            (b"20", "000000000010"),
            (b"30", "000000000020"),
        ]


async def test_the_oldest_lands_first_though_the_others_were_answered_before() -> None:
    async with flying() as (flights, line):
        await line.answer(b"30")
        await line.answer(b"20")
        landing = asyncio.create_task(flights.landed())
        await asyncio.sleep(0)
        assert not landing.done()
        await line.answer(b"10")
        landed = await landing
        assert landed is not None
        assert (landed.batch.last, landed.beside) == (10, 1)
        following = await flights.landed()
        assert following is not None
        assert (following.batch.last, following.beside) == (20, 2)


async def test_called_back_all_go_again_in_their_order_with_the_same_bytes() -> None:
    async with flying() as (flights, line):
        await line.answer(b"10", 503)
        landed = await flights.landed()
        assert landed is not None
        flights.call_back(landed.batch)
        assert len(flights) == 0
        assert flights.last == 30
        line.sent.clear()
        while flights.again():
            pass
        await asyncio.sleep(0)
        assert line.sent == [
            (b"10", None),
            (b"20", "000000000010"),
            (b"30", "000000000020"),
        ]
        assert flights.stale(landed)


async def test_forgotten_none_goes_again() -> None:
    async with flying() as (flights, _line):
        flights.forget()
        assert (len(flights), flights.last, flights.again()) == (0, None, False)


async def test_poison_among_several_in_flight_costs_nobody_else(tmp_path: Path) -> None:
    async with (
        serving(FakeRcu(poison={_id(37)})) as rcu,
        till(tmp_path, rcu, max_events=5, transfer_timeout_s=5) as shop,
    ):
        await shop.sell(1, 100)
        async with asyncio.timeout(20):
            while await shop.store.cursor("rcu") < 100:
                for nap in shop.clock.naps[-1:]:
                    await shop.clock.advance(nap)
                await asyncio.sleep(0.01)
        asides = await shop.store.set_aside("rcu")
    assert [aside.seq for aside in asides] == [37]
    assert rcu.sequences == [n for n in range(1, 101) if n != 37]
