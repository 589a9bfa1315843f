"""SIGKILL at random moments: of the agent while it sells, of the RCU while it takes in.

A kill leaves the kernel's page cache alone, so it shows nothing about fsync (that is
what ``cuts`` and ``blocks`` are for); it shows that nothing is acknowledged, struck
off or taken for sent before it is written.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from pathlib import Path
from random import Random
from typing import Final

from tests.faults.figures import Figures
from tests.faults.lab import Lab, killed
from tests.faults.reopening import found_in

LONGEST_LIFE_S: Final = 0.8
"""From ready to the kill, at most: most die with jobs and batches in hand."""
AFTER_ACK: Final = 0.5
"""Of the agent's kills so many come soon behind an answer to a POS."""
SOON_S: Final = 0.2
"""At most: what is promised, and not yet written, is not in the spool any more then."""
LONGEST_WAIT_S: Final = 10.0
"""For that answer."""
UNBORN_SHARE: Final = 1 / 3
"""Of the agent's kills so many hit a start that is not finished: what it was taking up
from the kill before it is cut off again."""
LONGEST_START_S: Final = 2.0
"""From the start to such a kill, at most."""
PAUSE_S: Final = 0.15
"""Between two sales of a till: some are in hand at any moment, and the processor is
there for kills."""
LOST_REPLIES: Final = 0.15
"""Of what the RCU says, so much never arrives, and the line with it."""


async def agent_kills(
    folder: Path,
    kills: int,
    seed: int,
    broken: str = "",
    until_s: float = 1e9,
    *,
    alone: bool = False,
) -> Figures:
    """The agent is killed and started; three tills sell all the while."""
    dice, starts, ends_at = Random(seed), [], time.monotonic() + until_s
    done = 0
    lab = Lab(folder, agent=broken, seed=seed)
    async with lab.open(alone=alone):
        async with lab.tills.selling(pause_s=PAUSE_S):
            while done < kills and time.monotonic() < ends_at:
                await _moment(lab, dice)
                await killed(lab.agent)
                done += 1
                while done < kills and dice.random() < UNBORN_SHARE:
                    await _killed_unborn(lab, dice.random() * LONGEST_START_S)
                    done += 1
                starts.append(await lab.open_agent())
        return await judged(lab, Figures("kill agent", broken, seed, done), starts)


async def _moment(lab: Lab, dice: Random) -> None:
    """Some time of a life; or soon behind an answer to a POS."""
    if dice.random() >= AFTER_ACK:
        await asyncio.sleep(dice.random() * LONGEST_LIFE_S)
        return
    before = len(lab.tills.accepted)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_WAIT_S):
            while len(lab.tills.accepted) == before:  # noqa: ASYNC110 -- the tills ring no bell
                await asyncio.sleep(0.002)
    await asyncio.sleep(dice.random() * SOON_S)


async def _killed_unborn(lab: Lab, after_s: float) -> None:
    """Started, and killed so soon after, whether it was ready or not."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(after_s):
            await lab.open_agent()
    await killed(lab.agent)


async def rcu_kills(
    folder: Path,
    kills: int,
    seed: int,
    broken: str = "",
    until_s: float = 1e9,
    *,
    agents: int = 0,
) -> Figures:
    """The RCU is killed and started, and the line loses what it answers.

    Then the agent so many times, against the RCU as it was left.
    """
    dice, starts, ends_at = Random(seed), [], time.monotonic() + until_s
    done = 0
    async with Lab(folder, rcu=broken, seed=seed) as lab:
        lab.net.turn(lost_share=LOST_REPLIES)
        async with lab.tills.selling(pause_s=PAUSE_S):
            while done < kills and time.monotonic() < ends_at:
                await asyncio.sleep(dice.random() * LONGEST_LIFE_S)
                await killed(lab.rcu)
                starts.append(await lab.open_rcu())
                done += 1
            for _ in range(agents):
                await _moment(lab, dice)
                await killed(lab.agent)
                starts.append(await lab.open_agent())
                done += 1
        return await judged(lab, Figures("kill rcu", broken, seed, done), starts)


async def judged(lab: Lab, figures: Figures, starts: list[float]) -> Figures:
    """What the tills heard beside what is on paper, and at the RCU or in the store."""
    tills = lab.tills
    if lab.by_itself:
        await killed(lab.agent)
        found = await found_in(lab.state, lab.state / "agent.db")
        held = found.sales
        more: dict[str, object] = {"in_store": len(found.sales)}
        figures.corrupt = bool(found.wrong) + found.damaged
    else:
        drained_s, issued = await lab.drained(), lab.issued_numbers()
        held = set(issued)
        figures.duplicate_effects = sum(n - 1 for n in issued.values())
        more = _at_the_rcu(lab) | {"drain_s": round(drained_s, 1)}
    paper = lab.on_paper()
    figures.offered, figures.accepted = len(tills.offered), len(tills.accepted)
    figures.lost = len(set(tills.accepted) - held - paper)
    figures.phantoms = len((held | paper) - tills.offered)
    doubtful = tills.offered - set(tills.accepted)
    figures.more = {
        "in_doubt_present": len(doubtful & (held | paper)),
        "in_doubt_absent": len(doubtful - held - paper),
        "on_paper": len(paper),
        "sent_again_by_pos": tills.repeated,
        "start_ms_p50": round(statistics.median(starts) * 1000) if starts else None,
        "start_ms_max": round(max(starts) * 1000) if starts else None,
        **more,
    }
    return figures


def _at_the_rcu(lab: Lab) -> dict[str, object]:
    return {
        "at_rcu": len(lab.issued_numbers()),
        "duplicate_arrivals": lab.duplicate_arrivals(),
        "replies": lab.net.replies,
        "replies_lost": lab.net.replies_lost,
        "out_of_order": lab.out_of_order(),
        "dead_lettered": lab.dead_lettered(),
        "integrity": [lab.integrity(lab.state / "agent.db"), lab.integrity(lab.books)],
    }
