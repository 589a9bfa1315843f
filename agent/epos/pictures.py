"""Raster pictures as ESC/POS: GS v 0 in black, GS ( L in another colour or in tones.

Rows are padded to whole bytes, the highest bit is the left dot.  A picture whose data
end early is as high as its data reach.  Long ones go in bands, which a printer prints
without a seam; a page takes a picture whole.

Source: Epson, ePOS-Print XML User's Manual, ``<image>``; Epson ESC/POS Application
Programming Guide, GS v 0, GS ( L and GS 8 L <Function 112> and <Function 50>.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

_GS: Final = b"\x1d"
BAND_ROWS: Final = 1000
"""<Function 112> takes 1200 rows in tones, GS v 0 takes 2303."""
_PLANES: Final = 4
_MONO, _TONES = 48, 52
_FIRST_COLOUR: Final = 48
"""c of <Function 112> is the number of the colour more; in tones, that of the bit."""

# A byte of two dots in tones: bit ``plane`` of each, the left one in bit 1.
_PICKED: Final = tuple(
    bytes((n >> (7 - plane) & 1) << 1 | n >> (3 - plane) & 1 for n in range(256))
    for plane in range(_PLANES)
)


class Image(NamedTuple):
    """``colour`` is 1 to 4; in ``tones`` a dot has four bits, 15 is black."""

    width: int
    height: int
    data: bytes
    colour: int = 1
    tones: bool = False

    @property
    def stride(self) -> int:
        return (self.width * (4 if self.tones else 1) + 7) // 8


def picture(image: Image, *, whole: bool = False) -> bytes:
    """The commands that print it; nothing for a picture without dots or colour."""
    if not image.width or not 1 <= image.colour <= _PLANES:
        return b""
    out = bytearray()
    for rows, data in _bands(image, image.height if whole else BAND_ROWS):
        size = image.width, rows
        if image.tones:
            out += b"".join(_tones(size, data))
        elif image.colour == 1:
            out += _black(size, data)
        else:
            out += _stored(_MONO, image.colour, size, data) + _PRINTED
    return bytes(out)


def _bands(image: Image, band: int) -> Iterator[tuple[int, bytes]]:
    stride = image.stride
    rows = min(image.height, -(-len(image.data) // stride))
    for top in range(0, rows, max(band, 1)):
        high = min(band, rows - top)
        data = image.data[top * stride : (top + high) * stride]
        yield high, data.ljust(high * stride, b"\0")


def _black(size: tuple[int, int], data: bytes) -> bytes:
    width, height = size
    stride = (width + 7) // 8
    if width % 8:
        data = _cut_off(data, stride, 0xFF << (8 - width % 8) & 0xFF)
    return (
        _GS
        + b"v0\0"
        + stride.to_bytes(2, "little")
        + height.to_bytes(2, "little")
        + data
    )


def _cut_off(data: bytes, stride: int, mask: int) -> bytes:
    """Without the dots right of the picture: GS v 0 would print them."""
    clean = bytearray(data)
    clean[stride - 1 :: stride] = bytes(
        byte & mask for byte in clean[stride - 1 :: stride]
    )
    return bytes(clean)


def _tones(size: tuple[int, int], data: bytes) -> Iterator[bytes]:
    """Each bit of the tones is a plane of its own; the highest is colour 49."""
    width, height = size
    stride, half = (width + 7) // 8, (width + 1) // 2
    for plane in range(_PLANES):
        pairs = data.translate(_PICKED[plane])
        rows = bytearray()
        for at in range(0, height * half, half):
            row = pairs[at : at + half].ljust(stride * 4, b"\0")
            rows += bytes(
                a << 6 | b << 4 | c << 2 | d
                for a, b, c, d in zip(
                    row[::4], row[1::4], row[2::4], row[3::4], strict=True
                )
            )
        yield _stored(_TONES, plane + 1, size, bytes(rows))
    yield _PRINTED


def _stored(tone: int, colour: int, size: tuple[int, int], data: bytes) -> bytes:
    width, height = size
    body = (
        bytes((48, 112, tone, 1, 1, _FIRST_COLOUR + colour))
        + width.to_bytes(2, "little")
        + height.to_bytes(2, "little")
        + data
    )
    if len(body) <= 0xFFFF:
        return _GS + b"(L" + len(body).to_bytes(2, "little") + body
    return _GS + b"8L" + len(body).to_bytes(4, "little") + body


_PRINTED: Final = _GS + b"(L\2\0\x30\x32"
