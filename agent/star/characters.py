"""Which characters bytes stand for: Star's code pages, national sets, and double bytes.

A code page is a string of 128 characters for the bytes 80 to FF.  Pages that Python has
no codec for (Mazovia, MIK, CWI, ..) come from the printer's own ``pages``; without any,
CP437 with its boxes is right more often than holes would be.

Source: Star, Line Mode Command Specifications, ESC GS t, ESC R; the characters of the
national sets as in ESC/P, whose order of countries Star has.  Ireland (14) has no source
and prints as the USA.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from agent.star.settings import Printer

HOLE: Final = "\ufffd"

UTF_8_PAGE: Final = 128
"""StarPRNT, ESC GS t 128: text is UTF-8."""

_USUAL: Final = "cp437"
"""Pages 0, 1 and 3, and those that nobody has a table for."""
_CODECS: Final[Mapping[int, str]] = {
    4: "cp858",
    5: "cp852",
    6: "cp860",
    7: "cp861",
    8: "cp863",
    9: "cp865",
    10: "cp866",
    11: "cp855",
    12: "cp857",
    13: "cp862",
    14: "cp864",
    15: "cp737",
    17: "cp869",
    18: "iso8859_7",
    21: "cp874",
    32: "cp1252",
    33: "cp1250",
    34: "cp1251",
    **dict.fromkeys(range(96, 103), "cp874"),  # Thai, in several orders of tone marks
}
_KATAKANA: Final = 2

# ESC R n: what the bytes of _NATIONAL print as.
_NATIONAL: Final = "#$@[\\]^`{|}~"
_COUNTRIES: Final[Mapping[int, str]] = {
    1: "#$à°ç§^`éùè¨",  # France
    2: "#$§ÄÖÜ^`äöüß",  # Germany
    3: "£$@[\\]^`{|}~",  # UK
    4: "#$@ÆØÅ^`æøå~",  # Denmark
    5: "#¤ÉÄÖÅÜéäöåü",  # Sweden
    6: "#$@°\\é^ùàòèì",  # Italy
    7: "₧$@¡Ñ¿^`¨ñ}~",  # Spain
    8: "#$@[¥]^`{|}~",  # Japan
    9: "#¤ÉÆØÅÜéæøåü",  # Norway
    10: "#$ÉÆØÅÜéæøåü",  # Denmark II
    11: "#$á¡Ñ¿é`íñóú",  # Spain II
    12: "#$á¡Ñ¿éüíñóú",  # Latin America
    13: "#$@[₩]^`{|}~",  # Korea
    64: "#$§°´“¶`©®†™",  # Legal
}

COUNTRIES: Final[Mapping[int, int]] = {
    **{n: n for n in (*range(15), 64)},
    **{0x30 + n: n for n in range(10)},
    **{0x41 + n: 10 + n for n in range(5)},
}
"""ESC R n: numbers, and the digits "0" to "9" and letters "A" to "E" for them."""


@lru_cache(maxsize=64)
def upper_half(number: int) -> str:
    """The bytes 80 to FF of page ``number``, as far as Python knows."""
    if number == _KATAKANA:
        kana = bytes(range(0xA0, 0xE0)).decode("cp932", "replace")
        return (HOLE * 32 + kana).ljust(128, HOLE)
    name = _CODECS.get(number, _USUAL)
    found = (bytes((n,)).decode(name, "replace") for n in range(0x80, 0x100))
    return "".join(HOLE if "\x80" <= c < "\xa0" else c for c in found)


@lru_cache(maxsize=64)
def _full(upper: str, country: int) -> str:
    national = _COUNTRIES.get(country, "")
    swap = str.maketrans(_NATIONAL[: len(national)], national)
    lower = "".join(map(chr, range(0x20, 0x7F))).translate(swap)
    return HOLE * 0x20 + lower + " " + upper


class Decoder:
    """Text bytes as characters; a double byte that is cut in two waits for its rest."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._codec = ""
        self._half: codecs.IncrementalDecoder | None = None

    def text(self, raw: bytes, page: int, country: int, codec: str) -> str:
        """``codec``: two-byte text or UTF-8, else one byte a character of ``page``."""
        before = "" if codec == self._codec else self.rest()
        if not codec:
            upper = self._printer.pages.get(page) or upper_half(page)
            table = _full(upper, country)
            return before + codecs.charmap_decode(raw, "strict", table)[0]
        if self._half is None:
            self._half = codecs.getincrementaldecoder(codec)("replace")
            self._codec = codec
        return before + self._half.decode(raw)

    def rest(self) -> str:
        """What was held back: its other half does not come any more."""
        half, self._half, self._codec = self._half, None, ""
        return half.decode(b"", final=True) if half is not None else ""


def jis(raw: bytes) -> str:
    """ESC p: two bytes a character, as in JIS X 0208."""
    pairs = (raw[at : at + 2] for at in range(0, len(raw), 2))
    return "".join(_jis(pair) for pair in pairs)


def _jis(pair: bytes) -> str:
    try:
        return (b"\x1b$B" + pair).decode("iso2022_jp")
    except UnicodeDecodeError:
        return HOLE
