"""One peer of the printer: its line, what came of it, and how it is held back.

A serial line may want XON and XOFF; others feel that nobody reads.
"""

from __future__ import annotations

from hardware_sim.commands import Framer
from hardware_sim.line import Line
from hardware_sim.real_time import Finder
from hardware_sim.star_frames import StarFramer

XON, XOFF = b"\x11", b"\x13"
XOFF_ROOM_BYTES = (128, 256)
"""XOFF when no more than the first is left of the buffer, XON above the second."""
SMALL_XOFF_ROOM_BYTES = (16, 26)
"""The same of the small buffer."""


class Flow:
    """XON and XOFF for one line: what to say as the buffer fills and empties."""

    def __init__(self) -> None:
        self._stopped = False

    def regulate(self, room_bytes: int, buffer_bytes: int) -> bytes:
        """The byte to send, if one is due."""
        stop, go = XOFF_ROOM_BYTES if buffer_bytes > 256 else SMALL_XOFF_ROOM_BYTES
        if not self._stopped and room_bytes <= stop:
            self._stopped = True
            return XOFF
        if self._stopped and room_bytes > go:
            self._stopped = False
            return XON
        return b""


class Client:
    """One peer: its line, its framing and its Automatic Status Back mask."""

    def __init__(self, line: Line, *, xon_xoff: bool = False) -> None:
        self.line = line
        self.flow = Flow() if xon_xoff else None
        self.framer: Framer | StarFramer = Framer()
        self.finder = Finder()
        self.asb_mask = 0
        self.unprinted = 0
