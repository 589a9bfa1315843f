"""Peers that no printer deserves and every printer meets.

Each manner is one of the field: power cut inside a picture, a serial-to-network
box that sends byte by byte, a program that floods, that opens connections and
forgets them, that never reads an answer, that kills its socket.  Nothing is
raised for what the other side does about it; what is returned says what it did.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from hardware_sim.line import SocketLine, dial

CONNECT_S = 5.0
READ_S = 0.2
"""For what was sent to be read: bytes in the kernel alone die with the socket."""
PIECE_BYTES = 16 << 10
STATUS = b"\x10\x04\x01"
"""DLE EOT 1."""


class BadPos:
    """All of them, at ``host:port``."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    async def tears(self, raw: bytes, after_bytes: int, *, reset: bool = True) -> None:
        """Dies inside a job: a RST, or the FIN of a process that ended."""
        async with self._line() as line:
            await line.write(raw[:after_bytes])
            await asyncio.sleep(READ_S)
            if reset:
                line.arm_reset()

    async def slams(self, raw: bytes) -> None:
        """Sends all of it and kills the socket instead of closing it."""
        await self.tears(raw, len(raw))

    async def trickles(self, raw: bytes, pause_s: float) -> bytes:
        """A byte at a time; what the other side says until its FIN."""
        async with self._line() as line:
            for at in range(len(raw)):
                await line.write(raw[at : at + 1])
                await asyncio.sleep(pause_s)
            return await self._until_fin(line)

    async def half_closes(self, raw: bytes) -> bytes:
        """Says FIN and waits for the other side's."""
        async with self._line() as line:
            await line.write(raw)
            return await self._until_fin(line)

    async def floods(self, piece: bytes, total_bytes: int, deadline_s: float) -> int:
        """So many bytes as fast as they are taken; how many were."""
        sent, block = 0, piece * max(1, PIECE_BYTES // len(piece))
        async with self._line() as line:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(deadline_s):
                    while sent < total_bytes and await line.write(block):
                        sent += len(block)
            line.arm_reset()
        return sent

    async def never_reads(self, questions: int, deadline_s: float) -> bool:
        """Asks so often and hears nothing; whether it was still served at the end."""
        async with self._line() as line:
            try:
                async with asyncio.timeout(deadline_s):
                    for _ in range(questions):
                        if not await line.write(STATUS * 256):
                            return False
                        await asyncio.sleep(0)
            except TimeoutError:
                return True  # nobody reads it any more
            return True

    @contextlib.asynccontextmanager
    async def crowds(self, count: int) -> AsyncIterator[list[SocketLine]]:
        """So many connections, open and silent while the context lasts."""
        lines: list[SocketLine] = []
        try:
            for _ in range(count):
                with contextlib.suppress(OSError, TimeoutError):
                    lines.append(await dial(self._host, self._port, CONNECT_S))
            yield lines
        finally:
            for line in lines:
                line.close()

    @contextlib.asynccontextmanager
    async def _line(self) -> AsyncIterator[SocketLine]:
        line = await dial(self._host, self._port, CONNECT_S)
        try:
            yield line
        finally:
            line.close()

    async def _until_fin(self, line: SocketLine) -> bytes:
        line.half_close()
        heard = b""
        while piece := await line.read():
            heard += piece
        return heard
