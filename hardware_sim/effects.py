"""What executing a command comes to besides ink."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """GS V, ESC i, ESC m."""

    partial: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """ESC p m t1 t2: ``pin`` 2 or 5 of the drawer connector."""

    pin: int
    on_ms: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to be answered once everything before it is printed."""

    name: bytes
    args: bytes


@dataclass(frozen=True, slots=True)
class Tell:
    """An answer from the printer's own memory, due in the same order."""

    data: bytes


Effect = Cut | Pulse | Ask | Tell
