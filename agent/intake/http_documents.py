"""Documents in another language than ESC/POS: handed to the worker, heard of from it.

The relay never reads one.  Even on a thread an XML or JSON parser keeps the interpreter
from the loop as long as it takes (a picture of 3 MB: 75 ms), and a till's status
question with it.  So a body goes to the worker as it came, and what comes back is the
ESC/POS with what its door must know of it, or why there is none.

When nobody could read it nothing was done with it, and the POS is told to send it again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal, Protocol

from agent.events import PrinterState
from agent.intake.http_bodies import BodyError
from agent.intake.limits import MAX_READING, TURN_S
from agent.pieces import breath

Tongue = Literal["epos", "json"]
"""ePOS-Print XML, or a job in JSON."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A document that was read.  ``raw`` is its job in ESC/POS, if anything is to be done.

    ``asks``: it holds no order, only a question.  ``force``: to be taken whatever the
    printer's state is.  ``only_pulses``: it needs no paper.  ``devid`` and
    ``printjobid`` are empty where they are not said.
    """

    raw: bytes
    asks: bool = False
    force: bool = False
    only_pulses: bool = False
    devid: str = ""
    printjobid: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """``where`` is a path in the document, ``what`` a sentence without its content."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that is none, or too long (``too_long``).  Nothing is printed."""

    problems: tuple[Problem, ...]
    too_long: bool = False


class Reception(Protocol):
    """What a document is handed to: see :mod:`agent.intake.reception`."""

    @property
    def state(self) -> PrinterState:
        """What a POS is told of the printer now."""
        ...

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        """The document, read by the worker.

        Raises:
            WorkerError: nobody could read it in time.
        """
        ...

    async def document(self, raw: bytes) -> None:
        """A whole ESC/POS job.  It is safe when this returns."""
        ...


class Translating:
    """Has the documents of one door read, a few at a time."""

    def __init__(
        self, reception: Reception, tongue: Tongue, dots_per_inch: int
    ) -> None:
        self._reception = reception
        self._tongue: Tongue = tongue
        self._dots_per_inch = dots_per_inch
        self._turns = asyncio.Semaphore(MAX_READING)

    async def read(self, body: bytes) -> Translated | Refused:
        """What it says.

        Raises:
            BodyError: too many wait.
            WorkerError: nobody could read it in time.
        """
        try:
            async with asyncio.timeout(TURN_S):
                await self._turns.acquire()
        except TimeoutError:
            raise BodyError("busy") from None
        try:
            # The body was just copied; that and its way into the pipe are two slices.
            await asyncio.sleep(0)
            said = await self._reception.translated(
                self._tongue, body, self._dots_per_inch
            )
            # Taking in what the worker said was one step, what is done with it another.
            await breath()
            return said
        finally:
            self._turns.release()
