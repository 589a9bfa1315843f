"""Clocks that jump, and thirty days without the RCU, under libfaketime.

The agent's clocks are libfaketime's, read from a file once a second; the RCU, the POS
and the printer keep the real time.  A jump is wall clock alone; a day that passes moves
the monotonic clock along, so that everything that waits is due.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from pathlib import Path
from random import Random
from typing import Final

from tests.faults.figures import Figures
from tests.faults.kills import judged
from tests.faults.lab import Lab, rows

JUMPS_S: Final = (3 * 86_400, -3 * 86_400, 3_600, -7_200, 20 * 86_400, -20 * 86_400)
_PLACES: Final = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
)
LOOKS_S: Final = 3.0
"""Two of the retention, which the laboratory has look every second."""
SALES_A_DAY: Final = 6
TAKEN_S: Final = 1.1
"""Until libfaketime has looked again: a second, or it would read that file at every call."""


def library() -> str:
    """libfaketime; empty: it is not installed."""
    return next((place for place in _PLACES if Path(place).exists()), "")


def why_not() -> str:
    """Why no clock can be set here; empty: it can."""
    return "" if library() else "faketime is not installed"


class _Time:
    """What libfaketime reads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.set(0)

    def set(self, offset_s: int) -> None:
        """From now on; put in place at once, for it is read all the time."""
        new = self._path.with_suffix(".new")
        new.write_text(f"{offset_s:+d}\n")
        new.replace(self._path)

    def environment(self, *, monotonic: bool) -> dict[str, str]:
        return {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._path),
            "FAKETIME_CACHE_DURATION": "1",
            "NO_FAKE_STAT": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "0" if monotonic else "1",
        }


async def jumps(
    folder: Path, count: int, seed: int, broken: str = "", *, alone: bool = False
) -> Figures:
    """The wall clock is set, forth and back, while three tills sell.

    The retention looks every second: whatever it takes for old, it takes at once.
    """
    dice, clock = Random(seed), _Time(folder.with_name(f"{folder.name}-clock"))
    lab = Lab(folder, agent=broken or "sweeps", seed=seed)
    lab.agent.environment |= clock.environment(monotonic=False)
    async with lab.open(alone=alone):
        async with lab.tills.selling(pause_s=0.3):
            for _ in range(count):
                clock.set(dice.choice(JUMPS_S))
                await asyncio.sleep(TAKEN_S + dice.random())
        # At last the worst of them, and what was sold is settled: some looks long.
        await lab.understood()
        clock.set(max(JUMPS_S))
        await asyncio.sleep(TAKEN_S + LOOKS_S)
        clock.set(0)
        return await judged(lab, Figures("clock jumps", broken, seed, count), [])


async def offline(folder: Path, days: int, seed: int, broken: str = "") -> Figures:
    """No RCU for so many days of sales, a restart each week; then it is back."""
    clock = _Time(folder.with_name(f"{folder.name}-clock"))
    async with Lab(folder, agent=broken, seed=seed) as lab:
        await lab.agent.stop()
        await lab.rcu.stop()
        lab.agent.environment |= clock.environment(monotonic=True)
        await lab.open_agent()
        for day in range(days):
            clock.set(day * 86_400)
            await asyncio.sleep(TAKEN_S)
            await lab.tills.sell(SALES_A_DAY)
            await lab.understood()
            if day % 7 == 6:
                await lab.agent.stop(signal.SIGKILL)
                await lab.open_agent()
        (height,) = rows(lab.state / "agent.db", "SELECT max(seq) FROM event")[0]
        began = time.monotonic()
        await lab.open_rcu()
        figures = Figures("offline", broken, seed, days)
        figures = await judged(lab, figures, [])
        figures.more |= {
            "entries_when_back": height,
            "back_to_level_s": round(time.monotonic() - began, 1),
        }
    shutil.rmtree(folder, ignore_errors=True)
    return figures
