"""A scanner on a serial line (USB-CDC, RS-232): set by pyserial, read by the loop."""

from __future__ import annotations

import os
import termios

import serial

from agent.hands.hand import Plugged
from agent.hands.settings import ScannerSettings

_PARITY = {"none": "N", "even": "E", "odd": "O"}


def plugged(settings: ScannerSettings) -> Plugged:
    """The line, set up.  Takes several round trips to a USB adapter: on a thread.

    DTR and RTS are raised: some scanners speak only to a host that is there.

    Raises:
        OSError: no such device, no right to it, or another program has it.
        ValueError: the adapter does not know that speed.
    """
    line = serial.Serial()
    line.port = settings.serial
    line.baudrate = settings.baud
    line.parity = _PARITY[settings.parity]
    line.bytesize = settings.bits
    line.timeout = 0
    line.exclusive = True
    line.open()
    attributes = termios.tcgetattr(line.fileno())
    # pyserial leaves VMIN 0: "nothing there" would read like "hung up".
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(line.fileno(), termios.TCSANOW, attributes)
    os.set_blocking(line.fileno(), False)
    return Plugged(line.fileno(), line.close)
