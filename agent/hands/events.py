"""What the kernel says of an input device, from bytes to strokes.

The interface is Linux's own and stable (Documentation/input/input.rst, "Event
interface"; include/uapi/linux/input.h, ``struct input_event``): a time in two longs,
then ``__u16 type, __u16 code, __s32 value``: 24 bytes on a 64-bit till, 16 on one of 32
bits.  Any bytes may come; what is no key says nothing.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Literal

Motion = Literal["up", "down", "held"]

_MOTIONS: Final[dict[int, Motion]] = {0: "up", 1: "down", 2: "held"}
"""Of EV_KEY; 2 is the keyboard's own repeat."""
_FORMS: Final = {8: struct.Struct("=qqHHi"), 4: struct.Struct("=llHHi")}
"""By bytes of a C long."""
NATIVE: Final = struct.calcsize("@l")
"""Of this program, which is what the kernel looks at."""

_EV_SYN, _EV_KEY = 0, 1
_SYN_REPORT, _SYN_DROPPED = 0, 3


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key moved.  ``at_ms`` is the kernel's clock, which the reader sets."""

    code: int
    motion: Motion
    at_ms: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """The kernel's buffer was full: which keys are down is not known any more."""


class InputEvents:
    """A parser; ``long`` is 8 or 4.  Keeps at most one unfinished event."""

    def __init__(self, long: int = NATIVE) -> None:
        self._form = _FORMS[long]
        self._rest = b""
        self._dropping = False

    def feed(self, data: bytes) -> list[Stroke | Dropped]:
        """What those bytes complete."""
        size = self._form.size
        whole = self._rest + data
        end = len(whole) - len(whole) % size
        self._rest = whole[end:]
        events = self._form.iter_unpack(whole[:end])
        heard = (self._event(*fields) for fields in events)
        return [stroke for stroke in heard if stroke is not None]

    def _event(
        self, s: int, us: int, kind: int, code: int, value: int
    ) -> Stroke | Dropped | None:
        # Documentation/input/event-codes.rst, SYN_DROPPED: ignore all up to and
        # including the next SYN_REPORT.
        if kind == _EV_SYN:
            if code == _SYN_DROPPED:
                self._dropping = True
                return Dropped()
            self._dropping = self._dropping and code != _SYN_REPORT
            return None
        motion = _MOTIONS.get(value)
        if kind != _EV_KEY or motion is None or self._dropping:
            return None
        return Stroke(code, motion, s * 1000 + us / 1000)
