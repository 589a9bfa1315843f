"""Pictures that the printer keeps: defined, printed by key, deleted; logos of each
receipt."""

from __future__ import annotations

from tests.escpos.proofs.pictures import COLUMNS, ROWS, UPRIGHT, graphics, large
from tests.escpos.proofs.proof import Proof, family, u16

ESC, FS, GS = b"\x1b", b"\x1c", b"\x1d"

NV_RASTER, NV_COLUMN, NV_PRINT = 67, 68, 69
RAM_RASTER, RAM_COLUMN, RAM_PRINT = 83, 84, 85

_DIAGONAL = bytes(0x80 >> bit for bit in range(8))
_SLOPE = "8040201008040201"
"""Eight columns with one dot each, a step lower from one to the next: the same as rows."""


def defined(function: int, key: bytes = b"L1") -> bytes:
    """Fn 67, 68, 83, 84: a key b x y, and of one colour c and the dots."""
    by_rows = function in (NV_RASTER, RAM_RASTER)
    size, dots = ((8, 2), ROWS) if by_rows else ((2, 8), COLUMNS)
    return bytes((function, 48)) + key + b"\1" + u16(*size) + b"1" + dots


def printed(function: int, key: bytes = b"L1", scale: bytes = b"\1\1") -> bytes:
    return graphics(bytes((function,)) + key + scale)


def _definition(command: bytes, function: int) -> Proof:
    """Is what is printed what this command defined?"""
    nv = function in (NV_RASTER, NV_COLUMN)
    by_rows = function in (NV_RASTER, RAM_RASTER)
    shows = "picture 8x2 a53c @0" if by_rows else f"picture 2x8 {UPRIGHT} @0"
    return Proof(command + printed(NV_PRINT if nv else RAM_PRINT), command, (shows,))


def _deletion(command: bytes, define: int, show: int, left: tuple[str, ...]) -> Proof:
    """Two pictures are defined; of one that is gone only its name can be told."""
    both = graphics(defined(define)) + graphics(defined(define, b"L2"))
    job = both + command + printed(show) + printed(show, b"L2")
    return Proof(job, command, left)


_LINE = '"A"@0 /30'
_GONE = tuple(f'LOGO "logo L{n}" @0 left module 3 height 0' for n in (1, 2))
_ONE_LEFT = (_GONE[0], "picture 8x2 a53c @0")

_BITMAP = (
    b"BM" + (70).to_bytes(4, "little") + bytes(4) + (62).to_bytes(4, "little")
    # 8 x 2 dots, one plane, one bit a dot, two colours: 0 is black, 1 is white
    + (40).to_bytes(4, "little") + (8).to_bytes(4, "little") + (2).to_bytes(4, "little")
    + u16(1, 1) + bytes(24) + bytes(4) + b"\xff\xff\xff\0"
    # the last row comes first, each padded to four bytes
    + b"\xc3\0\0\0" + b"\x5a\0\0\0"
)  # fmt: skip


def _bitmap(function: int) -> bytes:
    return GS + b"D0" + bytes((function,)) + b"0L11" + b"1" + _BITMAP


_LOGOS = FS + b"q\2" + u16(1, 1) + _DIAGONAL + u16(1, 1) + b"\xff" * 8
_DOWNLOAD = GS + b"*\1\1" + _DIAGONAL
_TALL = "".join(2 * f"{0x80 >> bit:02x}" for bit in range(8))

_KEYED = {
    f"{lead} fn=30/{function:02X}": _definition(command(defined(function)), function)
    for lead, command in (("GS ( L", graphics), ("GS 8 L", large))
    for function in (NV_RASTER, NV_COLUMN, RAM_RASTER, RAM_COLUMN)
} | {
    "GS ( L fn=30/45": Proof(
        graphics(defined(NV_RASTER)) + printed(NV_PRINT, scale=b"\2\2"),
        printed(NV_PRINT, scale=b"\2\2"),
        ("picture 16x4 cc33cc330ff00ff0 @0",),
    ),
    "GS ( L fn=30/55": Proof(
        graphics(defined(RAM_RASTER)) + printed(RAM_PRINT, scale=b"\1\2"),
        printed(RAM_PRINT, scale=b"\1\2"),
        ("picture 8x4 a5a53c3c @0",),
    ),
    "GS ( L fn=30/41": _deletion(graphics(b"\x41CLR"), NV_RASTER, NV_PRINT, _GONE),
    "GS ( L fn=30/42": _deletion(graphics(b"\x42L1"), NV_RASTER, NV_PRINT, _ONE_LEFT),
    "GS ( L fn=30/51": _deletion(graphics(b"\x51CLR"), RAM_RASTER, RAM_PRINT, _GONE),
    "GS ( L fn=30/52": _deletion(graphics(b"\x52L1"), RAM_RASTER, RAM_PRINT, _ONE_LEFT),
    "GS D fn=30/43": _definition(_bitmap(NV_RASTER), NV_RASTER),
    "GS D fn=30/53": _definition(_bitmap(RAM_RASTER), RAM_RASTER),
}

