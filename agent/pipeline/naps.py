"""A sleep that something else may end."""

from __future__ import annotations

import asyncio

from agent.clock import Clock


async def nap(clock: Clock, seconds: float, woken: asyncio.Event) -> None:
    """Until it is over, or ``woken`` is set."""
    async with asyncio.TaskGroup() as group:
        asleep = group.create_task(clock.sleep(seconds))
        moved = group.create_task(woken.wait())
        await asyncio.wait({asleep, moved}, return_when=asyncio.FIRST_COMPLETED)
        asleep.cancel()
        moved.cancel()
