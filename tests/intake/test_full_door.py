"""More POS at the printer port than may be on the line: they wait, for a time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from agent.intake.doors import raw_tcp
from agent.intake.limits import LimitSettings
from agent.intake.listening import listening
from tests.intake.test_raw_tcp import RECEIPT, Shop, shop

ASKS, ANSWER = b"\x10\x04\x01", b"\x16"
WAITS_S = 0.4


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_tcp, "FULL_WAITS_S", WAITS_S)


@asynccontextmanager
async def crowd(
    here: Shop, count: int, says: bytes = b"", source: str = "127.0.0.1"
) -> AsyncGenerator[list[socket.socket]]:
    """So many lines of one address; those that say something are answered."""
    at = "127.0.0.1", here.port
    lines = [socket.create_connection(at, None, (source, 0)) for _ in range(count)]
    loop = asyncio.get_running_loop()
    try:
        for each in lines:
            each.setblocking(False)
            await loop.sock_sendall(each, says)
            if says:
                assert await loop.sock_recv(each, 1) == ANSWER
        await asyncio.sleep(0.05)
        yield lines
    finally:
        for each in lines:
            each.close()
        await asyncio.sleep(0.05)


def hung_up(lines: list[socket.socket]) -> list[int]:
    """Which of them were reset."""
    return [number for number, each in enumerate(lines) if _reset(each)]


def _reset(line: socket.socket) -> bool:
    try:
        return line.recv(1) != ANSWER
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


async def asked(here: Shop) -> float:
    """The answer to a question of one more POS, by how long it took."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    async with asyncio.timeout(5):
        reader, writer = await here.call()
        try:
            writer.write(ASKS)
            assert await reader.readexactly(1) == ANSWER
        finally:
            writer.close()
    return loop.time() - began_s


async def test_a_burst_of_pos_behind_a_hang_is_served_and_nobody_is_hung_up_on() -> (
    None
):
    limits = LimitSettings(connections=5)
    async with shop(durable_s=0.02, limits=limits) as here, asyncio.TaskGroup() as all_:
        for _ in range(60):
            all_.create_task(here.send(RECEIPT))
    assert [raw for _, raw in here.book.jobs] == [RECEIPT] * 60


async def test_no_more_are_taken_in_than_may_be_and_the_others_wait_for_one() -> None:
    async with shop(limits=LimitSettings(connections=5)) as here:
        # They wait in the kernel, and are taken in in one turn of the loop.
        async with crowd(here, 20) as lines:
            for each in lines:
                each.send(ASKS)
            await asyncio.sleep(0.2)
            answered = [number for number, each in enumerate(lines) if _read(each)]
            assert answered == [0, 1, 2, 3, 4]
            lines[3].close()
            await asyncio.sleep(0.2)
            assert _read(lines[5]) == ANSWER
            assert hung_up(lines[6:]) == []
        assert await here.send(ASKS) == ANSWER


@pytest.mark.usefixtures("_soon")
async def test_who_waits_longer_is_hung_up_on_and_those_behind_it_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loop = asyncio.get_running_loop()
    async with shop(limits=LimitSettings(connections=5)) as here:
        async with crowd(here, 5, ASKS) as lines:
            began_s = loop.time()
            with pytest.raises(ConnectionResetError):
                await asked(here)
            assert loop.time() - began_s > WAITS_S / 2
            began_s = loop.time()
            for _ in range(3):
                with pytest.raises(ConnectionResetError):
                    await asked(here)
            assert loop.time() - began_s < WAITS_S / 2
            assert hung_up(lines) == []
        assert await asked(here) < WAITS_S / 2
    said = [each.message for each in caplog.records if each.levelname == "WARNING"]
    assert said == ["too many lines, more are hung up on"]


@pytest.mark.usefixtures("_soon")
async def test_lines_that_never_say_anything_lock_no_pos_out() -> None:
    """One of them makes way for each: who came first, of the address with most."""
    async with (
        shop(limits=LimitSettings(connections=10)) as here,
        crowd(here, 1) as alone,
        crowd(here, 2, ASKS) as talking,
        crowd(here, 7, source="127.0.0.2") as silent,
        crowd(here, 1, ASKS) as more,
    ):
        assert hung_up(silent) == [0]
        assert await asked(here) < WAITS_S / 2
        assert hung_up(silent) == [0, 1]
        assert hung_up(alone + talking + more) == []


@pytest.mark.usefixtures("_soon")
async def test_a_silence_no_longer_than_the_wait_makes_no_way() -> None:
    async with (
        shop(limits=LimitSettings(connections=5)) as here,
        crowd(here, 4, ASKS),
    ):
        async with crowd(here, 1, ASKS):
            with pytest.raises(ConnectionResetError):
                await asked(here)
        async with crowd(here, 1) as young:
            waiting = asyncio.create_task(asked(here))
            await asyncio.sleep(WAITS_S / 2)
            assert hung_up(young) == []
            assert not waiting.done()
            await waiting
            assert hung_up(young) == [0]


@pytest.mark.usefixtures("_soon")
async def test_what_another_door_took_is_waited_for_by_a_door_that_was_idle() -> None:
    async with shop(limits=LimitSettings(all_connections=3)) as here:
        await asyncio.sleep(2 * WAITS_S)
        assert here.other is not None
        taken = [asyncio.create_task(asyncio.sleep(60)) for _ in range(3)]
        for each in taken:
            here.other.expect(each)
        waiting = asyncio.create_task(asked(here))
        await asyncio.sleep(WAITS_S / 2)
        assert not waiting.done()
        taken.pop().cancel()
        assert await waiting > WAITS_S / 4
        for each in taken:
            each.cancel()


async def test_who_waits_at_a_stop_is_served_behind_the_next_start() -> None:
    limits, port = LimitSettings(connections=2), listening("127.0.0.1", 0)
    async with AsyncExitStack() as staying:
        async with shop(limits=limits, port=port.dup()) as here:
            await staying.enter_async_context(crowd(here, 2, ASKS))
            sending = [asyncio.create_task(here.send(RECEIPT)) for _ in range(5)]
            await asyncio.sleep(0.1)
        assert here.book.jobs == []
        async with shop(limits=limits, port=port) as again:
            assert [await each for each in sending] == [b""] * 5
        assert [raw for _, raw in again.book.jobs] == [RECEIPT] * 5


def _read(line: socket.socket) -> bytes:
    try:
        return line.recv(1)
    except BlockingIOError:
        return b""
