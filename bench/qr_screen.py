"""Cut to QR on the customer's display, by the real daemon: the page's code and the receipt's own.

    python -m bench.qr_screen

From the moment that the POS has sent its cut until the display's event stream holds the
code: understood, packed against the dictionary, signed, placed, drawn, shown.  Beside it
what ``qrcode`` with its defaults needs to draw the same address and nothing else.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from pathlib import Path
from typing import Final

import qrcode
from qrcode.image.svg import SvgPathImage

from bench import journey
from hardware_sim import library_bytes, receipts
from hardware_sim.printer import ThermalPrinter

SALES: Final = 60
MODES: Final = {"online": "the page's address", "offline": "the receipt itself"}
PREFIX: Final = "https://tickets.enseigne.example/r#"
DIGITS: Final = {13: 930, 17: 1440}
"""As many as a version at L holds behind that prefix, or nearly."""
_SIDE: Final = re.compile(r'viewBox="0 0 (\d+) ')


async def shown(mode: str, folder: Path) -> tuple[list[float], list[int]]:
    """Seconds from cut to code, and the version of each."""
    jobs = [
        library_bytes.encode(receipts.sale("supermarket", seed))
        for seed in range(5000, 5000 + SALES)
    ]
    took, display = [], journey.Display()
    config = journey.CONFIG + f'[qr]\nmode = "{mode}"\nlisted = true\n'
    async with (
        ThermalPrinter() as printer,
        journey.daemon(folder, printer.port, config) as daemon,
        asyncio.TaskGroup() as group,
    ):
        await journey.until_listening(daemon.screens)
        watching = group.create_task(display.watch(daemon.screens))
        for count, job in enumerate(jobs, 1):
            sent_s, _ = await journey.send(daemon.door, job)
            took.append(await display.after(count) - sent_s)
            await asyncio.sleep(0.02)
        watching.cancel()
    sides = [int(found[1]) for svg in display.svgs if (found := _SIDE.search(svg))]
    return took, [(side - 25) // 4 for side in sides]


def plain(version: int) -> list[float]:
    """What the library takes for an address that fills that version at L."""
    url = PREFIX + "7" * DIGITS[version]
    took = []
    for _ in range(20):
        since_s = time.perf_counter()
        qrcode.make(url, image_factory=SvgPathImage).to_string()
        took.append(time.perf_counter() - since_s)
    return took


async def measured() -> None:
    """Both ways, and the peer."""
    for mode, what in MODES.items():
        with tempfile.TemporaryDirectory() as folder:
            took, versions = await shown(mode, Path(folder))
        journey.say(
            f"cut to QR, {what}", took[5:], f"V{min(versions)} to V{max(versions)}"
        )
    journey.say("qrcode by itself, V13", plain(13))
    journey.say("qrcode by itself, V17", plain(17))


def main() -> None:
    asyncio.run(measured())


if __name__ == "__main__":
    main()
