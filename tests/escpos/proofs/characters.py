"""How characters look: style, size, font, colour, code page, drawn by the POS."""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof, family

ESC, GS = b"\x1b", b"\x1d"


def _look(command: bytes, style: str, height: int = 30) -> Proof:
    """``style`` is what the command alone makes of a character."""
    return Proof(command + b"A\n", command, (f'"A"@0[{style}] /{height}',))


# Twelve columns of 24 dots: the first is black, of the others only the foot.
_ANGLE = b"\xff\xff\xff" + 11 * b"\0\0\1"
_DRAWN = f"drawn 12x24 {'8000' * 23}fff0"
_DEFINE = ESC + b"&\3AA\x0c" + _ANGLE
_USE = ESC + b"%\1"

_COLOURS = {
    "ESC r": _look(ESC + b"r\1", "ink=2"),
    # m of 48 is none: the characters are not printed, only what is behind them
    "GS ( N fn=30": _look(family(GS + b"(N", b"\x30\x32"), "ink=2"),
    "GS ( N fn=31": _look(family(GS + b"(N", b"\x31\x32"), "ground=2"),
}

_DRAWING = {
    "ESC &": Proof(_DEFINE + _USE + b"AB\n", _DEFINE, (f'"A"@0 {_DRAWN} "B"@12 /30',)),
    "ESC %": Proof(
        _DEFINE + b"A" + _USE + b"A\n", _USE, (f'"A"@0 "A"@12 {_DRAWN} /30',)
    ),
    # "cancels user-defined characters": the printer's own come back
    "ESC ?": Proof(
        _DEFINE + _USE + b"A" + ESC + b"?AA\n",
        ESC + b"?A",
        (f'"A"@0 {_DRAWN} "A"@12 /30',),
    ),
}

CHARACTERS: dict[str, Proof] = {
    # the space grows with the character
    "ESC SP": Proof(
        ESC + b" \6AB" + GS + b"!\x10CD\n",
        ESC + b" \6",
        ('"A"@0 "B"@18 "C"@36[wide=2] "D"@72[wide=2] /30',),
    ),
    # bits 0 font B, 3 emphasized, 4 double height, 5 double width, 7 underlined
    "ESC !": _look(ESC + b"!\xb9", "font=B bold underline=1 wide=2 tall=2", height=34),
    "ESC -": _look(ESC + b"-\2", "underline=2"),
    "ESC E": _look(ESC + b"E\1", "bold"),
    "ESC G": _look(ESC + b"G\1", "bold"),
    # characters of font B are 9 dots wide, of E 8
    "ESC M": Proof(
        ESC + b"M\1A" + ESC + b"M4BC\n",
        ESC + b"M\1",
        ('"A"@0[font=B] "BC"@9[font=E] /30',),
    ),
    # 1 is France
    "ESC R": Proof(
        ESC + b"R\1#$@[\\]^`{|}~\n",
        ESC + b"R\1",
        ('"#$à°ç§^`éùè¨"@0 /30',),
    ),
    # a turned character is as wide as it was high
    "ESC V": Proof(
        ESC + b"V\1A" + ESC + b"V\0B\n", ESC + b"V\1", ('"A"@0[rotated] "B"@24 /30',)
    ),
    # 16 is WPC1252
    "ESC t": Proof(ESC + b"t\x10\x80\xe9\n", ESC + b"t\x10", ('"€é"@0 /30',)),
    # turned about the middle of the print area: 576 - 24
    "ESC {": Proof(ESC + b"{\1AB\n", ESC + b"{\1", ('"AB"@552[upside_down] /30',)),
    # twice as wide, three times as high
    "GS !": _look(GS + b"!\x12", "wide=2 tall=3", height=72),
    "GS B": _look(GS + b"B\1", "invert"),
    **_COLOURS,
    **_DRAWING,
}
