"""``python -m tests.clients``: the table client x door x mode x state.

One visit at a time, so that its seconds are its own.  ``direct`` is the client at
the simulated printer without an agent: what it shows for a real one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
from pathlib import Path

from tests.clients.cells import Round, missing, table
from tests.clients.clients import CLIENTS
from tests.clients.cups import scheduler, why_no_cups
from tests.clients.till import DOORS, STATES, Mode, why_no_pass_through


async def play(only: str, modes: list[Mode]) -> None:
    absent = missing(CLIENTS)
    for name, why in absent.items():
        print(f"left out: {name}: {why}")
    clients = [
        each for each in CLIENTS if each.name not in absent and only in each.name
    ]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if "pass-through" in modes and (why := why_no_pass_through(folder)):
            print(f"left out: pass-through: {why}")
            modes.remove("pass-through")
        async with contextlib.AsyncExitStack() as stack:
            cups = None
            if not why_no_cups():
                cups = await stack.enter_async_context(scheduler())
            cells = []
            for door in DOORS:
                able = [each for each in clients if door in each.doors]
                visits = Round(folder, cups, door)
                await visits.record(able)
                for mode in modes:
                    cells += await visits.play(mode, dict.fromkeys(STATES, able))
    print(table(cells))


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients")
    parser.add_argument("--only", default="", help="clients whose name contains this")
    parser.add_argument(
        "--mode", action="append", choices=("direct", "holding", "pass-through")
    )
    given = parser.parse_args()
    modes = given.mode or ["direct", "holding", "pass-through"]
    asyncio.run(play(given.only, modes))


if __name__ == "__main__":
    main()
