"""A printer link over any wire, run for as long as a ``with`` block."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from agent.bus import Bus, Lagged, Subscription
from agent.delivery.places import Speech
from agent.delivery.printer import PrinterLink
from agent.delivery.settings import PrinterSettings
from agent.delivery.transports.opening import transport_for
from agent.events import Event
from tests.fakes.entropy import FakeEntropy


def quick(link: str, **changes: Any) -> PrinterSettings:
    """Settings for a printer that is near and patient tests that are not."""
    given: dict[str, Any] = {
        "link": link,
        "answer_s": 0.15,
        "connect_s": 1.0,
        "stall_s": 0.4,
        "hold_s": 0.0,
        "confirm_s": 0.3,
        "poll_s": 0.05,
    }
    return PrinterSettings.model_validate(given | changes)


@asynccontextmanager
async def linked(
    settings: PrinterSettings,
    bus: Bus[Event] | None = None,
    speech: Speech | None = None,
) -> AsyncIterator[PrinterLink]:
    wire = transport_for(settings.wire)
    link = PrinterLink(wire, settings, bus or Bus(), FakeEntropy(), speech or Speech())
    service = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        service.cancel()
        with suppress(asyncio.CancelledError):
            await service


async def until(condition: Any, within_s: float = 3.0) -> None:
    """Wait for a condition; the test's own deadline, not the code's."""
    ends = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > ends:
            raise AssertionError("it never came true")
        await asyncio.sleep(0.005)


@dataclass(slots=True)
class Turns:
    """How the loop fared: both are the loop's own, whatever else the machine does."""

    taken: int = 0
    """How often it came round."""
    longest_cpu_s: float = 0.0
    """The most processor time that one turn took."""


@asynccontextmanager
async def turns_watched() -> AsyncIterator[Turns]:
    """A loop that something blocks takes few turns, or a costly one."""
    turns = Turns()

    async def watch() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            turns.taken += 1
            turns.longest_cpu_s = max(turns.longest_cpu_s, time.thread_time() - before)

    watcher = asyncio.create_task(watch())
    try:
        yield turns
    finally:
        watcher.cancel()


async def heard(events: Subscription[Event], kind: type) -> Any:
    async for event in events:
        if isinstance(event, kind):
            return event
        assert not isinstance(event, Lagged)
    raise AssertionError("the bus went silent")
