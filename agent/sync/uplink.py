"""The service that keeps the RCU up to date with the till's log.

Wakes when the log grows or its pause is over, sends what the cursor has not
passed, in order, some batches in flight, and moves the cursor when the RCU says
that the oldest of them is durable.  An entry that the RCU refuses for good is set aside
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
from agent.store.feed import RewindCursor
from agent.store.records import Change, MoveCursor, SetAside
from agent.store.store import Store
from agent.sync.answers import (
    ClockOff,
    Failed,
    KeyClash,
    NotAdmitted,
    Poisoned,
    Stored,
    TooLarge,
    judge,
)
from agent.sync.batch import Batch, pack
from agent.sync.flights import Flights, Landed
from agent.sync.gate import Gate
from agent.sync.jitter import Jitter
from agent.sync.limits import Limits
from agent.sync.pace import Pace
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.sync.transport import connected

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

    def __init__(  # noqa: PLR0913, PLR0917 -- the rooms that it stands between
        self,
        store: Store,
        bus: Bus[Event],
        clock: Clock,
        entropy: Entropy,
        settings: SyncSettings,
        speaker: Speaker,
        gate: Gate | None = None,
    ) -> None:
        """Nothing is read or opened yet.

        Args:
            store: whose log is sent.
            bus: rings when the log grew; is rung when the link changes.
            clock: for pauses and ages.
            entropy: for jitter.
            settings: with a URL.
            speaker: who we are before the RCU.
            gate: behind which orders are done first; without one nobody holds us.
        """
        self._store = store
        self._bus = bus
        self._clock = clock
        self._jitter = Jitter(speaker.source, entropy)
        self._settings = settings
        self._speaker = speaker
        self._gate = gate or Gate()
        self._backoff = Backoff(settings.retry_base_s, settings.retry_cap_s)
        self._limits = Limits(
            settings.max_events, settings.max_batch_kb, settings.max_in_flight
        )
        self._pace = Pace(
            settings.max_events, settings.max_batch_kb * 1000, settings.max_in_flight
        )
        self._cursor = asyncio.Lock()
        self._clashes = 0
        self._failures = 0
        self._up: bool | None = None
        self._problem = ""
        self._flights: Flights | None = None

    @property
    def up(self) -> bool | None:
        """``None`` until the first answer or failure."""
        return self._up

    async def state(self) -> UplinkState:
        """How far behind the RCU is, now."""
        backlog = await self._store.backlog(DESTINATION)
        age_s = 0.0
        if backlog.oldest_ms is not None:
            now_s = self._clock.now().timestamp()
            age_s = max(0.0, now_s - backlog.oldest_ms / 1000)
        return UplinkState(self._up, backlog.pending, age_s, self._problem)

    @property
    def skew_s(self) -> float | None:
        """The RCU's clock less ours, as it last said."""
        return self._speaker.skew_s

    async def run(self) -> None:
        """Until cancelled.

        Raises:
            StoreError: the store failed; the process restarts.
            ConfigError: the client's certificate cannot be used.
        """
        # From now on nothing is erased that the RCU has not got.
        await self._store.commit(MoveCursor(DESTINATION, 0))
        with self._bus.subscribe() as bell:
            rings = aiter(bell)
            async with (
                connected(self._settings, self._speaker) as transport,
                asyncio.TaskGroup() as group,
            ):
                flights = Flights(group, transport, self._clock)
                self._flights = flights
                await self._keep_up(flights, rings)

    async def rewind(self, first: int, *more: Change) -> None:
        """Send the log once more from ``first`` on; ``more`` holds with it.

        What is on its way is called back and is part of it.

        Raises:
            StoreError: nothing is changed.
        """
        async with self._cursor:
            if self._flights is not None:
                self._flights.forget()
            await self._store.commit(RewindCursor(DESTINATION, first - 1), *more)
        self.wake()

    def wake(self) -> None:
        """There is something in the log."""
        self._bus.publish(LogGrew())

    @property
    def limits(self) -> Limits:
        """That hold now."""
        return self._limits

    def bound(self, limits: Limits) -> None:
        """Other limits than the file's, from the next batch on."""
        self._limits = limits
        self._pace.bound(
            limits.max_events, limits.max_batch_kb * 1000, limits.max_in_flight
        )

    async def _keep_up(
        self, flights: Flights, rings: AsyncIterator[Event | Lagged]
    ) -> None:
        while True:
            await self._pass_gate()
            pause_s = await self._send_next(flights)
            if pause_s is None:
                await _until_grown(rings)
            elif pause_s > 0:
                await self._clock.sleep(pause_s)

    async def _pass_gate(self) -> None:
        """Orders first.  Shut for a reason, the RCU is away."""
        while not self._gate.is_open:
            if self._gate.problem:
                self._say_away(self._gate.problem)
            await self._gate.changed()

    async def _send_next(self, flights: Flights) -> float | None:
        """Fill the air, see one land.  How long to wait now; ``None``: until it grows."""
        async with self._cursor:
            await self._fill(flights)
        if not flights:
            return None
        landed = await flights.landed()
        if landed is None:
            return 0.0
        async with self._cursor:
            if flights.stale(landed):
                return 0.0
            return await self._act(flights, landed)

    async def _fill(self, flights: Flights) -> None:
        while len(flights) < self._pace.in_flight:
            if flights.again():
                continue
            batch = await self._next_batch(flights)
            if batch is None:
                return
            flights.send(batch)

    async def _next_batch(self, flights: Flights) -> Batch | None:
        while True:
            behind = flights.last
            if behind is None:
                behind = await self._store.cursor(DESTINATION)
            try:
                entries = await self._store.entries_after(
                    behind, self._pace.count, self._pace.max_bytes
                )
            except DamagedRecord as damage:
                if damage.seq is None:
                    raise
                if flights:
                    return None  # those before it first
                why = {damage.seq: "damaged on the till's disk"}
                await self._pass(damage.seq, why)
                continue
            if not entries:
                return None
            # Joining and packing 600 KB takes some 15 ms: not on the loop.
            return await asyncio.to_thread(
                pack, entries, self._speaker.source, self._clashes
            )

    async def _act(self, flights: Flights, landed: Landed) -> float:
        batch, verdict = landed.batch, judge(landed.reply)
        match verdict:
            case Stored():
                self._pace.measured(batch.plain_bytes, landed.took_s, landed.beside)
                return await self._stored(batch, verdict)
            case Poisoned():
                flights.forget()
                return await self._poisoned(batch, verdict)
            case TooLarge():
                return await self._too_large(flights, batch, verdict)
            case KeyClash() | ClockOff() | NotAdmitted() | Failed():
                return self._not_now(flights, batch, verdict)

    def _not_now(
        self,
        flights: Flights,
        batch: Batch,
        verdict: KeyClash | ClockOff | NotAdmitted | Failed,
    ) -> float:
        match verdict:
            case KeyClash():
                log.error("the RCU knows our key with another payload")
                flights.forget()
                self._clashes += 1
                return self._away(Failed("idempotency key clash"))
            case ClockOff():
                flights.call_back(batch)
                return self._clock_off()
            case NotAdmitted():
                flights.call_back(batch)
                return self._not_admitted(verdict)
            case Failed():
                self._give_way(flights, batch, verdict)
                return self._away(verdict)

    def _give_way(self, flights: Flights, batch: Batch, failed: Failed) -> None:
        self._pace.calm()
        if failed.smaller:
            self._pace.shrink(batch.count)
            flights.forget()
        else:
            # The same bytes and keys: what had arrived is known there.
            flights.call_back(batch)

    def _clock_off(self) -> float:
        """Its answer has told us the time; once more at once, then as a failure."""
        log.warning("the till's clock is off", extra={"skew_s": self._speaker.skew_s})
        if not self._failures:
            self._failures += 1
            return 0.0
        return self._away(Failed("the till's clock is off"))

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
        if batch.count == 1:
            await self._pass(batch.last, {batch.last: verdict.problem})
            self._pace.cornered()
        else:
            self._pace.suspect(batch.last, batch.count)
        return 0.0

    async def _too_large(
        self, flights: Flights, batch: Batch, verdict: TooLarge
    ) -> float:
        if batch.count > 1:
            flights.forget()
            self._pace.limit(batch.count)
            return 0.0
        if not verdict.ours:
            flights.call_back(batch)
            return self._away(Failed("status 413 for one entry, from a proxy"))
        flights.call_back()  # what waits there for this one need not
        await self._pass(batch.last, {batch.last: "too large for the RCU (413)"})
        return 0.0

    async def _pass(self, seq: int, refused: Mapping[int, str]) -> None:
        """Move the cursor to ``seq``; what was refused on the way is set aside."""
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
                "the RCU does not admit this till: make a code for it there, then "
                "receipt-agent enrol URL CODE here, and restart the agent",
                extra={
                    "problem": problem,
                    "enrol": f"receipt-rcu enrol-code --till {self._speaker.source}",
                },
            )
        self._gone(problem)
        # Between half and all of it: a chain's tills do not knock together.
        return self._settings.refused_retry_s * (1 + self._jitter.throw()) / 2

    def _away(self, failed: Failed) -> float:
        self._failures += 1
        self._say_away(failed.reason)
        throw = self._jitter.throw()
        return self._backoff.delay_s(self._failures, throw, failed.at_least_s)

    def _say_away(self, problem: str) -> None:
        if self._up is not False:
            log.warning("the RCU is away", extra={"problem": problem})
        self._gone(problem)

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


async def _until_grown(rings: AsyncIterator[Event | Lagged]) -> None:
    async for ring in rings:
        if isinstance(ring, LogGrew | Lagged):
            return
