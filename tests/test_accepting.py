from __future__ import annotations

import asyncio
import socket

import pytest

from agent.accepting import accepted
from agent.intake.listening import listening


async def test_a_caller_is_taken_in_with_where_it_comes_from() -> None:
    with listening("127.0.0.1", 0) as port:
        waiting = asyncio.create_task(accepted(port))
        await asyncio.sleep(0)
        with socket.create_connection(port.getsockname()) as caller:
            came, address = await waiting
            with came:
                assert address == caller.getsockname()
                assert came.getblocking() is False
                assert came.getpeername() == caller.getsockname()


async def test_callers_that_wait_are_taken_without_a_turn_of_the_loop() -> None:
    with listening("127.0.0.1", 0) as port:
        callers = [socket.create_connection(port.getsockname()) for _ in range(3)]
        seen = [(await accepted(port))[0] for _ in callers]
        assert [each.getpeername() for each in seen] == [
            each.getsockname() for each in callers
        ]
        for each in (*callers, *seen):
            each.close()


async def test_a_caller_in_the_moment_of_the_stop_is_left_to_the_next_one() -> None:
    """It stays in the kernel's queue: nobody holds a socket that he does not know of."""
    with listening("127.0.0.1", 0) as port:
        waiting = asyncio.create_task(accepted(port))
        await asyncio.sleep(0)
        with socket.create_connection(port.getsockname()) as caller:
            asyncio.get_running_loop().call_soon(waiting.cancel)
            with pytest.raises(asyncio.CancelledError):
                await waiting
            came, address = await accepted(port)
            with came:
                assert address == caller.getsockname()


async def test_a_port_that_is_closed_is_an_error() -> None:
    port = listening("127.0.0.1", 0)
    port.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        await accepted(port)
