"""A device at the till as a service: found, read, lost, looked for until it is back.

The reader waits for nothing but the device: what it hears goes to :class:`Deeds`, which
has a task of its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from agent.hands.acts import Heard

log = logging.getLogger(__name__)

AGAIN_S: Final = 1.0
"""Between two looks for a device that is not there."""
READ_BYTES: Final = 4096
"""170 events; the kernel keeps 64 for each reader."""

UNPLUGGED: Final = "unplugged"


class Ear(Protocol):
    """From bytes to what a person wanted; sans-IO."""

    @property
    def pending(self) -> bool:
        """Whether something has begun and not ended."""
        ...

    def hear(self, data: bytes) -> Sequence[Heard]: ...

    def silent(self) -> Sequence[Heard]:
        """Nothing came for the gap that ends what is pending."""
        ...

    def forget(self) -> None:
        """The device is another one, or has been away."""
        ...


@dataclass(frozen=True, slots=True)
class Plugged:
    """A descriptor that does not block, and how it is closed."""

    fd: int
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class HandState:
    """For IT: whether it is read, how much it said, how often it went, why it is away."""

    name: str
    there: bool
    heard: int
    lost: int
    why: str


class Hand:
    """A service.

    ``plug`` runs on a thread and may block; it raises ``OSError`` (or pyserial's, which
    is one) or ``ValueError`` while there is no such device.
    """

    def __init__(
        self,
        name: str,
        plug: Callable[[], Plugged],
        ear: Ear,
        heard: Callable[[Heard], None],
        gap_s: float,
    ) -> None:
        self.name = name
        self._plug = plug
        self._ear = ear
        self._heard = heard
        self._gap_s = gap_s
        self._why = ""
        self._there = asyncio.Event()
        self._count = 0
        self._lost = 0

    @property
    def state(self) -> HandState:
        """How it stands, now."""
        there = self._there.is_set()
        return HandState(self.name, there, self._count, self._lost, self._why)

    async def there(self) -> None:
        """Wait until the device is read."""
        await self._there.wait()

    async def run(self) -> None:
        """Hear it until cancelled."""
        while True:
            plugged = await self._plugged()
            if plugged is not None:
                try:
                    self._there.set()
                    await self._listen(plugged.fd)
                    self._lost += 1
                finally:
                    self._there.clear()
                    plugged.close()
                    self._ear.forget()
            await asyncio.sleep(AGAIN_S)

    async def _plugged(self) -> Plugged | None:
        opening = asyncio.get_running_loop().run_in_executor(None, self._plug)
        try:
            plugged = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # A thread is not cancelled: what it opens all the same is closed.
            opening.add_done_callback(_closed)
            raise
        except (OSError, ValueError) as error:
            self._say_away(str(error))
            return None
        if self._why:
            self._why = ""
            log.info("a hand is back", extra={"hand": self.name})
        return plugged

    async def _listen(self, fd: int) -> None:
        readable = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(fd, readable.set)
        try:
            while (data := _read(fd)) != b"":
                if data is not None:
                    self._tell(self._ear.hear(data))
                    # A device that never rests has the loop no longer than a read.
                    await asyncio.sleep(0)
                    continue
                readable.clear()
                await self._ready(readable)
        finally:
            loop.remove_reader(fd)
        self._say_away(UNPLUGGED)

    async def _ready(self, readable: asyncio.Event) -> None:
        if not self._ear.pending:
            await readable.wait()
            return
        try:
            async with asyncio.timeout(self._gap_s):
                await readable.wait()
        except TimeoutError:
            self._tell(self._ear.silent())

    def _tell(self, heard: Sequence[Heard]) -> None:
        for each in heard:
            self._count += 1
            self._heard(each)

    def _say_away(self, why: str) -> None:
        """Once for each reason, not each second; unplugged, it is not there either."""
        before, self._why = self._why, why
        if before not in {why, UNPLUGGED}:
            log.warning("a hand is away", extra={"hand": self.name, "why": why})


def _read(fd: int) -> bytes | None:
    """Bytes; ``b""``: gone; ``None``: nothing there."""
    try:
        return os.read(fd, READ_BYTES)
    except BlockingIOError:
        return None
    except OSError:
        # ENODEV of an input device, EIO of a tty: the cable was pulled.
        return b""


def _closed(opening: asyncio.Future[Plugged]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
