"""How much the doors take, each bound with its reason.

At a bound we do what a printer with a full buffer does: stop reading, so that the POS
waits.  Where waiting would never end (jobs that are too long to be held together) a
job is printed without being understood.
"""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

READ_BYTES: Final = 64 << 10
"""What one read may bring; the conversation cuts it into smaller slices.  A receipt with
its logo, so that cut-through does not wait for the reading of its first half."""
MAX_UNREAD_ANSWER_BYTES: Final = 16 << 10
"""A POS that does not read a thousand answers reads none: it is hung up on."""
MAX_PENDING_JOBS: Final = 8
"""Jobs of one POS on their way to the disk; then it waits, and so do its questions."""
PROBE_BYTES: Final = 16
"""Less is a question or a pulse, for which nobody else's drawer has to wait."""
MAX_SPOOLED_BYTES: Final = 1 << 20
"""Of a line that never rests: then what is safe is taken out of its file."""
STOP_S: Final = 3.0
"""For the last jobs to become durable, well inside systemd's TimeoutStopSec."""


class LimitSettings(BaseModel):
    """``[limits]``: what all doors may take together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connections: int = Field(default=128, ge=1, le=1024)
    """At one door.  A till talks on two or three; the rest is room for a noisy scan."""
    all_connections: int = Field(default=192, ge=1, le=2048)
    """At all doors: a file descriptor and 20 KB each, in a unit of a few hundred files."""
    held_mb: int = Field(default=32, ge=8, le=512)
    """All unfinished jobs: eight of the longest, in a quarter of the unit's memory."""
    crowded_job_kb: int = Field(default=256, ge=16, le=4096)
    """Above ``held_mb`` a job longer than that is printed instead of being held."""

    @property
    def held_bytes(self) -> int:
        return self.held_mb << 20

    @property
    def crowded_job_bytes(self) -> int:
        return self.crowded_job_kb << 10
