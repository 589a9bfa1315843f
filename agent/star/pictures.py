"""Dots: columns and rows as pictures, scaled, and laid side by side on a line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from agent.paper.strip import Picture

NOTHING: Final = Picture(0, 0, b"")


def stride(width: int) -> int:
    """Bytes in a row."""
    return (width + 7) // 8


def rows(width: int, height: int, data: bytes) -> Picture:
    """Raster data as a picture, as high as the data lasts."""
    size = stride(width)
    height = min(height, len(data) // size) if size else 0
    return Picture(width, height, data[: size * height]) if height else NOTHING


# For each bit, top first: the byte as the ASCII digit of that bit.
_BIT_OF: Final = tuple(
    bytes(0x30 + (byte >> bit & 1) for byte in range(256)) for bit in range(7, -1, -1)
)


def columns(data: bytes, size: int) -> Picture:
    """Columns of ``size`` bytes, top dot first, as a picture."""
    width = len(data) // size
    if not width:
        return NOTHING
    pad, whole = -width % 8, stride(width)
    made = []
    for plane in range(size):
        eight = data[plane : width * size : size]
        for table in _BIT_OF:
            row = int(eight.translate(table), 2) << pad
            made.append(row.to_bytes(whole, "big"))
    return Picture(width, size * 8, b"".join(made))


_WIDER: Final = {
    times: tuple(
        sum(((1 << times) - 1) << times * bit for bit in range(8) if byte >> bit & 1)
        .to_bytes(times, "big")
        for byte in range(256)
    )
    for times in (2, 3)
}  # fmt: skip


def scaled(picture: Picture, wide: int, tall: int) -> Picture:
    """``picture`` with every dot ``wide`` (1 to 3) by ``tall`` dots."""
    if not picture.bits or (wide, tall) == (1, 1):
        return picture
    old, new = stride(picture.width), stride(picture.width * wide)
    made = []
    for start in range(0, old * picture.height, old):
        row = picture.bits[start : start + old]
        if wide > 1:
            row = b"".join(map(_WIDER[wide].__getitem__, row))[:new]
        made.append(row * tall)
    return Picture(picture.width * wide, picture.height * tall, b"".join(made))


def cropped(picture: Picture, width: int) -> Picture:
    """No wider than ``width`` dots."""
    if picture.width <= width:
        return picture
    if width <= 0:
        return NOTHING
    old, new = stride(picture.width), stride(width)
    starts = range(0, old * picture.height, old)
    kept = b"".join(picture.bits[start : start + new] for start in starts)
    return Picture(width, picture.height, kept)


def beside(placed: Iterable[tuple[int, Picture]]) -> Picture:
    """Pictures at their ``x`` on one canvas, feet together, ORed."""
    all_of = list(placed)
    width = max((x + picture.width for x, picture in all_of), default=0)
    height = max((picture.height for _, picture in all_of), default=0)
    size = stride(width)
    canvas = [0] * height
    for x, picture in all_of:
        old = stride(picture.width)
        blank = (1 << old * 8 - picture.width) - 1
        for number in range(picture.height):
            row = picture.bits[number * old : (number + 1) * old]
            dots = int.from_bytes(row, "big") & ~blank
            shift = size * 8 - x - old * 8
            dots = dots << shift if shift >= 0 else dots >> -shift
            canvas[height - picture.height + number] |= dots
    return Picture(width, height, b"".join(row.to_bytes(size, "big") for row in canvas))
