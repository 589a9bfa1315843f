"""A receipt that was split in its middle is read as one.

A POS on a slow line may pause longer than any silence that ends a job.  What it had sent
is printed by then (nobody could tell what it was); the rest comes as a document of
its own, which begins without its head.  Where the two stood shows that they belong
together, and the rest is understood with what went before it.  Paper stays as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.ids import LineId
from agent.store.records import Job
from agent.wire.receipt import DocKind, Gist, Level

MAX_JOINED_BYTES: Final = 512 << 10
"""A receipt with two logos; a line that pauses in longer jobs has other troubles."""
MAX_LINES: Final = 16
"""Whose last part is kept: the POS of a few doors."""
_INIT: Final = b"\x1b@"
_MAY_GO_ON: Final = frozenset({DocKind.UNKNOWN, DocKind.KITCHEN})
"""A restaurant's head, with its table and covers, reads like an order."""


@dataclass(frozen=True, slots=True)
class _Part:
    raw: bytes
    end: int


class Seams:
    """The last part of each line that may go on."""

    def __init__(self) -> None:
        self._parts: dict[LineId, _Part] = {}

    def before(self, job: Job, raw: bytes) -> bytes:
        """What this document goes on with; nothing if it begins by itself."""
        part = self._parts.get(job.line) if job.line else None
        if part is None or part.end != job.start or raw.startswith(_INIT):
            return b""
        return part.raw if len(part.raw) + len(raw) <= MAX_JOINED_BYTES else b""

    def note(self, job: Job, raw: bytes, gist: Gist, before: bytes) -> None:
        """Keep a part of which nobody can tell what it is, if only silence ended it."""
        if job.line is None:
            return
        self._parts.pop(job.line, None)
        if job.evidence == "idle" and gist.kind in _MAY_GO_ON:
            self._parts[job.line] = _Part(before + raw, job.start + len(raw))
            while len(self._parts) > MAX_LINES:
                del self._parts[next(iter(self._parts))]


def better(whole: Gist, part: Gist) -> bool:
    """Whether a document makes more sense with what went before it."""
    if whole.kind is DocKind.UNKNOWN or whole.total is None:
        return False
    return part.kind is DocKind.UNKNOWN or _worth(whole) > _worth(part)


def _worth(gist: Gist) -> tuple[Level, int, bool]:
    """How much of it adds up: an end may do so by itself, without its first articles."""
    holds = sum(tried.holds for tried in gist.equations)
    return gist.level, holds, gist.number is not None
