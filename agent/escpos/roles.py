"""What part a token plays when a stream is split into jobs.

Not what it means: only whether it marks paper, moves it, cuts it, opens the
drawer or buzzes, asks something, gives up, or prepares what comes later.  What is not in the tables
prepares (``SETTING``), so that nothing unknown is ever taken for a receipt
or thrown away as noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.tokens import Command, Text, Token


class Role:
    """The parts, as bits, so that a job's parts add up to one number.

    Plain integers: one is worked out for every token of the relay.
    """

    MARK: Final = 1
    BLANK: Final = 2
    FEED: Final = 4
    CUT: Final = 8
    KICK: Final = 16
    ASK: Final = 32
    INIT: Final = 64
    SELECT: Final = 128
    """ESC = chooses printer or customer display."""
    NOISE: Final = 256
    SETTING: Final = 512
    ABANDON: Final = 1024
    """The POS gives up what it sent: DLE ENQ 2, DLE DC4 fn 8."""


_BY_NAME: Final[Mapping[str, int]] = {
    "HT": Role.BLANK,
    "ESC @": Role.INIT,
    "ESC =": Role.SELECT,
    "ESC p": Role.KICK,
    "DLE ENQ": Role.ABANDON,
} | {
    name: role
    for role, names in {
        Role.FEED: ("LF", "CR", "FF", "ESC FF", "ESC J", "ESC K", "ESC d", "ESC e"),
        Role.CUT: ("GS V", "GS ( V", "ESC i", "ESC m"),
        Role.ASK: (
            *("DLE EOT", "GS I", "GS a", "GS g 2", "GS j", "GS r", "GS ( H"),
            *("ESC u", "ESC v", "FS g 2"),
        ),
        Role.MARK: (
            *("ESC *", "FS p", "GS /", "GS Q 0", "GS ^", "GS c", "GS k", "GS v 0"),
            *("GS ( A", "GS ( Q"),
        ),
    }.items()
    for name in names
}

# fn 50: print the buffer; 69 and 85: print a stored picture; others: capacities, keys
_GRAPHICS: Final = dict.fromkeys((2, 50, 69, 85), Role.MARK) | dict.fromkeys(
    (0, 3, 4, 48, 51, 52, 64, 80), Role.ASK
)
_BY_FUNCTION: Final[Mapping[str, Mapping[int, int]]] = {
    # fn 1: pulse, 3: buzz, 7: transmit a status, 8: clear; 2 switches off
    "DLE DC4": {1: Role.KICK, 3: Role.KICK, 7: Role.ASK, 8: Role.ABANDON},
    "GS ( L": _GRAPHICS,
    "GS 8 L": _GRAPHICS,
    # fn 81: print the symbol that was stored by fn 80; 82: its size
    "GS ( k": {81: Role.MARK, 82: Role.ASK},
    "GS ( C": dict.fromkeys((2, 3, 4, 5, 50, 51, 52, 53), Role.ASK),
    "GS ( E": dict.fromkeys((1, 4, 6, 12, 14, 16, 50, 52, 100), Role.ASK),
    "FS ( E": {61: Role.ASK},
    "FS ( L": {34: Role.ASK, 48: Role.ASK},
    "FS ( e": {51: Role.ASK},
}

_GIVES_UP: Final = frozenset(
    {b"\x10\x05\x02", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"}
)
"""Of those that may, these do: DLE ENQ 0 and 1 go on, other parameters are ignored."""

SHAKES: Final = frozenset(
    {("GS ( C", fn) for fn in (2, 5, 50, 53)}
    | {(name, fn) for name in ("GS ( L", "GS 8 L") for fn in (64, 80)}
)
"""Their answers come in blocks, and the POS says after each how to go on."""
RESPONSES: Final[Mapping[int, str]] = {0x06: "ACK", 0x15: "NAK", 0x18: "CAN"}
"""What it says then (Epson ESC/POS, GS ( L, Notes for ESC/POS Handshaking Protocol)."""

_PAINTS: Final = frozenset({"ESC *", "GS k", "GS v 0", "GS Q 0", "GS ( L", "GS 8 L"})
"""A piece of one of these is taken for a mark."""

REALTIME: Final = frozenset({"DLE EOT", "DLE ENQ", "DLE DC4"})
"""Obeyed on arrival, whatever is printed before them."""

# Padding, and the Star status request that POS send to both dialects at once.
PROBE: Final = b"\x1b\x06\x01"


def role_by_name(name: str) -> int:
    """The part of a command that plays the same part whatever its function."""
    return _BY_NAME.get(name, Role.SETTING)


def role_of(token: Token) -> int:
    """The part of one token, for a printer that is selected."""
    if isinstance(token, Text):
        return Role.BLANK if token.raw.isspace() else Role.MARK
    if isinstance(token, Command):
        role = _BY_NAME.get(token.name, 0)
        if not role and token.fn is not None:
            role = _BY_FUNCTION.get(token.name, {}).get(token.fn, 0)
        if role == Role.ABANDON and token.raw not in _GIVES_UP:
            return Role.ASK if token.name == "DLE ENQ" else Role.SETTING
        return role or Role.SETTING
    if token.of in _PAINTS or _is_row(token.raw):
        return Role.MARK
    noise = token.raw == PROBE or not token.raw.strip(b"\0")
    return Role.NOISE if noise else Role.SETTING


def _is_row(raw: bytes) -> bool:
    """A row of dots as PCL has it (see :mod:`agent.escpos.pcl`)."""
    return raw.startswith(b"\x1b*b") and (b"W" in raw[:10] or b"V" in raw[:10])


def lines_fed(raw: bytes) -> int:
    """How many lines a ``FEED`` moves the paper, counting 30 dots as one."""
    if raw.startswith(b"\x1bd"):
        return raw[2]
    if raw.startswith(b"\x1bJ"):
        return raw[2] // 30
    return int(raw == b"\n")
