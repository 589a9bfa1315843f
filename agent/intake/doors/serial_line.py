"""A serial line, at the end of which the POS expects its printer.

pyserial sets the line, the event loop moves the bytes.  Flow control is ours to give,
not to obey: a printer says that it is full by RTS (the kernel does that), by XOFF
(the kernel too), or by dropping DTR (done here, since Linux does not).  What arrives is
never taken for XON or XOFF: 11H and 13H are dots of a picture.
"""

from __future__ import annotations

import asyncio
import logging
import termios
from collections.abc import Callable

import serial

from agent.intake.cable import Cable, CableDoor, Plugged
from agent.intake.limits import BUSY_AFTER_S
from agent.intake.reception import Reception
from agent.intake.settings import SerialDoorSettings

log = logging.getLogger(__name__)


def serial_door(settings: SerialDoorSettings, reception: Reception) -> CableDoor:
    """The service."""

    def plug() -> Callable[[], Plugged]:
        line = opened(settings)
        kind = Ready if settings.flow == "dtr" else Line
        return lambda: Plugged(kind(line), line.close)

    return CableDoor("door.serial", settings.device, reception, plug)


class Line(Cable):
    """A cable whose busy sign is the kernel's affair, or nobody's."""

    def __init__(self, line: serial.Serial) -> None:
        super().__init__(line.fileno(), ends=True)


class Ready(Line):
    """A cable whose DTR says whether we read."""

    def __init__(self, line: serial.Serial) -> None:
        super().__init__(line)
        self._line = line
        self._timer: asyncio.TimerHandle | None = None

    async def read(self, patience_s: float) -> bytes | None:
        """As a cable; the POS may send while this waits, and shortly after."""
        self._say(ready=True)
        data = await super().read(patience_s)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(BUSY_AFTER_S, lambda: self._say(ready=False))
        return data

    def close(self) -> None:
        """As a cable."""
        if self._timer is not None:
            self._timer.cancel()
        super().close()

    def _say(self, *, ready: bool) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            self._line.dtr = ready
        except OSError:
            # A line without modem control (a pty, a cheap adapter): nothing to say.
            log.debug("the line has no DTR")


def opened(settings: SerialDoorSettings) -> serial.Serial:
    """The line, set up.  Takes several round trips to a USB adapter: on a thread.

    Raises:
        OSError: no such device, no right to it, or another program has it.
        ValueError: the adapter does not know that speed.
    """
    line = serial.Serial()
    line.port = settings.device
    line.baudrate = settings.baud
    line.parity = {"none": "N", "even": "E", "odd": "O"}[settings.parity]
    line.bytesize = settings.bits
    line.rtscts = settings.flow == "rtscts"
    line.timeout = 0
    line.exclusive = True
    line.open()
    attributes = termios.tcgetattr(line.fileno())
    # pyserial's xonxoff is both ways; a printer sends XOFF and obeys none.
    attributes[0] &= ~(termios.IXON | termios.IXANY | termios.IXOFF)
    if settings.flow == "xonxoff":
        attributes[0] |= termios.IXOFF
    # pyserial leaves VMIN 0: "nothing there" would read like "hung up".
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(line.fileno(), termios.TCSANOW, attributes)
    return line
