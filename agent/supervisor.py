"""Run the long-lived services, restart those that fall, stop them in order.

One ``TaskGroup`` for the whole process.  A service is a coroutine that runs
until it is cancelled; ending early, with or without an exception, counts as a
fall.  Falls are restarted with back-off, so that an unplugged serial cable
never takes the network door down with it.  ``StoreOverError`` is not restarted:
systemd gives us a fresh process.

Services stop in stages, the doors first: a service that has a ``stop`` finishes
what it has in hand, bounded in time, before it is cancelled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, Protocol, runtime_checkable

from agent.clock import Clock
from agent.errors import StoreOverError
from agent.pieces import breath

log = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 60.0
HEALTHY_AFTER_S: Final = 30.0
STOP_S: Final = 15.0
"""For the whole stop; what overruns it is cut off.  TimeoutStopSec is above it."""
CANCEL_S: Final = 1.0
"""For a cancelled service to let go, when nothing else is left of the time."""


class Service(Protocol):
    """Something that runs for the life of the process."""

    @property
    def name(self) -> str: ...

    async def run(self) -> None: ...


@runtime_checkable
class Finishing(Protocol):
    """A service that has something to finish at a stop."""

    async def stop(self) -> None: ...


class After:
    """A service that begins when something has happened, or when it takes too long."""

    def __init__(
        self, service: Service, happened: asyncio.Event, within_s: float
    ) -> None:
        self._service = service
        self._happened = happened
        self._within_s = within_s

    @property
    def name(self) -> str:
        return self._service.name

    async def run(self) -> None:
        """Wait, then be the service."""
        try:
            async with asyncio.timeout(self._within_s):
                await self._happened.wait()
        except TimeoutError:
            log.warning("not waited for any longer", extra={"service": self.name})
        await self._service.run()

    async def stop(self) -> None:
        """What the service has to finish."""
        if isinstance(self._service, Finishing):
            await self._service.stop()


Stage = Sequence[Service]


async def run_all(stages: Sequence[Stage], stop: asyncio.Event, clock: Clock) -> None:
    """Run every service until ``stop`` is set; then stop stage after stage.

    Raises:
        ExceptionGroup: holding the ``StoreOverError`` that ended the process.
    """
    async with asyncio.TaskGroup() as group:
        running = [
            [
                group.create_task(keep_alive(service, clock), name=service.name)
                for service in stage
            ]
            for stage in stages
        ]
        await stop.wait()
        until_s = asyncio.get_running_loop().time() + STOP_S
        for stage, tasks in zip(stages, running, strict=True):
            await _stop(stage, tasks, until_s)


async def _stop(
    stage: Stage, tasks: Sequence[asyncio.Task[None]], until_s: float
) -> None:
    try:
        async with asyncio.timeout_at(until_s):
            for service in stage:
                await (
                    breath()
                )  # to tell who has to finish takes a tenth of a millisecond
                if isinstance(service, Finishing):
                    await service.stop()
    except TimeoutError:
        log.warning("a service did not finish in time")
    for task in tasks:
        task.cancel()
    left_s = until_s - asyncio.get_running_loop().time()
    await asyncio.wait(tasks, timeout=max(CANCEL_S, left_s))


def _say_fall(name: str, error: Exception) -> None:
    """A bug with its trace; what the machine refused (a port, a cable) in a line."""
    outside = isinstance(error, OSError)
    fields = {"service": name, "why": str(error) if outside else type(error).__name__}
    trace = None if outside else error
    log.error("service fell, it is started again", exc_info=trace, extra=fields)


async def keep_alive(service: Service, clock: Clock) -> None:
    """Run one service for ever, pausing longer after each quick fall."""
    pause_s = FIRST_PAUSE_S
    while True:
        started = clock.monotonic()
        try:
            await service.run()
            log.error("service ended", extra={"service": service.name})
        except StoreOverError:
            raise
        except Exception as error:
            if isinstance(error, ExceptionGroup) and error.subgroup(StoreOverError):
                raise
            _say_fall(service.name, error)
        if clock.monotonic() - started >= HEALTHY_AFTER_S:
            pause_s = FIRST_PAUSE_S
        await clock.sleep(pause_s)
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
