"""A USB keypad (or a scanner that plays a keyboard) that the kernel makes: uinput.

The kernel shows it as /dev/input/eventN, as it does one with a plug; whoever listens
cannot tell.  Needs /dev/uinput (module ``uinput``) and the right to write to it.

Source: Documentation/input/uinput.rst; include/uapi/linux/uinput.h.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

UINPUT: Final = Path("/dev/uinput")
SYS: Final = Path("/sys/devices/virtual/input")
_UI_DEV_CREATE: Final = 0x5501
_UI_DEV_DESTROY: Final = 0x5502
_UI_DEV_SETUP: Final = 0x405C5503
_UI_SET_EVBIT: Final = 0x40045564
_UI_SET_KEYBIT: Final = 0x40045565
_UI_GET_SYSNAME_64: Final = 0x8040552C
_EV_SYN: Final = 0
_EV_KEY: Final = 1
_BUS_USB: Final = 3
APPEARS_S: Final = 2.0
NUMBER_PAD: Final = (
    69,
    98,
    55,
    14,
    71,
    72,
    73,
    74,
    75,
    76,
    77,
    78,
    79,
    80,
    81,
    96,
    82,
    83,
)
"""Num Lock, the four signs, Backspace, ten digits, Enter, the point."""
FACES: Final = {
    **{
        str(digit): code
        for digit, code in zip(
            range(10), (82, 79, 80, 81, 75, 76, 77, 71, 72, 73), strict=True
        )
    },
    "enter": 96,
    "back": 14,
}
"""What is printed on the keys of a number pad, and their codes."""
WHOLE_KEYBOARD: Final = tuple(range(1, 128))


class UinputKeypad:
    """``with UinputKeypad("Pad") as pad: pad.press(79)``; unplugged at its end."""

    def __init__(self, name: str, codes: Iterable[int] = NUMBER_PAD) -> None:
        self._fd = os.open(UINPUT, os.O_WRONLY | os.O_NONBLOCK)
        fcntl.ioctl(self._fd, _UI_SET_EVBIT, _EV_KEY)
        for code in codes:
            fcntl.ioctl(self._fd, _UI_SET_KEYBIT, code)
        about = struct.pack("@HHHH80sI", _BUS_USB, 0x1A2C, 0x2D43, 1, name.encode(), 0)
        fcntl.ioctl(self._fd, _UI_DEV_SETUP, about)
        fcntl.ioctl(self._fd, _UI_DEV_CREATE)
        self.path = self._appeared()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()

    def press(self, code: int) -> None:
        """Down and up."""
        self.strike([(code, 1), (code, 0)])

    def strike(self, strokes: Iterable[tuple[int, int]], pace_s: float = 0.0) -> None:
        """(code, 1 down, 0 up, 2 repeat), each with its report."""
        for code, value in strokes:
            self._write(_EV_KEY, code, value)
            self._write(_EV_SYN, 0, 0)
            time.sleep(pace_s)

    def unplug(self) -> None:
        """Gone, as when the cable is pulled."""
        if self._fd >= 0:
            fcntl.ioctl(self._fd, _UI_DEV_DESTROY)
            os.close(self._fd)
            self._fd = -1

    def _write(self, kind: int, code: int, value: int) -> None:
        os.write(self._fd, struct.pack("@llHHi", 0, 0, kind, code, value))

    def _appeared(self) -> Path:
        name = fcntl.ioctl(self._fd, _UI_GET_SYSNAME_64, bytes(64)).split(b"\0")[0]
        until_s = time.monotonic() + APPEARS_S
        while time.monotonic() < until_s:
            for folder in (SYS / name.decode()).glob("event*"):
                node = Path("/dev/input") / folder.name
                if node.exists():
                    return node
            time.sleep(0.01)
        raise TimeoutError(f"the kernel made {name!r} and nobody its event device")


def by_hand(name: str, lines: Iterable[str]) -> int:
    """Press the keys that each line names, by what is printed on them."""
    with UinputKeypad(name) as pad:
        faces = " ".join(FACES)
        print(f"{name!r} at {pad.path}: type what is on its keys: {faces}", flush=True)
        for line in lines:
            for face in line.split():
                if (code := FACES.get(face)) is not None:
                    pad.press(code)
    return 0
