"""The command list's notation, and a command's bytes read by it.

``01-FF`` is a byte of that range, ``0001-1BB4`` a number sent low byte first,
``8000-7FFF`` a signed one, ``00-02/30-32`` alternatives, ``b0xxx0yyy`` bits of which
those written 0 or 1 are fixed, ``20-7E 20-7E`` characters (a key code), ``[30/31]``
a byte that may be left out, and anything with dots or braces all that is left.
Behind a family's opcode stands the length that the command says of itself.

Reading never raises: what does not fit becomes a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Kind = Literal["number", "signed", "code", "bits", "text", "rest"]
Ranges = tuple[tuple[int, int], ...]
Value = int | str
"""A parameter as JSON has it: a number, the text of a key code, or hex."""

MAX_HEX_BYTES: Final = 16
"""Bytes of a picture or of a symbol's data that are shown."""

_CHARACTER: Final = "20-7E"
_HIGH_FIRST: Final = frozenset({"FS 2", "FS ?"})
"""Kanji codes are sent high byte first."""


def seen(raw: bytes) -> str:
    """Bytes as characters, escaped unless printable: a terminal obeys none of them."""
    return "".join(chr(b) if 0x20 <= b <= 0x7E else f"\\x{b:02x}" for b in raw)


class Part(NamedTuple):
    """Bytes that belong together.

    ``size`` is their number, 0 for all that is left.  ``ranges`` are the allowed
    values, none for any; of ``bits`` the one pair is the mask and what is under it.
    """

    kind: Kind
    size: int
    ranges: Ranges = ()
    optional: bool = False

    @property
    def constant(self) -> bool:
        """Only one value is possible, so it needs no name."""
        low, high = self.ranges[0] if self.ranges else (0, -1)
        return self.kind == "number" and len(self.ranges) == 1 and low == high

    @property
    def _order(self) -> Literal["big", "little"]:
        return "big" if self.kind == "code" else "little"

    def value(self, raw: bytes) -> Value:
        if self.kind == "rest":
            return abbreviated(raw)
        if self.kind == "text":
            return seen(raw)
        return int.from_bytes(raw, self._order, signed=self.kind == "signed")

    def allows(self, raw: bytes) -> bool:
        if self.kind == "text":
            return all(0x20 <= byte <= 0x7E for byte in raw)
        number = int.from_bytes(raw, self._order)
        if self.kind == "bits":
            mask, fixed = self.ranges[0]
            return number & mask == fixed
        return not self.ranges or any(low <= number <= up for low, up in self.ranges)

    def manual(self) -> str:
        """What the manual allows, in words."""
        if self.kind == "text":
            return "characters 32-126"
        if self.kind == "bits":
            mask, fixed = self.ranges[0]
            return f"{fixed:#04x} under the mask {mask:#04x}"
        return spelt(self.ranges)


def spelt(ranges: Ranges) -> str:
    """Ranges as a manual writes them: ``0-2, 48-50``."""
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in ranges)


def abbreviated(raw: bytes, most: int = MAX_HEX_BYTES) -> str:
    """Hex, the first ``most`` bytes of it."""
    return raw[:most].hex(" ") + (" …" if len(raw) > most else "")


def parts(notation: str) -> list[Part]:
    """The parts of a command, its opcode too."""
    found: list[Part] = []
    for word in _words(notation):
        if word == _CHARACTER and found and found[-1].kind == "text":
            found[-1] = Part("text", found[-1].size + 1)
        else:
            found.append(_part(word))
    return found


def _words(notation: str) -> Iterator[str]:
    """Up to the first word that stands for all that is left."""
    notation = re.sub(r" x \d+$", "...", notation.replace(" or ", "/"))
    for word in notation.split():
        opens = word.startswith("[") and not re.fullmatch(r"\[[^\[\]]*\]", word)
        if opens or "..." in word or "{" in word or "[" in word[1:]:
            yield "..."
            return
        yield word


def _part(word: str) -> Part:
    if word == "...":
        return Part("rest", 0)
    if word == _CHARACTER:
        return Part("text", 1)
    if word.startswith("b"):
        bits = word[1:]
        mask = "".join("1" if bit in "01" else "0" for bit in bits)
        return Part("bits", 1, ((int(mask, 2), int(re.sub("[xyn]", "0", bits), 2)),))
    ranges, digits = _ranges(word.strip("[]"))
    signed = any(low > high for low, high in ranges)
    return Part(
        "signed" if signed else "number",
        digits // 2,
        () if signed else ranges,
        optional=word.startswith("["),
    )


def _ranges(word: str) -> tuple[Ranges, int]:
    """Alternatives; how many digits a number has is told by the first."""
    digits = len(re.split("[-/]", word)[0])
    number = f"[0-9A-Fa-f]{{1,{digits}}}"
    pairs = re.findall(f"({number})(?:-({number}))?", word)
    return tuple((int(a, 16), int(b or a, 16)) for a, b in pairs), digits


def length_size(name: str) -> int:
    """In how many bytes a command of this name says its own length."""
    return {" ( ": 2, " 8 ": 4}.get(name[-4:-1], 0)


class Layout(NamedTuple):
    """A command behind its opcode: what it says of its length, then its parts."""

    length: Ranges
    length_size: int
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, name: str, notation: str) -> Layout:
        """``name`` has a word for each byte of the opcode."""
        rest = parts(notation)[len(name.split()) :]
        if name in _HIGH_FIRST:
            rest[0] = rest[0]._replace(kind="code")
        size = length_size(name)
        if not size:
            return cls((), 0, tuple(rest))
        if rest[0].size == size:
            return cls(rest[0].ranges, size, tuple(rest[1:]))
        low, high = rest[0].ranges[0][0], rest[1].ranges[0][0]
        return cls(((low | high << 8,) * 2,), size, tuple(rest[2:]))

    def split(self, body: bytes) -> Iterator[tuple[Part, bytes]]:
        """Each part with its bytes, which may be too few."""
        for part in self.parts:
            size = part.size or len(body)
            yield part, body[:size]
            body = body[size:]
