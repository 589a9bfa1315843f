"""A scanner that plays a keyboard: which keys it strikes for a text, in which layout.

Typed from the faces of the two keyboards, row by row, as a person would strike them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

LEFT_SHIFT: Final = 42
LEFT_ALT: Final = 56
RIGHT_ALT: Final = 100
ENTER: Final = 28
TAB: Final = 15
_PAD: Final = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73)
"""The digits 0 to 9 of the number pad."""

_FACES: Final = {
    # first key of a row, then what its keys say plain, shifted and with AltGr
    "us": (
        (2, "1234567890-=", "!@#$%^&*()_+", ""),
        (16, "qwertyuiop[]", "QWERTYUIOP{}", ""),
        (30, "asdfghjkl;'", 'ASDFGHJKL:"', ""),
        (44, "zxcvbnm,./", "ZXCVBNM<>?", ""),
        (43, "\\", "|", ""),
        (57, " ", "", ""),
    ),
    "fr": (
        (2, "&é\"'(-è_çà)=", "1234567890°+", "\0~#{[|`\\^@]}"),
        (16, "azertyuiop", "AZERTYUIOP", ""),
        (27, "$", "£", ""),
        (30, "qsdfghjklmù", "QSDFGHJKLM%", ""),
        (44, "wxcvbn,;:!", "WXCVBN?./§", ""),
        (43, "*", "µ", ""),
        (57, " ", "", ""),
    ),
}
_MODIFIERS: Final = (None, LEFT_SHIFT, RIGHT_ALT)


def keys(
    text: str, layout: str = "us", end: int | None = ENTER
) -> Iterator[tuple[int, int]]:
    """(code, 1 down or 0 up), modifiers around each character.

    Raises:
        ValueError: that keyboard has no such character.
    """
    for sign in text:
        modifier, code = _key(sign, layout)
        if modifier is not None:
            yield modifier, 1
        yield code, 1
        yield code, 0
        if modifier is not None:
            yield modifier, 0
    if end is not None:
        yield end, 1
        yield end, 0


def alt_keys(text: str, end: int | None = ENTER) -> Iterator[tuple[int, int]]:
    """The same with Alt and the pad, as scanners do that suit every layout."""
    for sign in text:
        yield LEFT_ALT, 1
        for digit in f"{ord(sign):03d}":
            yield _PAD[int(digit)], 1
            yield _PAD[int(digit)], 0
        yield LEFT_ALT, 0
    if end is not None:
        yield end, 1
        yield end, 0


def events(
    strokes: Iterator[tuple[int, int]], at_ms: float = 1000.0, pace_ms: float = 2.0
) -> bytes:
    """As the kernel hands them out: a time, EV_KEY, code, value; EV_SYN after each."""
    raw = b""
    for code, value in strokes:
        s, us = divmod(round(at_ms * 1000), 1_000_000)
        raw += struct.pack("@llHHi", s, us, 1, code, value)
        raw += struct.pack("@llHHi", s, us, 0, 0, 0)
        at_ms += pace_ms
    return raw


def _key(sign: str, layout: str) -> tuple[int | None, int]:
    for first, *faces in _FACES[layout]:
        for modifier, face in zip(_MODIFIERS, faces, strict=True):
            if sign in face:
                return modifier, first + face.index(sign)
    raise ValueError(f"a {layout} keyboard has no {sign!r}")
