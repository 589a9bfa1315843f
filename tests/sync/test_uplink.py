"""Every row of the answer table, against a real HTTP server."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from starlette.responses import JSONResponse, Response

from agent.bus import Lagged, Subscription
from agent.events import Event, LinkChanged
from agent.logs import QUIET
from agent.store.records import Append
from agent.sync.uplink import UplinkState
from tests.fakes.rcu import TOKEN, FakeRcu, problem, serving
from tests.store.builders import AT_MS, an_entry
from tests.sync.rig import SOURCE, THROW, till


@pytest.fixture
async def rcu() -> AsyncGenerator[FakeRcu]:
    async with serving(FakeRcu()) as up:
        yield up


def _id(number: int) -> str:
    return str(an_entry(number).id)


async def test_the_log_arrives_once_and_in_order(tmp_path: Path, rcu: FakeRcu) -> None:
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 3)
        await shop.until_acked(3)
        await shop.sell(4, 400)
        await shop.until_acked(400)
        assert await shop.uplink.state() == UplinkState(True, 0, 0.0, "")
    assert rcu.sequences == list(range(1, 401))
    assert rcu.duplicates == 0
    assert max(map(len, rcu.posts)) <= 500
    assert shop.clock.naps == []


async def test_a_lost_answer_leaves_no_second_effect(
    tmp_path: Path, rcu: FakeRcu
) -> None:
    rcu.lose_answers = 1
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 3)
        await shop.until_napping()
        await shop.clock.advance(1)
        await shop.until_acked(3)
    assert rcu.sequences == [1, 2, 3]
    assert rcu.duplicates == 3
    assert rcu.keys[0] == rcu.keys[1]


async def test_while_the_rcu_is_away_everything_waits_and_then_arrives(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "agent.sync")
    rcu = FakeRcu()
    async with serving(rcu):
        pass
    async with till(tmp_path, rcu) as shop:
        with shop.bus.subscribe() as bell:
            await shop.sell(1, 2)
            for naps in range(1, 13):
                await shop.until_napping(naps)
                await shop.clock.advance(shop.clock.naps[-1])
            await shop.sell(3, 60)
            state = await shop.uplink.state()
            assert (state.up, state.pending, state.problem) == (
                False,
                60,
                "ConnectError",
            )
            expected = shop.clock.now().timestamp() - (AT_MS + 1) / 1000
            assert state.oldest_pending_s == pytest.approx(expected)
            async with serving(rcu):
                await shop.until_napping(13)
                await shop.clock.advance(shop.clock.naps[-1])
                await shop.until_acked(60)
            rings = [
                ring async for ring in _first(bell, 4) if isinstance(ring, LinkChanged)
            ]
    assert rcu.sequences == list(range(1, 61))
    assert rings == [LinkChanged("rcu", up=False), LinkChanged("rcu", up=True)]
    # one throw of 1 s, doubling to 300 s, and no end to it
    throws = [THROW * ceiling for ceiling in (1, 2, 4, 8)]
    assert shop.clock.naps[:4] == pytest.approx(throws, rel=0.01)
    assert shop.clock.naps[12] == pytest.approx(THROW * 300, rel=0.01)
    said = [record.message for record in caplog.records]
    assert said.count("the RCU is away") == said.count("the RCU is there") == 1


async def _first(
    bell: Subscription[Event], count: int
) -> AsyncGenerator[Event | Lagged]:
    rings = aiter(bell)
    for _ in range(count):
        yield await asyncio.wait_for(anext(rings), 1)


async def test_a_refused_item_is_set_aside_and_the_rest_goes_on(
    tmp_path: Path, rcu: FakeRcu
) -> None:
    rcu.refuse = {_id(2)}
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 3)
        await shop.until_acked(3)
        (aside,) = await shop.store.set_aside("rcu")
    assert aside.seq == 2
    assert "problem:schema" in aside.problem
    assert rcu.sequences == [1, 3]


async def test_a_poison_entry_is_cornered_and_set_aside(
    tmp_path: Path, rcu: FakeRcu
) -> None:
    rcu.poison = {_id(37)}
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 64)
        await shop.until_acked(64)
        asides = await shop.store.set_aside("rcu")
        assert shop.clock.naps == []
    assert [aside.seq for aside in asides] == [37]
    assert rcu.sequences == [n for n in range(1, 65) if n != 37]
    assert rcu.duplicates == 0
    assert len(rcu.posts) <= 15


@pytest.mark.parametrize(
    "answer", [Response("<html>Bad Request", 400), problem(400, "digest")]
)
async def test_a_400_made_on_the_way_costs_no_entry(
    tmp_path: Path, rcu: FakeRcu, answer: Response
) -> None:
    rcu.script.append(answer)
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        await shop.until_napping()
        assert await shop.store.set_aside("rcu") == []
        await shop.clock.advance(1)
        await shop.until_acked(1)
    assert rcu.sequences == [1]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_till_that_is_not_admitted_knocks_slowly_and_says_so_once(
    tmp_path: Path, rcu: FakeRcu, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    rcu.script.extend([problem(status, "unauthorised")] * 3)
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        for naps in (1, 2, 3):
            await shop.until_napping(naps)
            assert 150 <= shop.clock.naps[-1] <= 300
            await shop.clock.advance(300)
        await shop.until_acked(1)
    # At WARNING and above: one thing is said, and it names what to do where.
    (alarm,) = caplog.records
    assert "does not admit" in alarm.message
    assert "receipt-agent enrol" in alarm.message
    assert vars(alarm)["problem"] == f"status {status}"
    assert vars(alarm)["enrol"] == f"receipt-rcu enrol-code --till {SOURCE}"


async def test_away_and_not_admitted_are_told_apart(
    tmp_path: Path, rcu: FakeRcu, caplog: pytest.LogCaptureFixture
) -> None:
    rcu.script.extend([Response("no", 500), problem(401, "unauthorised")])
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        for naps in (1, 2):
            await shop.until_napping(naps)
            await shop.clock.advance(300)
        await shop.until_acked(1)
    said = [record.message.partition(":")[0] for record in caplog.records]
    assert said == ["the RCU is away", "the RCU does not admit this till"]


async def test_413_halves_the_batch_and_is_remembered(
    tmp_path: Path, rcu: FakeRcu
) -> None:
    rcu.largest = 15
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 60)
        await shop.until_acked(60)
    assert rcu.sequences == list(range(1, 61))
    assert [len(ids) for ids in rcu.posts] == [50, 25, 12, 12, 12, 12, 12]


async def test_one_entry_too_large_for_the_rcu_is_set_aside(
    tmp_path: Path, rcu: FakeRcu
) -> None:
    rcu.script.append(problem(413, "too-large"))
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        await shop.until_acked(1)
        assert [aside.seq for aside in await shop.store.set_aside("rcu")] == [1]


async def test_one_entry_too_large_for_a_proxy_waits(
    tmp_path: Path, rcu: FakeRcu
) -> None:
    rcu.script.append(Response("nginx", 413))
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        await shop.until_napping()
        assert await shop.store.set_aside("rcu") == []
        await shop.clock.advance(1)
        await shop.until_acked(1)


async def test_422_takes_a_new_key(tmp_path: Path, rcu: FakeRcu) -> None:
    rcu.script.append(problem(422, "key-reused"))
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        await shop.until_napping()
        await shop.clock.advance(1)
        await shop.until_acked(1)
    assert len(set(rcu.keys)) == 2


@pytest.mark.parametrize(
    ("status", "headers", "pause_s"),
    [
        (429, {"Retry-After": "17"}, 17.0),
        (503, {"Retry-After": "999999"}, 3600.0),
        (409, {"Retry-After": "1"}, 1.0),
        (503, {}, THROW),
        (500, {}, THROW),
        (404, {}, THROW),
    ],
)
async def test_not_now_waits_as_long_as_asked_and_sends_the_same_again(
    tmp_path: Path, rcu: FakeRcu, status: int, headers: dict[str, str], pause_s: float
) -> None:
    rcu.script.append(Response("later", status, headers))
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 2)
        await shop.until_napping()
        assert shop.clock.naps[0] == pytest.approx(pause_s, rel=0.01)
        await shop.sell(3, 3)
        await shop.clock.advance(pause_s + 0.1)
        await shop.until_acked(3)
    assert rcu.keys[0] == rcu.keys[1]
    assert rcu.sequences == [1, 2, 3]


@pytest.mark.parametrize(
    "page",
    [
        Response("<html>Bienvenue sur notre Wi-Fi", 200),
        JSONResponse({"ok": True}),
        Response(
            b'{"ack":{"edge":"e","contiguous":1},"counts":{}}' + b" " * 2_000_000, 200
        ),
    ],
)
async def test_a_captive_portal_is_no_receipt_of_anything(
    tmp_path: Path, rcu: FakeRcu, page: Response
) -> None:
    rcu.script.append(page)
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        await shop.until_napping()
        assert await shop.store.cursor("rcu") == 0
        assert (await shop.uplink.state()).up is False
        await shop.clock.advance(1)
        await shop.until_acked(1)


async def test_a_redirection_is_not_followed(tmp_path: Path, rcu: FakeRcu) -> None:
    visits: list[object] = []

    def elsewhere(_: object, writer: asyncio.StreamWriter) -> None:
        visits.append(writer)
        writer.close()

    server = await asyncio.start_server(elsewhere, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    location = {"Location": f"http://127.0.0.1:{port}/"}
    rcu.script.append(Response("over there", 307, location))
    async with server, till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        await shop.until_napping()
        await shop.clock.advance(1)
        await shop.until_acked(1)
    assert visits == []


async def test_what_the_rcu_never_got_is_not_erased(tmp_path: Path) -> None:
    async with till(tmp_path, FakeRcu(port=1)) as shop:
        await shop.sell(1, 2)
        await shop.until_napping()
        # The records are of January 2026, long before the store's real clock.
        assert await shop.store.erase() == 0
        assert len(await shop.store.entries_after(0, 9, 9999)) == 2


async def test_a_silent_rcu_times_out_and_gets_a_smaller_batch(tmp_path: Path) -> None:
    async def silence(reader: object, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.45)
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    rcu = FakeRcu(port=server.sockets[0].getsockname()[1])
    async with till(tmp_path, rcu, connect_timeout_s=0.05) as shop:
        await shop.sell(1, 10)
        await shop.until_napping()
        server.close()
        await server.wait_closed()
        async with serving(rcu):
            await shop.clock.advance(1)
            await shop.until_acked(10)
    assert [len(ids) for ids in rcu.posts] == [5, 5]


async def test_a_damaged_entry_is_set_aside_and_the_cursor_goes_on(
    tmp_path: Path, rcu: FakeRcu
) -> None:
    async with till(tmp_path, FakeRcu(port=1)) as shop:
        await shop.sell(1, 3)
    await asyncio.to_thread(_rot, tmp_path, 2)
    async with till(tmp_path, rcu) as shop:
        await shop.until_acked(3)
        assert [aside.seq for aside in await shop.store.set_aside("rcu")] == [2]
    assert rcu.sequences == [1, 3]


def _rot(folder: Path, seq: int) -> None:
    db = sqlite3.connect(folder / "agent.db")
    with db:
        db.execute("DROP TRIGGER event_is_immutable")
        db.execute(
            "UPDATE event SET body = CAST(substr(body, 1, 20) || x'00'"
            " || substr(body, 22) AS BLOB) WHERE seq = ?",
            (seq,),
        )
    db.close()


async def test_the_token_is_in_no_log_and_no_error(
    tmp_path: Path, rcu: FakeRcu, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in QUIET:  # as the program turns them down, so may a test before this one
        caplog.set_level(logging.DEBUG, logger=name)
    rcu.script.extend([problem(401, "unauthorised"), Response("no", 500)])
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        for naps in (1, 2):
            await shop.until_napping(naps)
            await shop.clock.advance(300)
        await shop.until_acked(1)
        shown = repr(vars(shop.uplink)) + repr(vars(shop))
    logged = json.dumps([[str(v) for v in vars(r).values()] for r in caplog.records])
    assert len(caplog.records) > 10
    for place in (logged, shown):
        assert TOKEN not in place
        assert "Café noir" not in place


async def test_entries_that_nobody_rang_for_go_with_the_next_look(
    tmp_path: Path, rcu: FakeRcu
) -> None:
    async with till(tmp_path, rcu) as shop:
        await shop.sell(1, 1)
        await shop.until_acked(1)
        await shop.store.commit(Append(an_entry(2)))  # its bell was rung too early
        await asyncio.sleep(0.05)
        assert await shop.store.cursor("rcu") == 1
        shop.uplink.wake()  # as each heartbeat does that finds it unsent
        await shop.until_acked(2)
