"""What a door needs from the rest of the house."""

from __future__ import annotations

from typing import Protocol

from agent.ids import JobId
from agent.store.records import Job


class Counter(Protocol):
    """The other end of the corridor."""

    async def keep(self, job: JobId, door: str, number: int, raw: bytes) -> None:
        """Make a part of an unfinished job durable; a failing store is not an error."""
        ...

    async def accept(self, job: Job, raw: bytes) -> None:
        """Make the job durable, or have it printed.  It is safe when this returns."""
        ...

    def kick(self, raw: bytes) -> None:
        """A drawer pulse: to the printer, ahead of everything."""
        ...


class Line(Protocol):
    """A two-way byte line to a POS."""

    async def read(self, patience_s: float) -> bytes | None:
        """Some bytes; ``b""`` when the POS has hung up; ``None`` on silence."""
        ...

    def write(self, data: bytes) -> None:
        """Send an answer.  Never waits; a POS that does not read is hung up on."""
        ...
