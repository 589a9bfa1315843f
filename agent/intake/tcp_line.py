"""A TCP connection to a POS as :class:`agent.intake.ports.Line`.

A protocol of its own, since what asyncio's streams do on a reset is wrong here: they
drop what came before it, and a POS that closes without reading our answers resets the
line although it sent all of its job.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections import deque
from typing import Final, cast

from agent.intake.limits import MAX_UNREAD_ANSWER_BYTES, READ_BYTES

log = logging.getLogger(__name__)

_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER (socket(7)): whoever closes it, also the kernel behind a kill, resets it."""
_HANG_UP: Final = struct.pack("ii", 0, 0)


def resets(sock: socket.socket) -> None:
    """Whoever closes it says that nothing is safe."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


class TcpLine(asyncio.Protocol):
    """From the connection to the hang-up."""

    def __init__(self, source: str) -> None:
        self.source = source
        """The address of the POS."""
        self._loop = asyncio.get_running_loop()
        self._came: deque[bytes] = deque()
        self._waiting = 0
        """Bytes in it."""
        self._over = False
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self.broken = False
        self.stood = False
        """Whether the socket is asyncio's to close."""
        self.came_s = self._loop.time()
        self.silent = True
        """Whether it has never said anything."""

    # -- asyncio's side ------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.stood = True
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # A FIN says that the job is safe, and only :meth:`close` may say so.
        resets(sock)

    def data_received(self, data: bytes) -> None:
        self.silent = False
        if self._over:
            return
        self._came.append(data)
        self._waiting += len(data)
        if self._waiting > READ_BYTES and not self._paused:
            self._transport.pause_reading()
            self._paused = True
        self._wake()

    def eof_received(self) -> bool:
        self.silent = False
        self._over = True
        self._wake()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.broken = self.broken or (exc is not None and not self._over)
        self._over = True
        self._wake()

    # -- the conversation's --------------------------------------------------

    async def read(self, patience_s: float) -> bytes | None:
        if not self._came and not self._over:
            self._waiter = self._loop.create_future()
            alarm = self._loop.call_later(patience_s, self._wake)
            try:
                await self._waiter
            finally:
                alarm.cancel()
                self._waiter = None
        if self._came:
            return self.ready()
        return b"" if self._over else None

    def ready(self) -> bytes:
        came = self._first()
        self._waiting -= len(came)
        if self._paused and self._waiting <= READ_BYTES and not self._over:
            self._transport.resume_reading()
            self._paused = False
        return came

    def _first(self) -> bytes:
        """As much as a read may bring; what came in one piece is not copied."""
        if not self._came:
            return b""
        pieces = [self._came.popleft()]
        size = len(pieces[0])
        while self._came and size + len(self._came[0]) <= READ_BYTES:
            pieces.append(self._came.popleft())
            size += len(pieces[-1])
        came = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if size > READ_BYTES:
            self._came.appendleft(came[READ_BYTES:])
        return came[:READ_BYTES]

    def write(self, data: bytes) -> None:
        if self._transport.get_write_buffer_size() > MAX_UNREAD_ANSWER_BYTES:
            log.warning("POS does not read its answers, hung up")
            self._transport.abort()
        elif not self._transport.is_closing():
            self._transport.write(data)

    # -- the door's ----------------------------------------------------------

    def end(self) -> None:
        """What came may still be read; then it is as if the POS had hung up."""
        if not self._over:
            # What comes later stays with the kernel, whose reset tells the POS.
            self._transport.pause_reading()
        self._over = True
        self._wake()

    def close(self) -> None:
        """When our answers are out."""
        if not self._transport.is_closing():
            sock = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _HANG_UP)
        self._transport.close()

    def abort(self) -> None:
        """A reset: a client that takes a hang-up for "done" is not to think so."""
        self._transport.abort()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
