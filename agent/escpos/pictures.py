"""Dots, before anyone knows where they go: rows, columns, scales, planes, tones.

Pure functions of bytes that a till sent: a length is never believed, a picture has
the rows that its data fills.  What costs more than its result is done on whole
pictures at once, as numbers or as digits, not dot by dot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from agent.escpos.line import rows_of
from agent.paper.strip import Picture

NOTHING: Final = Picture(0, 0, b"")

FIRST_COLOUR: Final = 49
"""Colours, and bits of a tone, are numbered from here to 52."""

_TWICE: Final = tuple(
    sum(0b11 << 2 * bit for bit in range(8) if byte >> bit & 1).to_bytes(2, "big")
    for byte in range(256)
)
_HALF: Final = bytes(
    sum(1 << bit for bit in range(4) if byte >> 2 * bit & 3) for byte in range(256)
)
"""Two dots side by side become one, black when one of them is."""

_THRESHOLDS: Final = (
    (0, 7, 1, 9),
    (11, 3, 13, 5),
    (2, 10, 0, 8),
    (14, 6, 12, 4),
)
"""Ordered dither by a matrix of 4 x 4 (Bayer): a dot is black when its tone, 0 white
to 15 black, is above its number here."""


class Plate(NamedTuple):
    """One colour of a picture, or (``tone``) one bit of its tones; see GS ( L."""

    tone: bool
    colour: int
    picture: Picture


def stride(width: int) -> int:
    """Bytes in a row."""
    return (width + 7) // 8


def rows(width: int, height: int, data: bytes) -> Picture:
    """Raster data as a picture, as high as the data lasts."""
    size = stride(width)
    height = min(height, len(data) // size) if size else 0
    return Picture(width, height, data[: size * height])


def columns(width: int, height: int, data: bytes) -> Picture:
    """Column data as a picture, as wide as the data lasts."""
    size = stride(height)
    width = min(width, len(data) // size) if size else 0
    picture = rows_of(data[: size * width], size) if width else NOTHING
    return rows(width, min(height, picture.height), picture.bits)


def scaled(picture: Picture, wide: int, tall: int) -> Picture:
    """``picture`` with every dot ``wide`` (1 or 2) by ``tall`` dots."""
    if not picture.bits or (wide, tall) == (1, 1):
        return picture
    old, new = stride(picture.width), stride(picture.width * wide)
    made = []
    for start in range(0, old * picture.height, old):
        row = picture.bits[start : start + old]
        if wide == 2:
            row = b"".join(map(_TWICE.__getitem__, row))[:new]
        made.append(row * tall)
    return Picture(picture.width * wide, picture.height * tall, b"".join(made))


def halved(picture: Picture) -> Picture:
    """Every two by two dots become one, so that no thin line is lost."""
    width, height = (picture.width + 1) // 2, (picture.height + 1) // 2
    size, last = stride(picture.width), stride(width)
    made = []
    for start in range(0, len(picture.bits), 2 * size):
        upper = int.from_bytes(picture.bits[start : start + size], "big")
        lower = int.from_bytes(picture.bits[start + size : start + 2 * size], "big")
        row = (upper | lower).to_bytes(size, "big").translate(_HALF) + b"\0"
        pairs = zip(row[0::2], row[1::2], strict=False)
        made.append(bytes(high << 4 | low for high, low in pairs)[:last])
    return Picture(width, height, b"".join(made))


def fitted(picture: Picture, width: int, height: int) -> Picture:
    """On a canvas that is no smaller, in its upper left corner."""
    if (picture.width, picture.height) == (width, height):
        return picture
    old, new = stride(picture.width), stride(width)
    made = (
        picture.bits[start : start + old].ljust(new, b"\0")
        for start in range(0, len(picture.bits), max(old, 1))
    )
    return Picture(width, height, b"".join(made).ljust(new * height, b"\0"))


def canvas(pictures: Sequence[Picture]) -> tuple[int, int]:
    """Width and height that hold any of them."""
    return (
        max((each.width for each in pictures), default=0),
        max((each.height for each in pictures), default=0),
    )


def over(pictures: Sequence[Picture]) -> Picture:
    """All of them on each other, their upper left corners together."""
    if len(pictures) < 2:
        return pictures[0] if pictures else NOTHING
    width, height = canvas(pictures)
    both = 0
    for each in pictures:
        both |= int.from_bytes(fitted(each, width, height).bits, "big")
    return Picture(width, height, both.to_bytes(stride(width) * height, "big"))


def combined(plates: Sequence[Plate]) -> Picture:
    """What is printed of plates: colours all in black, tones as a dither."""
    flat = [plate.picture for plate in plates if not plate.tone]
    bits = {plate.colour: plate.picture for plate in plates if plate.tone}
    if bits:
        planes = (bits.get(FIRST_COLOUR + bit, NOTHING) for bit in range(4))
        flat.append(halftone(tuple(planes)))
    return over(flat)


def halftone(planes: Sequence[Picture]) -> Picture:
    """Four planes, the highest bit of the tone first, as black dots."""
    width, height = canvas(planes)
    size = stride(width)
    whole = [fitted(each, width, height).bits for each in planes]
    made = [b""] * height
    for phase, thresholds in enumerate(_THRESHOLDS):
        at = range(phase, height, 4)
        picked = (
            b"".join(bits[y * size : (y + 1) * size] for y in at) for bits in whole
        )
        levels = [int.from_bytes(each, "big") for each in picked]
        black = 0
        for column, threshold in enumerate(thresholds):
            mask = bytes((0x88 >> column,)) * (size * len(at))
            black |= _above(levels, threshold, int.from_bytes(mask, "big"))
        dots = black.to_bytes(size * len(at), "big")
        for index, y in enumerate(at):
            made[y] = dots[index * size : (index + 1) * size]
    return Picture(width, height, b"".join(made))


def _above(levels: Sequence[int], threshold: int, mask: int) -> int:
    """The dots of ``mask`` whose level is above: all compared at once, bit by bit."""
    above, equal = 0, mask
    for weight, plane in zip((8, 4, 2, 1), levels, strict=True):
        if not threshold & weight:
            above |= equal & plane
            equal &= ~plane
        else:
            equal &= plane
    return above
