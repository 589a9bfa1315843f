"""The service that takes what the RCU has for this till, in order, each once in effect.

Asks, waits, does, and asks again behind what is done; the cursor is committed together
with what an event comes to, by whoever does it.  A type that nobody here knows is passed
over and counted.  Nothing that the RCU or the network does stops it: it backs off,
bounded, for ever.

It also holds the gate (:mod:`agent.sync.gate`): after a start and after an absence what
the RCU ordered meanwhile is done before anything goes up.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from agent.clock import Clock
from agent.entropy import Entropy
from agent.retry import Backoff
from agent.store.feed import FollowFeed
from agent.store.store import Store
from agent.sync.answers import Reply, Unreachable, retry_after_s
from agent.sync.gate import Gate
from agent.sync.jitter import Jitter
from agent.sync.pulling import Puller, pulling
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.wire.feed import MAX_FEED_EVENTS, MAX_WAIT_S, Downward

log = logging.getLogger(__name__)

SOURCE: Final = "rcu"
BREATH_S: Final = 1.0
"""After an answer that had nothing and came at once: no RCU is asked without a pause."""
AT_ONCE_S: Final = 1.0
ABSENCE_S: Final = 600.0
"""So long away is an absence: orders may have come, and are done before uploads."""
GRACE_S: Final = 120.0
"""A host that answers, and has no feed for so long, keeps nothing from going up."""
_CLOSED: Final = frozenset({401, 403, 404, 405})
"""Not enrolled, or an RCU that has no feed: a person must act."""

Take = Callable[[Downward, FollowFeed], Awaitable[None]]
"""Does what the event says; commits the cursor with it.  Raises ``StoreError`` only."""


@dataclass(frozen=True, slots=True)
class DownlinkState:
    """For the screens.  ``up`` is ``None`` until the first answer or failure."""

    up: bool | None
    taken: int
    skipped: int
    problem: str
    heard: datetime | None = None
    """When the RCU last answered, by the wall clock."""
    waiting: int = 0
    """Came and is not done yet."""


class Downlink:
    """One feed, one cursor.  ``takes``: by type of event."""

    name = "feed"

    def __init__(  # noqa: PLR0913, PLR0917 -- the rooms that it stands between
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        settings: SyncSettings,
        speaker: Speaker,
        takes: Mapping[str, Take],
        gate: Gate | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._jitter = Jitter(speaker.source, entropy)
        self._settings = settings
        self._speaker = speaker
        self._takes = takes
        self._gate = gate or Gate()
        self._backoff = Backoff(settings.retry_base_s, settings.retry_cap_s)
        self._failures = 0
        self._up: bool | None = None
        self._problem = ""
        self._heard: datetime | None = None
        self._waiting = 0
        self._taken = 0
        self._skipped: Counter[str] = Counter()
        self._heard_s = clock.monotonic()
        """When the feed was last there, or we began."""

    def state(self) -> DownlinkState:
        """How it stands, now."""
        skipped = self._skipped.total()
        return DownlinkState(
            self._up, self._taken, skipped, self._problem, self._heard, self._waiting
        )

    @property
    def skew_s(self) -> float | None:
        """The RCU's clock less ours; ``None``: it has not said."""
        return self._speaker.skew_s

    async def run(self) -> None:
        """Until cancelled.

        Raises:
            StoreError: the store failed; the service begins again.
            ConfigError: the client's certificate cannot be used.
        """
        async with pulling(self._settings, self._speaker) as puller:
            while True:
                pause_s = await self._next(puller)
                if pause_s > 0:
                    await self._clock.sleep(pause_s)

    async def _next(self, puller: Puller) -> float:
        """Ask once, do what came.  How long to wait now."""
        after = await self._store.feed_cursor(SOURCE)
        asked_s = self._clock.monotonic()
        # Behind a shut gate others wait for us: look, and do not linger.
        waits_s = MAX_WAIT_S if self._gate.is_open else 0
        reply = await puller.pull(after, waits_s)
        if isinstance(reply, Unreachable):
            return self._away(reply.reason)
        if reply.ours is not False and reply.status == 204:
            self._back()
            self._open_gate()
            at_once = self._clock.monotonic() - asked_s < AT_ONCE_S and waits_s > 0
            pause_s = BREATH_S * (1 + self._jitter.throw()) if at_once else 0.0
            return max(pause_s, retry_after_s(reply.headers))
        events = self._read(reply)
        if events is None:
            return self._no_feed(reply)
        self._back()
        self._waiting = len(events)
        for event in events:
            await self._take(event)
            self._waiting -= 1
        return 0.0

    def _no_feed(self, reply: Reply) -> float:
        """Somebody answered; whether the RCU is another question."""
        if reply.ours is not False and reply.status in _CLOSED and not _skewed(reply):
            self._away(f"status {reply.status}")
            self._open_gate()
            return self._settings.refused_retry_s * (1 + self._jitter.throw()) / 2
        if self._clock.monotonic() - self._heard_s >= GRACE_S:
            self._open_gate()
        waits_s = retry_after_s(reply.headers)
        whose = ", not signed by the RCU" if reply.ours is False else ""
        problem = f"status {reply.status} without a feed{whose}"
        return self._away(problem, waits_s, answered=True)

    def _read(self, reply: Reply) -> list[Downward] | None:
        """``None``: a captive portal says 200 to everything."""
        if reply.status != 200 or reply.ours is False:
            return None
        try:
            listed: list[dict[str, Any]] = json.loads(reply.body)
            events = [Downward.model_validate(each) for each in listed]
        except (ValueError, TypeError, ValidationError):
            return None
        for at, each in enumerate(listed):
            if self._speaker.ordered(each) is False:
                log.error("an event of the feed is not signed by the RCU")
                events = events[:at]
                break
        return events[:MAX_FEED_EVENTS] or None

    async def _take(self, event: Downward) -> None:
        follow = FollowFeed(SOURCE, event.sequence)
        take = self._takes.get(event.type)
        if take is not None:
            await take(event, follow)
            self._taken += 1
            return
        if not self._skipped[event.type]:
            log.warning("the RCU says what this version cannot read")
        self._skipped[event.type if len(self._skipped) < MAX_FEED_EVENTS else ""] += 1
        await self._store.commit(follow)

    def _away(
        self, problem: str, at_least_s: float = 0.0, *, answered: bool = False
    ) -> float:
        self._failures += 1
        if problem != self._problem:
            log.warning("the RCU's feed is away", extra={"problem": problem})
        self._up, self._problem = False, problem
        gone_s = self._clock.monotonic() - self._heard_s
        if not self._gate.is_open or (gone_s >= ABSENCE_S and not answered):
            self._gate.shut(problem)
        throw = self._jitter.throw()
        return self._backoff.delay_s(self._failures, throw, at_least_s)

    def _back(self) -> None:
        if self._up is not True:
            log.info("the RCU's feed is there")
        self._up, self._problem, self._failures = True, "", 0
        self._heard_s = self._clock.monotonic()
        self._heard = self._clock.now()

    def _open_gate(self) -> None:
        if not self._gate.is_open:
            self._gate.open()


def _skewed(reply: Reply) -> bool:
    """The next question bears the RCU's time."""
    return reply.status == 401 and b":clock" in reply.body
