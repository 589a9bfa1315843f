"""A power cut, replayed: the agent's system calls recorded while it sells, any part of
what was not synced thrown away, and the rest opened with the real store.

States are looked at after an answer to a POS more often than at other moments: that is
when a missing fsync shows.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final

from tests.faults.crash_states import HOWS, Op, disks_at
from tests.faults.figures import Figures
from tests.faults.lab import Lab, break_promise
from tests.faults.reopening import found_in
from tests.faults.trace import operations, strace

KEPT: Final = ("agent.db", "agent.db-wal")
"""What of the folder durability rests on; the -shm is made anew from the WAL."""
AFTER_ACK: Final = 0.7
"""Of the moments so many lie right behind an answer."""
MEMORY: Final = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Recording:
    """``ops`` on the state folder; ``keys`` stands beside the folder of keys."""

    ops: list[Op]
    accepted: Mapping[str, float]
    offered: frozenset[str]
    keys: Path


async def recorded(
    folder: Path,
    sales: int,
    broken: str = "",
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Recording:
    """An agent without an RCU sells from its first start on, under strace."""
    lab = Lab(folder, more="\n[store]\nreserve_mb = 0\n")
    trace = folder / "trace"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(lab.alone())
        if broken:
            break_promise(lab.agent, broken)
        lab.agent.environment |= environment
        lab.agent.arguments = strace(trace, lab.agent.arguments)
        await lab.open_agent()
        while len(lab.tills.accepted) < sales:
            async with lab.tills.selling(tills=2):
                await lab.tills.sell(max(1, sales // 6))
    with trace.open(encoding="ascii", errors="replace") as lines:
        ops = [
            op for op in operations(lines, str(lab.state)) if Path(op.path).name in KEPT
        ]
    tills = lab.tills
    return Recording(
        ops, dict(tills.accepted), frozenset(tills.offered), lab.state / KEPT[0]
    )


async def replayed(
    recording: Recording, states: int, seed: int, broken: str = "", until_s: float = 1e9
) -> Figures:
    """So many crash states, each opened and compared with what had been accepted."""
    dice, ends_at = Random(seed), time.monotonic() + until_s
    figures = Figures("cut replay", broken, seed)
    worst, losing, hows = 0, 0, Counter[str]()
    for moment, files, how in crash_states(recording, states, dice):
        if time.monotonic() > ends_at:
            break
        with tempfile.TemporaryDirectory(dir=MEMORY) as place:
            for path, content in files.items():
                (Path(place) / Path(path).name).write_bytes(content)
            found = await found_in(Path(place), recording.keys)
        accepted = {n for n, at in recording.accepted.items() if at <= moment}
        lost = len(accepted - found.sales)
        figures.faults += 1
        figures.corrupt += bool(found.wrong) + found.damaged
        figures.phantoms += len(found.sales - recording.offered)
        figures.lost += lost
        losing += lost > 0
        hows[how] += lost > 0
        worst = max(worst, lost)
    figures.offered, figures.accepted = len(recording.offered), len(recording.accepted)
    figures.more = {
        "states_that_lose": losing,
        "worst": worst,
        "losing_by": dict(hows),
        "syncs": sum(op.kind == "sync" for op in recording.ops),
        "writes": sum(op.kind == "write" for op in recording.ops),
    }
    return figures


def crash_states(
    recording: Recording, states: int, dice: Random
) -> Iterator[tuple[float, dict[str, bytes], str]]:
    """When the power went, the files as they are then, and what was left of writes."""
    answers = sorted(recording.accepted.values())
    calls = [op.begun_s for op in recording.ops]
    first = answers[0]
    moments = sorted(
        dice.choice(answers)
        if dice.random() < AFTER_ACK
        else max(first, dice.choice(calls))
        for _ in range(states)
    )
    for moment, disk in disks_at(recording.ops, moments):
        how = dice.choice(HOWS)
        yield moment, disk.after_cut(dice, how), how


async def run(
    folder: Path,
    sales: int,
    states: int,
    seed: int,
    broken: str = "",
    until_s: float = 1e9,
) -> Figures:
    """Record, then replay."""
    try:
        recording = await recorded(folder, sales, broken)
        return await replayed(recording, states, seed, broken, until_s)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
