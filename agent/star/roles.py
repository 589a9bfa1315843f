"""What part a token plays when a stream is split into jobs.

Not what it means: only whether it marks paper, moves it, cuts it, opens the drawer, asks
something, or prepares what comes later.  What is not in the tables prepares
(``SETTING``), so that nothing unknown is taken for a receipt or thrown away as noise.

In raster mode the parts depend on what was set before: which modes cut.  And a raster
session is one thing: rows behind its first cut mean nothing to a printer that did not
see ESC * r A.  So no cut ends a document before the session ends (:class:`Parts`).

Source: Star, Line Mode Command Specifications, by the command's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from agent.escpos.roles import Role
from agent.star.grammar import IGNORED
from agent.star.lengths import number
from agent.star.tokens import Command, Text, Token

LINE_DOTS: Final = 32
"""ESC z 1: 4 mm, what a line feeds when nobody said otherwise."""


_BY_NAME: Final[Mapping[str, int]] = {
    name: role
    for role, names in {
        Role.BLANK: ("HT",),
        Role.INIT: ("ESC @", "CAN", "ESC ACK CAN", "ESC ?"),
        Role.FEED: (
            *("LF", "CR", "VT", "FF", "ESC a", "ESC J", "ESC j", "ESC I", "ESC 3"),
            "ESC * r Y",
        ),
        Role.KICK: (
            *("BEL", "FS", "SUB", "EM", "ESC BEL", "ESC * r D", "ESC * r V"),
            *("ESC GS BEL", "ESC GS EM DC1", "ESC GS EM DC2"),
        ),
        Role.ASK: (
            *("ENQ", "EOT", "ETB", "ESC ACK SOH", "ESC GS ETX", "ESC RS a", "ESC RS E"),
            *("ESC #", "ESC SYN 3", "ESC GS ) I"),
        ),
        Role.MARK: (
            *("ESC K", "ESC L", "ESC k", "ESC X", "ESC ^", "ESC b", "ESC FS p"),
            *("ESC RS L", "ESC GS S", "b", "k"),
        ),
    }.items()
    for name in names
}

_PRINT, _INQUIRE = 0x50, 0x49
_BY_FUNCTION: Final[Mapping[str, Mapping[int, int]]] = {
    "ESC GS x": {_PRINT: Role.MARK, _INQUIRE: Role.ASK},
    "ESC GS y": {_PRINT: Role.MARK, _INQUIRE: Role.ASK},
    "ESC GS ( L": {0x45: Role.MARK},
    "ESC GS P": {0x36: Role.FEED, 0x37: Role.FEED},
}

_PAINTS: Final = frozenset({"ESC K", "ESC L", "ESC k", "ESC X", "ESC GS S", "b", "k"})
"""A piece of one of these is taken for a mark."""

_DISCARDED: Final = re.compile(rb"\x10[\x00-\xff]?|" + IGNORED + rb"+")
"""Undefined codes, and the DLE EOT that a POS sends before it knows whom it talks to."""

REALTIME: Final = frozenset({"ENQ", "EOT", "ESC ACK SOH"})
"""Answered on arrival, whatever is printed before them."""

GIVES_UP: Final = frozenset({"CAN", "ESC ACK CAN"})
"""Clear what was received and not printed, on arrival: behind a mark the POS gives up
what it sent; behind none it only begins afresh, as many do with every receipt."""

HEARD: Final = frozenset({"CAN"})
"""Whoever answers must know of it, though it is no question: it clears the ETB counter."""

CutKind = Literal["full", "partial", ""]

CUTS: Final[Mapping[int, CutKind]] = {
    byte: kind
    for digit, kind in enumerate[CutKind](("full", "partial", "full", "partial"))
    for byte in (digit, digit + 0x30)
}
"""ESC d n: 2 and 3 feed to the cutter first."""

DEFAULT_MODE: Final = 9
MODES: Final[Mapping[int, CutKind]] = {
    **dict.fromkeys((1, 2, 3), ""),
    DEFAULT_MODE: "full",
    **dict.fromkeys((12, 13), "partial"),
}
"""ESC * r E n, ESC * r F n: what the raster's EOT and FF mode do.  All others are taken
for the default: 0 is it, and 8, 36 and 37 cut as it does."""


class Parts:
    """The parts of one stream's tokens, in their order."""

    def __init__(self) -> None:
        self.raster = False
        self._cut = False
        """Has this raster session cut, so that its end is the document's?"""
        self._rows = False
        self._modes: dict[str, int] = {}
        """Of the raster session that is on."""

    @property
    def cut_last(self) -> bool:
        """Did the raster session cut, with nothing behind it so far?"""
        return self._cut and not self._rows

    def forget_cut(self) -> None:
        """The job that was cut is over, also if its raster session is not."""
        self._cut = False

    def of(self, token: Token) -> int:
        if isinstance(token, Command):
            return self._of_command(token)
        if isinstance(token, Text):
            return Role.BLANK if token.raw.isspace() else Role.MARK
        if token.of in _PAINTS:
            return Role.MARK
        return Role.NOISE if _DISCARDED.fullmatch(token.raw) else Role.SETTING

    def _of_command(self, command: Command) -> int:
        name = command.name
        role = _BY_NAME.get(name, 0)
        if name in {"b", "k"}:
            self._rows = True
        elif name == "ESC d":
            return Role.CUT if command.raw[2] in CUTS else Role.SETTING
        elif name == "ESC FF" or name.startswith("ESC * r"):
            return self._of_raster(command)
        elif name == "ESC @":
            self.raster = False
        if not role and command.fn is not None:
            role = _BY_FUNCTION.get(name, {}).get(command.fn, 0)
        return role or Role.SETTING

    def _of_raster(self, command: Command) -> int:
        match command.name:
            case "ESC * r A" if not self.raster:
                self._restart()
                self.raster = True
            case "ESC * r R":
                self._restart()
            case "ESC * r C":
                self._rows = False
            case "ESC * r E" | "ESC * r F" as name:
                said = number(command.params)
                self._modes[name[-1]] = said if said in MODES else DEFAULT_MODE
            case "ESC FF":
                self._execute("E" if command.raw[2] == 4 else "F")
            case "ESC * r B":
                return self._quit()
            case _:
                pass
        return _BY_NAME.get(command.name, Role.SETTING)

    def _restart(self) -> None:
        self._modes = {"E": DEFAULT_MODE, "F": DEFAULT_MODE}
        self._rows = self._cut = False

    def _execute(self, which: str) -> None:
        if self._rows and MODES[self._modes[which]]:
            self._cut = True
        self._rows = False

    def _quit(self) -> int:
        if self.raster:
            self._execute("E")
        cut, self._cut, self.raster = self._cut, False, False
        return Role.CUT if cut else Role.SETTING


def lines_fed(raw: bytes) -> int:
    """How many lines a ``FEED`` moves the paper, counting 4 mm as one."""
    match raw[:2]:
        case b"\x1ba":
            return raw[2]
        case b"\x1bJ":
            return raw[2] * 2 // LINE_DOTS
        case b"\x1bI":
            return raw[2] // LINE_DOTS
        case b"\x1b*":
            return number(raw) // LINE_DOTS
        case _:
            return int(raw in {b"\n", b"\x0c"})


def pulse(command: Command) -> bytes:
    """The bytes that open the drawer now, whatever mode the printer is in.

    ESC * r D n is obeyed in raster mode only, where the printer that gets it alone is
    not: it says the same in line mode's words.
    """
    if command.name != "ESC * r D":
        return command.raw
    said = number(command.params)
    return b"\x07" * (said & 1) + b"\x1a" * (said >> 1 & 1)
