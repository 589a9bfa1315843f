"""Where the next character stands: tabs, margins, justification, motion units."""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof, u16

ESC, GS = b"\x1b", b"\x1d"

_TABS = ESC + b"D\5\x0a\0"

POSITION: dict[str, Proof] = {
    # "default tab positions are at intervals of 8 characters"
    "HT": Proof(b"A\tB\n", b"\t", ('"A"@0 "B"@96 /30',)),
    # a stop is n times the width of a character as it was when the stops were set;
    # behind the last one HT is ignored
    "ESC D": Proof(
        GS + b"!\x10" + _TABS + GS + b"!\0A\tB\tC\tD\n",
        _TABS,
        ('"A"@0 "B"@120 "CD"@240 /30',),
    ),
    # from the left margin; beyond the print area it is ignored
    "ESC $": Proof(
        GS
        + b"L"
        + u16(48)
        + b"A"
        + ESC
        + b"$"
        + u16(100)
        + b"B"
        + ESC
        + b"$"
        + u16(900)
        + b"C\n",
        ESC + b"$" + u16(100),
        ('"A"@48 "BC"@148 /30',),
    ),
    # signed, from where the pen is
    "ESC \\": Proof(
        b"A" + ESC + b"\\" + u16(88) + b"B" + ESC + b"\\" + u16(-50) + b"C\n",
        ESC + b"\\" + u16(-50),
        ('"A"@0 "B"@100 "C"@62 /30',),
    ),
    # 576 dots wide: (576 - 24) / 2, 576 - 24
    "ESC a": Proof(
        ESC + b"a\1AB\n" + ESC + b"a2AB\n",
        ESC + b"a2",
        ('"AB"@276 /30', '"AB"@552 /30'),
    ),
    "GS L": Proof(
        GS + b"L" + u16(480) + b"ABCDEFGHI\n",
        GS + b"L" + u16(480),
        ('"ABCDEFGH"@480 /30', '"I"@480 /30'),
    ),
    # ten characters of 12 dots, and the middle of 120 dots
    "GS W": Proof(
        GS + b"W" + u16(120) + b"ABCDEFGHIJKL\n" + ESC + b"a\1M\n",
        GS + b"W" + u16(120),
        ('"ABCDEFGHIJ"@0 /30', '"KL"@0 /30', '"M"@54 /30'),
    ),
    # of 203 dots an inch, 29 units an inch are 7 dots each; x across, y along the paper
    "GS P": Proof(
        GS + b"P\x1d\x1d" + b"A" + ESC + b"$" + u16(10) + b"B" + ESC + b"J\x0a",
        GS + b"P\x1d\x1d",
        ('"A"@0 "B"@70 /70',),
    ),
    # 0: "cancel data in the current print buffer"; 1: print it, "the same as LF"
    "GS T": Proof(
        b"A" + GS + b"T\1B" + GS + b"T\0C\n",
        GS + b"T\1",
        ('"A"@0 /30', '"C"@0 /30'),
    ),
}
