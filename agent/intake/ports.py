"""What a door needs from the rest of the house."""

from __future__ import annotations

from typing import Protocol

from agent.escpos.replies.contents import Contents
from agent.ids import JobId
from agent.intake.aside import Aside
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.store.records import Job


class Flow(Protocol):
    """The printer, taking a job while it still comes; see agent.delivery.flow."""

    @property
    def failed(self) -> bool: ...

    def write(self, data: bytes) -> bool:
        """Never waits.  Whether the printer has it all already."""
        ...

    def place(self, start: int, end: int) -> None:
        """A pulse can be said there, in what was given: between commands, or in dots."""
        ...

    @property
    def given(self) -> int:
        """Bytes that were written to it."""
        ...

    def known(self, count: int) -> None:
        """So much of them is read."""
        ...

    def stands(self, aside: Aside | None) -> None:
        """What was written so far is read; half a command: how a pulse is said in it."""
        ...

    async def room(self) -> None:
        """Until the printer has taken enough that more may come."""
        ...

    async def taken(self, count: int) -> bool:
        """Whether the printer took the first ``count`` bytes."""
        ...

    def end(self) -> None:
        """Nothing more comes."""
        ...


class Counter(Protocol):
    """The other end of the corridor."""

    def flow(self) -> Flow | None:
        """The printer, if jobs are to go there as they come and it is free."""
        ...

    async def keep(self, job: JobId, door: str, number: int, raw: bytes) -> None:
        """Make a part of an unfinished job durable; a failing store is not an error."""
        ...

    async def contents(self, before: bytes, question: bytes) -> Contents:
        """What the printer holds in its memory at that place of a job."""
        ...

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        """A document in another language as ESC/POS; ``WorkerError``: not in time."""
        ...

    async def accept(self, job: Job, raw: bytes) -> None:
        """Make the job durable, or have it printed.  It is safe when this returns."""
        ...

    def kick(self, raw: bytes) -> None:
        """A drawer pulse or a buzz: to the printer, ahead of everything."""
        ...

    async def abandoned(self, door: str, source: str) -> None:
        """The POS at that address gives up what it sent and will send it again."""
        ...


class Line(Protocol):
    """A two-way byte line to a POS."""

    @property
    def broken(self) -> bool:
        """Whether it ended in another manner than by a POS that hung up."""
        ...

    @property
    def source(self) -> str:
        """The address of the POS; empty where there is none."""
        ...

    async def read(self, patience_s: float) -> bytes | None:
        """Some bytes; ``b""`` when the POS has hung up; ``None`` on silence."""
        ...

    def ready(self) -> bytes:
        """Some bytes that have come already; ``b""`` when none have."""
        ...

    def write(self, data: bytes) -> None:
        """Send an answer.  Never waits; a POS that does not read is hung up on."""
        ...