_OLDER = {
    # defined at once, printed by number
    "FS q": Proof(
        _LOGOS + FS + b"p\2\0" + FS + b"p\1\0",
        _LOGOS,
        (f"picture 8x16 {'ff' * 8}{_SLOPE} @0",),
    ),
    # m of 2 is twice as high
    "FS p": Proof(_LOGOS + FS + b"p\1\2", FS + b"p\1\2", (f"picture 8x16 {_TALL} @0",)),
    "GS *": Proof(
        GS + b"*\1\1" + b"\xff" * 8 + _DOWNLOAD + GS + b"/0",
        _DOWNLOAD,
        (f"picture 8x8 {_SLOPE} @0",),
    ),
    "GS /": Proof(_DOWNLOAD + GS + b"/\2", GS + b"/\2", (f"picture 8x16 {_TALL} @0",)),
}


def _enhance(body: bytes) -> bytes:
    return family(FS + b"(E", body[:1] + b"\2" + body[1:])


_LOGO = graphics(defined(NV_RASTER))
_TOP = _enhance(b"\x3eL11\1")
_BOTTOM = _enhance(b"\x3fL12")
_CUT = GS + b"V\0"
_RECEIPT = b"A\nB\nC\n" + _CUT
_PLAIN = ('"A"@0 /30', '"B"@0 /30', '"C"@0 /30', "cut full")

_EACH_RECEIPT = {
    # set after a mark, so the logo is on top of what follows the cut: centred, and in
    # place of one line
    "FS ( E fn=3E": Proof(
        _LOGO + b"X\n" + _TOP + _CUT + _RECEIPT,
        _TOP,
        ('"X"@0 /30', "cut full", "picture 8x2 a53c @284", *_PLAIN[1:]),
    ),
    # on the right, before the cut
    "FS ( E fn=3F": Proof(
        _LOGO + _BOTTOM + _RECEIPT,
        _BOTTOM,
        (*_PLAIN[:3], "picture 8x2 a53c @568", "cut full"),
    ),
    # n of 49 takes the bottom logo away, and leaves the top one
    "FS ( E fn=3C": Proof(
        _LOGO + _TOP + _BOTTOM + _enhance(b"\x3c1CLR") + _RECEIPT,
        _enhance(b"\x3c1CLR"),
        ("picture 8x2 a53c @284", *_PLAIN[1:]),
    ),
    # a of 48 is the top logo, n of 49 off
    "FS ( E fn=41": Proof(
        _LOGO + _TOP + _BOTTOM + _enhance(b"\x4101") + _RECEIPT,
        _enhance(b"\x4101"),
        (*_PLAIN[:3], "picture 8x2 a53c @568", "cut full"),
    ),
}


def _own(function: int, body: bytes) -> bytes:
    """GS ( C: m fn b .."""
    return family(GS + b"(C", bytes((0, function, 0)) + body)


_TWO_RECORDS = _own(1, b"K1till 4") + _own(49, b"K2caf\xe9")
_FIRST, _SECOND = "record b'K1' b'till 4'", "record b'K2' b'caf\\xe9'"

_OWN_MEMORY = {
    # as a number and as its digit; the line is no text of theirs
    "GS ( C fn=01/31": Proof(
        _TWO_RECORDS + b"A\n", _own(1, b"K1till 4"), (_LINE, _FIRST, _SECOND)
    ),
    "GS ( C fn=00/30": Proof(
        _TWO_RECORDS + _own(1, b"K3!") + _own(0, b"K1") + _own(48, b"K3") + b"A\n",
        _own(0, b"K1"),
        (_LINE, _SECOND),
    ),
    "GS ( C fn=06/36": Proof(
        _TWO_RECORDS + _own(54, b"CLR") + _own(1, b"K3!") + _own(6, b"CL") + b"A\n",
        _own(54, b"CLR"),
        (_LINE, "record b'K3' b'!'"),
    ),
}

STORED: dict[str, Proof] = {**_KEYED, **_OLDER, **_EACH_RECEIPT, **_OWN_MEMORY}
