"""A receipt in a symbol of its own, as a slip is told of it."""

from __future__ import annotations

from agent.qr.streams import to_digits
from agent.qr.symbol import Fit, modules
from agent.wire.model import Model


class WholeCode(Model):
    """``raw``: what was packed and its signature, in hex.

    ``fit``: version, level and dots a module.
    """

    prefix: str
    raw: str
    fit: tuple[int, str, int]

    def matrix(self) -> list[list[bool]]:
        """The modules, row by row, without the quiet zone; true is dark."""
        digits = to_digits(bytes.fromhex(self.raw))
        rows = modules(self.prefix, digits, Fit(*self.fit))
        return [[cell == "1" for cell in row] for row in rows]
