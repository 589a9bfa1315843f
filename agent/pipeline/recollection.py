"""What the shop's printer remembers: logos, macros, characters of the POS's own.

The relay holds it as bytes that only the worker can read, gives them along with each
job, and keeps what comes back when a job changed it.  Nothing of this is on the way
to the paper: a job is printed or offered first, and learned from then; what fails
costs a logo on a screen.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final, Protocol

from agent.errors import StoreError, WorkerError
from agent.store.records import Change, KeepMemory

log = logging.getLogger(__name__)

LEARN_AT_MOST_S: Final = 10.0
"""With a cold worker on a slow till.  The next job would wait for it as long."""


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def printer_memory(self, printer: str) -> bytes | None: ...


class Student(Protocol):
    """What can read a job; see :class:`agent.pipeline.workshop.Workshop`."""

    async def learn(self, raw: bytes, memory: bytes) -> bytes: ...


class Recollection:
    """Of one printer, by the name of its link."""

    def __init__(self, shelf: Shelf, student: Student, printer: str) -> None:
        self._shelf = shelf
        self._student = student
        self._printer = printer
        self.memory = b""

    async def recall(self) -> None:
        """At a start; without an answer the printer is taken for a new one."""
        try:
            self.memory = await self._shelf.printer_memory(self._printer) or b""
        except StoreError:
            log.exception("store does not say what the printer remembers")

    async def learn(self, raw: bytes | None) -> None:
        """Take from a job what the printer keeps of it.  Never raises."""
        if raw is None:
            return
        try:
            async with asyncio.timeout(LEARN_AT_MOST_S):
                after = await self._student.learn(raw, self.memory)
        except (WorkerError, TimeoutError) as error:
            why = {"why": str(error)}
            log.warning("what a printer remembers may be wrong", extra=why)
        except Exception:
            # The job is on its way already: nothing here may touch that.
            log.exception("what a printer remembers is not understood")
        else:
            await self._keep(after)

    async def _keep(self, after: bytes) -> None:
        if not after:
            return
        self.memory = after
        try:
            await self._shelf.commit(KeepMemory(self._printer, after))
        except StoreError:
            log.exception("what a printer remembers is not kept")
        else:
            log.info("printer remembers something new", extra={"bytes": len(after)})
