"""A till with a real store, a fake clock and an uplink, beside a fake RCU."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.bus import Bus
from agent.events import Event, LogGrew
from agent.store.records import Append
from agent.store.store import Store
from agent.sync.credentials import Credentials
from agent.sync.jitter import Jitter
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.sync.uplink import Uplink
from tests.fakes.clock import FakeClock
from tests.fakes.entropy import FakeEntropy
from tests.fakes.rcu import TOKEN, FakeRcu
from tests.store.builders import an_entry, opened

SOURCE = "urn:edge:ENS1:S0042:T03"
THROW = Jitter(SOURCE, FakeEntropy()).throw()
"""What this till's dice show with the fake entropy, always."""


@dataclass
class Till:
    store: Store
    bus: Bus[Event]
    clock: FakeClock
    uplink: Uplink

    async def sell(self, first: int, last: int) -> None:
        """Entries ``first`` to ``last``, numbered like their sequence."""
        await self.store.commit(
            *(Append(an_entry(number)) for number in range(first, last + 1))
        )
        self.bus.publish(LogGrew())

    async def until(self, reached: Callable[[], bool]) -> None:
        """Let real sockets work; fake time stands still."""
        async with asyncio.timeout(5):
            while not reached():  # noqa: ASYNC110 -- a socket has no event
                await asyncio.sleep(0.005)

    async def until_acked(self, seq: int) -> None:
        async with asyncio.timeout(5):
            while await self.store.cursor("rcu") < seq:  # noqa: ASYNC110 -- nor has a row
                await asyncio.sleep(0.005)

    async def until_napping(self, naps: int = 1) -> None:
        await self.until(lambda: len(self.clock.naps) >= naps)


def settings(folder: Path, rcu: FakeRcu, **more: object) -> SyncSettings:
    token = folder / "token"
    token.write_text(TOKEN + "\n")
    return SyncSettings.model_validate(
        {"url": rcu.url, "token_file": token, "transfer_timeout_s": 0.3, **more}
    )


@asynccontextmanager
async def till(folder: Path, rcu: FakeRcu, **more: object) -> AsyncGenerator[Till]:
    """A running uplink.  The store has a clock of its own, so naps are sync's."""
    bus: Bus[Event] = Bus()
    clock = FakeClock()
    async with opened(folder) as store:
        said = settings(folder, rcu, **more)
        known = Credentials(said.read_token())
        speaker = Speaker(known, SOURCE, clock, FakeEntropy())
        uplink = Uplink(store, bus, clock, FakeEntropy(), said, speaker)
        running = asyncio.create_task(uplink.run())
        try:
            yield Till(store, bus, clock, uplink)
        finally:
            running.cancel()
            await asyncio.wait((running,))
            if not running.cancelled():
                running.result()
