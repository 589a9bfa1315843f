"""Paper: lines, feeds, cuts, pulses, and page mode's frame."""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof, family, u16

ESC, GS = b"\x1b", b"\x1d"

MOTION: dict[str, Proof] = {
    "LF": Proof(b"A\nB\n", b"\n", ('"A"@0 /30', '"B"@0 /30')),
    "ESC 2": Proof(
        ESC + b"3\x50A\n" + ESC + b"2B\n", ESC + b"2", ('"A"@0 /80', '"B"@0 /30')
    ),
    "ESC 3": Proof(ESC + b"3\x50A\n", ESC + b"3\x50", ('"A"@0 /80',)),
    "ESC J": Proof(
        b"A" + ESC + b"J\x40B\n", ESC + b"J\x40", ('"A"@0 /64', '"B"@0 /30')
    ),
    "GS ( Q fn=32": Proof(
        family(GS + b"(Q", b"\x32" + u16(20, 420) + b"\x0a\x01\x03\x30"),
        family(GS + b"(Q", b"\x32" + u16(20, 420) + b"\x0a\x01\x03\x30"),
        ("box 400x4 @20 line 0", "feed 6"),
    ),
}
