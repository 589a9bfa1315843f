"""Two printers in one place: what the first does not take for a while goes to the second.

Stands where one printer link stands.  Each sheet goes to one of the two.  Over goes only
what the first has not in its buffer: a sheet that it may hold is cleared there by its
link, or its line is lost, before it is ``Deferred``; one that it holds and will print is
waited for.  When the first is well again, the next sheet goes to it.

Drawer pulses stay at the first, whose socket the drawer hangs on; nothing flows while it
comes (``flow``) as long as the second prints.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from agent.bus import Bus
from agent.clock import Clock
from agent.delivery.flow import Flow
from agent.delivery.outcome import Delivered, Outcome
from agent.delivery.printer_figures import PrinterFigures
from agent.delivery.printer_status import trouble_of
from agent.events import CounterChanged, Event, PrinterState

log = logging.getLogger(__name__)

HELD_S: Final = 660.0
"""Of a deadline, what is for a printer that has the job and waits for paper; as
``agent.pipeline.lane`` gives it."""
LEAST_S: Final = 20.0
"""For a printer that is well to say that it has printed, beside a job's length."""
LOOK_S: Final = 0.5
"""Between looks at how the first is."""


class Link(Protocol):
    """A printer; see :class:`agent.delivery.printer.PrinterLink`."""

    @property
    def state(self) -> PrinterState: ...

    async def print(self, raw: bytes, *, deadline_s: float) -> Outcome: ...

    def kick(self, raw: bytes) -> bool: ...

    def flow(self) -> Flow | None: ...

    async def run(self) -> None: ...

    async def stop(self, *, deadline_s: float = ...) -> None: ...


class Printers:
    """A service.  ``after_s``: how long the first may be down before the second prints."""

    name = "printer"

    def __init__(
        self,
        first: Link,
        second: Link | None,
        after_s: float,
        clock: Clock,
        bus: Bus[Event],
    ) -> None:
        self._first = first
        self._second = second
        self._after_s = after_s
        self._clock = clock
        self._bus = bus
        self.figures: Callable[[], PrinterFigures] = PrinterFigures
        """What the first has counted; put here by who makes it."""
        self._down_at: float | None = None
        self._over = False
        """The second prints."""

    @property
    def state(self) -> PrinterState:
        """The first's, and whether the second prints in its place."""
        return replace(self._first.state, backup=self._over)

    @property
    def heard(self) -> PrinterState:
        """Of the one that prints: what a POS is told."""
        second = self._second if self._over else None
        return (second or self._first).state

    async def print(self, raw: bytes, *, deadline_s: float) -> Outcome:
        """As a printer link's."""
        self.look()
        second = self._second
        if second is None:
            return await self._first.print(raw, deadline_s=deadline_s)
        if not self._over:
            # A job that it holds without paper is given up soon, where another is well.
            if _is_well(second.state):
                deadline_s = max(0.0, deadline_s - HELD_S)
                deadline_s += max(self._after_s, LEAST_S)
            return await self._first.print(raw, deadline_s=deadline_s)
        outcome = await second.print(raw, deadline_s=deadline_s)
        if isinstance(outcome, Delivered):
            log.info("printed at the second printer", extra={"bytes": len(raw)})
        return outcome

    def kick(self, raw: bytes) -> bool:
        return self._first.kick(raw)

    def flow(self) -> Flow | None:
        return None if self._over else self._first.flow()

    async def stop(self) -> None:
        """Print what waits, as far as time allows."""
        async with asyncio.TaskGroup() as group:
            for link in filter(None, (self._first, self._second)):
                group.create_task(link.stop())

    async def run(self) -> None:
        """Serve both until cancelled."""
        if self._second is None:
            await self._first.run()
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._first.run())
            group.create_task(self._second.run())
            while True:
                self.look()
                await self._clock.sleep(LOOK_S)

    def look(self) -> None:
        """Decide which one prints."""
        if self._second is None:
            return
        now_s = self._clock.monotonic()
        if _is_well(self._first.state):
            self._down_at = None
        elif self._down_at is None:
            self._down_at = now_s
        down_s = 0.0 if self._down_at is None else now_s - self._down_at
        late = self._down_at is not None and down_s >= self._after_s
        # With both in trouble the first is the one that people look after.
        over = late and _is_well(self._second.state)
        if over == self._over:
            return
        self._over = over
        why = trouble_of(self._first.state) or "away"
        if over:
            log.warning("the second printer prints", extra={"why": why})
        else:
            log.warning("the first printer prints again")
        self._bus.publish(CounterChanged())


def _is_well(state: PrinterState) -> bool:
    return state.online and trouble_of(state) is None
