"""A disk that syncs slowly, not at all (and says it did), or fails: under the real agent."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import time
from pathlib import Path
from typing import Final

from tests.faults import cuts
from tests.faults.figures import Figures
from tests.faults.kills import judged
from tests.faults.lab import Lab, killed

SOURCE: Final = Path(__file__).with_name("shim.c")
GAVE_UP: Final = 70
"""EX_SOFTWARE: the service manager starts a fresh process."""
TILLS: Final = 8


def why_not() -> str:
    """Why there is no shim here; empty: there is."""
    return "" if shutil.which("gcc") else "gcc is not installed"


def shim(folder: Path) -> dict[str, str]:
    """Built there; what makes a program take it."""
    library = folder / "shim.so"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True
    )
    return {"LD_PRELOAD": str(library)}


async def failing(
    folder: Path, seed: int, broken: str = "", *, alone: bool = False
) -> Figures:
    """Every sync fails from some moment on; a fresh process finds a disk that works."""
    bad = folder.with_name("the disk fails")
    lab = Lab(folder, agent=broken, seed=seed)
    lab.agent.environment |= shim(folder) | {"FAULT_SYNC_FAIL_FILE": str(bad)}
    starts = []
    async with lab.open(alone=alone):
        async with lab.tills.selling():
            await _accepted(lab, 10)
            bad.touch()
            began = time.monotonic()
            async with asyncio.timeout(60.0):
                await lab.agent.ended()
            ended_s = time.monotonic() - began
            status = await lab.agent.stop()
            bad.unlink()
            starts.append(await lab.open_agent())
            await _accepted(lab, len(lab.tills.accepted) + 5)
        figures = await judged(lab, Figures("fsync fails", broken, seed, 1), starts)
    figures.more |= {"exit_status": status, "ended_after_s": round(ended_s, 2)}
    return figures


async def slow(
    folder: Path,
    seed: int,
    broken: str = "",
    *,
    delay_ms: int = 100,
    kills: int = 3,
    alone: bool = False,
) -> Figures:
    """Every sync takes longer; an answer waits for one, and tills share them.

    Then it is killed behind an answer, some times: what was answered before its sync
    was done is not there.
    """
    lab, starts = Lab(folder, agent=broken, seed=seed), []
    lab.agent.environment |= shim(folder) | {
        "FAULT_SYNC_DELAY_US": str(delay_ms * 1000)
    }
    async with lab.open(alone=alone):
        began = time.monotonic()
        async with lab.tills.selling(tills=TILLS):
            await _accepted(lab, 5 * TILLS)
            took_s = time.monotonic() - began
            waits = [*lab.tills.waits_s]
            for _ in range(kills):
                await _accepted(lab, len(lab.tills.accepted) + 1)
                await asyncio.sleep(delay_ms / 1000)
                await killed(lab.agent)
                starts.append(await lab.open_agent())
        figures = await judged(lab, Figures("fsync slow", broken, seed, kills), starts)
    figures.more |= {
        "delay_ms": delay_ms,
        "answer_ms_min": round(min(waits) * 1000),
        "answer_ms_p50": round(statistics.median(waits) * 1000),
        "accepted_per_sync_time": round(len(waits) * delay_ms / 1000 / took_s, 1),
    }
    return figures


async def dropped(folder: Path, sales: int, states: int, seed: int) -> Figures:
    """A disk that lies: no program can hold its word then.  The control of the cuts."""
    environment = shim(folder) | {"FAULT_SYNC_DROP": "1"}
    recording = await cuts.recorded(folder, sales, environment=environment)
    figures = await cuts.replayed(recording, states, seed, "the disk lies")
    figures.fault = "fsync dropped"
    return figures


async def _accepted(lab: Lab, wanted: int) -> None:
    async with asyncio.timeout(120.0):
        while len(lab.tills.accepted) < wanted:  # noqa: ASYNC110 -- the tills ring no bell
            await asyncio.sleep(0.02)
