"""Where a drawer pulse can be said in the bytes of a job, and how.

Between two commands as it is.  While one till stalls inside a command, or a long one is
under way, the printer takes whatever comes for the rest of it.  Another till's drawer
does not wait for that:

* Inside the dots of a picture it is said in real time, DLE DC4 fn 1, on which a printer
  acts where it receives it.  It stays in the picture as well (Epson TM-U220, DLE DC4: "do
  not embed this command within another command"; DLE EOT in the NCR 7193's is answered and
  kept), so it takes the place of as many bytes of dots: 40 of them are wrong, and no byte
  is too many.
* A Star has no such word in its dots.  A row or a band of them is a short thing, though:
  what is to come of it is left white, then comes the pulse.
* Any other command is ended with zeros, then comes the pulse, then the beginning of the
  command is said again; not where the zeros would print or cut.

Bytes only; whether it is time for that is for :mod:`agent.delivery.flow` to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from agent.escpos.spans import Skimmer
from agent.intake.dialect import Tokens
from agent.intake.limits import ASIDE_BYTES, ASIDE_DEFINED_BYTES, ASIDE_ROW_BYTES
from agent.star.tokens import Tokeniser as StarTokeniser

Aside = Callable[[bytes, int], "tuple[bytes, int] | None"]
"""A pulse, and how many of the bytes to come are left out already: what is to be written,
and how many more of those to come are left out for it.  ``None``: not here."""

_DOTS: Final = re.compile(
    rb"\x1dv0.{5}"  # GS v 0 m xL xH yL yH
    rb"|\x1dQ0.{5}"  # GS Q 0, the same
    rb"|\x1d(?:\(L..|8L....)[\x00\x30][\x70\x71].{8}"  # m fn a bx by c xL xH yL yH
    rb"|\x1b\*.{3}",  # ESC * m nL nH
    re.DOTALL,
)
"""A command whose dots have begun."""
_ROWS: Final = re.compile(
    rb"[bk]..|\x1b[KLkX]..",  # raster rows; ESC K, L, k, X: a band of 8 or 24 dots
    re.DOTALL,
)
"""A Star's; in ESC/POS nothing that is half received begins so."""
_DEFINED: Final = re.compile(
    rb"\x1d\(k...\x50"  # GS ( k fn 80: the data of a symbol
    rb"|\x1d\*|\x1b&"  # GS *, ESC &: a picture, characters
    rb"|\x1d(?:\(L..|8L....)[\x00\x30][\x53\x54]",  # GS ( L fn 83, 84: pictures
    re.DOTALL,
)
"""What a printer keeps until it is switched off; said twice, it is what was said last."""
_ACTS: Final = re.compile(
    rb"\x1dk[\x00-\x06].+"  # GS k m d1..dk NUL: a bar code of half the number
    rb"|\x1d\(k\x03\x00.Q"  # GS ( k fn 81: the symbol
    rb"|\x1cp.|\x1d/|\x1d\^.{1,2}"  # FS p, GS /, GS ^: a logo, a picture, a macro
    rb"|\x1dV"  # GS V: a cut through what is not fed out yet
    rb"|\x1b=",  # ESC =: off, and deaf to the pulse
    re.DOTALL,
)
"""What zeros would make a printer do, and what it would do again when it is said again."""
_PULSE: Final = re.compile(rb"\x1bp([\x00\x01\x30\x31])(.).", re.DOTALL)
_WORD: Final = b"\x10\x14\x01\x00\x01"
_REAL_TIME: Final = re.compile(rb"\x10\x14\x01[\x00\x01][\x01-\x08]")


def inside(
    torn: bytes, completion: Callable[[bytes], bytes], *, again: bool = True
) -> Aside:
    """How it is said where ``torn`` is half a command.

    ``completion`` and ``again`` as a dialect's.
    """

    def said(pulse: bytes, left_out: int) -> tuple[bytes, int] | None:
        rest = completion(torn)
        if _DOTS.match(torn):
            return _in_dots(pulse, rest[left_out:]) if rest else None
        if not again:
            short = 0 < len(rest) <= ASIDE_ROW_BYTES
            white = (rest[left_out:] + pulse, len(rest) - left_out)
            return white if short and _ROWS.match(torn) else None
        most = ASIDE_DEFINED_BYTES if _DEFINED.match(torn) else ASIDE_BYTES
        short = 0 < len(rest) <= most - len(torn)
        harmless = short and not _ACTS.fullmatch(torn)
        return (rest + pulse + torn, 0) if harmless else None

    return said


def in_long(head: bytes, missing: int) -> Aside | None:
    """In a picture that is too long to be collected, of which ``missing`` bytes are to come."""
    if not _DOTS.match(head):
        return None

    def said(pulse: bytes, left_out: int) -> tuple[bytes, int] | None:
        return _in_dots(pulse, bytes(min(missing - left_out, len(_WORD) + 1)))

    return said


def _in_dots(pulse: bytes, dots: bytes) -> tuple[bytes, int] | None:
    now = in_real_time(pulse)
    if len(dots) <= len(now or b""):
        return dots + pulse, len(dots)
    return (now, len(now)) if now else None


def places(tokens: Tokens) -> list[tuple[int, int]]:
    """Between two commands (start and end are one), or dots, in what was read so far."""
    seam = tokens.seam
    at, head, end = tokens.half
    dots = _DOTS.match(head)
    found = [(at + dots.end(), end)] if dots else []
    # The end of a picture that has begun is known, too.
    return sorted([(seam, seam), *found, *((b, b) for _, b in found)])


class Seams:
    """Of a sheet, as :class:`agent.delivery.places.Finder`."""

    def __init__(self, *, star: bool) -> None:
        escpos = Skimmer()
        self._tokens: Tokens = StarTokeniser() if star else escpos
        self._feed = self._tokens.feed if star else escpos.skim

    def feed(self, data: bytes) -> list[tuple[int, int]]:
        """What comes next; the places that are known now."""
        self._feed(data)
        return places(self._tokens)


def in_real_time(pulse: bytes) -> bytes | None:
    """DLE DC4 1 m t for an ESC p m t1 t2, as long a pulse at least; ``None``: it is none."""
    if _REAL_TIME.fullmatch(pulse):
        return pulse
    if not (known := _PULSE.fullmatch(pulse)):
        return None
    pin, on_ms = known[1][0] & 1, known[2][0] * 2
    # In 100 ms; ESC p says 510 ms at most, DLE DC4 800.
    return b"\x10\x14\x01" + bytes((pin, max((on_ms + 99) // 100, 1)))


_STAR_NOW: Final = {
    b"\x07": b"\x1c",
    b"\x1c": b"\x1c",
    b"\x1a": b"\x19",
    b"\x19": b"\x19",
}


def star_in_real_time(pulse: bytes) -> bytes | None:
    """FS for BEL, EM for SUB: "executes this command immediately upon reception".

    Source: Star, Line Mode Command Specifications, FS; EM of the second device is obeyed in
    its turn by some models.
    """
    return _STAR_NOW.get(pulse)
