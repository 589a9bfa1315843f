"""What bytes look like that are no command of ours: other makers' and clones'.

Only the beginning is looked at, and nothing is done about it: a decoder that names a
stranger saves the field engineer an hour.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from agent.escpos.grammar import LEADS

MAX_RUNS: Final = 4
"""Kinds of bytes that are told of one run; noise has hundreds."""

# The longest beginning wins.
_LOOKS: Final = {
    b"\x00": "NUL (padding, or a POS flushing a broken command)",
    b"\x07": "BEL (Star drawer 1, or a clone's buzzer)",
    b"\x08": "BS (customer display, cursor left)",
    b"\x0b": "VT (customer display, cursor home)",
    b"\x0e": "SO (double width of older printers)",
    b"\x0f": "SI (condensed print of older printers)",
    b"\x11": "XON (flow control of a serial line)",
    b"\x12": "DC2 (condensed print off, of older printers)",
    b"\x13": "XOFF (flow control of a serial line)",
    b"\x14": "DC4 (double width off, of older printers)",
    b"\x19": "EM (Star drawer 2 at once)",
    b"\x1a": "SUB (Star drawer 2)",
    b"\x1f": "US (customer display, but no ESC = 2 before it)",
    b"\x10": "DLE without a real-time command",
    b"\x1b": "ESC without a command of ours",
    b"\x1c": "FS: Star drawer 1 at once, or no command of ours",
    b"\x1d": "GS without a command of ours",
    b"\x1b\x06\x01": "Star: asks for the automatic status; sent to both dialects",
    b"\x1b\x1e": "Star: ESC RS",
    b"\x1b\x1ea": "Star: automatic status on or off",
    b"\x1b\x1d": "Star: ESC GS",
    b"\x1b\x1da": "Star: alignment",
    b"\x1b\x1dt": "Star: code page",
    b"\x1b\x1dy": "Star: QR code",
    b"\x1b\x1dS": "Star: raster picture",
    b"\x1b\x1dx": "Star: PDF417",
    b"\x1bB": "clone: beep",
    b"\x1bb": "Star: bar code",
    b"\x1b4": "clone: italic on (as ESC/P)",
    b"\x1b5": "clone: italic off (as ESC/P)",
    b"\x1b*r": "Custom or Star: raster mode, as PCL",
    b"\x1b*t": "Custom: raster resolution, as PCL",
    b"\x1b*b": "Custom: raster row, as PCL",
    b"\x1b*p": "Custom: position, as PCL",
    b"\x1b*o": "Custom: orientation, as PCL",
    b"\x1b&": "Custom: page setup, as PCL",
    b"\x1c<EPOS>": "Custom: change to ESC/POS",
    b"\x1c}`": "clone: cut",
    b"\x1de": "Custom: paper eject or present",
}
UNLISTED: Final = {"GS ( J": "prologue of Epson's Windows driver"}
"""Families that no manual has, and what they were seen for."""

_LONGEST: Final = max(map(len, _LOOKS))


def strangers(raw: bytes) -> str:
    """What a command of nobody's looks like, or each kind of byte in a run of them."""
    if raw[0] in LEADS:
        return _looks(raw)
    runs = [(value, len(tuple(run))) for value, run in groupby(raw)]
    said = [
        f"{n} x " * (n > 1) + _looks(bytes((value,))) for value, n in runs[:MAX_RUNS]
    ]
    return ", ".join(said) + " …" * (len(runs) > MAX_RUNS)


def _looks(raw: bytes) -> str:
    sizes = range(min(_LONGEST, len(raw)), 0, -1)
    found = next((_LOOKS[raw[:n]] for n in sizes if raw[:n] in _LOOKS), "")
    return found or f"{raw[0]:02X}, which no printer knows"
