"""What language a door speaks: how its stream is read, what is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from agent.escpos.grammar import LEADS
from agent.escpos.jobs import JobReader, Step
from agent.escpos.replies import table
from agent.escpos.replies.contents import Contents
from agent.escpos.status import Answering, Identity
from agent.escpos.tokens import Command, completion
from agent.events import PrinterState
from agent.star.jobs import JobReader as StarReader
from agent.star.status import Answering as StarVoice
from agent.star.status import Identity as StarIdentity


class Reader(Protocol):
    """The splitter of one stream; see :class:`agent.escpos.jobs.JobReader`."""

    @property
    def marked(self) -> bool: ...

    @property
    def patience_s(self) -> float | None: ...

    @property
    def torn(self) -> bytes: ...

    def feed(self, data: bytes) -> list[Step]: ...

    def quiet(self, seconds: float) -> list[Step]: ...

    def close(self) -> list[Step]: ...


class Voice(Protocol):
    """The printer's voice on one line; see :class:`agent.escpos.status.Answering`."""

    def answer(
        self, token: Command, state: PrinterState, contents: Contents = ...
    ) -> bytes: ...

    def changed(self, state: PrinterState) -> bytes: ...

    def hello(self, state: PrinterState) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """``reader`` and ``voice`` are made anew for every line.

    ``costly`` are the bytes that a command begins with, see :mod:`.slices`.
    ``completion``: what a printer must be given to be done with half a command.
    ``needs_contents``: whether an answer depends on what the printer remembers.
    """

    name: Literal["escpos", "star"]
    reader: Callable[[], Reader]
    voice: Callable[[], Voice]
    costly: bytes
    completion: Callable[[bytes], bytes] = lambda _torn: b""
    needs_contents: Callable[[Command], bool] = lambda _question: False


def star(identity: StarIdentity) -> Dialect:
    """Star line mode and Star raster."""
    return Dialect(
        name="star",
        reader=StarReader,
        voice=lambda: StarVoice(identity),
        costly=bytes(range(0x20)),
    )


def escpos(identity: Identity) -> Dialect:
    """The language of Epson and of most others."""
    return Dialect(
        name="escpos",
        reader=JobReader,
        voice=lambda: Answering(identity),
        costly=bytes(sorted(LEADS)),
        completion=completion,
        needs_contents=table.needs_work,
    )
