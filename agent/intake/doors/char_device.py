"""A character device that bytes come out of: a USB printer gadget, a FIFO.

``/dev/g_printer0`` makes a small box between POS and printer a USB printer for the POS:
what the POS prints is read there, what we answer goes back by the same file.  A FIFO
is a door for a program that prints to a file; each writer's jobs end when it closes.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from agent.intake.cable import Cable, CableDoor, Plugged
from agent.intake.reception import Reception
from agent.intake.settings import DeviceDoorSettings


def device_door(settings: DeviceDoorSettings, reception: Reception) -> CableDoor:
    """The service."""
    path = str(settings.path)

    def plug() -> Callable[[], Plugged]:
        fd, ends = opened(path)
        file = os.fstat(fd)
        if not stat.S_ISFIFO(file.st_mode):
            return lambda: Plugged(Cable(fd, ends=ends), lambda: os.close(fd))
        return lambda: Plugged(
            Cable(fd, ends=ends),
            lambda: os.close(fd),
            shared=True,
            moved=lambda: not _names(path, file),
        )

    return CableDoor("door.device", path, reception, plug)


def opened(path: str) -> tuple[int, bool]:
    """The descriptor, and whether an empty read of it is a hang-up.

    Raises:
        OSError: it is not there, not ours to open, or no device.
    """
    flags = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    mode = os.stat(path).st_mode  # noqa: PTH116 -- one name for stat and open here
    if stat.S_ISFIFO(mode):
        # For reading only: the last writer's hang-up is the end of its job.
        return os.open(path, flags | os.O_RDONLY), True
    if not stat.S_ISCHR(mode):
        raise OSError(None, "not a character device or FIFO")
    fd = os.open(path, flags | os.O_RDWR)
    return fd, os.isatty(fd)


def _names(path: str, file: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), file)  # noqa: PTH116 -- as above
    except OSError:
        return False
