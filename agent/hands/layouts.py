"""Which character a key writes: United States, and French AZERTY.

A scanner that plays a keyboard types places, not characters, in the layout that it was
set to by its own set-up barcode; it has to be read in the same one.

Source: the layouts ``us`` and ``fr`` of xkeyboard-config, without dead keys.
"""

from __future__ import annotations

from typing import Final, Literal

from agent.hands.keys import CODES

Layout = Literal["us", "fr"]

_PLACES: Final = (
    "GRAVE 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL",
    "Q W E R T Y U I O P LEFTBRACE RIGHTBRACE",
    "A S D F G H J K L SEMICOLON APOSTROPHE BACKSLASH",
    "102ND Z X C V B N M COMMA DOT SLASH",
)
_NOTHING: Final = " "
"""In the rows below: a dead key, or none."""
_ROWS: Final[dict[Layout, tuple[tuple[str, ...], ...]]] = {
    "us": (
        ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "<zxcvbnm,./"),
        ("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', ">ZXCVBNM<>?"),
    ),
    "fr": (
        ("²&é\"'(-è_çà)=", "azertyuiop $", "qsdfghjklmù*", "<wxcvbn,;:!"),
        (" 1234567890°+", "AZERTYUIOP £", "QSDFGHJKLM%µ", ">WXCVBN?./§"),
        ("  ~#{[|`\\^@]}", "  €        ¤", " " * 12, " " * 11),
    ),
}
"""Plain, with Shift, with AltGr."""

PLAIN, SHIFT, ALTGR = 0, 1, 2

_PAD: Final = {
    CODES[f"KP{digit}"]: digit for digit in "0123456789"
} | {
    CODES["KPDOT"]: ".", CODES["KPMINUS"]: "-", CODES["KPPLUS"]: "+",
    CODES["KPASTERISK"]: "*", CODES["KPSLASH"]: "/", CODES["SPACE"]: " ",
}  # fmt: skip
"""The same in all layouts."""


def _table(layout: Layout) -> dict[tuple[int, int], str]:
    table = {(code, level): sign for code, sign in _PAD.items() for level in range(3)}
    for level, rows in enumerate(_ROWS[layout]):
        for places, signs in zip(_PLACES, rows, strict=True):
            for place, sign in zip(places.split(), signs, strict=True):
                if sign != _NOTHING:
                    table[CODES[place], level] = sign
    return table


TABLES: Final[dict[Layout, dict[tuple[int, int], str]]] = {
    "us": _table("us"),
    "fr": _table("fr"),
}


def printed(letter: str, layout: Layout) -> int:
    """The code of the key on which a keyboard of that layout says ``letter``."""
    return next(
        code for (code, level), sign in TABLES[layout].items()
        if sign == letter.lower() and level == PLAIN
    )  # fmt: skip
