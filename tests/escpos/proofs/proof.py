"""What a proof is, and how a command is taken out of it."""

from __future__ import annotations

from dataclasses import dataclass

from agent.escpos.settings import Printer
from agent.escpos.tokens import Token, Tokeniser

PRINTER = Printer()


@dataclass(frozen=True, slots=True)
class Proof:
    """``job`` must show ``expected``; each entry is one of :func:`shown`.

    ``without`` are the bytes of the command that is proved, as they stand in the
    job: with every one of them taken away, the job must show something else.
    """

    job: bytes
    without: bytes
    expected: tuple[str, ...]
    printer: Printer = PRINTER

    def maimed(self) -> bytes:
        """The job without the command; what it is part of else stays."""
        raws = [token.raw for token in tokens(self.job)]
        return b"".join(raw for raw in raws if raw != self.without)


def tokens(raw: bytes) -> list[Token]:
    """All of a job's tokens."""
    tokeniser = Tokeniser()
    return [*tokeniser.feed(raw), *tokeniser.close()]


def u16(*values: int) -> bytes:
    """Little-endian words, negative ones in two's complement."""
    return b"".join((value & 0xFFFF).to_bytes(2, "little") for value in values)


def family(lead: bytes, body: bytes) -> bytes:
    """A command that says its own length: ``lead pL pH body``."""
    return lead + u16(len(body)) + body
