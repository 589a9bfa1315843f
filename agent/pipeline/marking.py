"""How a copy is marked without disturbing what stands below the mark.

A job that begins with ESC @ sets back all that a mark may have changed; its mark may be
large and centred, between ESC @ of its own.  Any other job counts on the state that an
earlier one left, so its mark is letters and line feeds, and no command: they print in
every code page, before a page, before a picture, on an Epson and on a Star.  Whether a job
begins so is seen in its first bytes.  This is no parser: what is not surely a beginning
is none.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

LOOK_BYTES: Final = 256
"""What stands before a first ESC @ is shorter, or prints."""
_BEFORE: Final = (
    rb"\x00",  # NUL: to wake a serial line
    rb"\x18",  # CAN
    rb"\x10[\x04\x05].",  # DLE EOT n, DLE ENQ n
    rb"\x1b[!tRa].",  # ESC ! n, ESC t n, ESC R n, ESC a n: ESC @ sets them back
    rb"\x1b=[\x01\x03]",  # ESC = n: to the printer
    rb"\x1bc[345].",  # ESC c 3, 4, 5 n: sensors and buttons
    rb"\x1bp...",  # ESC p m t1 t2
    rb"\x1d[ar].",  # GS a n, GS r n
    rb"\x1b\x1e[aFLA].",  # Star: ESC RS a n and its like
)
_BEGINS: Final = re.compile(b"(?:" + b"|".join(_BEFORE) + rb")*\x1b@", re.DOTALL)


def begins_anew(raw: bytes) -> bool:
    """Whether ESC @ comes before anything that prints or stays."""
    return _BEGINS.match(raw[:LOOK_BYTES]) is not None


def plain(number: int, at: datetime) -> bytes:
    """A mark without a command; ``at`` is local time."""
    said = f"DUPLICATA {number}\nCopie du {at:%d/%m/%Y} a {at:%H:%M} / copy\n\n"
    return said.encode("ascii")
