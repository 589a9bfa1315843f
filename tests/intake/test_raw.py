"""The way without a parser keeps every byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.intake.limits import RAW_JOB_BYTES
from agent.intake.raw import RawReader, without


@given(st.binary(max_size=60), st.data())
def test_without_leaves_out_exactly_the_ranges(raw: bytes, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    ranges = list(zip(edges[::2], edges[1::2], strict=False))
    gone = {index for begin, end in ranges for index in range(begin, end)}
    assert without(raw, ranges) == bytes(
        byte for index, byte in enumerate(raw) if index not in gone
    )


@given(st.lists(st.integers(1, RAW_JOB_BYTES), max_size=8), st.integers(0, 99))
def test_ended_jobs_tile_the_stream(counts: list[int], begin: int) -> None:
    reader = RawReader(begin, begin)
    ends: list[tuple[int, int, str]] = []
    for count in counts:
        if end := reader.feed(count):
            ends.append(end)
            assert end[1] - end[0] <= 2 * RAW_JOB_BYTES
    if last := reader.close():
        ends.append(last)
    assert reader.quiet() is None
    at = begin
    for start, stop, _ in ends:
        assert start == at
        at = stop
    assert at == begin + sum(counts)
