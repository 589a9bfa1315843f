"""The service that closes each day: counts the log, chains it, signs it, keeps it.

Soon after midnight by the shop's clock, each till at a moment of its own; a till that is
off then does it when it is on again, before the new day's entries are counted.  A day on
which nothing was said has no closing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

from agent.clock import Clock
from agent.errors import StoreError
from agent.store import closings
from agent.store.closings import KeepClosing, Tally
from agent.store.store import Store
from agent.sync.jitter import Jitter
from agent.sync.proofs import Prover
from agent.wire.closing import CLOSED, DayClosed

log = logging.getLogger(__name__)

SPREAD_S: Final = 1200.0
"""After midnight a chain's tills close within these."""
LOOK_S: Final = 900.0
"""Midnight may come sooner than was reckoned: clocks are set."""


class DayEnd:
    """Closes what is over."""

    name = "day end"

    def __init__(
        self,
        store: Store,
        prover: Prover,
        clock: Clock,
        jitter: Jitter,
        wake: Callable[[], None],
    ) -> None:
        """``wake``: rings that the log grew."""
        self._wake = wake
        self._store = store
        self._prover = prover
        self._clock = clock
        self._spread = timedelta(seconds=SPREAD_S * jitter.phase)

    async def run(self) -> None:
        """Close, wait, again."""
        while True:
            try:
                while await self.close():
                    pass
            except StoreError:
                log.exception("the day is closed later")
            await self._clock.sleep(self._pause_s())

    async def close(self) -> bool:
        """Close what is of the days before; whether there was anything.

        Raises:
            StoreError: nothing is closed.
        """
        now = self._clock.now()
        until_ms = round(_midnight(now).timestamp() * 1000)
        found = await self._store.ask(
            lambda db, sealer: closings.tally(db, sealer, until_ms)
        )
        if found.types.keys() <= {CLOSED}:
            return False
        day = _closing(found, now)
        entry = self._prover.closing(day)
        kept = KeepClosing(day.day.isoformat(), day.last, day.head, entry.entry.body)
        await self._store.commit(entry, kept)
        self._wake()
        log.info("a day is closed", extra={"day": kept.day, "entries": day.events})
        return True

    def _pause_s(self) -> float:
        now = self._clock.now()
        tomorrow = _midnight(now + timedelta(days=1)) + self._spread
        return min(max((tomorrow - now).total_seconds(), 1.0), LOOK_S)


def _closing(found: Tally, now: datetime) -> DayClosed:
    said = datetime.fromtimestamp(found.last_ms / 1000, now.tzinfo).astimezone()
    return DayClosed(
        day=said.date(),
        first=found.first,
        last=found.last,
        events=found.events,
        types=found.types,
        sold=found.sold,
        erased=found.erased,
        unsent=found.unsent,
        before=found.before,
        head=found.head,
        closed_at=now,
    )


def _midnight(now: datetime) -> datetime:
    """The one that was last, by the shop's clock."""
    local = now.astimezone()
    # Naive, then told its zone again: on the two days of the year it is another.
    return datetime.combine(local.date(), time()).astimezone()
