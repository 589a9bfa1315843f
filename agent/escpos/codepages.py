"""Which character a byte stands for: code pages, and the national sets of ESC R.

A code page is a string of 128 characters for the bytes 80 to FF.  No byte is
ever without one: where a page leaves a hole, or would give a control
character, stands U+FFFD, so that text is never shorter than what was sent.
Pages come by the names that printer databases use ("CP858", "ISO_8859-15",
"KATAKANA"), and none of those names raises.

Nothing here knows a printer: which number selects which page is a fact of the
model (``profiles``); :data:`EPSON_PAGES` is what Epson's own manual says.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from agent.escpos.pagetables import BY_HAND, DIGITS_OF, HOLE

__all__ = ["HOLE"]

# Names of printer databases whose codec Python knows under another name.
_SAME_AS: Final[Mapping[str, str]] = {
    "CP928": "iso8859_7",
    "RK1048": "kz1048",
    "ISO_8859-1": "latin_1",
}

EPSON_PAGES: Final[Mapping[int, str]] = {
    0: "CP437",
    1: "KATAKANA",
    2: "CP850",
    3: "CP860",
    4: "CP863",
    5: "CP865",
    6: "HIRAGANA",
    7: "KANJI-1",
    8: "KANJI-2",
    11: "CP851",
    12: "CP853",
    13: "CP857",
    14: "CP737",
    15: "ISO_8859-7",
    16: "CP1252",
    17: "CP866",
    18: "CP852",
    19: "CP858",
    20: "THAI-42",
    21: "THAI-11",
    22: "THAI-13",
    23: "THAI-14",
    24: "THAI-16",
    25: "THAI-17",
    26: "THAI-18",
    30: "TCVN-3-1",
    31: "TCVN-3-2",
    32: "CP720",
    33: "CP775",
    34: "CP855",
    35: "CP861",
    36: "CP862",
    37: "CP864",
    38: "CP869",
    39: "ISO_8859-2",
    40: "ISO_8859-15",
    41: "CP1098",
    42: "CP774",
    43: "CP772",
    44: "CP1125",
    45: "CP1250",
    46: "CP1251",
    47: "CP1253",
    48: "CP1254",
    49: "CP1255",
    50: "CP1256",
    51: "CP1257",
    52: "CP1258",
    53: "RK1048",
    **{number: f"ISCII-{number}" for number in DIGITS_OF},
}
"""Epson ESC/POS, ESC t n: the numbers that Epson's printers share.

254 and 255 are pages of the user's own: nobody but the printer knows them.
"""

# Epson ESC/POS, ESC R n: what the bytes of _NATIONAL print as.
_NATIONAL: Final = "#$@[\\]^`{|}~%*0123456789"
_COUNTRIES: Final[Mapping[int, str]] = {
    0: "#$@[\\]^`{|}~",  # U.S.A.
    1: "#$à°ç§^`éùè¨",  # France
    2: "#$§ÄÖÜ^`äöüß",  # Germany
    3: "£$@[\\]^`{|}~",  # U.K.
    4: "#$@ÆØÅ^`æøå~",  # Denmark I
    5: "#¤ÉÄÖÅÜéäöåü",  # Sweden
    6: "#$@°\\é^ùàòèì",  # Italy
    7: "₧$@¡Ñ¿^`¨ñ}~",  # Spain I
    8: "#$@[¥]^`{|}~",  # Japan
    9: "#¤ÉÆØÅÜéæøåü",  # Norway
    10: "#$ÉÆØÅÜéæøåü",  # Denmark II
    11: "#$á¡Ñ¿é`íñóú",  # Spain II
    12: "#$á¡Ñ¿éüíñóú",  # Latin America
    13: "#$@[₩]^`{|}~",  # Korea
    14: "#$ŽŠĐĆČžšđćč",  # Slovenia, Croatia
    15: "#¥@[\\]^`{|}~",  # China
    16: "₫$@[\\]^`{|}~",  # Viet Nam
    17: "#$@[\\]^`{|}~٪٭",  # Arabia
    **{
        country: _NATIONAL[:14] + "".join(map(chr, range(block + 0x66, block + 0x70)))
        for country, block in DIGITS_OF.items()
    },
}


@lru_cache(maxsize=128)
def upper_half(name: str) -> str:
    """The 128 characters of a code page, by any name of a printer database.

    A name that nobody has a table for gives CP437, the page printers wake up
    in: its box drawings are right more often than holes would be.
    """
    found = BY_HAND.get(name.upper())
    return found if found is not None else _of_codec(_SAME_AS.get(name.upper(), name))


def _of_codec(name: str) -> str:
    try:
        b"0".decode(name)
    except (LookupError, ValueError):
        name = "cp437"
    characters = (bytes((n,)).decode(name, "replace") for n in range(0x80, 0x100))
    return tidied("".join(character[:1] or HOLE for character in characters))


@lru_cache(maxsize=256)
def tidied(table: str) -> str:
    """``table`` with control characters made holes, as 128 characters."""
    visible = (HOLE if unicodedata.category(c) == "Cc" else c for c in table[:128])
    return "".join(visible).ljust(128, HOLE)


@lru_cache(maxsize=128)
def full_page(upper: str, country: int) -> str:
    """256 characters: ASCII as ``country`` prints it, then ``upper``.

    7F prints as a space, like on the printers of the TM series.
    """
    national = _COUNTRIES.get(country, "")
    swap = str.maketrans(_NATIONAL[: len(national)], national)
    lower = "".join(map(chr, range(0x20, 0x7F))).translate(swap)
    return HOLE * 0x20 + lower + " " + upper


def decode(raw: bytes, page: str) -> str:
    """One character a byte; ``page`` as made by :func:`full_page`."""
    return codecs.charmap_decode(raw, "strict", page)[0]
