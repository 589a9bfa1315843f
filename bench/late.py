"""How late a timer is.  As a program: on a loop that has nothing else to do.

``python -m bench.late`` looks until its standard input ends, and says in JSON what it saw:
the control for a loop that works on the same machine at the same time.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

TICK_S: Final = 0.005


async def lags(until: asyncio.Event) -> list[float]:
    """How late a timer is (s), again and again."""
    found = []
    loop = asyncio.get_running_loop()
    while not until.is_set():
        due = loop.time() + TICK_S
        await asyncio.sleep(TICK_S)
        found.append(max(0.0, loop.time() - due))
    return found


@asynccontextmanager
async def idle_beside() -> AsyncGenerator[list[float]]:
    """A process that only looks at its clock while the block runs; full when it ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.late"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    seen: list[float] = []
    assert process.stdout is not None
    await process.stdout.readline()  # it has begun
    yield seen
    told, _ = await process.communicate(b"")
    seen += json.loads(told)


async def main() -> None:
    """Look until nobody wants to know any more."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), over.set)
    print(flush=True)
    json.dump(await lags(over), sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
