"""Bytes to characters when one character may be several bytes (FS &, FS C, FS ( C).

JIS needs FS & (two bytes 21-7E, or the same with their high bits); Shift JIS
tells its first bytes from single ones itself; UTF-8 replaces the code page.
Commands cut the stream, and so does the wire: half a character waits for the
rest of it, and is dropped when a command comes between.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

System = Literal["jis", "shift_jis", "utf-8"]

FS_C: Final[dict[int, System]] = {0: "jis", 1: "shift_jis", 2: "shift_jis"}
"""FS C n: JIS, Shift JIS, Shift JIS X 0213."""
_SHIFT_JIS_FIRST = frozenset((*range(0x81, 0xA0), *range(0xE0, 0xFD)))
_NARROW = 0x250
"""UTF-8: up to Latin Extended a character has the width of a single byte's."""


@dataclass(frozen=True, slots=True)
class Wide:
    """One character of kanji width: its text, and its code as FS 2 defines it."""

    char: str
    code: bytes


Piece = bytes | str | Wide
"""Bytes for the code page, characters of ordinary width, one wide character."""


class Splitter:
    """What ESC @ resets of FS &, FS C and FS ( C, and half a character."""

    def __init__(self) -> None:
        self.system: System = "jis"
        self.selected = False
        self._half = b""
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")

    def drop_half(self) -> None:
        """A command came: what is not whole by now never will be."""
        self._half = b""
        self._utf8.reset()

    def pieces(self, raw: bytes) -> Iterator[Piece]:
        if self.system == "utf-8":
            yield from _by_width(self._utf8.decode(raw))
            return
        raw, self._half = self._half + raw, b""
        start = at = 0
        while at < len(raw):
            if not self._leads(raw[at]):
                at += 1
                continue
            if start < at:
                yield raw[start:at]
            if at + 1 == len(raw):
                self._half = raw[at:]
                return
            yield self._wide(raw[at : at + 2])
            at += 2
            start = at
        if start < at:
            yield raw[start:at]

    def _leads(self, byte: int) -> bool:
        if self.system == "shift_jis":
            return byte in _SHIFT_JIS_FIRST
        return self.selected and 0x21 <= byte & 0x7F <= 0x7E and byte != 0x7F

    def _wide(self, code: bytes) -> Wide:
        """Codes of user-defined kanji have no text."""
        if self.system == "shift_jis":
            return Wide(code.decode("shift_jisx0213", "replace")[0], code)
        euc = bytes(byte | 0x80 for byte in code)
        plain = bytes(byte & 0x7F for byte in code)
        return Wide(euc.decode("euc_jp", "replace")[0], plain)


def _by_width(text: str) -> Iterator[Piece]:
    narrow = ""
    for char in text:
        if ord(char) < _NARROW or 0x2000 <= ord(char) < 0x2600:
            narrow += char
            continue
        if narrow:
            yield narrow
        narrow = ""
        yield Wide(char, b"")
    if narrow:
        yield narrow
