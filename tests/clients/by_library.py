"""python-escpos at the doors that it knows: a network, a serial line, a file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from escpos.escpos import Escpos
from escpos.exceptions import DeviceNotFoundError
from escpos.printer import File, Network, Serial

from tests.clients.place import Place
from tests.clients.said import Said

TIMEOUT_S = 5
PROFILE = "TM-T88IV"
FILE_PULSE = b"\x1bp\x00\x28\x28"


def _visit(printer: Escpos, place: Place, *, asks: bool = True) -> Said:
    """One connection: DLE EOT 1, DLE EOT 4, drawer, receipt, close."""
    since_s, status = time.monotonic(), ""
    try:
        printer.open()
        if asks:
            online = "online" if printer.is_online() else "offline"
            status = f"{online}, paper {printer.paper_status()}"
        printer.hw("INIT")
        printer.cashdraw(_drawer(printer))
        printer.text(place.text.read_text())
        printer.cut()
    except (DeviceNotFoundError, OSError) as error:
        return Said(type(error).__name__, "", 1, time.monotonic() - since_s)
    finally:
        device = printer._device
        if device:
            printer.close()
            device.close()
        printer._device = None  # or its destructor closes it once more
    return Said(status, "sent", 0, time.monotonic() - since_s)


def _drawer(printer: Escpos) -> int | list[int]:
    """A pulse by which each can be told from the others."""
    if isinstance(printer, File):
        return list(FILE_PULSE)
    return 5 if isinstance(printer, Serial) else 2


async def _on_a_thread(make: Callable[[], Escpos], place: Place, *, asks: bool) -> Said:
    return await asyncio.to_thread(lambda: _visit(make(), place, asks=asks))


async def network(place: Place) -> Said:
    way = place.way

    def make() -> Escpos:
        return Network(way.host, way.port, timeout=TIMEOUT_S, profile=PROFILE)

    return await _on_a_thread(make, place, asks=True)


async def serial(place: Place) -> Said:
    def make() -> Escpos:
        return Serial(str(place.way.tty), baudrate=115200, timeout=1, profile=PROFILE)

    return await _on_a_thread(make, place, asks=True)


async def file(place: Place) -> Said:
    """A device that it only writes to."""

    def make() -> Escpos:
        return File(str(place.way.tty), profile=PROFILE)

    return await _on_a_thread(make, place, asks=False)
