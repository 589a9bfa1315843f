"""Tells the counter what it shows but does not cause: printer, RCU, mail relay."""

from __future__ import annotations

from agent.bus import Bus, Lagged
from agent.events import Event, LinkChanged, PrinterChanged
from agent.pipeline.counter import Counter


class Links:
    """A listener of the bell.  A service."""

    name = "links"

    def __init__(self, counter: Counter, bus: Bus[Event]) -> None:
        self._counter = counter
        self._bus = bus

    async def run(self) -> None:
        """Listen until cancelled."""
        with self._bus.subscribe() as events:
            async for event in events:
                match event:
                    case LinkChanged(link=link, up=up):
                        self._counter.link_changed(link, up=up)
                    case PrinterChanged() | Lagged():
                        self._counter.changed()
                    case _:
                        pass
