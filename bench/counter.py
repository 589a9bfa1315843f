"""The counter of a real daemon: a job's end to the screen, and a key to its effect.

* time to screen: from the last byte of a sale (its cut) to the snapshot that shows it,
  QR drawn, on an open stream of server-sent events;
* what screens cost the paper: from a kitchen order's last byte to the printer's having
  it, with no screen open and with a dozen, in turns;
* key to effect: from a verb (``POST /api/choice``) to its answer, which comes when the
  choice is committed to the disk and the paper lane knows; for each choice by itself.

Both beside their limits (issue 6), and beside what the same HTTP costs when nothing is
asked (``GET /healthz``) and one fdatasync of this disk.  Two screens are open throughout.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import httpx

from bench.journey import Daemon, Display, daemon, fdatasync_s, jobs, say, send
from hardware_sim import library_bytes
from hardware_sim.office import kitchen
from hardware_sim.printer import ThermalPrinter

SCREEN_MS = 100.0
KEY_MS = 50.0
QUIET_S = 0.05
"""A customer's eye does not choose in less; the last receipt's paper is still coming."""
SCREENS, TURNS, ORDERS = 12, 4, 10
PATIENCE_S = 30.0
CHOICES = ("paper", "qr", "none")


def held(took: Sequence[float], limit_ms: float) -> str:
    """The 99th percentile beside its limit."""
    p99_ms = sorted(took)[min(len(took) - 1, len(took) * 99 // 100)] * 1e3
    verdict = "held" if p99_ms <= limit_ms else "MISSED"
    return f"limit {limit_ms:.0f} ms at p99: {verdict}"


async def sell(folder: Path) -> None:
    """Every sale is shown and chosen for."""
    sales = jobs()
    shown, keys = list[float](), {choice: list[float]() for choice in CHOICES}
    bare = list[float]()
    async with ThermalPrinter() as printer, daemon(folder, printer.port) as agent:
        base = f"http://127.0.0.1:{agent.screens}"
        display = Display()
        async with (
            asyncio.timeout(300),
            httpx.AsyncClient(base_url=base, headers={"X-Receipt-Agent": "1"}) as http,
            asyncio.TaskGroup() as group,
        ):
            await _until_served(http)
            watching = [
                group.create_task(screen.watch(agent.screens))
                for screen in (display, Display())
            ]
            await send(agent.door, sales[0])
            await display.after(1)
            for number, raw in enumerate(sales[1:], start=2):
                sent_s, _ = await send(agent.door, raw)
                shown.append(await display.after(number) - sent_s)
                await asyncio.sleep(QUIET_S)
                choice = CHOICES[number % len(CHOICES)]
                receipt = list(display.shown)[number - 1]
                said = {"receipt": receipt, "choice": choice, "by": "cashier"}
                begun_s = perf_counter()
                answer = await http.post("/api/choice", json=said)
                keys[choice].append(perf_counter() - begun_s)
                answer.raise_for_status()
                begun_s = perf_counter()
                await http.get("/healthz")
                bare.append(perf_counter() - begun_s)
            for task in watching:
                task.cancel()
            paper = await _paper(agent, printer)
        limit = fdatasync_s(folder, sales)
    say("job's end to screen, QR drawn", shown, held(shown, SCREEN_MS))
    for choice, took in keys.items():
        say(f"key to effect: {choice}", took, held(took, KEY_MS))
    for screens, took in paper.items():
        say(f"order's end to the printer, {screens} screens", took)
    say("  peer: the same HTTP, nothing asked", bare)
    say("  peer: append and fdatasync", limit)


async def _paper(agent: Daemon, printer: ThermalPrinter) -> dict[int, list[float]]:
    """Orders in turns, without screens and with them; each turn opens and closes all."""
    took: dict[int, list[float]] = {0: [], SCREENS: []}
    for turn in range(2 * TURNS):
        count = SCREENS * (turn % 2)
        async with asyncio.TaskGroup() as group:
            open_ones = [
                group.create_task(Display().watch(agent.screens)) for _ in range(count)
            ]
            await asyncio.sleep(QUIET_S)
            for number in range(ORDERS):
                order = library_bytes.encode(kitchen(turn * ORDERS + number))
                before = len(printer.received)
                sent_s, _ = await send(agent.door, order)
                await printer.wait_received(before + len(order), PATIENCE_S)
                took[count].append(perf_counter() - sent_s)
            for task in open_ones:
                task.cancel()
    return took


async def _until_served(http: httpx.AsyncClient) -> None:
    while True:
        try:
            (await http.get("/healthz")).raise_for_status()
        except httpx.HTTPError:
            await asyncio.sleep(0.05)
        else:
            return


def main() -> None:
    """Measure in a folder of this disk."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        asyncio.run(sell(Path(folder)))


if __name__ == "__main__":
    main()
