"""A thread for a driver that blocks: one call at a time, each with a deadline.

A call that does not come back is left behind with its thread, which ends by itself when
the driver lets go; it is a daemon, so that it never keeps the process.  Whoever goes on
then takes a new thread, and a new connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def nothing_more() -> None:
    """The driver has nothing to let go of."""


_Work = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class DriverThread:
    """Does what it is given, in order."""

    def __init__(self, name: str) -> None:
        self._work: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._last: Callable[[], object] = nothing_more
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    async def call(self, work: Callable[[], T], *, within_s: float) -> T:
        """What ``work`` returns or raises.

        Raises:
            TimeoutError: it did not come back; leave this thread.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._work.put((work, loop, done))
        async with asyncio.timeout(within_s):
            return await done

    def leave(self) -> None:
        """Nothing more is asked of it.  Safe at any time, and twice."""
        self._work.put(None)

    def close(self, last: Callable[[], object]) -> None:
        """Leave it, behind one more thing to do that nobody waits for."""
        self._last = last
        self._work.put(None)

    def _serve(self) -> None:
        while (given := self._work.get()) is not None:
            work, loop, done = given
            if done.cancelled():
                continue
            try:
                answer = work()
            except Exception as error:  # noqa: BLE001 -- whoever called is told
                _tell(loop, done, None, error)
            else:
                _tell(loop, done, answer, None)
        with contextlib.suppress(Exception):  # it is gone already
            self._last()


def _tell(
    loop: asyncio.AbstractEventLoop,
    done: asyncio.Future[Any],
    answer: Any,
    error: Exception | None,
) -> None:
    def tell() -> None:
        if done.done():
            return  # nobody waits for it any longer
        if error is None:
            done.set_result(answer)
        else:
            done.set_exception(error)

    with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends
        loop.call_soon_threadsafe(tell)
