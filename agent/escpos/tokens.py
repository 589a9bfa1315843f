"""What an ESC/POS byte stream consists of: text, commands, and bytes we cannot name.

A token is a value that knows its bytes and where they stood.  Put one after
the other, the ``raw`` of all tokens are the stream again: nothing is lost,
nothing is invented.  They are named tuples since a receipt makes hundreds of
them in the relay's event loop, and a frozen dataclass costs five times more to
make.
"""

from __future__ import annotations

from typing import NamedTuple


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
