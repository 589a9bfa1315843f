"""Cut a Star byte stream into text, commands, and bytes we cannot name.

The laws are those of :mod:`agent.escpos.tokens`, and so are the values: put one after
the other, the ``raw`` of all tokens are the stream again; any chunking gives the same
tokens; what is held back is bounded; nothing raises.

Star has a mode that changes what bytes are: between ESC * r A and ESC * r B the letters
``b`` and ``k`` begin rows of dots.  ESC @ ends it too, so that a POS that starts again
is not read as a picture for ever.
"""

from __future__ import annotations

import re
from typing import Final

from agent.escpos.tokens import Command, Text, Token, Unknown
from agent.star.grammar import (
    IGNORED,
    LEADS,
    MAX_RUN_BYTES,
    QUICK,
    RASTER_ROWS,
    STRAY,
    TEXT,
    Row,
    frame,
)
from agent.star.lengths import MAX_COMMAND_BYTES

__all__ = ["Command", "Text", "Token", "Tokeniser", "Unknown"]

PIECE_BYTES: Final = 64 * 1024
"""A command too long to collect is passed on in pieces of this size."""

_ZEROS: Final = 1 << 16
"""A row of dots is no longer."""

_LIMIT: Final = b"{1,%d}" % MAX_RUN_BYTES
_LINE_RUN: Final = re.compile(TEXT + _LIMIT + b"|" + IGNORED + _LIMIT)
_RASTER_RUN: Final = re.compile(STRAY + _LIMIT + b"|" + IGNORED + _LIMIT)

_RASTER: Final = {"ESC * r A": True, "ESC * r B": False, "ESC @": False}


class Tokeniser:
    """A resumable reader of one stream.  It may go on after :meth:`close`.

    ``raster``: are the bytes to come rows of dots, not text?
    """

    def __init__(self, *, raster: bool = False) -> None:
        self.raster = raster
        self._inbox = bytearray()
        self._at = 0  # offset of the inbox in the stream
        self._need = 0  # bytes without which nothing more can be told
        self._left = 0  # bytes to come of a command that is passed on in pieces
        self._of = ""

    @property
    def pending(self) -> int:
        """Bytes held back, fewer than ``MAX_COMMAND_BYTES``."""
        return len(self._inbox)

    @property
    def mid_command(self) -> bool:
        """Is a command half received, so that what comes next belongs to it?"""
        return bool(self._left or (self._inbox and self._begins(self._inbox[0])))

    @property
    def seam(self) -> int:
        """Where in the stream what is whole ends, or will: two tokens meet there."""
        return self._at + self._left

    @property
    def half(self) -> tuple[int, bytes, int]:
        """As the tokeniser's of ESC/POS: a pulse is never said in a Star's dots."""
        return self._at, bytes(self._inbox[:1]), self._at + self._need

    @property
    def torn(self) -> bytes:
        """What is here of a command that is half received, if it is being collected."""
        return bytes(self._inbox) if self.mid_command and not self._left else b""

    def _begins(self, byte: int) -> bool:
        return byte in LEADS or (self.raster and bytes((byte,)) in RASTER_ROWS)

    def feed(self, data: bytes) -> list[Token]:
        """Take bytes in; return every token that is complete now."""
        if self._inbox:
            self._inbox += data
            if len(self._inbox) < self._need:
                return []
            data = bytes(self._inbox)
            self._inbox.clear()
        tokens: list[Token] = []
        pos = self._need = 0
        while pos < len(data) and not self._need:
            pos = (
                self._piece(data, pos, tokens)
                if self._left
                else self._one(data, pos, tokens)
            )
        self._at += pos
        self._inbox += data[pos:]
        return tokens

    def close(self) -> list[Token]:
        """No more bytes come: what is held back comes out as it is."""
        data, at, of = bytes(self._inbox), self._at, self._of
        if data and not self._left and self._begins(data[0]):
            row = frame(data, 0, raster=self.raster).row
            of = row.name if row else ""
        self._inbox.clear()
        self._at += len(data)
        self._need = self._left = 0
        self._of = ""
        if not data:
            return []
        text = not of and data[0] >= 0x20 and not self.raster
        return [Text(data, at) if text else Unknown(data, at, of)]

    def _one(self, data: bytes, pos: int, tokens: list[Token]) -> int:
        run = (_RASTER_RUN if self.raster else _LINE_RUN).match(data, pos)
        if run is None:
            return self._framed(data, pos, tokens)
        raw = run[0]
        if run.end() == len(data) and len(raw) < MAX_RUN_BYTES:
            self._need = len(raw) + 1
            return pos
        text = raw[0] >= 0x20 and not self.raster
        at = self._at + pos
        tokens.append(Text(raw, at) if text else Unknown(raw, at))
        return run.end()

    def _framed(self, data: bytes, pos: int, tokens: list[Token]) -> int:
        row: Row | None
        row, size = _quick(data, pos) or frame(data, pos, raster=self.raster)
        if size > MAX_COMMAND_BYTES:
            self._left, self._of = size, row.name if row else ""
            return pos
        if size < 0 or pos + size > len(data):
            self._need = size if size > 0 else ~size
            return pos
        raw, at = data[pos : pos + size], self._at + pos
        if row is None:
            tokens.append(Unknown(raw, at))
        else:
            tokens.append(_command(row, raw, at))
            self.raster = _RASTER.get(row.name, self.raster)
        return pos + size

    def _piece(self, data: bytes, pos: int, tokens: list[Token]) -> int:
        size = min(self._left, PIECE_BYTES)
        if pos + size > len(data):
            self._need = size
            return pos
        tokens.append(Unknown(data[pos : pos + size], self._at + pos, self._of))
        self._left -= size
        if not self._left:
            self._of = ""
        return pos + size


def completion(torn: bytes) -> bytes:
    """Zeros that a printer has to be given to be done with half a command.

    White dots, a setting of 0.  Nothing when it wants more than a band of them.
    """
    # In line mode no command begins with the letter of a row.
    raster = torn[:1] in RASTER_ROWS
    whole = torn
    while whole and len(whole) <= _ZEROS:
        size = frame(whole, 0, raster=raster).size
        need = size if size > 0 else ~size
        if 0 < size <= len(whole):
            return whole[len(torn) :]
        if not len(whole) < need <= _ZEROS:
            break
        whole = whole.ljust(need, b"\0")
    return b""


def _quick(data: bytes, pos: int) -> tuple[Row, int] | None:
    return (
        QUICK.get(data[pos : pos + 2])
        or QUICK.get(data[pos : pos + 1])
        or QUICK.get(data[pos : pos + 3])
    )


def _command(row: Row, raw: bytes, at: int) -> Command:
    has_fn = row.fn_at is not None and row.fn_at < len(raw)
    fn = raw[row.fn_at] if has_fn and row.fn_at is not None else None
    return Command(row.name, raw, len(row.opcode), fn, at)
