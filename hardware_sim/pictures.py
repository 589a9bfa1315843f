"""Bit images and graphics: bytes to ink masks (mode ``L``, 255 is ink).

Never fails: data that is too short is taken as white.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

MOST_DOTS = 2400
"""Widest and tallest picture a frame may hold (GS ( L: x, y <= 2400 dots)."""

_BLANK = Image.new("L", (1, 1), 0)


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def rows(width_bytes: int, height: int, data: bytes) -> Image.Image:
    """Raster: ``height`` rows of ``width_bytes``, most significant bit left."""
    size = (min(width_bytes * 8, MOST_DOTS // 8 * 8), height)
    if not all(size) or height > 65535:
        return _BLANK
    kept = b"".join(
        data[y * width_bytes : y * width_bytes + size[0] // 8].ljust(
            size[0] // 8, b"\0"
        )
        for y in range(height)
    )
    return Image.frombytes("1", size, kept).convert("L")


def columns(count: int, height_bytes: int, data: bytes) -> Image.Image:
    """Columns of ``height_bytes``, most significant bit on top."""
    return rows(height_bytes, count, data).transpose(Image.Transpose.TRANSPOSE)


def stretch(image: Image.Image, across: int, down: int) -> Image.Image:
    size = (image.width * across, image.height * down)
    return image if size == image.size else image.resize(size, Image.Resampling.NEAREST)


def bit_image(args: bytes) -> Image.Image:
    """ESC * m nL nH d..: always 24 dots high on paper."""
    m, count, data = args[0], _u16(args, 1), args[3:]
    tall = m >= 32
    drawn = columns(count, 3 if tall else 1, data)
    return stretch(drawn, 1 if m % 32 else 2, 1 if tall else 3)


def raster(args: bytes) -> Image.Image:
    """GS v 0 m xL xH yL yH d..: m bit 0 doubles the width, bit 1 the height."""
    m = args[0] % 48
    drawn = rows(_u16(args, 1), _u16(args, 3), args[5:])
    return stretch(drawn, 1 + (m & 1), 1 + (m >> 1 & 1))


@dataclass(slots=True)
class Graphics:
    """GS ( L and GS 8 L: the print buffer and the stored graphics."""

    buffer: Image.Image | None = None
    stored: dict[bytes, Image.Image] = field(default_factory=dict)

    def run(self, payload: bytes) -> Image.Image | None:
        """One function; returns what it prints, if it prints."""
        function, args = payload[1:2], payload[2:]
        if function == b"\x70":  # 112: a bx by c xL xH yL yH d.. (raster)
            width = _u16(args, 4)
            drawn = rows((width + 7) // 8, _u16(args, 6), args[8:])
            self.buffer = stretch(drawn, _scale(args[1:2]), _scale(args[2:3]))
        elif function == b"\x71":  # 113: the same by columns
            drawn = columns(_u16(args, 4), (_u16(args, 6) + 7) // 8, args[8:])
            self.buffer = stretch(drawn, _scale(args[1:2]), _scale(args[2:3]))
        elif function in (b"\x02", b"\x32"):  # 2, 50: print the buffer
            printed, self.buffer = self.buffer, None
            return printed
        elif function in (b"\x43", b"\x53"):  # 67, 83: a kc1 kc2 b xL xH yL yH c d..
            width = (_u16(args, 4) + 7) // 8
            self.stored[args[1:3]] = rows(width, _u16(args, 6), args[9:])
        elif function in (b"\x45", b"\x55"):  # 69, 85: kc1 kc2 x y
            known = self.stored.get(args[:2])
            return known and stretch(known, _scale(args[2:3]), _scale(args[3:4]))
        return None


def _scale(byte: bytes) -> int:
    return 2 if byte == b"\x02" else 1
