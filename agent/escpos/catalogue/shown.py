"""What a job says to the customer display, between ESC = 2 and the next ESC =.

The bytes go past the printer, so they are read as a display reads them: its commands
have other lengths than the printer's of the same name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from agent.escpos import lengths
from agent.escpos.catalogue import reading
from agent.escpos.catalogue.entry import Entry, form
from agent.escpos.catalogue.foreign import strangers
from agent.escpos.catalogue.index import DISPLAY
from agent.escpos.catalogue.layout import length_size
from agent.escpos.catalogue.reading import Described
from agent.escpos.catalogue.scene import Scene
from agent.escpos.settings import Printer

MAX_HELD_BYTES: Final = 4096
"""Held back at most: a display has two lines of 20 characters."""


def _opcode(entry: Entry) -> bytes:
    words = entry.notation.split()[: len(entry.name.split())]
    return bytes.fromhex("".join(words))


_OPCODES: Final[Mapping[bytes, Entry]] = {_opcode(entry): entry for entry in DISPLAY}


class Display:
    """The bytes for the display; :meth:`close` reads what is held."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._at = 0
        self._scene = Scene(Printer())

    def take(self, raw: bytes, at: int) -> Iterator[Described]:
        """Hold ``raw``, which stood at ``at``, right behind what is held."""
        if not self._held:
            self._at = at
        self._held += raw
        if len(self._held) > MAX_HELD_BYTES:
            yield from self.close()

    def close(self) -> Iterator[Described]:
        """All that is held, in words."""
        data, at = bytes(self._held), self._at
        self._held.clear()
        pos = 0
        while pos < len(data):
            entry, size = _measure(data, pos)
            raw = data[pos : pos + size]
            yield self._one(entry, raw, at + pos)
            pos += len(raw)

    def _one(self, entry: Entry | None, raw: bytes, at: int) -> Described:
        if entry is not None:
            described = reading.command(entry, raw, at, self._scene)
            opcode = len(_opcode(entry))
            if not described.warnings:
                self._scene.follow(entry.name, raw[opcode:])
            return described._replace(kind="display")
        if raw[0] >= 0x20:
            return reading.text(raw, at, self._scene, "display")
        said = strangers(raw)
        return Described(at, "unknown", "", "Unknown bytes", (), said, "none", raw)


def _measure(data: bytes, at: int) -> tuple[Entry | None, int]:
    """What stands at an offset, and how many bytes of it there should be."""
    for size in (3, 2, 1):
        entry = _OPCODES.get(data[at : at + size])
        if entry is not None:
            return entry, size + _params(entry, data, at + size)
    end = at
    while end < len(data) and data[end] >= 0x20:
        end += 1
    return None, max(end - at, 1)


def _params(entry: Entry, data: bytes, at: int) -> int:
    if entry.name == "ESC &":
        return max(0, lengths.characters(data, at))
    if length_size(entry.name):
        return 2 + int.from_bytes(data[at : at + 2], "little")
    return sum(part.size for part in form(entry).layout.parts)
