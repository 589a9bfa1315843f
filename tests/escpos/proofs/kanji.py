"""Characters of two bytes and more."""

from __future__ import annotations

from agent.escpos.settings import Printer
from tests.escpos.proofs.proof import Proof, family

FS = b"\x1c"

_JAPANESE = Printer(multibyte="cp932")
_ON = FS + b"&"
_DAY, _BOOK = b"\x93\xfa", b"\x96\x7b"  # 日 and 本 in Shift_JIS
_JIS = b"\x46\x7c\x4b\x5c"  # the same in JIS


def _look(command: bytes, style: str, wide: int = 24, height: int = 30) -> Proof:
    """``style`` is what the command makes of a kanji, and of a kanji only."""
    return Proof(
        _ON + command + _DAY + FS + b".A\n",
        command,
        (f'"日"@0[{style}] "A"@{wide} /{height}',),
        _JAPANESE,
    )


# 24 columns of 24 dots: the first is black, of the others only the foot.
_OWN = b"\xec\x40"
_DEFINE = FS + b"2" + _OWN + b"\xff\xff\xff" + 23 * b"\0\0\1"
_DRAWN = f"drawn 24x24 {'800000' * 23}ffffff"
_UTF8 = family(FS + b"(C", b"\x30\x32")

KANJI: dict[str, Proof] = {
    # a kanji is two columns of 12 dots
    "FS &": Proof(
        _ON + _DAY + _BOOK + b"\n" + _DAY + b"A" + _BOOK + b"\n",
        _ON,
        ('"日本"@0 /30', '"日A本"@0 /30'),
        _JAPANESE,
    ),
    # B1 is a half of a kanji no more, but a character of page 0
    "FS .": Proof(
        _ON + _DAY + FS + b".\xb1\xb2\n",
        FS + b".",
        ('"日▒▓"@0 /30',),
        _JAPANESE,
    ),
    # bits 2 double width, 3 double height, 7 underlined
    "FS !": _look(FS + b"!\x8c", "underline=1 wide=2 tall=2", wide=48, height=48),
    "FS -": _look(FS + b"-\2", "underline=2"),
    "FS W": _look(FS + b"W\1", "wide=2 tall=2", wide=48, height=48),
    # font B of kanji is 20 x 24 dots, C 16 x 16
    "FS ( A fn=30": _look(family(FS + b"(A", b"\x30\2"), "font=C", wide=16),
    # 4 dots on the left of each, 6 on the right
    "FS S": Proof(
        _ON + FS + b"S\4\6" + _DAY + _BOOK + b"\n",
        FS + b"S\4\6",
        ('"日"@4 "本"@38 /30',),
        _JAPANESE,
    ),
    # 0 is JIS, of seven bits; in Shift_JIS the same bytes are ASCII
    "FS C": Proof(
        FS + b"C\0" + _ON + _JIS + b"\n",
        FS + b"C\0",
        ('"日本"@0 /30',),
        _JAPANESE,
    ),
    # 2 is UTF-8; the E9 before it is of page 16, WPC1252
    "FS ( C fn=30": Proof(
        b"\x1bt\x10\xe9\n" + _UTF8 + "日é€".encode() + b"\n",
        _UTF8,
        ('"é"@0 /30', '"日é€"@0 /30'),
    ),
    "FS 2": Proof(
        _DEFINE + _ON + _OWN + b"\n", _DEFINE, (f'"〓"@0 {_DRAWN} /30',), _JAPANESE
    ),
    # gone: a hole, as wide as a kanji
    "FS ?": Proof(
        _DEFINE + _ON + _OWN + FS + b"?" + _OWN + _OWN + b"\n",
        FS + b"?" + _OWN,
        (f'"〓"@0 {_DRAWN} "\ufffd"@24[wide=2] /30',),
        _JAPANESE,
    ),
}
