"""The service that looks whether the till is well with what was ordered, and takes it back.

A trial is passed when all was well during its second half.  As soon as that can no longer
be, or the process dies (:func:`agent.sync.overlay.start`), the generation before holds
again.  The proof is committed by whoever can: what is owed stands in the file.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.clock import Clock
from agent.errors import ConfigError, StoreError
from agent.sync import overlay
from agent.sync.configuring import take_back
from agent.sync.overlay import OnTrial, Overlay, Owed
from agent.wire.orderable import Value

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
ANSWER_S: Final = 5.0
"""For one look at everything."""
CALM_S: Final = 600.0
"""A start waits so long for a moment in which no customer is being asked; then it comes
all the same: it loses no job (systemd/README.md) and no choice."""
LET_GO_S: Final = 1.0
"""For a proof to be on its way before the process ends."""

Look = Callable[[OnTrial], Awaitable[str]]
"""What is not well, named; empty: all is."""


@dataclass(slots=True)
class Hands:
    """What a trial may do.  Each is put here by whoever can.

    ``printer``: whether the printer answers now.  ``prove``: commits a proof, or raises ``StoreError``; ``None``: nobody can, the next
    process does.  ``again``: ends this process so that another begins.  ``calm``: whether
    no customer is being asked.  ``told``: the RCU may hear of it.
    """

    look: Look
    again: Callable[[], None]
    printer: Callable[[], bool]
    calm: Callable[[], bool] = lambda: True
    live: Callable[[Mapping[str, Value]], None] = lambda _: None
    prove: Callable[[Owed], Awaitable[None]] | None = None
    told: Callable[[], None] = lambda: None


class Trial:
    """A service, for the life of the process."""

    name = "trial"

    def __init__(self, state_dir: Path, hands: Hands, clock: Clock) -> None:
        self.hands = hands
        self._state_dir = state_dir
        self._clock = clock
        self._rung = asyncio.Event()
        self._again = False

    def begun(self, again: bool) -> None:  # noqa: FBT001 -- a callback of one value
        """A generation is on trial; ``again``: it holds from the next start on."""
        self._again = again
        self._rung.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            there = await asyncio.to_thread(overlay.read, self._state_dir)
            there = await self._settle(there)
            if self._again:
                await self._begin_anew()
            elif there.trial is not None:
                await self._decide(there, await self._watch(there.trial))
                continue
            await self._rung.wait()
            self._rung.clear()

    async def _decide(self, there: Overlay, why: str) -> None:
        verdict = there.rolled_back(why) if why else there.passed()
        try:
            await asyncio.to_thread(overlay.keep, self._state_dir, verdict)
        except ConfigError as error:
            log.error("what came of a trial cannot be kept: %s", error)  # noqa: TRY400 -- says all
            await self._clock.sleep(LOOK_S)
            return
        if not why:
            log.info("an ordered configuration holds", extra=_named(verdict))
            await self._settle(verdict)
            return
        log.error("an ordered configuration is rolled back", extra={"why": why})
        await self._settle(verdict)
        if not take_back(there, self.hands.live):
            self._again = True
            self._rung.set()

    async def _settle(self, there: Overlay) -> Overlay:
        """Prove what is owed."""
        if self.hands.prove is None or not there.owed:
            return there
        try:
            for owed in there.owed:
                await self.hands.prove(owed)
                there = there.proved(owed.order)
            await asyncio.to_thread(overlay.keep, self._state_dir, there)
        except (StoreError, ConfigError) as error:
            log.warning("a proof waits", extra={"why": type(error).__name__})
        self.hands.told()
        return there

    async def _begin_anew(self) -> None:
        self._again = False
        until_s = self._clock.monotonic() + CALM_S
        while not self.hands.calm() and self._clock.monotonic() < until_s:
            await self._clock.sleep(LOOK_S)
        await self._clock.sleep(LET_GO_S)
        log.info("this process ends, another begins with the ordered configuration")
        self.hands.again()

    async def _watch(self, trial: OnTrial) -> str:
        """Empty when the trial is passed, else why not."""
        until_s = self._clock.monotonic() + trial.seconds
        half_s = trial.seconds / 2
        well_since_s: float | None = None
        while True:
            problem = await self._look(trial)
            now_s = self._clock.monotonic()
            if problem:
                well_since_s = None
            elif well_since_s is None:
                well_since_s = now_s
            if problem and now_s >= until_s - half_s:
                return problem
            if well_since_s is not None and now_s >= max(
                until_s, well_since_s + half_s
            ):
                return ""
            await self._clock.sleep(min(LOOK_S, trial.seconds / 10))

    async def _look(self, trial: OnTrial) -> str:
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self.hands.look(trial)
        except TimeoutError:
            return "the till does not answer"


def _named(there: Overlay) -> dict[str, int]:
    return {"generation": there.now.number}
