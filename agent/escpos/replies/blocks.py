"""Answers with a header and an end, in one block or in several.

``37H identifier .. 00H``.  Long ones are cut into blocks that say themselves whether
another one follows (41H) or not (40H); after each the host answers ACK, NAK or CAN.

Source: Epson ESC/POS, GS ( L, "Notes for ESC/POS Handshaking Protocol".
"""

from __future__ import annotations

from typing import Final

HEADER: Final = 0x37
SEPARATOR: Final = b"\x1f"
BLOCK_BYTES: Final = 80
"""Of data: forty key codes, or a piece of a record."""
_LAST, _MORE = 0x40, 0x41


def block(identifier: int, data: bytes = b"") -> bytes:
    """An answer of one block, without a status."""
    return bytes((HEADER, identifier)) + data + b"\0"


def number(identifier: int, value: int) -> bytes:
    """A number in decimal digits, the highest first."""
    return block(identifier, str(value).encode("ascii"))


def blocks(identifier: int, data: bytes) -> tuple[bytes, ...]:
    """At least one; the only one of no data is header, identifier, 40H and NUL."""
    starts = range(0, max(1, len(data)), BLOCK_BYTES)
    return tuple(
        block(
            identifier,
            bytes((_MORE if at + BLOCK_BYTES < len(data) else _LAST,))
            + data[at : at + BLOCK_BYTES],
        )
        for at in starts
    )


class Transmission:
    """Blocks on their way to one POS.

    ``more`` becomes false when what the POS says next is no response any more.
    """

    def __init__(self, parts: tuple[bytes, ...]) -> None:
        self._parts = parts
        self._at = 0
        self.more = True

    def first(self) -> bytes:
        return self._parts[0]

    def respond(self, code: str) -> bytes:
        """ACK: the next block, if there is one; NAK: the same again; else no more."""
        if not self.more:
            return b""
        if code == "ACK":
            self._at += 1
        if code not in {"ACK", "NAK"} or self._at == len(self._parts):
            self.more = False
            return b""
        return self._parts[self._at]
