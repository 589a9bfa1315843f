"""Pictures that come with the job: bit images, rasters, the print buffer."""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof, family, u16

ESC, GS = b"\x1b", b"\x1d"

ROWS = b"\xa5\x3c"
"""Two rows of eight dots: #.#..#.# and ..####.."""
TWICE = "cc330ff0"
"""The same, each dot two wide."""
COLUMNS = b"\xa0\x40"
"""Two columns of eight dots, which are the rows #. .# #. and five white ones."""
UPRIGHT = "8040800000000000"
"""Those rows, each padded to a byte."""


def graphics(body: bytes) -> bytes:
    """GS ( L with m = 48 and what follows it."""
    return family(GS + b"(L", b"\x30" + body)


def large(body: bytes) -> bytes:
    """GS 8 L, whose length has four bytes."""
    return GS + b"8L" + (len(body) + 1).to_bytes(4, "little") + b"\x30" + body


PRINT = graphics(b"\x32")


def buffered(function: int, scale: bytes, size: tuple[int, int], data: bytes) -> bytes:
    """Fn 112 or 113: a of 48 is one bit a dot, c of 49 the first colour."""
    return bytes((function, 48)) + scale + b"1" + u16(*size) + data


_RASTER = buffered(112, b"\2\1", (8, 2), ROWS)
_COLUMN = buffered(113, b"\1\1", (2, 8), COLUMNS)

# Columns whose only dot is the first, second .. of those that the mode has.
_DOUBLE_24 = ESC + b"*\x21" + u16(1) + b"\x80\0\0"
_SINGLE_24 = ESC + b"*\x20" + u16(1) + b"\x40\0\0"
_DOUBLE_8 = ESC + b"*\1" + u16(1) + b"\x20"
_SINGLE_8 = ESC + b"*\0" + u16(1) + b"\x10"

_DENSE, _NORMAL = graphics(b"\x31\x33\x33"), graphics(b"\1\x32\x32")
_FINE = graphics(buffered(112, b"\1\1", (16, 2), b"\xcc\x33\xcc\x33"))

_SHOT = {
    # single density is two dots wide, a dot of 8-dot modes three high; the line feed
    # moves 30 dots, of which the picture takes 24
    "ESC *": Proof(
        _DOUBLE_24 + _SINGLE_24 + _DOUBLE_8 + _SINGLE_8 + b"\n",
        _SINGLE_24,
        (
            f"picture 6x24 8060{'00' * 4}{'10' * 3}{'0c' * 3}{'00' * 12} @0",
            "feed 6",
        ),
    ),
    # m of 3 is twice as wide and twice as high: (576 - 16) / 2
    "GS v 0": Proof(
        ESC + b"a\1" + GS + b"v0\0" + u16(1, 2) + ROWS + GS + b"v03" + u16(1, 2) + ROWS,
        GS + b"v03" + u16(1, 2) + ROWS,
        ("picture 8x2 a53c @284", "picture 16x4 cc33cc330ff00ff0 @280"),
    ),
    "GS Q 0": Proof(
        GS + b"Q0\1" + u16(2, 1) + COLUMNS,
        GS + b"Q0\1" + u16(2, 1) + COLUMNS,
        ("picture 4x8 c030c00000000000 @0",),
    ),
}

_BUFFER = {
    "GS ( L fn=30/70": Proof(
        graphics(_RASTER) + PRINT, graphics(_RASTER), (f"picture 16x2 {TWICE} @0",)
    ),
    "GS 8 L fn=30/70": Proof(
        large(_RASTER) + PRINT, large(_RASTER), (f"picture 16x2 {TWICE} @0",)
    ),
    "GS ( L fn=30/71": Proof(
        graphics(_COLUMN) + PRINT, graphics(_COLUMN), (f"picture 2x8 {UPRIGHT} @0",)
    ),
    "GS 8 L fn=30/71": Proof(
        large(_COLUMN) + PRINT, large(_COLUMN), (f"picture 2x8 {UPRIGHT} @0",)
    ),
    # what was printed is not there any more; two colours lie on each other
    "GS ( L fn=30/02/32": Proof(
        graphics(buffered(112, b"\1\1", (8, 1), b"\xa5"))
        + graphics(b"\x70\x30\1\1\x32" + u16(8, 1) + b"\x18")
        + PRINT
        + graphics(_COLUMN)
        + graphics(b"\2"),
        PRINT,
        ("picture 8x1 bd @0", f"picture 2x8 {UPRIGHT} @0"),
    ),
    # 360 dots an inch on 180: two by two dots are one; fn 1 is fn 49
    "GS ( L fn=30/01/31": Proof(
        _DENSE + _FINE + PRINT + _NORMAL + _FINE + PRINT,
        _DENSE,
        ("picture 8x1 a5 @0", "picture 16x2 cc33cc33 @0"),
    ),
}

PICTURES: dict[str, Proof] = {**_SHOT, **_BUFFER}
