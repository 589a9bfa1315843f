"""What language a door speaks: how its stream is read, what is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from agent.escpos.grammar import LEADS
from agent.escpos.jobs import JobReader, Step
from agent.escpos.replies import table
from agent.escpos.replies.contents import Contents
from agent.escpos.status import Answering, Identity
from agent.escpos.tokens import Command, completion
from agent.events import PrinterState
from agent.star import tokens as star_tokens
from agent.star.jobs import JobReader as StarReader
from agent.star.status import Answering as StarVoice
from agent.star.status import Identity as StarIdentity


class Tokens(Protocol):
    """What cuts it into commands; see :class:`agent.escpos.tokens.Tokeniser`."""

    @property
    def pending(self) -> int: ...

    @property
    def seam(self) -> int: ...

    @property
    def half(self) -> tuple[int, bytes, int]: ...


class Reader(Protocol):
    """The splitter of one stream; see :class:`agent.escpos.jobs.JobReader`."""

    @property
    def tokens(self) -> Tokens: ...

    @property
    def marked(self) -> bool: ...

    @property
    def patience_s(self) -> float | None: ...

    @property
    def torn(self) -> bytes: ...

    def feed(self, data: bytes) -> list[Step]: ...

    def quiet(self, seconds: float, *, broken: bool = ...) -> list[Step]: ...

    def close(self, *, broken: bool = ...) -> list[Step]: ...


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
    ``again``: whether one may be ended so and said again, for a pulse between the two.
    ``needs_contents``: whether an answer depends on what the printer remembers.
    """

    name: Literal["escpos", "star"]
    reader: Callable[[], Reader]
    voice: Callable[[], Voice]
    costly: bytes
    completion: Callable[[bytes], bytes] = lambda _torn: b""
    again: bool = True
    needs_contents: Callable[[Command], bool] = lambda _question: False


_FAMILIES: Final = (b"\x1b(", b"\x1c(", b"\x1d(")


def completed(torn: bytes) -> bytes:
    """What half a command of ESC/POS wants: as :func:`agent.escpos.tokens.completion`.

    A family whose letter has not come gets pL pH as well: a printer that reads them for any
    letter would find them in the first two bytes of the next job, 16 KB of it in ESC @.
    """
    return bytes(3) if torn in _FAMILIES else completion(torn)


def star(identity: StarIdentity) -> Dialect:
    """Star line mode and Star raster."""
    return Dialect(
        name="star",
        reader=StarReader,
        voice=lambda: StarVoice(identity),
        costly=bytes(range(0x20)),
        completion=star_tokens.completion,
        again=False,
    )


def escpos(identity: Identity) -> Dialect:
    """The language of Epson and of most others."""
    return Dialect(
        name="escpos",
        reader=JobReader,
        voice=lambda: Answering(identity),
        costly=bytes(sorted(LEADS)),
        completion=completed,
        needs_contents=table.needs_work,
    )
