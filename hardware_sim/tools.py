"""The devices as tools of their own: each runs until it is cancelled.

They say on standard output what happens to them, a line or a sheet at a time.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from hardware_sim.mailbox import Mailbox
from hardware_sim.printer import ThermalPrinter
from hardware_sim.serial_pair import SerialPair


async def printer(port: int, folder: Path | None) -> int:
    """A printer on a TCP port; sheets as text, and as pictures where wanted."""
    if folder is not None:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with ThermalPrinter(port) as device:
        print(f"printer: tcp://127.0.0.1:{device.port}", flush=True)
        await _show_sheets(device, folder)
    return 0


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
