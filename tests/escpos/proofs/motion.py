"""Print and feed, line spacing, the cutter."""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof

ESC, GS = b"\x1b", b"\x1d"

MOTION: dict[str, Proof] = {
    "LF": Proof(b"A\nB\n", b"\n", ('"A"@0 /30', '"B"@0 /30')),
    # in standard mode the end of a job, in page mode the print command
    "FF": Proof(
        b"A\x0cB\n" + ESC + b"L" + b"C\x0cD\n",
        b"\x0c",
        ('"A"@0 /30', '"B"@0 /30', 'page 24 [(0,0) "C"@0 /24]', '"D"@0 /30'),
    ),
    "ESC 2": Proof(
        ESC + b"3\x50A\n" + ESC + b"2B\n", ESC + b"2", ('"A"@0 /80', '"B"@0 /30')
    ),
    # the paper moves by what was said, but never by less than the line is high
    "ESC 3": Proof(
        ESC + b"3\x50A\n" + ESC + b"3\x0aB\n",
        ESC + b"3\x50",
        ('"A"@0 /80', '"B"@0 /24'),
    ),
    "ESC J": Proof(
        b"A" + ESC + b"J\x40B\n", ESC + b"J\x40", ('"A"@0 /64', '"B"@0 /30')
    ),
    # n lines in all, not n more
    "ESC d": Proof(
        b"A" + ESC + b"d\3B\n" + ESC + b"d\2",
        ESC + b"d\3",
        ('"A"@0 /90', '"B"@0 /30', "feed 60"),
    ),
    # B stands 10 dots into the line of A: 20 below its top
    "ESC K": Proof(
        b"A\n" + ESC + b"K\x0aB\n",
        ESC + b"K\x0a",
        ('page 50 [(0,0) "A"@0 /30; (0,20) "B"@0 /30]',),
    ),
    # two lines back, so that C is printed over A
    "ESC e": Proof(
        b"A\nB\n" + ESC + b"e\2C\n",
        ESC + b"e\2",
        ('page 60 [(0,0) "A"@0 /30; (0,30) "B"@0 /30; (0,0) "C"@0 /30]',),
    ),
    "ESC i": Proof(
        b"A\n" + ESC + b"iB\n", ESC + b"i", ('"A"@0 /30', "cut partial", '"B"@0 /30')
    ),
    "ESC m": Proof(
        b"A\n" + ESC + b"mB\n", ESC + b"m", ('"A"@0 /30', "cut partial", '"B"@0 /30')
    ),
    "GS V fn=00/30": Proof(
        b"A\n" + GS + b"V\0B\n" + GS + b"V0",
        GS + b"V0",
        ('"A"@0 /30', "cut full", '"B"@0 /30', "cut full"),
    ),
    "GS V fn=01/31": Proof(
        b"A\n" + GS + b"V\1B\n" + GS + b"V1",
        GS + b"V1",
        ('"A"@0 /30', "cut partial", '"B"@0 /30', "cut partial"),
    ),
    "GS V fn=41": Proof(
        b"A\n" + GS + b"VA\x28", GS + b"VA\x28", ('"A"@0 /30', "feed 40", "cut full")
    ),
    "GS V fn=42": Proof(
        b"A\n" + GS + b"VB\x28", GS + b"VB\x28", ('"A"@0 /30', "feed 40", "cut partial")
    ),
    # <C> feeds at once, and cuts when that place comes to the cutter, which is while the
    # next receipt is printed; on the paper the cut is between the two all the same
    "GS V fn=61": Proof(
        b"A\n" + GS + b"Va\x28B\n",
        GS + b"Va\x28",
        ('"A"@0 /30', "feed 40", "cut full", '"B"@0 /30'),
    ),
    "GS V fn=62": Proof(
        b"A\n" + GS + b"Vb\x28B\n",
        GS + b"Vb\x28",
        ('"A"@0 /30', "feed 40", "cut partial", '"B"@0 /30'),
    ),
    # <D> as <B>; the paper that comes back is white
    "GS V fn=67": Proof(
        b"A\n" + GS + b"Vg\x28", GS + b"Vg\x28", ('"A"@0 /30', "feed 40", "cut full")
    ),
    "GS V fn=68": Proof(
        b"A\n" + GS + b"Vh\x28", GS + b"Vh\x28", ('"A"@0 /30', "feed 40", "cut partial")
    ),
}
"""By the mnemonic of the command list; "GS V" sorted by the manual's <A> to <D>."""
