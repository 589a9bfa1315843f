"""Bit images and graphics: bytes to ink masks (mode ``L``, 255 is ink).

Never fails: data that is too short is taken as white.
"""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageChops

from hardware_sim.marks import BLACK, GREY

MOST_DOTS = 2400
"""Widest and tallest picture a frame may hold (GS ( L: x, y <= 2400 dots)."""

_BLANK = Image.new("L", (1, 1), 0)
_BMP_ERRORS = (
    OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow raises at a broken file, by its own account of its plug-ins."""


def u16(data: bytes, at: int = 0) -> int:
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


def by_mode(image: Image.Image, m: int) -> Image.Image:
    """GS v 0, GS /, GS Q 0, FS p: m bit 0 doubles the width, bit 1 the height."""
    return stretch(image, 1 + (m % 48 & 1), 1 + (m % 48 >> 1 & 1))


def bit_image(args: bytes) -> Image.Image:
    """ESC * m nL nH d..: always 24 dots high on paper."""
    m, count, data = args[0], u16(args, 1), args[3:]
    tall = m >= 32
    drawn = columns(count, 3 if tall else 1, data)
    return stretch(drawn, 1 if m % 32 else 2, 1 if tall else 3)


def raster(args: bytes) -> Image.Image:
    """GS v 0 m xL xH yL yH d..."""
    return by_mode(rows(u16(args, 1), u16(args, 3), args[5:]), args[0])


def variable(args: bytes) -> Image.Image:
    """GS Q 0 m xL xH yL yH d..: ``x`` columns of ``y`` bytes."""
    return by_mode(columns(u16(args, 1), u16(args, 3), args[5:]), args[0])


def blocks(args: bytes) -> list[Image.Image]:
    """FS q n [xL xH yL yH d..]: pictures of 8x by 8y dots, by columns."""
    drawn, at = [], 1
    for _ in range(args[0]):
        x, y = u16(args, at), u16(args, at + 2)
        data = args[at + 4 : at + 4 + x * y * 8]
        drawn.append(columns(x * 8, y, data))
        at += 4 + x * y * 8
    return drawn


def coloured(image: Image.Image, colour: int) -> Image.Image:
    """GS ( L c: 49 is colour 1; any other is drawn grey."""
    if colour in (0, 49):
        return image
    return image.point(lambda value: GREY if value else 0)


def tones(width: int, height: int, data: bytes) -> Image.Image:
    """GS ( L a = 52: two dots of 16 tones in a byte, the left one first."""
    if not (0 < width <= MOST_DOTS and 0 < height <= MOST_DOTS):
        return _BLANK
    stride = (width + 1) // 2
    lit = bytearray()
    for byte in data[: stride * height].ljust(stride * height, b"\0"):
        lit += bytes((byte >> 4, byte & 15))
    image = Image.frombytes("L", (stride * 2, height), bytes(lit))
    return image.point(lambda value: value * BLACK // 15).crop((0, 0, width, height))


def overlaid(one: Image.Image | None, other: Image.Image) -> Image.Image:
    """Both colours of one picture, upper left corners together."""
    if one is None:
        return other
    size = max(one.width, other.width), max(one.height, other.height)
    first, second = (image.crop((0, 0, *size)) for image in (one, other))
    return ImageChops.lighter(first, second)


def bmp(data: bytes) -> Image.Image | None:
    """GS D: a Windows BMP, dark dots are ink; ``None`` if it can't be read."""
    try:
        with Image.open(io.BytesIO(data), formats=["BMP"]) as picture:
            if max(picture.size) > MOST_DOTS:
                return None
            grey = picture.convert("L")
    except _BMP_ERRORS:
        return None
    return grey.point(lambda value: 0 if value >= 128 else BLACK)
