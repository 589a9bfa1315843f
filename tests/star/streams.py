"""Hypothesis strategies for streams that look like a Star POS's."""

from __future__ import annotations

from hypothesis import strategies as st

from agent.star.grammar import ROWS

ROW = b"b\x02\x00\xf0\x0f"
RASTER = b"\x1b*rA\x1b*rP0\x00" + ROW * 3 + b"\x1b\x0c\x00\x1b*rB"
CUT = b"\x1bd\x03"
DOC = b"TOTAL 9.50\n" + CUT

EXAMPLES = [
    *(DOC, RASTER, ROW, CUT, b"\x07", b"\x1c", b"\x1a", b"\x19", b"\x1b\x07\x14\x14"),
    *(b"\x1b\x06\x01", b"\x05", b"\x04", b"\x17", b"\x1b\x1ea\x01", b"\x1b\x1eE0"),
    *(b"\x1b\x1d\x03\x01\x00\x00", b"\x1b@", b"\x18", b"\x1b*rA", b"\x1b*rB"),
    *(b"\x1bb\x36\x32\x31\x40%0ABC\x1e", b"\x1b\x1dyS02", b"\x1b\x1dyD1\0\3\0abc"),
    *(b"\x1b\x1dyP", b"\x1b\x1dxD\2\0ab", b"\x1b\x1dxP", b"\x1b\x1dxS0\0\1\2"),
    *(b"\x1bk\x01\x00" + bytes(24), b"\x1bK\x02\x00\xf0\x0f", b"\x1bX\1\0abc"),
    *(b"\x1bL\x02\x00ab", b"\x1b^\0\1\0ab", b"\x1bD\x04\x08\0", b"\x1bB\x02\0"),
    *(
        b"\x1b\x1dS\1\1\0\2\0\0\xff\0",
        b"\x1b\x1cq\1\1\0\1\0" + bytes(8),
        b"\x1b\x1cp10",
    ),
    *(
        b"\x1b\x1dP0",
        b"\x1b\x1dP2\1",
        b"\x1b\x1dP3" + b"\x20\0" * 4,
        b"\x1b\x1dP4\x30\0",
    ),
    *(b"\x1b\x1dP5\x10\0", b"\x1b\x1dP6", b"\x1b\x1dP7", b"\x1b\x1dP8", b"\x1b\x1dP1"),
    *(b"\x1b\x1d(L\4\x000Bab", b"\x1b\x1d)U\2\x000\1", b"\x1b\x1dt\x80", b"\x1b$1"),
    *(
        b"\x1b\x1d*0003012",
        b"\x1b\x1d/3\2\0ab",
        b"\x1b\x1d+\1\0\2\0ab",
        b"\x0f",
        b"\x12",
    ),
    *(b"\x1bi\1\1", b"\x1b 2", b"\x1bl\x04", b"\x1bQ\x2a", b"\x1b\x1da1", b"\t", b"\n"),
    *(b"\x0c", b"\x0b", b"\x1ba\3", b"\x1b\x1dA\x20\0", b"\x1b\x1dR\xf0\xff", b"\x1bE"),
    *(b"\x10\x04\x02", b"\x1b#*\n\0", b"\x1b*rD1\0", b"\x1b*rY40\0", b"\x1b*rN2\0xy"),
]

pieces = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(EXAMPLES),
    st.sampled_from(EXAMPLES).flatmap(
        lambda example: st.integers(1, len(example)).map(lambda size: example[:size])
    ),
    st.builds(
        lambda opcode, rest: opcode + rest,
        st.sampled_from(sorted(ROWS)),
        st.binary(max_size=10),
    ),
    st.text(max_size=30).map(lambda text: text.encode()),
)
streams = st.lists(pieces, max_size=12).map(b"".join)
