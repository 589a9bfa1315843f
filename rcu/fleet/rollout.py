"""Takes a configuration through the fleet: a stage begins when the one before is proved.

Each till gets an order of its own, which follows the generation that the till is at.
What one till proves as failed, or does not prove in time, stops all that has not begun:
what holds elsewhere stays, since it is proved to be well there.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from agent.wire import orderable
from agent.wire.heartbeat import Heartbeat
from agent.wire.orders import CONFIGURE
from rcu.bells import Bells
from rcu.fleet import selecting, troubles
from rcu.seams import Clock
from rcu.store.fleet import Fleet, Pulse
from rcu.store.orders import Orders
from rcu.store.rollouts import Part, Rollout, Rollouts
from rcu.store.standing import Order, order_id
from rcu.store.tills import Tills

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
NO_TILL: Final = "no till that is admitted is meant"
_OPEN: Final = frozenset({"waiting", "issued"})


@dataclass(frozen=True, slots=True)
class Books:
    """What it works on."""

    rollouts: Rollouts
    fleet: Fleet
    orders: Orders
    tills: Tills
    close: Callable[[str, Mapping[str, Any]], bytes]
    """An order's data, as they are kept."""


class Roller:
    """Runs beside the server."""

    def __init__(self, books: Books, bells: Bells, clock: Clock) -> None:
        self._books = books
        self._bells = bells
        self._clock = clock

    async def run(self) -> None:
        """Look, go on, and again.  Ends only by being cancelled."""
        while True:
            try:
                await self.look()
            except sqlite3.Error:
                log.exception("a roll-out waits for the disk")
            await self._clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Each that is not over, one step further."""
        for each in await self._books.rollouts.open():
            if each.state == "waiting":
                await self._begin(each)
            else:
                await self._go_on(each)

    async def _begin(self, rollout: Rollout) -> None:
        admitted = [edge for edge, _ in await self._books.tills.edges()]
        meant = selecting.selected(admitted, rollout.selector)
        if not meant:
            await self._over(rollout, "stopped", NO_TILL)
            return
        pulses, now_ms = await self._books.fleet.pulses(), self._clock.now_ms()
        bad = [edge for edge in meant if _is_bad(pulses.get(edge), now_ms)]
        turn = selecting.in_turn(meant, bad, str(rollout.n))
        reached = selecting.counts(rollout.wanted.stages, len(turn))
        parts = [
            Part(
                edge,
                next(n for n, most in enumerate(reached, 1) if at < most),
                "waiting",
            )
            for at, edge in enumerate(turn)
        ]
        await self._books.rollouts.begin(rollout.n, parts, now_ms)
        log.info("a roll-out begins", extra={"rollout": rollout.n, "tills": len(parts)})

    async def _go_on(self, rollout: Rollout) -> None:
        parts = [
            each
            for each in await self._books.rollouts.parts(rollout.n)
            if each.stage <= rollout.stage
        ]
        pulses = await self._books.fleet.pulses([each.edge for each in parts])
        proofs = await self._books.orders.proofs(
            [(each.edge, _id(rollout, each.edge)) for each in parts]
        )
        now: list[Part] = []
        for part in parts:
            further = await self._further(rollout, part, pulses, proofs)
            if further != part:
                await self._books.rollouts.part(rollout.n, further)
            now.append(further)
        await self._decide(rollout, now)

    async def _further(
        self,
        rollout: Rollout,
        part: Part,
        pulses: Mapping[str, Pulse],
        proofs: Mapping[str, tuple[str, str]],
    ) -> Part:
        if part.state == "waiting":
            if not await self._issue(rollout, part, pulses.get(part.edge)):
                return part
            return replace(part, state="issued")
        status, why = proofs.get(part.edge, ("", ""))
        if part.state == "issued" and status in {"completed", "nothing_found"}:
            return replace(part, state="proved", why="")
        if part.state == "issued" and status == "failed":
            return replace(part, state="failed", why=why)
        return part

    async def _issue(self, rollout: Rollout, part: Part, pulse: Pulse | None) -> bool:
        wanted = rollout.wanted
        said: dict[str, Any] = {
            "settings": dict(wanted.settings),
            "unset": list(wanted.unset),
            "trial_s": wanted.trial_s,
        }
        if not orderable.live({*wanted.settings, *wanted.unset}):
            base = await self._base(part.edge, pulse)
            if base is None:
                return False
            said["base"] = base
        kept = self._books.close(CONFIGURE, said)
        order = Order(_name(rollout), CONFIGURE, kept, f"rollout {rollout.n}")
        await self._books.orders.issue([part.edge], order, self._clock.now_ms())
        self._bells.ring(part.edge)
        return True

    async def _base(self, edge: str, pulse: Pulse | None) -> int | None:
        """The generation that a till is at, by its last word; ``None``: not now.

        A proof may be newer than the last heartbeat.
        """
        orders = (await self._books.orders.newest(CONFIGURE, edge)).get(edge, ())
        for last in orders:
            told = last["proof"].get("done", {}).get("generation")
            newer = pulse is None or (last["proved_ms"] or 0) >= pulse.heard_ms
            if newer and told is not None:
                return None if last["status"] == "partial" else int(told)
        if pulse is None:
            return None  # it has never said
        beat = Heartbeat.model_validate_json(pulse.body)
        return None if beat.config.trial else beat.config.generation

    async def _decide(self, rollout: Rollout, parts: Sequence[Part]) -> None:
        failed = [each for each in parts if each.state == "failed"]
        if failed:
            first = failed[0]
            await self._over(rollout, "stopped", f"{first.edge}: {first.why}")
            return
        late = [each for each in parts if each.state in _OPEN]
        if late:
            waits_s = (self._clock.now_ms() - rollout.stage_ms) / 1000
            if waits_s > rollout.wanted.patience_s:
                why = f"{late[0].edge}: nothing proved within the time"
                await self._over(rollout, "stopped", why)
            return
        every = await self._books.rollouts.parts(rollout.n)
        if max(each.stage for each in every) <= rollout.stage:
            await self._over(rollout, "done", "")
            return
        await self._books.rollouts.move(
            rollout.n, "running", rollout.stage + 1, "", self._clock.now_ms()
        )
        log.info(
            "a stage is proved",
            extra={"rollout": rollout.n, "stage": rollout.stage, "tills": len(parts)},
        )

    async def _over(self, rollout: Rollout, state: str, why: str) -> None:
        await self._books.rollouts.move(
            rollout.n, state, rollout.stage, why, self._clock.now_ms()
        )
        level = logging.INFO if state == "done" else logging.WARNING
        log.log(level, "a roll-out is over", extra={"rollout": rollout.n, "why": why})


def _name(rollout: Rollout) -> str:
    return f"rollout.{rollout.n}.{rollout.asked_ms}"


def _id(rollout: Rollout, edge: str) -> str:
    return order_id(_name(rollout), edge)


def _is_bad(pulse: Pulse | None, now_ms: int) -> bool:
    if pulse is None:
        return True
    beat = Heartbeat.model_validate_json(pulse.body)
    if troubles.silent(beat, pulse.heard_ms, now_ms):
        return True
    return any(troubles.LEVELS.get(code, 1) >= 2 for code in pulse.standing)
