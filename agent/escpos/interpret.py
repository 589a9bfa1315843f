"""What an ESC/POS job leaves on the paper: bytes in, a strip out.

Pure and total: any bytes give a strip, nothing is raised, nothing is asked of
the world.  Text is never dropped for want of understanding: bytes that have no
meaning to us are counted in ``Strip.unread``, and the text around them stays.

Handlers are short and stand in tables by mnemonic: ``lettering``, ``motion``,
``images``, ``symbols``.  A command that is in none of them leaves no mark:
status queries, sensors, buzzers, speeds, memory.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from agent.escpos import counting, images, lettering, motion, ruling, symbols
from agent.escpos.settings import Printer
from agent.escpos.state import Handler, State
from agent.escpos.tokens import Command, Text, Token, Tokeniser
from agent.paper.strip import Strip

MAX_TOKENS: Final = 60_000
"""Twenty times a receipt of 400 lines; well within the worker's two seconds."""
PIECE_BYTES: Final = 64 * 1024
"""The job is cut into tokens as it is read, so that a flood ends early."""
MAX_MACRO_TOKENS: Final = 10_000
"""Tokens that macros may add to a job: five bytes can ask for 255 rounds."""

HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    **lettering.HANDLERS,
    **motion.HANDLERS,
    **ruling.HANDLERS,
    **counting.HANDLERS,
    **images.HANDLERS,
    **symbols.HANDLERS,
}

# Obeyed also while the printer is not the selected device.
_ALWAYS: Final = frozenset({"ESC =", "ESC p", "DLE DC4"})

# Marks on paper that we do not draw; their bytes count as unread.
_UNDRAWN: Final = frozenset({"GS ( A"})


def interpret(raw: bytes, printer: Printer) -> Strip:
    """The strip that ``printer`` would print for one whole job."""
    state = State(printer)
    macro = _Macro()
    for number, token in enumerate(_tokens(raw), 1):
        macro.follow(state, token)
        if state.roll.full or number == MAX_TOKENS:
            state.unread += max(0, len(raw) - token.at - len(token.raw))
            break
    state.flush()
    elements = state.roll.finish()
    return Strip(elements, printer.width_dots, state.unread + state.roll.lost)


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
    else:
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


class _Macro:
    """GS : records what is printed meanwhile, GS ^ prints it again."""

    def __init__(self) -> None:
        self._recording = False
        self._tokens: list[Token] = []
        self._left = MAX_MACRO_TOKENS

    def follow(self, state: State, token: Token) -> None:
        name = token.name if isinstance(token, Command) else ""
        if name == "GS :":
            self._recording = not self._recording
            self._tokens = [] if self._recording else self._tokens
        elif name == "GS ^":
            self._replay(state, token.raw[2])
        else:
            if self._recording and len(self._tokens) < MAX_MACRO_TOKENS:
                self._tokens.append(token)
            _print(state, token)

    def _replay(self, state: State, times: int) -> None:
        if self._recording:
            return
        for _ in range(times):
            self._left -= len(self._tokens)
            if self._left < 0 or not self._tokens:
                return
            for token in self._tokens:
                _print(state, token)
