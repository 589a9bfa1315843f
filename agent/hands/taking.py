"""Opening an input device and keeping its keys from everyone else.

Four ioctls of include/uapi/linux/input.h.  The library for them (evdev) is published as
source only and wants a compiler on the till.  Numbers are those of machines whose
_IOC has two bits of direction at the top: x86, ARM, RISC-V.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from agent.hands.devices import NoDeviceError

_KEY_BYTES: Final = 96
"""KEY_MAX is 0x2ff."""
_EVIOCGKEY: Final = 2 << 30 | _KEY_BYTES << 16 | ord("E") << 8 | 0x18
_EVIOCGRAB: Final = 1 << 30 | 4 << 16 | ord("E") << 8 | 0x90
_EVIOCSCLOCKID: Final = 1 << 30 | 4 << 16 | ord("E") << 8 | 0xA0
NO_FINGERS_S: Final = 2.0
"""For keys that are down to come up before the device is taken."""
_LOOK_S: Final = 0.02


def taken(path: Path, *, grab: bool) -> int:
    """A descriptor that does not block; close it to give the device back.

    May wait for ``NO_FINGERS_S``: on a thread.

    Raises:
        OSError: it is not there, not ours to read, or another program has grabbed it.
        NoDeviceError: a key of it stays down.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        # A wall clock that is set would make presses of bounces and bounces of presses.
        fcntl.ioctl(fd, _EVIOCSCLOCKID, struct.pack("@i", time.CLOCK_MONOTONIC))
        if grab:
            # Who saw a key go down and never sees it come up repeats it for ever.
            _wait_for_no_fingers(fd, path)
            fcntl.ioctl(fd, _EVIOCGRAB, 1)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _wait_for_no_fingers(fd: int, path: Path) -> None:
    until_s = time.monotonic() + NO_FINGERS_S
    while any(fcntl.ioctl(fd, _EVIOCGKEY, bytes(_KEY_BYTES))):
        if time.monotonic() > until_s:
            raise NoDeviceError(
                f"une touche de {path} reste enfoncée", f"a key of {path} stays down"
            )
        time.sleep(_LOOK_S)


def given_back(fd: int) -> None:
    """Close it; the kernel ends the grab."""
    with suppress(OSError):
        os.close(fd)
