"""Hypothesis strategies and corpus for streams that look like a POS's."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

from tests.escpos.notation import nasty, printer_rows

CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "escpos").glob("*.bin"))
JOBS = {path.stem: path.read_bytes() for path in CORPUS}

EXAMPLES = [row.example for row in printer_rows()]

# Random bytes almost never form a command; bias the stream towards real ones.
pieces = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(EXAMPLES),
    st.sampled_from(EXAMPLES).flatmap(
        lambda example: st.integers(1, len(example)).map(lambda size: example[:size])
    ),
    st.sampled_from([b"\x1b@", b"\x1ba\x01", b"\x1dV\x00", b"TOTAL 9.50\n", b"\n"]),
    st.text(max_size=30).map(lambda text: text.encode()),
    st.integers(0, 40).map(
        lambda rows: b"\x1dv0\0\x08\0" + rows.to_bytes(2, "little") + nasty(8 * rows)
    ),
)
streams = st.lists(pieces, max_size=12).map(b"".join)


def cut_up(stream: bytes, cuts: list[int]) -> list[bytes]:
    """The stream in chunks, cut at these offsets (taken modulo its length)."""
    edges = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[a:b] for a, b in pairwise(edges)]


cuts = st.lists(st.integers(0, 4000), max_size=8)


def singly(stream: bytes) -> list[bytes]:
    return [stream[index : index + 1] for index in range(len(stream))]
