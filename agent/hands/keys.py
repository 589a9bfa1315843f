"""The names of keys: Linux's own, less ``KEY_``, as a configuration writes them.

A code is a place on the keyboard, not what is printed there: ``Q`` is the key right of
Tab, on which an AZERTY keyboard says A.

Source: include/uapi/linux/input-event-codes.h.
"""

from __future__ import annotations

from typing import Final

_RUNS: Final = {
    1: "ESC 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL BACKSPACE TAB Q W E R T Y U I O P LEFTBRACE "
    "RIGHTBRACE ENTER LEFTCTRL A S D F G H J K L SEMICOLON APOSTROPHE GRAVE LEFTSHIFT "
    "BACKSLASH Z X C V B N M COMMA DOT SLASH RIGHTSHIFT KPASTERISK LEFTALT SPACE "
    "CAPSLOCK F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NUMLOCK SCROLLLOCK KP7 KP8 KP9 KPMINUS KP4 "
    "KP5 KP6 KPPLUS KP1 KP2 KP3 KP0 KPDOT",
    86: "102ND F11 F12",
    96: "KPENTER RIGHTCTRL KPSLASH SYSRQ RIGHTALT LINEFEED HOME UP PAGEUP LEFT RIGHT END "
    "DOWN PAGEDOWN INSERT DELETE",
    117: "KPEQUAL KPPLUSMINUS PAUSE",
    121: "KPCOMMA",
    125: "LEFTMETA RIGHTMETA COMPOSE",
    179: "KPLEFTPAREN KPRIGHTPAREN",
    183: "F13 F14 F15 F16 F17 F18 F19 F20 F21 F22 F23 F24",
}
"""Names that follow each other, by the code of the first."""

CODES: Final = {
    name: first + place
    for first, names in _RUNS.items()
    for place, name in enumerate(names.split())
}
NAMES: Final = {code: name for name, code in CODES.items()}

WHOLE_KEYBOARD: Final = frozenset(
    CODES[name] for name in (*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "SPACE", "LEFTCTRL")
)
"""Who has all of these may be what the cashier types on."""


def name_of(code: int) -> str:
    """Of any key; those that we have no name for go by their number."""
    return NAMES.get(code, str(code))


def code_of(name: str) -> int | None:
    """Of a name, in capitals or not, with or without ``KEY_``; or of a number."""
    plain = name.upper().removeprefix("KEY_")
    if plain in CODES:
        return CODES[plain]
    # A digit is the key with that digit; what has more of them is a code.
    return int(plain) if plain.isascii() and plain.isdecimal() else None
