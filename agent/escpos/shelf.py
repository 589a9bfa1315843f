"""The pictures that a printer holds, while it prints: NV memory and RAM.

A full memory takes nothing more: the new definition is ignored and the old one of
that name stays, as on the printer.  ESC @ clears what is RAM.

Keys begin with the kind: ``NV`` and ``DOWNLOAD`` then two key codes, ``LOGO`` then
the number of FS q, ``BIT_IMAGE`` alone.  Epson's models differ in whether FS q and
GS ( L drive each other's pictures out; here they never do, since a picture too many
is only looked for by a POS that means it.

Source: Epson ESC/POS Application Programming Guide: FS q, GS *, GS ( L, ESC @.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.memory import Letterhead
from agent.paper.strip import Picture

NV: Final = b"N"
LOGO: Final = b"Q"
DOWNLOAD: Final = b"D"
BIT_IMAGE: Final = b"B"

MAX_NV_BYTES: Final = 384 * 1024
"""NV graphics of the TM-T88 family at its largest setting."""
MAX_RAM_BYTES: Final = 256 * 1024
"""More than a POS can download between two receipts without being noticed."""
MAX_PICTURES: Final = 256
"""Of one kind: FS q numbers them in one byte."""

MAX_DEFINITIONS: Final = 4096
"""In one job; each takes time.  A printer's own memory lasts for ten a day."""

_AREA: Final[Mapping[bytes, int]] = {NV: 0, LOGO: 0, DOWNLOAD: 1, BIT_IMAGE: 1}
"""Which memory a kind of picture is in: that which stays, or RAM."""
_ROOM: Final = (MAX_NV_BYTES, MAX_RAM_BYTES)


class Shelf:
    """``halved``: pictures come in 360 dpi (GS ( L fn 49) and are printed in 180."""

    def __init__(self) -> None:
        self.letterhead = Letterhead()
        self.halved = False
        self._kept: dict[bytes, Picture] = {}
        self._left = MAX_DEFINITIONS
        self._used = [0, 0]
        self._count = dict.fromkeys(_AREA, 0)

    @property
    def pictures(self) -> dict[bytes, Picture]:
        """All that is on it."""
        return dict(self._kept)

    def restore(
        self, pictures: Mapping[bytes, Picture], letterhead: Letterhead
    ) -> None:
        """Begin with what was there at the end of an earlier job."""
        for key, picture in pictures.items():
            if key[:1] in _AREA:
                self.put(key, picture)
        self.letterhead = letterhead

    def get(self, key: bytes) -> Picture | None:
        return self._kept.get(key)

    def put(self, key: bytes, picture: Picture) -> None:
        """Define or define anew; what has no dots, or no room, is not stored."""
        kind, size = key[:1], len(picture.bits)
        old = self._kept.get(key)
        used = self._used[_AREA[kind]] - (len(old.bits) if old else 0)
        count = self._count[kind] - (old is not None)
        if size and used + size <= _ROOM[_AREA[kind]] and count < MAX_PICTURES:
            self._kept[key] = picture
            self._used[_AREA[kind]] = used + size
            self._count[kind] = count + 1

    def takes_more(self) -> bool:
        """Asked before each definition of a job, since a flood of them ends here."""
        self._left -= 1
        return self._left >= 0

    def drop(self, start: bytes) -> None:
        """Forget one picture by its key, or a kind of them by its letter."""
        for key in [each for each in self._kept if each.startswith(start)]:
            self._used[_AREA[key[:1]]] -= len(self._kept.pop(key).bits)
            self._count[key[:1]] -= 1

    def reset(self) -> None:
        """ESC @."""
        self.drop(DOWNLOAD)
        self.drop(BIT_IMAGE)
        self.halved = False
        head = self.letterhead
        if not (head.top_on and head.bottom_on):
            self.letterhead = Letterhead(head.top, head.bottom)
