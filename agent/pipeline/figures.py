"""Today's figures on the cashier's screen: read from the store, told without anybody.

They are counted anew from what is kept, so a restart loses none, and at most every few
seconds, so that they cost nothing while customers wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from agent.bus import Bus, Lagged
from agent.choice.figures import Counts, told
from agent.choice.figures import Figures as Told
from agent.clock import Clock
from agent.errors import StoreError
from agent.events import CounterChanged, Event
from agent.pipeline.counter import Counter
from agent.screens.snapshot import Figures, Forced, Share
from agent.verbs import Choice

log = logging.getLogger(__name__)

PAUSE_S: Final = 5.0
ORDER: Final[tuple[Choice, ...]] = ("qr", "email", "sms", "account", "paper", "none")


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def day(self, since_ms: int) -> Counts: ...


class Today:
    """A service; ``midnight_ms`` is when today began."""

    name = "figures"

    def __init__(
        self,
        shelf: Shelf,
        counter: Counter,
        bus: Bus[Event],
        clock: Clock,
        midnight_ms: Callable[[], int],
    ) -> None:
        self._shelf = shelf
        self._counter = counter
        self._bus = bus
        self._clock = clock
        self._midnight_ms = midnight_ms

    async def run(self) -> None:
        """Count when something changed, until cancelled."""
        bell = asyncio.Event()
        bell.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen(bell))
            while True:
                await bell.wait()
                bell.clear()
                await self.look()
                await self._clock.sleep(PAUSE_S)

    async def _listen(self, bell: asyncio.Event) -> None:
        with self._bus.subscribe() as events:
            async for event in events:
                if isinstance(event, CounterChanged | Lagged):
                    bell.set()

    async def look(self) -> None:
        """Count once; what cannot be read stays as it was."""
        try:
            day = await self._shelf.day(self._midnight_ms())
        except StoreError:
            log.exception("store does not give today's figures")
            return
        figures = shown(told(day))
        if figures != self._counter.picture.figures:
            self._counter.picture.figures = figures
            self._counter.changed()


def shown(day: Told) -> Figures:
    """As the screens have them."""
    return Figures(
        receipts=day.receipts,
        mix=tuple(
            Share(choice, day.mix[choice]) for choice in ORDER if choice in day.mix
        ),
        paper_avoided_m=day.avoided_m,
        captured=day.captured,
        valid=day.valid,
        p50_ms=day.p50_ms,
        p95_ms=day.p95_ms,
        forced=tuple(Forced(rule, count) for rule, count in sorted(day.forced.items())),
    )
