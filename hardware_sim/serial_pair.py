"""A serial cable: two pseudo-terminals joined, paced like a UART if wanted.

``till_path`` and ``printer_path`` are ordinary ttys (pyserial opens them).
Bytes cross at ``baud`` / 10 a second each way (8N1); nothing is stored beyond
the kernel's few kilobytes, so a printer that doesn't read stops the till, as
with DTR/DSR.  Unplugging is a switch.
"""

from __future__ import annotations

import asyncio
import os
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware_sim.line import Line

BITS_A_BYTE = 10
"""8N1: start, eight data bits, stop."""
FIFO_BYTES = 16
"""A 16550's: bytes leave in portions no larger than that when paced."""
UNPACED_BYTES = 4096


class SerialPair:
    """``async with SerialPair(baud=9600) as cable:`` within one task.

    Attributes:
        till_path: the POS's (or the agent's) end.
        printer_path: the other end.
        carried: bytes that crossed to the printer, and back.
        plugged: ``False`` drops whatever is sent, as a pulled cable does.
    """

    def __init__(self, baud: int | None = None) -> None:
        self.baud = baud
        self.plugged = True
        self.carried = [0, 0]
        self._masters: list[Line] = []
        self._slaves: list[int] = []
        names = []
        for _ in range(2):
            master, slave = os.openpty()
            tty.setraw(slave)
            # Kept open, or a reader gets EIO whenever nobody holds the other end.
            self._slaves.append(slave)
            self._masters.append(Line.of_fd(master))
            names.append(Path(os.ttyname(slave)))
        self.till_path, self.printer_path = names
        self._tasks = asyncio.TaskGroup()
        self._running: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        till, printer = self._masters
        self._running = [
            self._tasks.create_task(self._carry(till, printer, 0)),
            self._tasks.create_task(self._carry(printer, till, 1)),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._running:
            task.cancel()
        try:
            if kind is asyncio.CancelledError:
                await self._tasks.__aexit__(kind, error, trace)
            else:
                await self._tasks.__aexit__(None, None, None)
        finally:
            for line in self._masters:
                line.close()
            for slave in self._slaves:
                os.close(slave)

    async def _carry(self, source: Line, sink: Line, way: int) -> None:
        free_at_s = time.monotonic()
        while data := await source.read(FIFO_BYTES if self.baud else UNPACED_BYTES):
            if self.baud:
                free_at_s = max(free_at_s, time.monotonic())
                free_at_s += len(data) * BITS_A_BYTE / self.baud
                await asyncio.sleep(max(0.0, free_at_s - time.monotonic()))
            if self.plugged and await sink.write(data):
                self.carried[way] += len(data)
