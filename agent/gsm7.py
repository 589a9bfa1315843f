"""The alphabet of a text message: GSM 03.38, now 3GPP TS 23.038, 6.2.1.

Text outside it would make the message UCS-2: 70 characters in a segment instead of
160, so two segments and twice the price for one typographic apostrophe.  Therefore it
is rewritten by what comes nearest, French first; what nothing comes near to is ``?``.
A septet here is one byte from 0 to 127; how they are packed is the PDU's affair.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

SEGMENT_SEPTETS: Final = 160
"""Of one message that is not concatenated: 140 octets (TS 23.040, 9.2.3.16)."""
ESCAPE: Final = 0x1B

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet in order; its escape stands at its place and for no text."""
_EXTENSION: Final[Mapping[str, int]] = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""The default extension table: two septets each."""
_SEPTETS: Final[Mapping[str, bytes]] = {
    char: bytes([place]) for place, char in enumerate(BASIC) if place != ESCAPE
} | {char: bytes([ESCAPE, place]) for char, place in _EXTENSION.items()}

_NEAR: Final[Mapping[str, str]] = {
    "’": "'",
    "‘": "'",
    "‚": ",",
    "‛": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‹": "'",
    "›": "'",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "·": ".",
    "•": "-",
    "×": "x",
    "œ": "oe",
    "Œ": "OE",
    "ĳ": "ij",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
    "ı": "i",
    "ẞ": "SS",
    "Α": "A",
    "Β": "B",
    "Ε": "E",
    "Ζ": "Z",
    "Η": "H",
    "Ι": "I",
    "Κ": "K",
    "Μ": "M",
    "Ν": "N",
    "Ο": "O",
    "Ρ": "P",
    "Τ": "T",
    "Υ": "Y",
    "Χ": "X",
}
"""Where Unicode's own decomposition does not lead to a letter of the alphabet."""
UNKNOWN: Final = "?"


def spelled(text: str) -> str:
    """The text in letters of the alphabet, and always the same of the same."""
    return "".join(map(_spelled, unicodedata.normalize("NFC", text)))


def encode(text: str) -> bytes:
    """One byte a septet.

    Raises:
        ValueError: a character is not of the alphabet; see :func:`spelled`.
    """
    try:
        return b"".join(_SEPTETS[char] for char in text)
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is not in GSM 03.38") from None


def length(text: str) -> int:
    """Septets of a spelled text.

    Raises:
        ValueError: as :func:`encode`.
    """
    return len(encode(text))


def _spelled(char: str) -> str:
    if char in _SEPTETS:
        return char
    if near := _NEAR.get(char):
        return near
    if unicodedata.category(char)[0] in "ZC":
        # Spaces of any width, and controls; a joiner or a direction mark is nothing.
        return "" if unicodedata.category(char) == "Cf" else " "
    # Marks go, letters stay; of Greek the capitals are there.
    bare = [
        each
        for each in unicodedata.normalize("NFKD", char)
        if not unicodedata.combining(each)
    ]
    return "".join(_letter(each) for each in bare)


def _letter(char: str) -> str:
    for each in (char, _NEAR.get(char, ""), char.upper(), _NEAR.get(char.upper(), "")):
        if each and all(part in _SEPTETS for part in each):
            return each
    return UNKNOWN
