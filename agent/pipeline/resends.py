"""An abandoned job and its resend are one receipt.

A POS whose printer stopped in the middle (no paper) clears the printer (DLE ENQ 2, DLE
DC4 8) and sends the same job again.  A printer has dropped the first by then; we may
have offered it already.  So a document of the same bytes, from the same door, shortly
after it was told that the POS gave up, is the one that is there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from agent.clock import Clock
from agent.ids import JobId

HASHED_BYTES: Final = 64 << 10
"""Of a job's head and of its tail: what is between two equal ones of the same length is
the same, and four megabytes would be four milliseconds of the loop."""
RESEND_S: Final = 120.0
"""A cashier who puts in a roll and presses the key again needs less."""
REMEMBERED: Final = 4
"""Documents of one door: the copies that a POS prints of one sale."""


@dataclass(slots=True)
class _Door:
    last: list[tuple[bytes, JobId]] = field(default_factory=list)
    given_up: list[tuple[bytes, JobId]] = field(default_factory=list)
    until_s: float = 0.0


class Resends:
    """What each door sent last, and whether its POS has given up on it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._doors: dict[str, _Door] = {}

    def abandoned(self, door: str) -> None:
        """The POS gave up what it sent; it may all come again, each once."""
        state = self._doors.setdefault(door, _Door())
        now_s = self._clock.monotonic()
        still = state.given_up if now_s < state.until_s else []
        # A POS says it twice: DLE ENQ 2, then DLE DC4 8.
        state.given_up, state.last = [*still, *state.last][-2 * REMEMBERED :], []
        state.until_s = now_s + RESEND_S

    def first_of(self, door: str, job: JobId, raw: bytes) -> JobId | None:
        """The job that this document is again; else it is remembered as a new one."""
        state = self._doors.setdefault(door, _Door())
        digest = _digest(raw)
        if self._clock.monotonic() < state.until_s:
            for index, (known, first) in enumerate(state.given_up):
                if known == digest:
                    del state.given_up[index]
                    state.last.append((digest, first))
                    return first
        state.last = [*state.last[1 - REMEMBERED :], (digest, job)]
        return None


def _digest(raw: bytes) -> bytes:
    hashed = hashlib.sha256(len(raw).to_bytes(8))
    hashed.update(raw[:HASHED_BYTES])
    hashed.update(raw[-HASHED_BYTES:])
    return hashed.digest()
