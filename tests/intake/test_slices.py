"""A POS's bytes are cut up where commands are dense, and none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.escpos.grammar import LEADS
from agent.intake.limits import SLICE_BYTES, SLICE_LEADS
from agent.intake.slices import slices

_streams = st.lists(
    st.binary(max_size=300)
    | st.sampled_from([b"\x1b" * 90, b"x\x1dV\0" * 50, b"a" * 1500])
).map(b"".join)


@given(_streams)
@settings(deadline=None)
def test_slices_are_the_stream_and_each_is_small(data: bytes) -> None:
    pieces = list(slices(data, bytes(LEADS)))
    assert b"".join(pieces) == data
    for piece in pieces:
        assert 0 < len(piece) <= SLICE_BYTES
        assert sum(byte in LEADS for byte in piece) <= SLICE_LEADS


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"", 0),
        (b"x", 1),
        (b"x" * SLICE_BYTES, 1),
        (b"x" * SLICE_BYTES + b"x", 2),
        (b"\0" * 40 * SLICE_BYTES, 40),
        (b"\x1bE\x01PAIN 1,00\n" * 12, 1),
        (b"x\x1dV\0" * 256, 32),
        (b"\x1b" * SLICE_BYTES, 128),
    ],
    ids=["nothing", "a byte", "full", "over", "dots", "a receipt", "cuts", "ESC"],
)
def test_a_slice_is_no_smaller_than_it_must_be(data: bytes, count: int) -> None:
    assert len(list(slices(data, bytes(LEADS)))) == count
