"""The real programs with one promise broken: what the laboratory has to see.

``python -m tests.faults.controls NAME agent|rcu ARGUMENTS...``
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

LATE_S: Final = 1.0
"""Between an answer that came too early and the write behind it."""
RCU_LATE_S: Final = 2.0
"""The same of the RCU, which is killed before."""


def ack_early() -> None:
    """The store says "durable" before it has written."""
    from agent.store.writer import GroupWriter

    commit, run = GroupWriter.commit, GroupWriter._take
    behind: set[asyncio.Task[None]] = set()

    async def early(self: GroupWriter, changes: Any) -> None:
        task = asyncio.create_task(commit(self, changes))
        behind.add(task)
        await asyncio.sleep(0)

    async def late(self: GroupWriter) -> Any:
        await asyncio.sleep(0 if self._closing else LATE_S)
        return await run(self)

    GroupWriter.commit = early  # type: ignore[method-assign]
    GroupWriter._take = late  # type: ignore[method-assign]


def _synchronous(level: int) -> None:
    from agent.store import opening

    opening._WRITER = tuple(  # type: ignore[misc]
        (name, level if name == "synchronous" else value)
        for name, value in opening._WRITER
    )


def sync_normal() -> None:
    """COMMIT does not wait for the disk; SQLite's own default with a WAL elsewhere."""
    _synchronous(1)


def sync_off() -> None:
    """Nothing waits for the disk."""
    _synchronous(0)


def forgets() -> None:
    """The RCU does not know what it took in before: every arrival is an effect."""
    from rcu.records import Candidate
    from rcu.store import ledger

    known = ledger._sort
    again = 0

    def sort(items: Any, held: Any) -> Any:
        nonlocal again
        anew = []
        for item in items:
            again += 1
            other = {"id": f"{item.id}-{again}", "sequence": 10**9 + again}
            seen = isinstance(item, Candidate) and item.id in held.content
            anew.append(replace(item, **other, fact=None) if seen else item)
        return known(tuple(anew), held)

    async def nothing(tx: Any, batch: Any) -> None:
        """No answer is remembered."""

    ledger._sort = sort  # type: ignore[assignment]
    ledger._answered = nothing
    _answers_anew(ledger)


def _answers_anew(ledger: Any) -> None:
    """The table of answers takes a key twice."""
    absorb = ledger.Ledger.absorb

    async def forgetful(self: Any, batch: Any, now_ms: int, compose: Any) -> Any:
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM answered WHERE edge = ? AND key = ?",
                (batch.edge, batch.key),
            )
        return await absorb(self, batch, now_ms, compose)

    ledger.Ledger.absorb = forgetful


def answers_early() -> None:
    """The RCU says "taken" before it has written."""
    from agent.wire.events import Ack, ItemAnswer
    from rcu.records import Absorbed
    from rcu.store.ledger import Ledger, count

    absorb = Ledger.absorb
    behind: set[asyncio.Task[Any]] = set()

    async def early(self: Ledger, batch: Any, now_ms: int, compose: Any) -> Any:
        async def late() -> None:
            await asyncio.sleep(RCU_LATE_S)
            await absorb(self, batch, now_ms, compose)

        behind.add(asyncio.create_task(late()))
        items = [ItemAnswer(id=item.id, status="accepted") for item in batch.items]
        reached = max((item.sequence or 0 for item in batch.items), default=0)
        answer = compose(Ack(edge=batch.edge, contiguous=reached, gaps=()), items)
        return Absorbed(answer, count(items))

    async def believed(self: Ledger, edge: str, sequence: int) -> bool:
        return True  # or the next batch would wait for the one that is lost

    Ledger.absorb = early  # type: ignore[method-assign]
    Ledger.has = believed  # type: ignore[method-assign]


def erases_unsent() -> None:
    """Retention asks for age alone, not whether the RCU has it."""
    from agent.store.keeper import Keeper

    limits = Keeper._limits

    def by_age(self: Keeper, db: Any, now_ms: int) -> Any:
        found = limits(self, db, now_ms)
        (height,) = db.execute("SELECT seq FROM log_height").fetchone()
        return replace(found, floor=height, settled_before=found.logged_before)

    Keeper._limits = by_age  # type: ignore[method-assign]


def sweeps() -> None:
    """Nothing is broken: the retention looks every second, so that it meets a jump."""
    from agent.store import keeper

    keeper.FIRST_SWEEP_S = keeper.SWEEP_S = 1.0  # type: ignore[misc]


def wall_clock() -> None:
    """The same, and the retention believes the wall clock alone."""
    from agent.store.keeper import Keeper

    sweeps()
    limits = Keeper._limits

    def by_wall(self: Keeper, db: Any, now_ms: int) -> Any:
        found = limits(self, db, now_ms)
        return replace(found, boot=-1, began_ms=0, ran_to_ms=0)

    Keeper._limits = by_wall  # type: ignore[method-assign]


BROKEN: Final[dict[str, Callable[[], None]]] = {
    "ack-early": ack_early,
    "sync-normal": sync_normal,
    "sync-off": sync_off,
    "forgets": forgets,
    "answers-early": answers_early,
    "erases-unsent": erases_unsent,
    "sweeps": sweeps,
    "wall-clock": wall_clock,
}


def main() -> int:
    """Break, then run."""
    name, program, *arguments = sys.argv[1:]
    BROKEN[name]()
    if program == "agent":
        from agent import cli as agent_cli

        return agent_cli.main(arguments)
    from rcu import cli as rcu_cli

    return rcu_cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
