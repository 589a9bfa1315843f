"""A line to the simulated printer, and what it says on it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from hardware_sim.line import Line, SocketLine, dial
from hardware_sim.printer import ThermalPrinter

DEADLINE_S = 3.0


@contextlib.asynccontextmanager
async def calling(printer: ThermalPrinter) -> AsyncIterator[SocketLine]:
    line = await dial("127.0.0.1", printer.port, DEADLINE_S)
    try:
        yield line
    finally:
        line.close()


async def hear(line: Line, count: int) -> bytes:
    """So many bytes; fewer when the printer hangs up."""
    heard = b""
    async with asyncio.timeout(DEADLINE_S):
        while len(heard) < count:
            piece = await line.read(count - len(heard))
            if not piece:
                break
            heard += piece
    return heard
