"""How a table writes the way in which a parameter is said.

``count`` is a name of :data:`WAYS`; ``left/centre/right`` are the labels of 0, 1 and 2,
which the digits 48, 49 and 50 say too; ``1:black/red`` are labels from 1 on, and
``+plain/0+font B/3+bold`` the labels of bits, and of none being set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from agent.escpos.catalogue import says
from agent.escpos.catalogue.says import Way, number_of
from agent.escpos.catalogue.scene import Scene

# Epson ESC/POS, ESC R n.
_COUNTRIES: Final = (
    "U.S.A./France/Germany/U.K./Denmark I/Sweden/Italy/Spain I/Japan/Norway/Denmark II"
    "/Spain II/Latin America/Korea/Slovenia or Croatia/China/Viet Nam/Arabia"
    "/66:India (Devanagari)/67:India (Bengali)/68:India (Tamil)/69:India (Telugu)"
    "/70:India (Assamese)/71:India (Oriya)/72:India (Kannada)/73:India (Malayalam)"
    "/74:India (Gujarati)/75:India (Punjabi)/82:India (Marathi)"
)


@lru_cache(maxsize=512)
def way(written: str) -> Way:
    """A way as a table writes it; ``KeyError`` for a name there is none of."""
    if "/" not in written and not re.match(r"\d*[:+]", written):
        return WAYS[written]
    if re.match(r"\d*\+", written):
        return _bits(written)
    return _labels(written)


def _labels(written: str) -> Way:
    labels: dict[int, str] = {}
    number = 0
    for each in written.split("/"):
        start, colon, label = each.partition(":")
        number = int(start) if colon else number
        labels[number] = label if colon else each
        number += 1

    def said(raw: bytes, _scene: Scene) -> str:
        number = number_of(raw)
        digit = number - 0x30 if 0x30 <= number <= 0x39 else number
        return labels.get(number) or labels.get(digit) or str(number)

    return said


def _bits(written: str) -> Way:
    bits = dict(each.split("+", 1) for each in written.split("/"))
    none = bits.pop("", "none")

    def said(raw: bytes, _scene: Scene) -> str:
        names = (name for bit, name in bits.items() if number_of(raw) >> int(bit) & 1)
        return ", ".join(dict.fromkeys(names)) or none

    return said


_FONTS: Final = "A/B/C/D/E/97:special A/special B"

WAYS: Final[Mapping[str, Way]] = {
    "count": says.count,
    "signed": says.signed,
    "level": says.level,
    "dots": says.dots,
    "eights": says.eights,
    "auto": says.automatic,
    "auto_dots": says.automatic_dots,
    "switch": says.switch,
    "ux": says.across,
    "uy": says.down,
    "move_x": says.move_across,
    "move_y": says.move_down,
    "per_inch": says.per_inch,
    "ms2": says.times(2),
    "ms100": says.times(100),
    "hex": says.hexadecimal,
    "hidden": says.hidden,
    "text": says.text,
    "key": says.text,
    "char": says.text,
    "data": says.data,
    "asciiz": says.asciiz,
    "span": says.span,
    "code": says.code,
    "tabs": says.tabs,
    "size": says.size,
    "logos": says.logos,
    "bar_width": says.bar_width,
    "databar": says.headed(1, "kind"),
    "composite": says.headed(2, "kinds"),
    "page": says.page,
    "font": _labels(_FONTS),
    "hri_font": _labels("none/font A/font B/font C/font D/font E/97:special A"),
    "country": _labels(_COUNTRIES),
    "colour": _labels("48:none/colour 1/colour 2/colour 3/colour 4"),
    "density": _labels("50:180 dpi/360 dpi"),
    "tone": _labels("48:one bit a dot/52:several tones"),
    "rule": _labels("1:thin/medium/thick/thin double/medium double/thick double"),
    "identity": _labels(
        "1:model/kind/firmware/33:kind, as text/35:model, as text/36:options"
        "/65:firmware/maker/model/serial number/fonts/96:kind of display"
        "/110:ink maker/ink/ink, more"
    ),
    "devices": _labels("1:the printer/the customer display/printer and display"),
    "stations": _bits("0+roll/1+roll/2+slip, face/3+slip, back"),
    "serial": _labels("1:speed/parity/flow control/data bits"),
    "usb": _labels("1:class/32:IEEE 1284 id"),
    "counter": _labels(
        "20:lines fed/head energised/50:cuts/70:hours of operation"
        "/148:lines fed, since new/head energised, since new/178:cuts, since new"
        "/198:hours of operation, since new"
    ),
}
"""Ways by the names that tables use."""
