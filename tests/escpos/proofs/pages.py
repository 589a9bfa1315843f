"""Page mode, and ruled lines in both modes."""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof, family, u16

ESC, GS, FF, CAN = b"\x1b", b"\x1d", b"\x0c", b"\x18"


def _page(body: bytes, area: tuple[int, int, int, int] = (0, 0, 200, 100)) -> bytes:
    return ESC + b"L" + ESC + b"W" + u16(*area) + body + FF


def _shows(height: int, *marks: str) -> str:
    return f"page {height} [{'; '.join(marks)}]"


_UP = ESC + b"T\1"
_AREA = ESC + b"W" + u16(100, 50, 200, 100)
_LINE = family(GS + b"(Q", b"\x30" + u16(20, 40, 120, 40) + b"\1\3\x30")
_BACK = family(GS + b"(Q", b"\x30" + u16(120, 60, 20, 60) + b"\1\3\x30")
_BOX = family(GS + b"(Q", b"\x31" + u16(20, 10, 120, 60) + b"\1\2\x30\x30\1")
_ACROSS = family(GS + b"(Q", b"\x32" + u16(20, 420) + b"\x0a\1\3\x30")
_DOWN = family(GS + b"(Q", b"\x33" + u16(300) + b"\1\1\2\x30")
_END = family(GS + b"(Q", b"\x33" + u16(300) + b"\0\1\2\x30")
_SHORT = family(GS + b"(P", b"\x30" + u16(65535, 120, 0) + b"\1")

_PAGES = {
    "ESC L": Proof(
        b"A\n" + ESC + b"LB\nC" + FF,
        ESC + b"L",
        ('"A"@0 /30', 'page 54 [(0,0) "B"@0 /24; (0,30) "C"@0 /24]'),
    ),
    # "deletes the data in the page mode buffer"
    "ESC S": Proof(ESC + b"LA" + ESC + b"SB\n", ESC + b"S", ('"B"@0 /30',)),
    # 1 reads upwards from the lower left, 2 to the left from the lower right,
    # 3 downwards from the upper right; each begins at its own corner
    "ESC T": Proof(
        _page(_UP + b"A" + ESC + b"T2B" + ESC + b"T\3C"),
        _UP,
        (
            _shows(
                100,
                '(0,100 turned 270) "A"@0 /24',
                '(200,100 turned 180) "B"@0 /24',
                '(200,0 turned 90) "C"@0 /24',
            ),
        ),
    ),
    "ESC W": Proof(
        ESC + b"L" + _AREA + b"A" + ESC + b"$" + u16(196) + b"B" + FF,
        _AREA,
        ('page 150 [(100,50) "A"@0 /24; (100,80) "B"@0 /24]',),
    ),
    # the foot of characters goes to 60 dots below the area's top; along the line the pen
    # stays where it is
    "GS $": Proof(
        _page(b"A" + GS + b"$" + u16(60) + b"B"),
        GS + b"$" + u16(60),
        ('page 100 [(0,0) "A"@0 /24; (0,36) "B"@12 /24]',),
    ),
    "GS \\": Proof(
        _page(b"A\n" + GS + b"\\" + u16(40) + b"B" + GS + b"\\" + u16(-20) + b"C"),
        GS + b"\\" + u16(40),
        ('page 100 [(0,0) "A"@0 /24; (0,70) "B"@0 /24; (0,50) "C"@12 /24]',),
    ),
    # "deletes all the print data in the current print area", and nowhere else
    "CAN": Proof(
        _page(b"A" + _AREA + b"B" + CAN + ESC + b"$" + u16(0) + b"C"),
        CAN,
        ('page 150 [(0,0) "A"@0 /24; (100,50) "C"@0 /24]',),
    ),
    # the page stays, and FF prints it once more
    "ESC FF": Proof(
        _page(b"A" + ESC + FF + b"B"),
        ESC + FF,
        (
            'page 100 [(0,0) "A"@0 /24]',
            'page 100 [(0,0) "A"@0 /24; (0,0) "B"@12 /24]',
        ),
    ),
    # a page of 120 dots: a line that reads upwards has room for ten characters
    "GS ( P fn=30": Proof(
        _SHORT + _UP + ESC + b"LABCDEFGHIJK" + FF,
        _SHORT,
        (
            _shows(
                120,
                '(0,120 turned 270) "ABCDEFGHIJ"@0 /24',
                '(30,120 turned 270) "K"@0 /24',
            ),
        ),
    ),
}

_RULES = {
    # a thick line is 4 dots; "X start position > X end position: thickened upward", so
    # that the second one ends with its row 60
    "GS ( Q fn=30": Proof(
        _page(_LINE + _BACK),
        _LINE,
        (_shows(100, "(20,40) box 100x4 @0 line 0", "(20,57) box 100x4 @0 line 0"),),
    ),
    "GS ( Q fn=31": Proof(
        _page(_BOX), _BOX, ("page 100 [(20,10) box 100x50 @0 line 2]",)
    ),
    # ten dots of paper in all, four of them the line
    "GS ( Q fn=32": Proof(_ACROSS, _ACROSS, ("box 400x4 @20 line 0", "feed 6")),
    # beside two lines of text, from where it is begun to where it is ended
    "GS ( Q fn=33": Proof(
        b"A\n" + _DOWN + b"B\nC\n" + _END + b"D\n",
        _DOWN,
        (
            '"A"@0 /30',
            'page 60 [(0,0) "B"@0 /30; (0,30) "C"@0 /30; (300,0) box 2x60 @0 line 0]',
            '"D"@0 /30',
        ),
    ),
}

PAGES: dict[str, Proof] = {**_PAGES, **_RULES}
