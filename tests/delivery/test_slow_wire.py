"""A wire that is slow, shared or cut while bytes are on their way."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from agent.delivery.flow import Flow
from agent.delivery.flows import Flows
from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.transports.base import TransportError
from agent.delivery.transports.tcp import TcpTransport
from tests.delivery.rig import linked, quick, until
from tests.fakes.printer import FakePrinter

KICK = b"\x1bp\x00\x32\x32"


class Slow:
    """A wire whose far side takes so many bytes every time somebody looks."""

    def __init__(self, taken_at_a_look: int) -> None:
        self.out = bytearray()
        self.taken = 0
        self._step = taken_at_a_look

    def write_now(self, raw: bytes) -> int:
        self.out += raw
        return len(raw)

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        del stall_s
        self.out += raw

    async def settle(self, *, within_s: float, behind: Callable[[], int]) -> None:
        del within_s
        while len(self.out) - self.taken - behind() > 0:
            await asyncio.sleep(0)
            self.taken = min(len(self.out), self.taken + self._step)


async def test_a_job_is_taken_though_the_next_keeps_the_wire_busy() -> None:
    wire, flows = Slow(10), Flows()
    first = flows.begin(wire.write_now)
    assert first is not None
    first.write(b"a" * 100)
    first.end()
    second = flows.begin(wire.write_now)
    assert second is not None

    async def nothing_between() -> bool:
        return True

    async def keep_on(flow: Flow) -> None:
        while True:
            flow.write(b"b" * 20)  # more than the far side takes meanwhile
            await asyncio.sleep(0)

    pouring = asyncio.create_task(first.pour(wire, nothing_between, stall_s=1.0))
    busy = asyncio.create_task(keep_on(second))
    async with asyncio.timeout(5):
        assert await first.taken(100)
        await pouring
    assert wire.taken < len(wire.out)
    busy.cancel()


@asynccontextmanager
async def deaf_peer() -> AsyncGenerator[tuple[TcpTransport, socket.socket]]:
    """A network printer that takes nothing, and its end of the line."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    wire = TcpTransport("127.0.0.1", listener.getsockname()[1])
    await wire.open(within_s=5)
    peer, _ = await asyncio.to_thread(listener.accept)
    try:
        yield wire, peer
    finally:
        wire.close()
        peer.close()
        listener.close()


async def test_a_reset_with_bytes_on_their_way_is_noticed_at_once() -> None:
    async with deaf_peer() as (wire, peer):
        sent = 0
        while count := wire.write_now(b"x" * 4096):
            sent += count
        settling = asyncio.create_task(wire.settle(within_s=60))
        await asyncio.sleep(0.05)
        assert not settling.done()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        with pytest.raises(TransportError) as told:
            async with asyncio.timeout(10):
                await settling
        assert told.value.fault == "lost"


async def test_a_drawer_behind_a_long_job_opens_when_the_wire_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.delivery.printer_queue.KICK_LIFE_S", 0.05)
    async with (
        FakePrinter(receive_buffer=4096) as printer,
        linked(quick(f"tcp://127.0.0.1:{printer.port}")) as link,
    ):
        await until(lambda: link.state.known)
        long = asyncio.create_task(link.print(b"x" * 400_000, deadline_s=20))
        await until(lambda: len(printer.paper) > 0)
        printer.mood.deaf = True
        assert link.kick(KICK)
        await asyncio.sleep(0.2)  # longer than one lives that waits for nothing
        printer.mood.deaf = False
        assert await long == Delivered()
        await until(lambda: printer.paper.endswith(KICK))


async def test_an_open_drawer_is_told_long_before_the_next_look() -> None:
    async with FakePrinter() as printer:
        settings = quick(f"tcp://127.0.0.1:{printer.port}", poll_s=3600)
        async with linked(settings) as link:
            await until(lambda: link.state.known and not link.state.drawer_open)
            assert link.kick(KICK)
            await until(lambda: printer.paper == KICK)
            printer.mood.answers[1] ^= 0x04  # pin 3 of the drawer's socket
            await until(lambda: link.state.drawer_open)


async def test_a_shared_printer_is_free_between_two_looks() -> None:
    async with FakePrinter() as printer:
        settings = quick(
            f"tcp://127.0.0.1:{printer.port}", idle_close_s=0.05, poll_s=0.2
        )
        async with linked(settings) as link:
            await until(lambda: link.state.known)
            open_at = []
            for _ in range(60):
                await asyncio.sleep(0.01)
                open_at.append(bool(printer._open))
            assert open_at.count(False) > open_at.count(True)
            assert link.state.known


async def test_a_job_for_a_printer_that_is_cut_off_is_told_so() -> None:
    async with (
        FakePrinter(receive_buffer=4096) as printer,
        linked(quick(f"tcp://127.0.0.1:{printer.port}")) as link,
    ):
        await until(lambda: link.state.known)
        job = asyncio.create_task(link.print(b"x" * 400_000, deadline_s=30))
        await until(lambda: len(printer.paper) > 0)
        printer.mood.deaf = True
        await asyncio.sleep(0.1)
        with contextlib.suppress(ConnectionError):
            printer.hang_up()
        async with asyncio.timeout(5):
            assert await job == Deferred("lost")
