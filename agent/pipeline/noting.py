"""What is on paper, for the store to know; and if it cannot know it now, once there is room.

A disk that is full to the last block keeps not even that paper was chosen, or that a job
was printed.  It is kept
here for as long as the process lives and tried again every few seconds: the reserve that
is given up makes the room for it.  Only a crash in between has the next start offer that
job once more: paper and a receipt, none lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Final, Protocol

from agent.bus import Bus
from agent.clock import Clock
from agent.errors import ChangeRefusedError, StoreError, StoreOverError
from agent.events import Event, LogGrew
from agent.store.handovers import EndHandOver, OrderHandOver
from agent.store.records import (
    Append,
    Change,
    DecideReceipt,
    OrderPaper,
    Passed,
    SettleJob,
)

log = logging.getLogger(__name__)

AGAIN_S: Final = 2.0
"""As often as the store looks for room while it has none."""
MAX_OWED: Final = 2_000
"""Sheets; a busy Saturday without a disk.  Beyond it the oldest is offered again."""


LATE: Final = (
    SettleJob,
    DecideReceipt,
    OrderHandOver,
    OrderPaper,
    EndHandOver,
    Passed,
    Append,
)
"""What says the same when it is told later, as long as the order stays.  Not a feed's
cursor, nor a record in the chain of consents: those went on meanwhile."""


class Shelf(Protocol):
    """The part of the store that is told."""

    async def commit(self, *changes: Change) -> None: ...


class Noting:
    """Tells the store, now or later."""

    def __init__(self, shelf: Shelf, clock: Clock, bus: Bus[Event]) -> None:
        self._shelf = shelf
        self._clock = clock
        self._bus = bus
        self._owed: deque[tuple[Change, ...]] = deque(maxlen=MAX_OWED)
        self._some = asyncio.Event()

    @property
    def owed(self) -> int:
        """Sheets of which the store does not know."""
        return len(self._owed)

    async def note(self, *changes: Change) -> None:
        """Commit it, behind what is owed; where that fails it is owed too."""
        if self._owed:
            self.owe(*changes)
            await self.again()
            return
        try:
            await self._shelf.commit(*changes)
        except StoreError:
            log.exception("printed, and the store cannot know it yet")
            self.owe(*changes)

    def owe(self, *changes: Change) -> None:
        """It could not be kept: later, as far as it means the same then."""
        if late := tuple(each for each in changes if isinstance(each, LATE)):
            self._owed.append(late)
            self._some.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._some.wait()
            await self._clock.sleep(AGAIN_S)
            await self.again()

    async def again(self) -> None:
        """Try what is owed, oldest first, as far as there is room.

        What does not fit is let go, and said: it would never be taken.
        """
        while self._owed:
            first = self._owed[0]
            try:
                await self._shelf.commit(*first)
            except StoreOverError:
                self._some.clear()  # this process writes nothing any more
                return
            except ChangeRefusedError:
                # Those behind it must not wait for it: the next start offers it anew.
                log.critical("printed, and the store never takes it", exc_info=True)
            except StoreError:
                return
            # A sheet that was noted meanwhile may have pushed the oldest out.
            if self._owed and self._owed[0] is first:
                self._owed.popleft()
        if self._some.is_set():
            self._some.clear()
            log.warning("the store knows of all that was printed")
            self._bus.publish(LogGrew())
