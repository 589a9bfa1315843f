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

from tests.clients import by_browser
from tests.clients.cells import Cell, Round, table
from tests.clients.clients import CLIENTS, Client, missing
from tests.clients.cups import scheduler, why_no_cups
from tests.clients.page import page
from tests.clients.place import DOORS
from tests.clients.till import STATES, Make, Mode, open_till

MODES: tuple[Mode, ...] = ("direct", "holding", "pass-through")
MAKES: tuple[Make, ...] = ("escpos", "star")


async def play(clients: list[Client], modes: list[Mode]) -> list[Cell]:
    """Every cell of those."""
    cells: list[Cell] = []
    with tempfile.TemporaryDirectory() as made:
        async with contextlib.AsyncExitStack() as stack:
            cups = None
            if not why_no_cups():
                cups = await stack.enter_async_context(scheduler())
            origin, glass = await stack.enter_async_context(by_browser.page())
            visits = Round(Path(made), cups, glass)
            await visits.record(clients)
            for mode in modes:
                if mode == "direct":
                    for state in STATES:
                        cells += await visits.direct(state, clients)
                    continue
                for make in MAKES:
                    here = [
                        c for c in clients if (c.door == "star") == (make == "star")
                    ]
                    if not here:
                        continue
                    folder = Path(made) / f"{mode}-{make}"
                    async with open_till(folder, mode, make, origin) as till:
                        for state in STATES:
                            cells += await visits.row(till, state, here)
    return cells


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients")
    parser.add_argument("--only", default="", help="clients whose name contains this")
    parser.add_argument("--door", action="append", choices=DOORS)
    parser.add_argument("--mode", action="append", choices=MODES)
    parser.add_argument("--page", type=Path, help="write docs/clients.md there")
    given = parser.parse_args()
    absent = missing()
    for name, why in absent.items():
        print(f"left out: {name}: {why}")
    doors = given.door or DOORS
    clients = [
        each
        for each in CLIENTS
        if each.name not in absent and given.only in each.name and each.door in doors
    ]
    cells = asyncio.run(play(clients, given.mode or list(MODES)))
    order = {each.name: at for at, each in enumerate(CLIENTS)}
    cells = sorted(cells, key=lambda cell: order[cell.client.name])
    print(table(cells))
    if given.page:
        given.page.write_text(page(cells), encoding="utf-8")


if __name__ == "__main__":
    main()
