"""The bytes of a job that is not over, beside a plain bytearray."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.intake.unfinished import Unfinished
from agent.pieces import ALONE_BYTES, joined

STEPS = st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.integers(0, 30)))


@given(STEPS, st.integers(0, 60), st.integers(0, 60))
def test_what_is_kept_is_what_came_less_what_was_dropped(
    steps: list[tuple[bytes, int]], start: int, length: int
) -> None:
    kept, stream, gone = Unfinished(), b"", 0
    for data, drop in steps:
        kept.add(data)
        stream += data
        to = max(kept.begin, min(kept.end, drop))
        assert b"".join(kept.take(to)) == stream[gone:to]
        gone = to
    assert len(kept) == len(stream) - kept.begin
    assert b"".join(kept.between(kept.begin, kept.end)) == stream[kept.begin :]
    start = min(kept.begin + start, kept.end)
    end = min(start + length, kept.end)
    assert b"".join(kept.between(start, end)) == stream[start:end]


async def test_short_and_long_are_put_together() -> None:
    assert await joined([]) == b""
    assert await joined([b"ab", b"c"]) == b"abc"
    long = [bytes([number]) * (ALONE_BYTES // 2) for number in range(3)]
    assert await joined(long) == b"".join(long)
