"""The service that keeps the RCU up to date with the till's log.

Wakes when the log grows or its pause is over, sends what the cursor has not
passed, in order, one batch in flight, and moves the cursor when the RCU says
that the batch is durable.  An entry that the RCU refuses for good is set aside
and the cursor goes on.  Everything else waits for ever and drops nothing.

Logged once when the RCU goes away (or turns this till away) and once when it
is back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from agent.bus import Bus, Lagged
from agent.clock import Clock
from agent.entropy import Entropy
from agent.events import Event, LinkChanged, LogGrew
from agent.retry import Backoff
from agent.store.damage import DamagedRecord
from agent.store.records import Change, MoveCursor, SetAside
from agent.store.store import Store
from agent.sync.answers import (
    Failed,
    KeyClash,
    NotAdmitted,
    Poisoned,
    Stored,
    TooLarge,
    Verdict,
    judge,
)
from agent.sync.batch import Batch, pack
from agent.sync.pace import Pace
from agent.sync.settings import SyncSettings
from agent.sync.transport import Transport, connected

log = logging.getLogger(__name__)

DESTINATION: Final = "rcu"


@dataclass(frozen=True, slots=True)
class UplinkState:
    """For the screens.  ``up`` is ``None`` until the first answer or failure."""

    up: bool | None
    pending: int
    oldest_pending_s: float
    problem: str


class Uplink:
    """One destination, one cursor."""

    name = "sync"

    def __init__(
        self,
        store: Store,
        bus: Bus[Event],
        clock: Clock,
        entropy: Entropy,
        settings: SyncSettings,
        source: str,
    ) -> None:
        """Reads the token.

        Args:
            store: whose log is sent.
            bus: rings when the log grew; is rung when the link changes.
            clock: for pauses and ages.
            entropy: for jitter.
            settings: with a URL.
            source: ``urn:edge:{tenant}:{store}:{till}``.

        Raises:
            ConfigError: the token file cannot be used.
        """
        self._store = store
        self._bus = bus
        self._clock = clock
        self._entropy = entropy
        self._settings = settings
        self._source = source
        self._token = settings.read_token()
        self._backoff = Backoff(settings.retry_base_s, settings.retry_cap_s)
        self._pace = Pace(settings.max_events, settings.max_batch_kb * 1000)
        self._batch: Batch | None = None
        self._clashes = 0
        self._failures = 0
        self._up: bool | None = None
        self._problem = ""

    async def state(self) -> UplinkState:
        """How far behind the RCU is, now."""
        backlog = await self._store.backlog(DESTINATION)
        age_s = 0.0
        if backlog.oldest_ms is not None:
            now_s = self._clock.now().timestamp()
            age_s = max(0.0, now_s - backlog.oldest_ms / 1000)
        return UplinkState(self._up, backlog.pending, age_s, self._problem)

    async def run(self) -> None:
        """Until cancelled.

        Raises:
            StoreError: the store failed; the process restarts.
        """
        # From now on nothing is erased that the RCU has not got.
        await self._store.commit(MoveCursor(DESTINATION, 0))
        with self._bus.subscribe() as bell:
            rings = aiter(bell)
            async with connected(self._settings, self._token) as transport:
                while True:
                    pause_s = await self._send_next(transport)
                    if pause_s is None:
                        await _until_grown(rings)
                    elif pause_s > 0:
                        await self._clock.sleep(pause_s)

    async def _send_next(self, transport: Transport) -> float | None:
        """Send one batch.  How long to wait now; ``None``: until the log grows."""
        if self._batch is None:
            self._batch = await self._next_batch()
        if self._batch is None:
            return None
        # Kept until there is a verdict: a failure sends the same bytes and key.
        reply = await transport.post(self._batch.body, self._batch.headers)
        return await self._act(self._batch, judge(reply))

    async def _next_batch(self) -> Batch | None:
        while True:
            acked = await self._store.cursor(DESTINATION)
            try:
                entries = await self._store.entries_after(
                    acked, self._pace.count, self._pace.max_bytes
                )
            except DamagedRecord as damage:
                if damage.seq is None:
                    raise
                await self._pass(damage.seq, {damage.seq: "damaged on the till's disk"})
                continue
            if not entries:
                return None
            # Joining and packing 600 KB takes some 15 ms: not on the loop.
            return await asyncio.to_thread(pack, entries, self._source, self._clashes)

    async def _act(self, batch: Batch, verdict: Verdict) -> float:
        match verdict:
            case Stored():
                return await self._stored(batch, verdict)
            case Poisoned():
                return await self._poisoned(batch, verdict)
            case TooLarge():
                return await self._too_large(batch, verdict)
            case KeyClash():
                log.error("the RCU knows our key with another payload")
                self._batch = None
                self._clashes += 1
                return self._away(Failed("idempotency key clash"))
            case NotAdmitted():
                return self._not_admitted(verdict)
            case Failed():
                if verdict.smaller:
                    self._pace.shrink(batch.count)
                    self._batch = None
                return self._away(verdict)

    async def _stored(self, batch: Batch, verdict: Stored) -> float:
        refused = {
            batch.seqs[key]: problem
            for key, problem in verdict.refused.items()
            if key in batch.seqs
        }
        await self._pass(batch.last, refused)
        self._pace.passed(batch.last)
        self._failures = self._clashes = 0
        self._back()
        return 0.0

    async def _poisoned(self, batch: Batch, verdict: Poisoned) -> float:
        self._batch = None
        if batch.count == 1:
            await self._pass(batch.last, {batch.last: verdict.problem})
            self._pace.cornered()
        else:
            self._pace.suspect(batch.last, batch.count)
        return 0.0

    async def _too_large(self, batch: Batch, verdict: TooLarge) -> float:
        if batch.count > 1:
            self._batch = None
            self._pace.limit(batch.count)
            return 0.0
        if not verdict.ours:
            return self._away(Failed("status 413 for one entry, from a proxy"))
        await self._pass(batch.last, {batch.last: "too large for the RCU (413)"})
        return 0.0

    async def _pass(self, seq: int, refused: Mapping[int, str]) -> None:
        """Move the cursor to ``seq``; what was refused on the way is set aside."""
        self._batch = None
        changes: list[Change] = [
            SetAside(DESTINATION, number, problem)
            for number, problem in refused.items()
        ]
        await self._store.commit(*changes, MoveCursor(DESTINATION, seq))
        for number in refused:
            log.error("an entry was refused for good", extra={"seq": number})

    def _not_admitted(self, verdict: NotAdmitted) -> float:
        problem = f"status {verdict.status}"
        if self._problem != problem:
            log.error(
                "the RCU does not admit this till: enrol it there, put the token that "
                "this prints into the file of sync.token_file, restart the agent",
                extra={
                    "problem": problem,
                    "token_file": str(self._settings.token_file),
                    "enrol": f"receipt-rcu enrol {self._source}",
                },
            )
        self._gone(problem)
        # Between half and all of it: a chain's tills do not knock together.
        return self._settings.refused_retry_s * (1 + self._dice()) / 2

    def _away(self, failed: Failed) -> float:
        self._failures += 1
        if self._up is not False:
            log.warning("the RCU is away", extra={"problem": failed.reason})
        self._gone(failed.reason)
        return self._backoff.delay_s(self._failures, self._dice(), failed.at_least_s)

    def _gone(self, problem: str) -> None:
        self._problem = problem
        if self._up is not False:
            self._up = False
            self._bus.publish(LinkChanged(DESTINATION, up=False))

    def _back(self) -> None:
        self._problem = ""
        if self._up is not True:
            self._up = True
            log.info("the RCU is there")
            self._bus.publish(LinkChanged(DESTINATION, up=True))

    def _dice(self) -> float:
        return int.from_bytes(self._entropy.draw(4), "big") / (1 << 32)


async def _until_grown(rings: AsyncIterator[Event | Lagged]) -> None:
    async for ring in rings:
        if isinstance(ring, LogGrew | Lagged):
            return
