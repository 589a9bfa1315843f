"""One connection from first byte to last, as the splitter saw it."""

from __future__ import annotations

from agent.escpos.jobs import JobEnd, JobReader, Step
from tests.escpos.notation import nasty

CUT = b"\x1dV\x00"
DOC = b"TOTAL 9.50\n" + CUT
KICK = b"\x1bp\x00\x19\xfa"
LOGO = b"\x1dv0\x00\x08\x00\x08\x00" + nasty(64)


def read(*chunks: bytes) -> list[Step]:
    """The steps of one connection that ends after these packets."""
    reader = JobReader()
    return [step for chunk in chunks for step in reader.feed(chunk)] + reader.close()


def ends(steps: list[Step]) -> list[JobEnd]:
    return [step for step in steps if isinstance(step, JobEnd)]


def parts(*chunks: bytes) -> list[tuple[bytes, str, str]]:
    """The jobs of one connection: their bytes, shape and evidence."""
    stream = b"".join(chunks)
    return [
        (stream[end.start : end.end], end.shape, end.evidence)
        for end in ends(read(*chunks))
    ]


def tiles(jobs: list[JobEnd], size: int) -> bool:
    edges = [0, *(job.end for job in jobs)]
    return edges[-1] == size and [job.start for job in jobs] == edges[:-1]
