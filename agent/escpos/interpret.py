"""What an ESC/POS job leaves on the paper: bytes in, a strip out.

Pure and total: any bytes give a strip, nothing is raised, nothing is asked of
the world.  Text is never dropped for want of understanding: bytes that have no
meaning to us are counted in ``Strip.unread``, and the text around them stays.

What the printer remembers from one job to the next (logos, macros, characters of
the POS's own) is an argument and a result of :func:`read`.

Handlers are short and stand in tables by mnemonic: ``lettering``, ``motion``,
``images``, ``symbols``, ...  A command that is in none of them leaves no mark:
status queries, sensors, speeds.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from agent.escpos import (
    counting,
    dialects,
    graphics,
    images,
    lettering,
    logos,
    machine,
    motion,
    records,
    ruling,
    saving,
    symbols,
)
from agent.escpos.macros import Macro
from agent.escpos.memory import EMPTY, Memory
from agent.escpos.settings import Printer
from agent.escpos.state import Handler, State
from agent.escpos.tokens import Command, Text, Token, Tokeniser
from agent.paper.strip import Strip

MAX_TOKENS: Final = 60_000
"""Twenty times a receipt of 400 lines; well within the worker's two seconds."""
PIECE_BYTES: Final = 64 * 1024
"""The job is cut into tokens as it is read, so that a flood ends early."""

HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    **lettering.HANDLERS,
    **motion.HANDLERS,
    **ruling.HANDLERS,
    **counting.HANDLERS,
    **saving.HANDLERS,
    **records.HANDLERS,
    **machine.HANDLERS,
    **images.HANDLERS,
    **graphics.HANDLERS,
    **logos.HANDLERS,
    **symbols.HANDLERS,
}

# Obeyed also while the printer is not the selected device.
_ALWAYS: Final = frozenset({"ESC =", "ESC p", "DLE DC4"})

# Marks on paper that we do not draw; their bytes count as unread.
_UNDRAWN: Final = frozenset({"GS ( A"})


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
    state, macro = _follow(raw, printer, memory)
    state.flush()
    elements = state.roll.finish()
    strip = Strip(elements, printer.width_dots, state.unread + state.roll.lost)
    remembered = _remember(state, macro)
    return Read(strip, memory if remembered == memory else remembered)


def after(raw: bytes, printer: Printer, memory: Memory) -> State:
    """The printer in the middle of a job, ``raw`` behind it and its line still open."""
    return _follow(raw, printer, memory)[0]


def _follow(raw: bytes, printer: Printer, memory: Memory) -> tuple[State, Macro]:
    state = State(printer, raw)
    macro = Macro(memory.macro, partial(_print, state))
    _recall(state, memory)
    for number, token in enumerate(_tokens(raw), 1):
        macro.follow(token)
        if state.roll.full or number == MAX_TOKENS:
            state.unread += max(0, len(raw) - token.at - len(token.raw))
            break
    return state, macro


def _recall(state: State, memory: Memory) -> None:
    state.shelf.restore(memory.pictures, memory.letterhead)
    state.characters.update(memory.characters)
    state.kanji_characters.update(memory.kanji)
    state.records.update(memory.records)
    state.counter = memory.counter
    state.saved, state.starts_with = memory.saved, memory.starts_with
    state.now = state.settings_of(memory.starts_with)
    state.roll.fresh = memory.fresh
    state.roll.head = partial(logos.head, state)


def _remember(state: State, macro: Macro) -> Memory:
    """Whether the paper is cut is only worth remembering for a top logo."""
    letterhead = state.shelf.letterhead
    return Memory(
        pictures=state.shelf.pictures,
        characters=dict(state.characters),
        kanji=dict(state.kanji_characters),
        macro=macro.contents,
        letterhead=letterhead,
        counter=state.counter,
        fresh=state.roll.fresh or letterhead.top is None,
        saved=state.saved,
        starts_with=state.starts_with,
        records=dict(state.records),
    )


def _tokens(raw: bytes) -> Iterator[Token]:
    tokeniser = Tokeniser()
    for at in range(0, len(raw), PIECE_BYTES):
        yield from tokeniser.feed(raw[at : at + PIECE_BYTES])
    yield from tokeniser.close()


def _print(state: State, token: Token) -> None:
    if isinstance(token, Text):
        if state.selected:
            state.write(token.raw)
        else:
            state.unread += len(token.raw)
    elif isinstance(token, Command):
        _obey(state, token)
    elif not (machine.beeps(state, token) or dialects.obeys(state, token)):
        state.unread += len(token.raw)


def _obey(state: State, command: Command) -> None:
    if not state.selected and command.name not in _ALWAYS:
        return
    needs, handler = HANDLERS.get(command.name, (0, None))
    params = command.params
    if handler is not None and len(params) >= needs:
        handler(state, params)
    elif handler is not None or command.name in _UNDRAWN:
        state.unread += len(command.raw)
