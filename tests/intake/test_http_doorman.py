"""Who takes callers in lets go of every one of them."""

from __future__ import annotations

import asyncio
import socket

from agent.intake.http_server import Caller, Doorman


class Silent(asyncio.Protocol):
    """What asyncio hands the connection to; it says nothing."""

    heard_s = 0.0
    busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def hang_up(self) -> None:
        self._transport.close()


def _came(doorman: Doorman, tasks: asyncio.TaskGroup) -> tuple[Caller, socket.socket]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    caller = Caller(ours, "127.0.0.1", 0.0, Silent())
    doorman.greet(caller, tasks)
    return caller, theirs


async def test_a_caller_that_is_hung_up_on_before_its_first_turn_is_gone() -> None:
    doorman = Doorman(lambda _: True, Silent, None)
    async with asyncio.TaskGroup() as tasks:
        caller, theirs = _came(doorman, tasks)
        caller.hang_up()
    assert caller.socket.fileno() == -1
    assert theirs.recv(1) == b""
    theirs.close()


async def test_one_that_was_met_is_closed_by_its_own_transport() -> None:
    doorman = Doorman(lambda _: True, Silent, None)
    async with asyncio.TaskGroup() as tasks:
        caller, theirs = _came(doorman, tasks)
    assert caller.socket.fileno() >= 0
    caller.hang_up()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert caller.socket.fileno() == -1
    theirs.close()
