"""A printer behind a file name: ``/dev/usb/lp0``, a pty, a FIFO, a plain file.

Where the kernel can poll it, the event loop does.  A regular file cannot be
polled: one thread of its own writes there, piece by piece, and a deadline ends
the waiting (not the thread: a stuck disk keeps it, and nothing else).  Never
creates the file: without its printer ``/dev/usb/lp0`` must stay missing.
"""

from __future__ import annotations

import asyncio
import os
import select
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from agent.delivery.transports.base import CHUNK_BYTES, TransportError, nothing
from agent.delivery.transports.descriptor import Descriptor


class CharDeviceTransport:
    """Implements ``Transport`` over ``open(2)``."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd: int | None = None
        self._hears = False
        self._wire: Descriptor | None = None
        self._writer: ThreadPoolExecutor | None = None

    @property
    def name(self) -> str:
        return f"file://{self._path}"

    @property
    def hears(self) -> bool:
        return self._hears

    async def open(self, *, within_s: float) -> None:
        self.close()
        try:
            async with asyncio.timeout(within_s):
                fd, hears = await asyncio.to_thread(_open, self._path)
        except TimeoutError as error:
            raise TransportError("unreachable", "the device did not open") from error
        except OSError as error:
            raise TransportError("unreachable", str(error)) from error
        self._fd, self._hears = fd, hears
        if _can_be_polled(fd):
            self._wire = Descriptor(fd, ends=os.isatty(fd))
        else:
            self._writer = ThreadPoolExecutor(1, "printer-file")

    def write_now(self, raw: bytes) -> int:
        return self._wire.write_now(raw[:CHUNK_BYTES]) if self._wire else 0

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        if self._wire is not None:
            await self._wire.write(raw, stall_s=stall_s)
            return
        for start in range(0, len(raw), CHUNK_BYTES):
            await self._write_on_thread(raw[start : start + CHUNK_BYTES], stall_s)

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None:
        if self._wire is not None:
            await self._wire.settle(within_s=within_s, behind=behind)

    async def read(self, *, within_s: float) -> bytes:
        if self._wire is None or not self._hears:
            return b""
        return await self._wire.read(within_s=within_s)

    def discard_input(self) -> bytes:
        if self._fd is None:
            raise TransportError("lost", "not open")
        if self._wire is not None and self._hears:
            return self._wire.discard_input()
        return b""

    def close(self) -> None:
        self._wire, self._hears = None, False
        if self._writer is not None:
            self._writer.shutdown(wait=False, cancel_futures=True)
            self._writer = None
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    async def _write_on_thread(self, piece: bytes, stall_s: float) -> None:
        if self._fd is None or self._writer is None:
            raise TransportError("lost", "not open")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(stall_s):
                await loop.run_in_executor(self._writer, _write_all, self._fd, piece)
        except TimeoutError as error:
            raise TransportError("stalled", "the file takes no bytes") from error
        except OSError as error:
            raise TransportError("lost", str(error)) from error


def _open(path: str) -> tuple[int, bool]:
    """The descriptor, and whether it can be read from."""
    flags = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    mode = os.stat(path).st_mode  # noqa: PTH116 -- one name for stat, open and close here
    if not stat.S_ISCHR(mode):
        # Reading back a file or a FIFO would find our own bytes.
        return os.open(path, flags | os.O_WRONLY | os.O_APPEND), False
    try:
        return os.open(path, flags | os.O_RDWR), True
    except PermissionError:
        return os.open(path, flags | os.O_WRONLY), False


def _can_be_polled(fd: int) -> bool:
    """Ask the kernel: epoll refuses what is always ready (epoll_ctl(2), EPERM)."""
    if not hasattr(select, "epoll"):
        return not stat.S_ISREG(os.fstat(fd).st_mode)
    with select.epoll() as probe:
        try:
            probe.register(fd, select.EPOLLOUT)
        except PermissionError:
            return False
    return True


def _write_all(fd: int, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[os.write(fd, left) :]
