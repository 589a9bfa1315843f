"""A line that is a file descriptor: a tty, a printer gadget, a FIFO; and its door.

The event loop says when there is something (``add_reader``), ``os.read`` takes it, so
nothing blocks whatever hangs on the other end.  While a conversation does not read, the
kernel's buffer fills and its flow control stops the POS, as a printer's full
buffer would.  A device that is not there, or is unplugged, is looked for until it is back.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from agent.intake.limits import AGAIN_S, MAX_UNREAD_ANSWER_BYTES, READ_BYTES
from agent.intake.reception import Reception

log = logging.getLogger(__name__)


class Cable:
    """Implements :class:`agent.intake.ports.Line` over ``fd``, which others open.

    ``ends`` says what an empty read means: the POS let go (ttys, FIFOs), or nothing (the
    zero-length packet of a USB gadget).  Before the first news of the descriptor it means
    nothing either: a FIFO that nobody writes to yet reads as empty (fifo(7)).
    """

    def __init__(self, fd: int, *, ends: bool) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._ends = ends
        self.broken = False
        """Whether it ended since the device is gone, not since the POS let go."""
        self.source = ""
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self._heard = False
        self._over = asyncio.Event()
        self._ready = asyncio.Event()

    @property
    def heard(self) -> bool:
        """Whether there was news of a POS at the other end."""
        return self._heard

    def end(self) -> None:
        """The next read says that the POS hung up."""
        self._over.set()
        self._ready.set()

    def close(self) -> None:
        """Leave the descriptor alone; who opened it closes it."""
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)

    async def read(self, patience_s: float) -> bytes | None:
        """What is there, at most within ``patience_s`` seconds."""
        try:
            async with asyncio.timeout(patience_s):
                while not self._over.is_set():
                    data = self._read_once()
                    if data is not None:
                        return data
                    await self._readable()
        except TimeoutError:
            return None
        return b""

    def ready(self) -> bytes:
        # The end of the line is said again to who waits for it.
        return b"" if self._over.is_set() else self._read_once() or b""

    def write(self, data: bytes) -> None:
        """Answers that the POS does not take are dropped, as a printer's are."""
        if len(self._unsent) + len(data) > MAX_UNREAD_ANSWER_BYTES:
            return
        self._unsent += data
        self._flush()

    def _read_once(self) -> bytes | None:
        """Bytes; ``b""``: hung up; ``None``: nothing there."""
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return None
        except OSError as error:
            # Unplugged: EIO on a tty, ENODEV or ESHUTDOWN on a gadget.
            log.info("a line broke", extra={"why": error.strerror})
            self.broken = True
            return b""
        self._heard = self._heard or bool(data)
        return data if data or (self._ends and self._heard) else None

    async def _readable(self) -> None:
        if not self._over.is_set():
            self._ready.clear()
        self._loop.add_reader(self._fd, self._ready.set)
        try:
            await self._ready.wait()
            self._heard = True
        finally:
            self._loop.remove_reader(self._fd)

    def _flush(self) -> None:
        self._loop.remove_writer(self._fd)
        try:
            del self._unsent[: os.write(self._fd, self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self._unsent.clear()
        if self._unsent:
            self._loop.add_writer(self._fd, self._flush)


@dataclass(frozen=True, slots=True)
class Plugged:
    """A device that was opened, and how it is closed.

    ``shared``: it can be opened again before it is closed, and must be: what a program
    writes to a FIFO while nobody has it open for reading is lost.  ``moved``, which may
    block: its name is another's now, which no read of a FIFO says.
    """

    cable: Cable
    close: Callable[[], None]
    shared: bool = False
    moved: Callable[[], bool] | None = None


class CableDoor:
    """A door with one line for ever.  A service.

    ``plug`` runs on a thread what may block and returns what makes the cable on the
    loop; it raises ``OSError`` while there is no such device.
    """

    def __init__(
        self,
        name: str,
        device: str,
        reception: Reception,
        plug: Callable[[], Callable[[], Plugged]],
    ) -> None:
        self.name = name
        self._device = device
        self._reception = reception
        self._plug = plug
        self._open: bool | None = None
        """As the log has it last."""

    async def run(self) -> None:
        """Be the printer on that line until cancelled."""
        async with asyncio.TaskGroup() as group:
            news = group.create_task(self._reception.attend())
            serving = group.create_task(self._serve())
            try:
                await asyncio.Event().wait()
            finally:
                # What the POS has sent so far is taken in before anything is closed.
                await self._reception.hang_up()
                news.cancel()
                serving.cancel()

    async def _serve(self) -> None:
        with ExitStack() as last:
            while True:
                plugged = await self._plugged()
                last.close()
                if plugged is not None:
                    await self._talk(plugged, last)
                if plugged is None or plugged.cable.broken:
                    await asyncio.sleep(AGAIN_S)

    async def _plugged(self) -> Plugged | None:
        try:
            plugged = (await asyncio.to_thread(self._plug))()
        except (OSError, ValueError) as error:
            self._say_away(error)
            return None
        if self._open is not True:
            self._open = True
            log.info("a door is open", extra=self._fields())
        return plugged

    async def _talk(self, plugged: Plugged, last: ExitStack) -> None:
        """One line from hello to hang-up; ``last`` closes what may still be needed."""
        try:
            async with asyncio.TaskGroup() as line:
                # A task of its own: at a stop the line ends, this loop does not.
                talk = self._reception.talk(plugged.cable, plugged.cable.end)
                talking = line.create_task(talk)
                if plugged.moved is not None:
                    looking = line.create_task(_look(plugged.cable, plugged.moved))
                    talking.add_done_callback(lambda _: looking.cancel())
        finally:
            plugged.cable.close()
            if plugged.shared:
                last.callback(plugged.close)
            else:
                plugged.close()

    def _say_away(self, error: Exception) -> None:
        if self._open is not False:
            self._open = False
            log.warning("a door is shut", extra={**self._fields(), "why": str(error)})

    def _fields(self) -> dict[str, str]:
        return {"door": self.name, "device": self._device}


async def _look(cable: Cable, moved: Callable[[], bool]) -> None:
    """Let go of what nobody can print to any more; a POS that is on it ends it itself."""
    while cable.heard or not await asyncio.to_thread(moved):  # noqa: ASYNC110 -- a name
        await asyncio.sleep(AGAIN_S)
    cable.end()
