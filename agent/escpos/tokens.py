"""Cut an ESC/POS byte stream into text, commands, and bytes we cannot name.

A token is a value that knows its bytes and where they stood.  Put one after
the other, the ``raw`` of all tokens are the stream again: nothing is lost,
nothing is invented, and any chunking of the stream gives the same tokens.
They are named tuples since a receipt makes hundreds of them in the relay's
event loop, and a frozen dataclass costs five times more to make.

A till is a peer we cannot fix, so nothing it sends is an error: what is outside
the grammar comes out as :class:`Unknown` and the stream goes on behind it.

What is held back is bounded.  A run of text or of ignored control bytes is cut
at ``MAX_RUN_BYTES``.  A command that declares more than ``MAX_COMMAND_BYTES``
(GS 8 L may say 4 GB) is not collected: its bytes, opcode first, come out as
``Unknown`` pieces of ``PIECE_BYTES``, counted from its first byte, that name the
command they are ``of``.  They stay payload, so a cut inside is still no cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import takewhile
from typing import Final, NamedTuple

from agent.escpos.grammar import (
    KNOWN,
    LEADS,
    MAX_RUN_BYTES,
    PLAIN,
    Row,
    frame,
)
from agent.escpos.lengths import MAX_COMMAND_BYTES

PIECE_BYTES: Final = 64 * 1024
"""A command too long to collect is passed on in pieces of this size."""

HEAD_BYTES: Final = 32
"""Of a command, in which it says what it is and how long."""

WINDOW_BYTES: Final = 16 * 1024
"""The regex looks at no more at a time: what follows a command that it can't
finish is looked at again, once per such command.  Above ``MAX_RUN_BYTES``."""


class Text(NamedTuple):
    """A run of bytes 20-FF, still in the code page of the POS.

    ``at`` is the absolute offset of its first byte in the stream.
    """

    raw: bytes
    at: int


class Command(NamedTuple):
    """One complete command.

    ``name`` is the mnemonic of ``escpos_commands.csv`` without its ``fn=..``
    ("LF", "ESC a", "GS v 0", "GS ( k", "GS 8 L", "DLE EOT").  ``raw`` is all of
    it, ``raw[:lead]`` its opcode.  ``fn`` is the function number for the
    families that have one (after cn of GS ( k, after m of GS ( L and GS 8 L,
    the m of GS V, the first parameter of DLE DC4), else ``None``.
    """

    name: str
    raw: bytes
    lead: int
    fn: int | None
    at: int

    @property
    def params(self) -> bytes:
        """What follows the opcode; ``pL pH ..`` in the ``(`` families."""
        return self.raw[self.lead :]


class Unknown(NamedTuple):
    """Bytes outside the grammar, kept so that nothing is lost.

    ``of`` names the command when they are a piece of one: longer than
    we hold back, or cut off by the end of the stream.
    """

    raw: bytes
    at: int
    of: str = ""


Token = Text | Command | Unknown

_Plain = Callable[[bytes, int], int]
_Put = Callable[[Token], None]


def small(raws: list[bytes], at: int) -> list[Token]:
    """The tokens of what :data:`SMALL` found, the first of which stood at ``at``.

    Made without their constructors, which cost three times more: hundreds of
    these are a receipt.
    """
    tokens: list[Token] = []
    put, new, known = tokens.append, tuple.__new__, KNOWN.get
    for raw in raws:
        if raw[0] >= 0x20:
            put(new(Text, (raw, at)))
        elif raw == b"\n":
            put(new(Command, ("LF", raw, 1, None, at)))
        elif row := known(raw[:2]) or known(raw[:3]):
            put(new(Command, (row[0], raw, row[1], row[2], at)))
        else:
            put(new(Unknown, (raw, at, "")))
        at += len(raw)
    return tokens


class Tokeniser:
    """A resumable reader of one stream.  It may go on after :meth:`close`."""

    def __init__(self) -> None:
        self._inbox = bytearray()
        self._at = 0  # offset of the inbox in the stream
        self._need = 0  # bytes without which nothing more can be told
        self._left = 0  # bytes to come of a command that is passed on in pieces
        self._of = ""
        self._head = b""  # the first bytes of that command
        self._run_at: int | None = None  # where a text that was cut up begins

    @property
    def pending(self) -> int:
        """Bytes held back, fewer than ``MAX_COMMAND_BYTES``."""
        return len(self._inbox)

    @property
    def seam(self) -> int:
        """Where in the stream what is whole ends, or will: two commands meet there.

        Not within a text that is longer than a token: a letter may be cut there.
        """
        if self._run_at is not None:
            return self._run_at
        return self._at + self._left

    @property
    def half(self) -> tuple[int, bytes, int]:
        """Of a command that is half received: where it is, its first bytes, its end.

        Where it is, or what is held back of one that is passed on in pieces.  The end
        at least: what has not come may say that it is longer.
        """
        if self._left:
            return self._at, self._head, self._at + self._left
        return self._at, bytes(self._inbox[:HEAD_BYTES]), self._at + self._need

    @property
    def mid_command(self) -> bool:
        """Is a command half received, so that what comes next belongs to it?"""
        return bool(self._left or (self._inbox and self._inbox[0] in LEADS))

    @property
    def torn(self) -> bytes:
        """What is here of a command that is half received, if it is being collected."""
        return bytes(self._inbox) if self.mid_command and not self._left else b""

    def feed(self, data: bytes) -> list[Token]:
        """Take bytes in; return every token that is complete now."""
        tokens: list[Token] = []
        self._take(data, partial(self._plain, tokens), tokens.append)
        self._note(tokens)
        return tokens

    def _note(self, tokens: Sequence[object]) -> None:
        """Whether the last of them is a piece of a text."""
        pieces = takewhile(_is_piece, reversed(tokens))
        begins = [piece.at for piece in pieces if isinstance(piece, Text)]
        if len(begins) < len(tokens):
            self._run_at = None
        if begins and self._run_at is None:
            self._run_at = begins[-1]

    def settle(self) -> list[Token]:
        """Let go of a run of text that waits for its end; keep a half command."""
        return [] if self.mid_command else self.close()

    def close(self) -> list[Token]:
        """No more bytes come: what is held back comes out as it is."""
        data, at, of = bytes(self._inbox), self._at, self._of
        if data and not self._left and data[0] in LEADS:
            row = frame(data, 0).row
            of = row.name if row else ""
        self._inbox.clear()
        self._at += len(data)
        self._left, self._of, self._run_at = 0, "", None
        if not data:
            return []
        return [Text(data, at) if not of and data[0] >= 0x20 else Unknown(data, at, of)]

    def _take(self, data: bytes, plain: _Plain, put: _Put) -> None:
        """Read what is complete; keep the rest until ``_need`` bytes are here."""
        if self._inbox:
            self._inbox += data
            if len(self._inbox) < self._need:
                return
            data = bytes(self._inbox)
            self._inbox.clear()
        pos = self._need = 0
        while pos < len(data) and not self._need:
            if self._left:
                pos = self._piece(data, pos, put)
                continue
            pos = plain(data, pos)
            if pos < len(data) and data[pos] in LEADS:
                pos = self._framed(data, pos, put)
        self._at += pos
        self._inbox += data[pos:]

    def _plain(self, tokens: list[Token], data: bytes, pos: int) -> int:
        """Read up to a lead-in that the pattern alone can't finish."""
        end = min(pos + WINDOW_BYTES, len(data))
        tokens += small(PLAIN.findall(data, pos, end), self._at + pos)
        last = tokens[-1]
        if last.raw[0] not in LEADS:
            if isinstance(last, Command) or len(last.raw) == MAX_RUN_BYTES:
                return end
            self._need = len(last.raw) + 1 if end == len(data) else 0
        tokens.pop()
        return last.at - self._at

    def _framed(self, data: bytes, pos: int, put: _Put) -> int:
        row, size = frame(data, pos)
        if size > MAX_COMMAND_BYTES:
            self._left, self._of = size, row.name if row else ""
            self._head = data[pos : pos + HEAD_BYTES]
            return pos
        if size < 0 or pos + size > len(data):
            self._need = size if size > 0 else ~size
            return pos
        raw, at = data[pos : pos + size], self._at + pos
        put(_command(row, raw, at) if row else Unknown(raw, at))
        return pos + size

    def _piece(self, data: bytes, pos: int, put: _Put) -> int:
        size = min(self._left, PIECE_BYTES)
        if pos + size > len(data):
            self._need = size
            return pos
        put(Unknown(data[pos : pos + size], self._at + pos, self._of))
        self._left -= size
        if not self._left:
            self._of = ""
        return pos + size


def _is_piece(token: object) -> bool:
    return isinstance(token, Text) and len(token.raw) == MAX_RUN_BYTES


def completion(torn: bytes) -> bytes:
    """Zeros that a printer has to be given to be done with half a command.

    White dots, an empty symbol, a pulse of no length.  Nothing when it wants more than
    ``MAX_COMMAND_BYTES``.
    """
    whole = torn
    while whole[:1] and whole[0] in LEADS and len(whole) <= MAX_COMMAND_BYTES:
        size = frame(whole, 0).size
        need = size if size > 0 else ~size
        if 0 < size <= len(whole):
            return whole[len(torn) :]
        if not len(whole) < need <= MAX_COMMAND_BYTES:
            break
        whole = whole.ljust(need, b"\0")
    return b""


def _command(row: Row, raw: bytes, at: int) -> Command:
    has_fn = row.fn_at is not None and row.fn_at < len(raw)
    fn = raw[row.fn_at] if has_fn and row.fn_at is not None else None
    return Command(row.name, raw, len(row.opcode), fn, at)
