"""A line to a peer: one non-blocking descriptor, a socket, a tty or a pipe.

Devices of the simulated shop read exactly as much as they have room for, so
that a full printer is felt at the other end, as it is with the real thing.
asyncio's streams read ahead; this does not.  It refuses regular files (an
event loop can't wait for them).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
import tty
from collections.abc import Callable
from pathlib import Path

READ_BYTES = 4096
"""Most bytes taken at once: what a UART driver or one TCP segment brings."""


class Line:
    """One peer.  A read returns ``b""`` at its end, and when the line is gone."""

    def __init__(self, fd: int, close: Callable[[], None]) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._close = close
        self._waits: dict[asyncio.Future[None], Callable[[int], bool]] = {}
        self.closed = False

    @classmethod
    def of_fd(cls, fd: int) -> Line:
        """A descriptor that somebody else opened; owns it from now on."""
        if os.isatty(fd):
            tty.setraw(fd)
        return cls(fd, lambda: os.close(fd))

    @classmethod
    def of_path(cls, path: Path) -> Line:
        """A character device or FIFO, opened for reading and writing."""
        return cls.of_fd(os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK))

    async def read(self, most_bytes: int = READ_BYTES) -> bytes:
        while not self.closed:
            try:
                return os.read(self._fd, most_bytes)
            except BlockingIOError:
                await self._ready(writing=False)
            except OSError:  # reset by the peer, or the other end of a pty is gone
                return b""
        return b""

    async def readable(self) -> None:
        """Until there is something to read, an end, or the line is closed."""
        if not self.closed:
            await self._ready(writing=False)

    async def write(self, data: bytes) -> bool:
        """Hand everything to the kernel; ``False`` when the peer is gone."""
        view = memoryview(data)
        while view and not self.closed:
            try:
                view = view[os.write(self._fd, view) :]
            except BlockingIOError:
                await self._ready(writing=True)
            except OSError:
                return False
        return not view

    def half_close(self) -> None:
        """Say FIN; a line without halves stays as it is."""

    def arm_reset(self) -> None:
        """Make the coming :meth:`close` a RST; only sockets can."""

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        # A closed number may be another file's tomorrow: nobody may wait on it.
        for ready, remove in self._waits.items():
            remove(self._fd)
            if not ready.done():
                ready.set_result(None)
        self._waits.clear()
        self._close()

    async def _ready(self, *, writing: bool) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        add, remove = (
            (loop.add_writer, loop.remove_writer)
            if writing
            else (loop.add_reader, loop.remove_reader)
        )
        self._waits[ready] = remove
        add(self._fd, lambda: None if ready.done() else ready.set_result(None))
        try:
            await ready
        finally:
            if self._waits.pop(ready, None):
                remove(self._fd)


class SocketLine(Line):
    """A TCP socket: it has halves, and can be slammed shut."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock.fileno(), sock.close)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock

    def half_close(self) -> None:
        with contextlib.suppress(OSError):  # the peer closed first
            self._sock.shutdown(socket.SHUT_WR)

    def arm_reset(self) -> None:
        with contextlib.suppress(OSError):  # the peer closed first
            hard = struct.pack("ii", 1, 0)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hard)


async def dial(host: str, port: int, deadline_s: float) -> SocketLine:
    """A TCP connection.

    Raises:
        OSError: refused or unreachable.
        TimeoutError: nobody took it within ``deadline_s``.
    """
    sock = socket.socket()
    sock.settimeout(0)
    try:
        async with asyncio.timeout(deadline_s):
            await asyncio.get_running_loop().sock_connect(sock, (host, port))
    except BaseException:
        sock.close()
        raise
    return SocketLine(sock)


def listen(
    port: int, backlog: int, receive_window_bytes: int, host: str = "127.0.0.1"
) -> socket.socket:
    """A listening socket on the loopback; port 0 takes a free one."""
    sock = socket.socket()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Set before listen(2), or the kernel advertises megabytes of room.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_window_bytes)
        sock.bind((host, port))
        sock.listen(backlog)
        sock.settimeout(0)
    except BaseException:
        sock.close()
        raise
    return sock
