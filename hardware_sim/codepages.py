"""What a byte above 127 prints, for the TM-T88 family.

Source: ESC t and ESC R in Epson's reference (the family's table of character
code tables).  Pages that are not drawn (kanji, Thai, Vietnamese) print a box:
a cashier would see that something is wrong, and so should a test.
"""

from __future__ import annotations

UNKNOWN = "\N{REPLACEMENT CHARACTER}"

ESC_T: dict[int, str] = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865",
    13: "cp857", 14: "cp737", 15: "iso8859-7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858",
    32: "cp720", 33: "cp775", 34: "cp855", 35: "cp861", 36: "cp862", 37: "cp864", 38: "cp869",
    39: "iso8859-2", 40: "iso8859-15", 44: "cp1125",
    45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254", 49: "cp1255", 50: "cp1256",
    51: "cp1257", 52: "cp1258", 53: "kz1048",
}  # fmt: skip
"""ESC t n: the page's codec."""

_KATAKANA_ESC_T = 1

ESC_R: dict[int, str] = {
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
}
"""ESC R n: what stands at 23 24 40 5B 5C 5D 5E 60 7B 7C 7D 7E."""
_PLACES = ESC_R[0]


def _half_katakana(byte: int) -> str:
    return chr(0xFF61 + byte - 0xA1) if 0xA1 <= byte <= 0xDF else UNKNOWN


def _high_half(page: int) -> str:
    if page == _KATAKANA_ESC_T:
        return "".join(_half_katakana(byte) for byte in range(0x80, 0x100))
    codec = ESC_T.get(page)
    if codec is None:
        return UNKNOWN * 128
    return bytes(range(0x80, 0x100)).decode(codec, errors="replace").ljust(128, UNKNOWN)


class CharacterTable:
    """One ESC t page under one ESC R country."""

    def __init__(self, page: int, country: int) -> None:
        low = "".join(map(chr, range(0x7F))) + " "  # DEL prints nothing
        substitutes = ESC_R.get(country, _PLACES)
        self._table = low.translate(str.maketrans(_PLACES, substitutes)) + _high_half(
            page
        )

    def text(self, raw: bytes) -> str:
        return "".join(self._table[byte] for byte in raw)
