"""GS ( L and GS 8 L: the print buffer and the two shelves of stored graphics.

Functions 64-69 are about NV graphics, 80-85 the same about download graphics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PIL import Image

from hardware_sim import pictures
from hardware_sim.memory import Nv, Ram, Shelf

KEYS_AT_ONCE: Final = 40
"""Key codes in one block of the answer to functions 64 and 80."""
_CAPACITIES: Final = {0: b"0", 3: b"1", 4: b"2"}
"""Functions 0, 3 and 4: the identifier of their answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one function comes to.

    Attributes:
        printed: goes on paper now.
        answer: goes back to the POS.
        complaint: why nothing came of it.
    """

    printed: Image.Image | None = None
    answer: bytes = b""
    complaint: str = ""


_NOTHING: Final = Outcome()
_FULL: Final = Outcome(complaint="graphics memory is full")


class Graphics:
    """The print buffer; the shelves are the printer's."""

    def __init__(self, nv: Nv, ram: Ram) -> None:
        self._nv, self._ram = nv, ram
        self.buffer: Image.Image | None = None

    def run(self, payload: bytes) -> Outcome:
        """One function: m fn a.. of either command."""
        if len(payload) < 2:
            return _NOTHING
        function, args = payload[1], payload[2:]
        number = function - 48 if 48 <= function <= 52 else function
        if number in _CAPACITIES:
            return Outcome(answer=self._capacity(number))
        if number == 2 or function in (112, 113):
            return self._buffer(function, args)
        if 64 <= function <= 69:
            return self._stored(function - 64, args, self._nv.graphics, b"r")
        if 80 <= function <= 85:
            return self._stored(function - 80, args, self._ram.graphics, b"s")
        return _NOTHING

    def _buffer(self, function: int, args: bytes) -> Outcome:
        if function in (112, 113):
            drawn = _buffered(args, by_columns=function == 113)
            self.buffer = pictures.overlaid(self.buffer, drawn)
            return _NOTHING
        printed, self.buffer = self.buffer, None
        return Outcome(printed)

    def _capacity(self, number: int) -> bytes:
        shelf = self._ram.graphics if number == 4 else self._nv.graphics
        size = shelf.free_bytes if number else shelf.capacity_bytes
        return b"7" + _CAPACITIES[number] + str(size).encode("ascii") + b"\0"

    @staticmethod
    def _stored(number: int, args: bytes, shelf: Shelf, mark: bytes) -> Outcome:
        match number:
            case 0:
                return Outcome(answer=_key_list(shelf, mark))
            case 1 if args == b"CLR":
                shelf.clear()
            case 2:
                shelf.delete(args[:2])
            case 3 | 4 if len(args) >= 8:
                drawn = _defined(args, by_columns=number == 4)
                return _NOTHING if shelf.put(args[1:3], drawn) else _FULL
            case 5:
                return _printed(shelf, args)
            case _:
                pass
        return _NOTHING


def _key_list(shelf: Shelf, mark: bytes) -> bytes:
    """``7 r status kc1 kc2 .. NUL``; status 41 says that another block follows."""
    keys = shelf.keys
    groups = [keys[at : at + KEYS_AT_ONCE] for at in range(0, len(keys), KEYS_AT_ONCE)]
    blocks = [b"".join(group) for group in groups] or [b""]
    more = [b"\x41"] * (len(blocks) - 1) + [b"\x40"]
    return b"".join(
        b"7" + mark + status + block + b"\0"
        for status, block in zip(more, blocks, strict=True)
    )


def _printed(shelf: Shelf, args: bytes) -> Outcome:
    """kc1 kc2 x y."""
    known = shelf.get(args[:2])
    if known is None:
        return Outcome(complaint=f"no graphics under key {args[:2].hex(' ')}")
    return Outcome(
        pictures.stretch(known, _scale(args[2:3]), _scale(args[3:4])),
    )


def _scale(byte: bytes) -> int:
    return 2 if byte == b"\x02" else 1


def _plane(width: int, height: int, data: bytes, *, by_columns: bool) -> Image.Image:
    if by_columns:
        drawn = pictures.columns(width, (height + 7) // 8, data)
    else:
        drawn = pictures.rows((width + 7) // 8, height, data)
    return drawn.crop((0, 0, min(width, drawn.width), min(height, drawn.height)))


def _plane_bytes(width: int, height: int, *, by_columns: bool) -> int:
    return width * ((height + 7) // 8) if by_columns else (width + 7) // 8 * height


def _buffered(args: bytes, *, by_columns: bool) -> Image.Image:
    """112 and 113: a bx by c xL xH yL yH d..; a = 52 has 16 tones."""
    tone, across, down, colour = args[0:1], args[1:2], args[2:3], args[3:4]
    width, height, data = pictures.u16(args, 4), pictures.u16(args, 6), args[8:]
    if tone == b"4" and not by_columns:
        drawn = pictures.tones(width, height, data)
    else:
        drawn = _plane(width, height, data, by_columns=by_columns)
    drawn = pictures.coloured(drawn, int.from_bytes(colour, "big"))
    return pictures.stretch(drawn, _scale(across), _scale(down))


def _defined(args: bytes, *, by_columns: bool) -> Image.Image:
    """67, 68, 83, 84: a kc1 kc2 b xL xH yL yH [c d1..dk] for each of b colours."""
    width, height = pictures.u16(args, 4), pictures.u16(args, 6)
    size = _plane_bytes(width, height, by_columns=by_columns)
    drawn: Image.Image | None = None
    for plane in range(min(args[3], 4)):
        at = 8 + plane * (size + 1)
        data = args[at + 1 : at + 1 + size]
        layer = _plane(width, height, data, by_columns=by_columns)
        colour = int.from_bytes(args[at : at + 1], "big")
        drawn = pictures.overlaid(drawn, pictures.coloured(layer, colour))
    return drawn or _plane(width, height, b"", by_columns=by_columns)
