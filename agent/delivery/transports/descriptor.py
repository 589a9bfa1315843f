"""A non-blocking file descriptor on the event loop: the part all wires share.

``loop.add_reader`` and ``add_writer`` say when, ``os.read`` and ``os.write`` do
it; so no call here can block, whatever hangs on the other end.  It refuses
descriptors that cannot be polled (regular files): see ``char_device``.
"""

from __future__ import annotations

import array
import asyncio
import fcntl
import os
import termios
from collections.abc import Callable

from agent.delivery.transports.base import (
    CHUNK_BYTES,
    INPUT_BYTES,
    INPUT_LIMIT_BYTES,
    TransportError,
    nothing,
)

SETTLE_STEP_S = 0.005
"""How often the kernel's send queue is looked at: no event exists for 'empty'."""


def _fine() -> None:
    """Nothing can be asked."""


class Descriptor:
    """Reads and writes ``fd``, which somebody else opens and closes.

    ``ends`` says what an empty read means: the peer hung up (sockets, ttys), or
    just nothing (a USB printer's zero-length packet).  ``check`` raises what is wrong
    with the line where that shows in no read or write.
    """

    def __init__(
        self, fd: int, *, ends: bool = True, check: Callable[[], None] = _fine
    ) -> None:
        os.set_blocking(fd, False)
        self._check = check
        self._fd = fd
        self._ends = ends
        self._loop = asyncio.get_running_loop()

    async def write(
        self, raw: bytes, *, stall_s: float, chunk_bytes: int = CHUNK_BYTES
    ) -> None:
        """Hand over every byte; the loop runs between any two pieces.

        Raises:
            TransportError: ``stalled`` or ``lost``.
        """
        left = memoryview(raw)
        while left:
            count = self.write_now(left[:chunk_bytes])
            left = left[count:]
            if count:
                await asyncio.sleep(0)
            elif not await self._ready(
                self._loop.add_writer, self._loop.remove_writer, stall_s
            ):
                raise TransportError(
                    "stalled", f"{len(left)} of {len(raw)} bytes not taken"
                )

    async def read(self, *, within_s: float) -> bytes:
        """What comes first, or ``b""`` after that long a silence.

        Raises:
            TransportError: ``lost``.
        """
        if not await self._ready(
            self._loop.add_reader, self._loop.remove_reader, within_s
        ):
            return b""
        return self._read_once() or b""

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None:
        """Wait until the kernel has nothing of ours left to send.

        Raises:
            TransportError: ``stalled`` when its queue did not shrink for
                ``within_s`` seconds; as ``check``.
        """
        left = self.unsent() - behind()
        patience_ends = self._loop.time() + within_s
        while left > 0:
            # A reset leaves the queue as it was.
            self._check()
            await asyncio.sleep(SETTLE_STEP_S)
            now_left = self.unsent() - behind()
            if now_left < left:
                left, patience_ends = now_left, self._loop.time() + within_s
            elif self._loop.time() > patience_ends:
                raise TransportError("stalled", f"{now_left} bytes not taken")

    def unsent(self) -> int:
        """Bytes in the kernel's send queue; 0 where it does not say.

        TIOCOUTQ (tty_ioctl(4)), the same number as SIOCOUTQ (tcp(7)).
        """
        count = array.array("i", [0])
        try:
            fcntl.ioctl(self._fd, termios.TIOCOUTQ, count)
        except OSError:
            return 0
        return count[0]

    def discard_input(self) -> bytes:
        """Take away what has arrived.

        Raises:
            TransportError: ``lost``: hung up, or it never stops talking.
        """
        found = b""
        for _ in range(INPUT_LIMIT_BYTES // INPUT_BYTES):
            data = self._read_once()
            if not data:
                return found
            found += data
        raise TransportError("lost", "the printer never stops talking")

    def write_now(self, piece: bytes | memoryview) -> int:
        """What the kernel takes of it.

        Raises:
            TransportError: ``lost``.
        """
        try:
            return os.write(self._fd, piece)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise TransportError("lost", str(error)) from error

    def _read_once(self) -> bytes | None:
        """Bytes, or ``None`` for nothing there."""
        try:
            data = os.read(self._fd, INPUT_BYTES)
        except BlockingIOError:
            return None
        except OSError as error:
            raise TransportError("lost", str(error)) from error
        if not data and self._ends:
            raise TransportError("lost", "the printer hung up")
        return data or None

    async def _ready(
        self,
        watch: Callable[..., None],
        forget: Callable[[int], bool],
        within_s: float,
    ) -> bool:
        """Wait for the descriptor; false when the time is over."""
        ready: asyncio.Future[None] = self._loop.create_future()
        watch(self._fd, _wake, ready)
        try:
            async with asyncio.timeout(within_s):
                await ready
        except TimeoutError:
            return False
        finally:
            forget(self._fd)
        return True


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
