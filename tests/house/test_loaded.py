"""What a till does not use is not in its memory, nor what belongs in the worker."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

from hardware_sim import library_bytes, receipts
from hardware_sim.counter import Counter
from hardware_sim.mailbox import Mailbox
from hardware_sim.printer import ThermalPrinter
from hardware_sim.programs import free_port

PATIENCE_S: Final = 25.0
WATCHED: Final = """
import atexit, pathlib, sys
atexit.register(lambda: pathlib.Path(seen[1]).write_text("\\n".join(sys.modules)))
from agent import __main__
seen = sys.argv[1:]
sys.argv[1:] = ["run", "--config", seen[0]]
sys.exit(__main__.main())
"""
CONFIG: Final = """
[till]
tenant = "test"
store = "S1"
till = "T1"
shop = "Le Comptoir des Halles"
tickets_url = "https://tickets.enseigne.example"
state_dir = "{folder}/state"
[door.tcp]
listen = "127.0.0.1:{door}"
[printer]
link = "tcp://127.0.0.1:{printer}"
[screens]
listen = "127.0.0.1:{screens}"
[mail]
host = "127.0.0.1"
port = {mail}
security = "none"
sender = "tickets@shop.example"
"""
WORKERS: Final = (
    *(
        "agent.letters",
        "agent.paper",
        "agent.qr",
        "agent.receipt",
        "agent.epos.reading",
    ),
    *("PIL", "escpos", "jinja2", "qrcode", "reportlab", "zint"),
)
"""Understanding, drawing and composing: the relay holds none of it."""
UNUSED: Final = (
    "agent.delivery.sms_ways",
    "agent.hands.making",
    "agent.intake.doors.epos_http",
    "agent.intake.doors.folder",
    "click",
    "cryptography.x509",
    "importlib.metadata",
    "multiprocessing",
    "phonenumbers",
    "prometheus_client",
    "pydoc",
    "serial",
    "stdnum",
)
"""No SMS, no keypad, no other door, no tablet, no scraper, no serial line; and no command
line or plugins of a library (``agent.left_out``)."""


def held(modules: set[str], forbidden: tuple[str, ...]) -> list[str]:
    """Those that are there, with what is below them."""
    return sorted(
        name
        for name in modules
        for each in forbidden
        if name == each or name.startswith(f"{each}.")
    )


async def one_sale(folder: Path) -> set[str]:
    """The modules of a relay that sold once and mailed the receipt."""
    door, screens = free_port(), free_port()
    config, seen = folder / "agent.toml", folder / "modules"
    async with ThermalPrinter() as printer, Mailbox() as mailbox:
        ports = {"door": door, "screens": screens}
        ports |= {"printer": printer.port, "mail": mailbox.port}
        config.write_text(CONFIG.format(folder=folder, **ports))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WATCHED, str(config), str(seen)),
            env={**os.environ, "RUNTIME_DIRECTORY": str(folder)},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                Counter(f"http://127.0.0.1:{screens}") as counter,
            ):
                while not await counter.healthy():  # noqa: ASYNC110 -- a process
                    await asyncio.sleep(0.1)
                sale = receipts.sale("bakery", 1, columns=42)
                _, line = await asyncio.open_connection("127.0.0.1", door)
                line.write(library_bytes.encode(sale))
                line.write_eof()
                shown = (await counter.offered(None, PATIENCE_S))["shown"]
                await counter.choose(shown["id"], "email", "anna@example.org")
                await mailbox.wait(1, PATIENCE_S)
                line.close()
        finally:
            process.terminate()
            await process.wait()
    return set(seen.read_text().splitlines())


async def test_a_relay_holds_nothing_of_the_workers_and_nothing_unused(
    tmp_path: Path,
) -> None:
    modules = await one_sale(tmp_path)
    assert "agent.house" in modules
    assert "aiosmtplib" in modules, "it mailed, so it knows how"
    assert held(modules, WORKERS) == []
    assert held(modules, UNUSED) == []
