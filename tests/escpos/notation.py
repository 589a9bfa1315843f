"""Examples in bytes from the command list's own notation.

``escpos_commands.csv`` is this project's list of ESC/POS commands (CC0): ranges
such as ``01-FF``, numbers of two or four bytes such as ``0001-1BB4`` (sent low
byte first), bit patterns, repetitions.  Where a length depends on a value the
example is written by hand, in ``BY_HAND``, and never taken from the code under test.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("escpos_commands.csv")
NOT_PRINTER = ("Customer display", "Non-Epson")
NASTY = b"\x1dV\x00\x1b@\x10\x04\x01\n\x00"
"""Payload that would be a cut, a reset and a question if it were not payload."""


def nasty(size: int) -> bytes:
    return (NASTY * (size // len(NASTY) + 1))[:size]


def _bmp(size: int) -> bytes:
    return b"BM" + size.to_bytes(4, "little") + nasty(size - 6)


BY_HAND: dict[str, bytes] = {
    "DLE EOT": b"\x10\x04\x01",
    # two rows of dots bytes, two characters, 1 and 0 columns wide
    "ESC &": b"\x1b&\x02AB" + b"\x01" + b"\x1d\x56" + b"\x00",
    "ESC *": b"\x1b*\x21\x05\x00" + nasty(15),
    "ESC =": b"\x1b=\x01",
    "ESC D": b"\x1bD\x08\x10\x1b\x00",
    "FS 2": b"\x1c2\x77\x21" + nasty(72),
    "FS ( f fn=[00-03/30-33": b"\x1c(f\x04\x00\x00\x1d\x01\x56",
    "FS g 1": b"\x1cg1\x00" + b"\x00\x00\x00\x00" + b"\x0b\x00" + nasty(11),
    "FS q": b"\x1cq\x02"
    + (b"\x02\x00\x01\x00" + nasty(16))
    + (b"\x01\x00\x03\x00" + nasty(24)),
    "GS *": b"\x1d*\x02\x03" + nasty(48),
    "GS C ;": b"\x1dC;0;99;1;2;10;",
    "GS D fn=30/43": b"\x1dD0C0AB01" + _bmp(0x42),
    "GS D fn=30/53": b"\x1dD0S0AB01" + _bmp(0x50),
    "GS Q 0": b"\x1dQ0\x00\x07\x00\x03\x00" + nasty(21),
    "GS k fn=A": b"\x1dk\x04CODE39 $%\x00",
    "GS k fn=B": b"\x1dk\x49\x0a" + nasty(10),
    "GS v 0": b"\x1dv0\x00\x30\x00\x07\x00" + nasty(0x30 * 7),
}


@dataclass(frozen=True)
class Listed:
    """One row of the list: ``name`` without fn, ``functions`` as the row says."""

    mnemonic: str
    notation: str
    group: str

    @property
    def name(self) -> str:
        return self.mnemonic.split(" fn=")[0]

    @property
    def example(self) -> bytes:
        if self.mnemonic in BY_HAND:
            return BY_HAND[self.mnemonic]
        parts = self.notation.split()
        if " ( " in self.name:
            return _counted(parts, width=2)
        if " 8 " in self.name:
            return _counted(parts, width=4)
        return b"".join(map(_lowest, parts))

    @property
    def fn(self) -> int | None:
        """The function number as the mnemonic gives it, m before it or not."""
        if " fn=" not in self.mnemonic or self.name == "GS k":
            return None
        numbers = re.findall("[0-9A-F]{2}", self.mnemonic.split(" fn=")[1])
        after_m = self.name in {"GS ( k", "GS ( L", "GS 8 L", "GS D"}
        return int(numbers[1 if after_m else 0], 16)


def printer_rows() -> list[Listed]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return [
            Listed(row["mnemonic"], row["bytes"], row["group"])
            for row in csv.DictReader(file)
            if not row["group"].startswith(NOT_PRINTER)
        ]


def _lowest(part: str) -> bytes:
    """The first value that a part allows, as it is sent."""
    if part.startswith("b"):
        return bytes((int(re.sub("[xyn]", "0", part[1:]), 2),))
    first = re.split("[-/|.]", part.strip("[]{}"))[0]
    return bytes.fromhex(first)[::-1]


def _counted(parts: list[str], width: int) -> bytes:
    """Opcode, length, and a body that starts as listed and is as long as told."""
    opcode = bytes.fromhex("".join(parts[:3]))
    told = _lowest(parts[3])
    rest = parts[4:]
    if len(told) == 1:
        told, rest = bytes.fromhex(parts[3] + parts[4]), parts[5:]
    size = int.from_bytes(told, "little")
    body = b""
    for part in rest:
        if part.startswith(("[", "{")) or part.endswith("..."):
            break
        body += _lowest(part)
    body += nasty(size - len(body))
    return opcode + len(body).to_bytes(width, "little") + body
