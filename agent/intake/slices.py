"""A POS's bytes in slices, each of which costs the relay less than a millisecond.

Between two slices the event loop answers whoever asks.  What costs is the command,
not the byte: a kilobyte of a picture is passed on as it is, a kilobyte of nothing
but cuts is 340 jobs (``python -m bench tokeniser`` has the figures).  So a slice
ends early where lead-ins are dense.  How a stream is cut up changes nothing of what
is read in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from agent.intake.limits import SLICE_BYTES, SLICE_LEADS


def slices(data: bytes, costly: bytes) -> Iterator[bytes]:
    """``data`` in pieces of at most ``SLICE_BYTES`` and ``SLICE_LEADS`` lead-ins.

    ``costly`` are the bytes that a command begins with.
    """
    at = 0
    while at < len(data):
        size = SLICE_BYTES
        while _lead_ins(data[at : at + size], costly) > SLICE_LEADS:
            size //= 2
        yield data[at : at + size]
        at += size


def _lead_ins(piece: bytes, costly: bytes) -> int:
    return len(piece) - len(piece.translate(None, costly))
