"""The shape of one command's effect, and the few readers of its arguments."""

from __future__ import annotations

from collections.abc import Callable

from hardware_sim.effects import Effect
from hardware_sim.mechanism import Mechanism

Act = Callable[[Mechanism, bytes], Effect | None]


def u16(args: bytes, at: int = 0) -> int:
    """Two bytes nL nH."""
    return int.from_bytes(args[at : at + 2], "little")


def i16(args: bytes) -> int:
    """Two bytes nL nH, signed."""
    return int.from_bytes(args[:2], "little", signed=True)


def style(name: str, value: Callable[[int], object]) -> Act:
    """Set a field of the characters' style from one byte."""
    return lambda printer, args: printer.restyle(**{name: value(args[0])})


def head(name: str, value: Callable[[Mechanism, bytes], object]) -> Act:
    """Set an attribute of the head."""
    return lambda printer, args: setattr(printer.head, name, value(printer, args))
