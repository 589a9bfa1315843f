"""What a Star job leaves on the paper: bytes in, a strip out.

Pure and total: any bytes give a strip, nothing is raised.  Text is never dropped for want
of understanding: bytes that have no meaning to us are counted in ``Strip.unread``.  What
the printer remembers from one job to the next (logos) is an argument and a result of
:func:`read`.

A job of a POS that never leaves raster mode does not say that it is rows of dots.  When
its first bytes are four rows in a chain, they are.

Handlers stand in tables by mnemonic: ``lettering``, ``motion``, ``images``, ``symbols``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from agent.paper.strip import Picture, Strip
from agent.star import images, lettering, motion, symbols
from agent.star.lengths import little
from agent.star.settings import Printer
from agent.star.state import Handler, State
from agent.star.tokens import Command, Text, Token, Tokeniser

MAX_TOKENS: Final = 60_000
"""Raster rows are tokens: eight metres, or twenty times a receipt of 400 lines."""
PIECE_BYTES: Final = 64 * 1024
"""The job is cut into tokens as it is read, so that a flood ends early."""
CHAIN_ROWS: Final = 4
"""Text that is no raster has no four letters ``b`` just so many bytes apart."""

HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    **lettering.HANDLERS,
    **motion.HANDLERS,
    **images.HANDLERS,
    **symbols.HANDLERS,
}

# Marks on paper that we do not draw; their bytes count as unread.
_UNDRAWN: Final = frozenset({"ESC GS *"})


@dataclass(frozen=True, slots=True)
class Memory:
    """What the printer keeps from job to job: logos by ``FSq`` number or ``NV`` key."""

    pictures: Mapping[bytes, Picture] = field(default_factory=dict)


EMPTY: Final = Memory()


class Read(NamedTuple):
    """A job on paper, and what the printer remembers after it."""

    strip: Strip
    memory: Memory


def interpret(raw: bytes, printer: Printer) -> Strip:
    """The strip that ``printer`` would print for one whole job, fresh from the shop."""
    return read(raw, printer, EMPTY).strip


def read(raw: bytes, printer: Printer, memory: Memory) -> Read:
    """As above, for a printer that remembers ``memory``.

    ``Read.memory`` is the very same object when the job changed nothing of it.
    """
    state = State(printer, memory.pictures)
    for number, token in enumerate(_tokens(raw), 1):
        _print(state, token)
        if state.roll.full or number == MAX_TOKENS:
            state.unread += max(0, len(raw) - token.at - len(token.raw))
            break
    state.print_rows()
    state.flush()
    state.leave_page()
    lost = state.unread + state.roll.lost
    strip = Strip(state.roll.finish(), printer.width_dots, lost)
    after = Memory(state.shelf)
    return Read(strip, memory if after == memory else after)


def begins_in_raster(raw: bytes) -> bool:
    """Do rows of dots stand where the job begins?"""
    at = 0
    for _ in range(CHAIN_ROWS):
        size = little(raw, at + 1)
        if raw[at : at + 1] not in {b"b", b"k"} or not size:
            return False
        at += 3 + size
    return at <= len(raw)


def _tokens(raw: bytes) -> Iterator[Token]:
    tokeniser = Tokeniser(raster=begins_in_raster(raw))
    for at in range(0, len(raw), PIECE_BYTES):
        yield from tokeniser.feed(raw[at : at + PIECE_BYTES])
    yield from tokeniser.close()


def _print(state: State, token: Token) -> None:
    if isinstance(token, Text):
        state.write(token.raw)
    elif isinstance(token, Command):
        _obey(state, token)
    else:
        state.unread += len(token.raw)


def _obey(state: State, command: Command) -> None:
    needs, handler = HANDLERS.get(command.name, (0, None))
    params = command.params
    if handler is not None and len(params) >= needs:
        handler(state, params)
    elif handler is not None or command.name in _UNDRAWN:
        state.unread += len(command.raw)
