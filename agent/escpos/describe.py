"""A job in words: every command with its offset, its parameters and what it does.

Tokens in, :class:`Described` out, in the order of the stream; put one after the other
their ``raw`` are the stream again.  Nothing a POS sends raises, and no more is held
back than one command, or what the customer display gets at once.

What bytes mean depends on what came before (code page, motion units, page mode), so
one :class:`Describer` reads one job from its first byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.escpos import grammar
from agent.escpos.catalogue import reading
from agent.escpos.catalogue.foreign import UNLISTED, strangers
from agent.escpos.catalogue.index import PRINTER_NAMES, find
from agent.escpos.catalogue.layout import length_size
from agent.escpos.catalogue.reading import Described
from agent.escpos.catalogue.says import spaced
from agent.escpos.catalogue.scene import Scene
from agent.escpos.catalogue.shown import Display
from agent.escpos.settings import Printer
from agent.escpos.tokens import Command, Text, Token, Tokeniser, Unknown


def job(chunks: Iterable[bytes], printer: Printer) -> Iterator[Described]:
    """A whole job, in whatever chunks it comes."""
    tokeniser, describer = Tokeniser(), Describer(printer)
    for chunk in chunks:
        for token in tokeniser.feed(chunk):
            yield from describer.describe(token)
    for token in tokeniser.close():
        yield from describer.describe(token, last=True)
    yield from describer.close()


class Describer:
    """One job, token by token."""

    def __init__(self, printer: Printer) -> None:
        self._scene = Scene(printer)
        self._display = Display()

    def describe(self, token: Token, *, last: bool = False) -> Iterator[Described]:
        """``last``: the stream ended with this token."""
        if self._scene.display and not _chooses(token):
            yield from self._display.take(token.raw, token.at)
            return
        yield from self._display.close()
        if isinstance(token, Command):
            yield _command(token, self._scene)
            self._scene.follow(token.name, token.params)
        elif isinstance(token, Text):
            yield reading.text(token.raw, token.at, self._scene)
        else:
            yield _unknown(token, last=last)

    def close(self) -> Iterator[Described]:
        """The stream is over: what was kept for the customer display."""
        yield from self._display.close()


def _chooses(token: Token) -> bool:
    """Does it choose between printer and display?"""
    return isinstance(token, Command) and token.name == "ESC ="


def _command(command: Command, scene: Scene) -> Described:
    entries = PRINTER_NAMES.get(command.name, ())
    body = command.params[length_size(command.name) :]
    entry = find(entries, body, scene.where)
    if entry is not None:
        return reading.command(entry, command.raw, command.at, scene)
    what = "function" if entries else "command"
    number = f" {command.fn}" if entries and command.fn is not None else ""
    seen = f": {UNLISTED[command.name]}" if command.name in UNLISTED else ""
    return Described(
        command.at,
        "unlisted",
        command.name,
        f"Unlisted {what}",
        (),
        f"{_bytes(command.raw)} stepped over{seen}",
        "none",
        command.raw,
        (f"{what}{number} is not in the manual",),
    )


def _unknown(token: Unknown, *, last: bool) -> Described:
    raw, at, of = token
    if last and (missing := _missing(raw, of)):
        effect = f"{of or 'command'} cut off by the end: {_bytes(raw)} are here"
        warnings = (missing,)
        return Described(
            at, "cut off", of, "Cut off", (), effect, "none", raw, warnings
        )
    if of:
        effect = f"{_bytes(raw)} of a {of} that is too long to be held back"
        return Described(at, "piece", of, "Piece of a command", (), effect, "none", raw)
    effect = f"{_bytes(raw)}: {strangers(raw)}"
    return Described(at, "unknown", "", "Unknown bytes", (), effect, "none", raw)


def _missing(raw: bytes, of: str) -> str:
    """How much of a command is missing behind its first bytes; else nothing."""
    if raw[0] not in grammar.LEADS:
        return ""
    row, size = grammar.frame(raw, 0)
    if size < 0:
        return f"at least {spaced(~size - len(raw))} more bytes should follow"
    if row is not None and row.name == of and size > len(raw):
        return f"{spaced(size - len(raw))} more bytes should follow"
    return ""


def _bytes(raw: bytes) -> str:
    return f"{spaced(len(raw))} byte{'' if len(raw) == 1 else 's'}"
