"""No library at all: the shell, PHP's sockets, HTTP requests typed from manuals."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from functools import cache
from pathlib import Path

import httpx

from hardware_sim import epos_pos
from hardware_sim.epos_pos import EPSON, Answer, EposPos, envelope
from tests.clients import said
from tests.clients.place import DOTS, Place
from tests.clients.said import Said

HERE = Path(__file__).parent
PULSE = '<pulse drawer="drawer_2" time="pulse_200"/>'


async def php(place: Place) -> Said:
    """escpos-php's way by hand: two connections, nothing read."""
    where = (place.way.host, str(place.way.port), place.text)
    return await said.run_script(("php", HERE / "php" / "print.php", *where))


@cache
def why_no_php() -> str:
    folders = os.environ.get("PATH", "").split(os.pathsep)
    if any((Path(folder) / "php").exists() for folder in folders):
        return ""
    return "no php here: apt-get install php-cli"


async def cat(place: Place) -> Said:
    """``cat receipt > /dev/...``"""
    command = f"cat '{place.job}' > '{place.way.tty}'"
    code, told, took_s = await said.run(("sh", "-c", command))
    return Said(told, "" if code else "sent", code, took_s)


async def copy(place: Place) -> Said:
    """``cp``: the file grows under its name."""
    command = ("cp", place.job, place.way.path / place.job.name)
    code, told, took_s = await said.run(command)
    return Said(told, "" if code else "copied", code, took_s)


async def rename(place: Place) -> Said:
    """Written under a name that nobody reads, then renamed."""
    since_s, name = time.monotonic(), place.job.name
    part = place.way.path / f"{name}.part"
    await asyncio.to_thread(shutil.copyfile, place.job, part)
    await asyncio.to_thread(part.rename, place.way.path / name)
    return Said("", "renamed", 0, time.monotonic() - since_s)


async def epos_text(place: Place) -> Said:
    """As Epson's library for browsers writes and asks it: a preflight, a drawer, text."""
    since_s = time.monotonic()
    async with EposPos(place.way.url, manner=EPSON) as pos:
        drawer = await pos.send(envelope(PULSE))
        printed = await pos.send(epos_pos.receipt_as_text(place.lines))
    return _epos_said(drawer, printed, time.monotonic() - since_s)


async def epos_picture(place: Place) -> Said:
    """As Odoo's POS in a browser sends it: the drawer, and the receipt in one picture."""
    since_s = time.monotonic()
    async with EposPos(place.way.url) as pos:
        drawer = await pos.send(epos_pos.open_drawer())
        printed = await pos.send(epos_pos.receipt_as_picture(*DOTS, place.dots))
    return _epos_said(drawer, printed, time.monotonic() - since_s)


def _epos_said(drawer: Answer, printed: Answer, took_s: float) -> Said:
    status = f"drawer {drawer.code or 'ok'}"
    if printed.paper_out:
        status += ", paper out"
    done = "printed" if printed.success else printed.code
    return Said(status, done, int(not printed.success), took_s)


async def json(place: Place) -> Said:
    """``GET /api/printer``, the drawer, the receipt's lines."""
    since_s, way = time.monotonic(), place.way
    head = {"authorization": f"Bearer {way.token}"}
    async with httpx.AsyncClient(
        base_url=way.url,
        headers=head,
        timeout=said.DEADLINE_S,
        trust_env=False,
        verify=False,
    ) as at:
        printer = (await at.get("/api/printer")).json()["printer"]
        ms = 2 * place.pulse[3]
        await at.post("/api/print", json={"lines": [{"drawer": 1, "ms": ms}]})
        lines = [*({"text": line} for line in place.lines), {"cut": True}]
        printed = (await at.post("/api/print", json={"lines": lines})).json()
    status = f"{'online' if printer['online'] else 'offline'} {printer['paper']}"
    status += " cover" if printer["cover_open"] else ""
    done = "kept" if printed["kept"] else str(printed["problems"])
    return Said(status, done, 0, time.monotonic() - since_s)
