"""The devices as tools of their own: each runs until it is cancelled.

They say on standard output what happens to them, a line or a sheet at a time.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from hardware_sim.mailbox import Mailbox
from hardware_sim.printer import Changes, ThermalPrinter
from hardware_sim.serial_pair import SerialPair
from hardware_sim.star_printer import StarPrinter


class Reboots(NamedTuple):
    """Off and on again, between two of them and how long off."""

    every_s: float
    off_s: float


async def printer(
    port: int,
    folder: Path | None,
    changes: Changes | None = None,
    reboots: Reboots | None = None,
    *,
    star: bool = False,
) -> int:
    """A printer on a TCP port; sheets as text, and as pictures where wanted.

    ``changes``: how it stands or misbehaves from the start.  A ``star`` draws none.
    """
    if folder is not None:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    kind = StarPrinter if star else ThermalPrinter
    async with kind(port) as device:
        device.turn(**(changes or {}))
        print(f"printer: tcp://127.0.0.1:{device.port}", flush=True)
        async with asyncio.TaskGroup() as group:
            if reboots is not None:
                group.create_task(_reboot(device, reboots))
            group.create_task(_show_sheets(device, folder))
    return 0


async def _reboot(device: ThermalPrinter, reboots: Reboots) -> None:
    while True:
        await asyncio.sleep(reboots.every_s)
        print("--- off", flush=True)
        await device.reboot(reboots.off_s)
        print("--- on", flush=True)


async def serial(baud: int) -> int:
    """A printer at the far end of a serial cable."""
    async with SerialPair(baud or None) as cable, ThermalPrinter() as device:
        device.attach_path(cable.printer_path)
        print(f"serial cable: print to {cable.till_path}", flush=True)
        await _show_sheets(device, None)
    return 0


async def mailbox(port: int) -> int:
    """A mailbox; messages as text."""
    async with Mailbox(port) as box:
        print(f"mailbox: smtp://127.0.0.1:{box.port}", flush=True)
        while True:
            message = (await box.wait(box.taken + 1, None))[-1]
            print(f"--- to {', '.join(message.recipients)}: {message.subject}")
            print(message.text, flush=True)


async def _show_sheets(device: ThermalPrinter, folder: Path | None) -> None:
    shown, kicks = 0, 0
    while True:
        for words in device.sheets[shown:] if isinstance(device, StarPrinter) else ():
            shown += 1
            print(f"--- sheet {shown}\n{words}", flush=True)
        for sheet in device.papers[shown:]:
            shown += 1
            if folder is not None:
                picture = await asyncio.to_thread(sheet.png)
                (folder / f"sheet-{shown:04d}.png").write_bytes(picture)
            print(f"--- sheet {shown} ({sheet.edge})\n{sheet.text}", flush=True)
        if len(device.kicks) > kicks:
            kicks = len(device.kicks)
            print("--- the drawer opens", flush=True)
        await device.news()
