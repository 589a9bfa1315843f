"""Keeps when the legal notice was displayed: once a day for each text and language.

It stands on the customer's screen while nobody is served (C. env., art. D. 541-372), in
French and in a second language: English, or the one that a customer chose.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, Protocol

from agent.bus import Bus
from agent.clock import Clock
from agent.errors import StoreError
from agent.events import CounterChanged, Event, LinkChanged
from agent.pipeline.counter import Counter
from agent.screens.snapshot import Legal
from agent.store.displayed import KeepDisplayed
from agent.store.records import Change
from agent.verbs import Lang

log = logging.getLogger(__name__)

LOOK_S: Final = 60.0
"""A screen that is left alone over midnight shows the notice on the next day too."""
FIRST: Final[Lang] = "fr"
SECOND: Final[Lang] = "en"


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def commit(self, *changes: Change) -> None: ...


class Displaying:
    """A service; ``now`` is in the shop's time zone."""

    name = "displaying"

    def __init__(
        self,
        shelf: Shelf,
        counter: Counter,
        bus: Bus[Event],
        clock: Clock,
        now: Callable[[], datetime],
    ) -> None:
        self._shelf = shelf
        self._counter = counter
        self._bus = bus
        self._clock = clock
        self._now = now
        self._open = False
        self._day = ""
        self._kept: set[KeepDisplayed] = set()
        """Of that day."""

    async def run(self) -> None:
        """Look when something changed, and now and then, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            while True:
                await self._clock.sleep(LOOK_S)
                await self.look()

    async def _listen(self) -> None:
        with self._bus.subscribe() as events:
            async for event in events:
                if isinstance(event, LinkChanged) and event.link == "display":
                    self._open = event.up
                    await self.look()
                elif isinstance(event, CounterChanged):
                    await self.look()

    async def look(self) -> None:
        """Once; what the store does not take is tried again."""
        legal = self._counter.picture.legal
        day, tongue = self._now().date().isoformat(), self._counter.picture.tongue
        langs = (FIRST, SECOND if tongue == FIRST else tongue)
        if day != self._day:
            self._day, self._kept = day, set()
        due = [each for each in _sentences(day, legal, langs) if each not in self._kept]
        if not (self._open and due):
            return
        if self._counter.snapshot("display").shown is not None:
            return  # a receipt stands there instead
        try:
            await self._shelf.commit(*due)
        except StoreError:
            log.exception("store does not keep that the legal notice is displayed")
            return
        self._kept.update(due)


def _sentences(
    day: str, legal: Sequence[Legal], langs: Sequence[Lang]
) -> Iterator[KeepDisplayed]:
    for each in legal:
        for lang in langs:
            digest = hashlib.sha256(getattr(each.says, lang).encode()).digest()
            yield KeepDisplayed(day, each.id, each.version, digest, lang)
