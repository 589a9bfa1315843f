"""How a parameter is said: by a name, or by the labels of its values.

A way is written ``count`` (a name of :data:`WAYS`), ``left/centre/right`` (the
labels of 0, 1, 2, which digits 48, 49, 50 say too), ``1:black/red`` (labels from 1 on)
or ``0+font B/3+bold`` (the labels of bits).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from agent.escpos import codepages
from agent.escpos.catalogue.layout import abbreviated
from agent.escpos.catalogue.scene import Scene

Way = Callable[[bytes, Scene], str]
"""A parameter's bytes, and what was set before, in words."""

MM_PER_INCH: Final = 25.4
MAX_QUOTED_BYTES: Final = 256
"""Bytes of data that are quoted as text: a web address, not a picture."""

# Epson ESC/POS, ESC R n.
_COUNTRIES: Final = (
    "U.S.A./France/Germany/U.K./Denmark I/Sweden/Italy/Spain I/Japan/Norway/Denmark II"
    "/Spain II/Latin America/Korea/Slovenia or Croatia/China/Viet Nam/Arabia"
    "/66:India (Devanagari)/67:India (Bengali)/68:India (Tamil)/69:India (Telugu)"
    "/70:India (Assamese)/71:India (Oriya)/72:India (Kannada)/73:India (Malayalam)"
    "/74:India (Gujarati)/75:India (Punjabi)/82:India (Marathi)"
)


def spaced(number: int) -> str:
    """``5760`` as ``5 760``."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _number(raw: bytes, *, signed: bool = False) -> int:
    return int.from_bytes(raw, "little", signed=signed)


def count(raw: bytes, _scene: Scene) -> str:
    return str(_number(raw))


def signed(raw: bytes, _scene: Scene) -> str:
    return f"{_number(raw, signed=True):+d}"


def level(raw: bytes, _scene: Scene) -> str:
    """A number that may be sent as its digit."""
    number = _number(raw)
    return chr(number) if 0x30 <= number <= 0x39 else str(number)


def dots(raw: bytes, _scene: Scene) -> str:
    return _many(_number(raw), "dot")


def eights(raw: bytes, _scene: Scene) -> str:
    """Counted in bytes of eight dots."""
    return str(_number(raw) * 8)


def automatic(raw: bytes, _scene: Scene) -> str:
    return str(_number(raw)) if _number(raw) else "automatic"


def automatic_dots(raw: bytes, scene: Scene) -> str:
    return dots(raw, scene) if _number(raw) else "automatic"


def switch(raw: bytes, _scene: Scene) -> str:
    return "on" if _number(raw) & 1 else "off"


def _many(number: int, noun: str) -> str:
    return f"{spaced(number)} {noun}{'' if number == 1 else 's'}"


def _length(units: int, per_inch: int) -> str:
    return f"{_many(units, 'unit')} ({units / per_inch * MM_PER_INCH:.2f} mm)"


def across(raw: bytes, scene: Scene) -> str:
    return _length(_number(raw), scene.now.unit_x)


def down(raw: bytes, scene: Scene) -> str:
    return _length(_number(raw), scene.now.unit_y)


def move_across(raw: bytes, scene: Scene) -> str:
    return _length(_number(raw, signed=True), scene.now.unit_x)


def move_down(raw: bytes, scene: Scene) -> str:
    return _length(_number(raw, signed=True), scene.now.unit_y)


def per_inch(raw: bytes, _scene: Scene) -> str:
    number = _number(raw)
    return f"1/{number} inch" if number else "the printer's own"


def _times(unit: int) -> Way:
    def way(raw: bytes, _scene: Scene) -> str:
        return f"{spaced(_number(raw) * unit)} ms"

    return way


def hexadecimal(raw: bytes, _scene: Scene) -> str:
    return abbreviated(raw)


def quoted(text: str) -> str:
    """In quotes, with what cannot be seen escaped."""
    seen = (c if c.isprintable() else repr(c)[1:-1] for c in text)
    return '"' + "".join(seen).replace('"', '\\"') + '"'


def text(raw: bytes, _scene: Scene) -> str:
    return quoted(raw[:MAX_QUOTED_BYTES].decode("latin-1"))


def data(raw: bytes, _scene: Scene) -> str:
    """How many bytes, and what they say when they say something."""
    size = _many(len(raw), "byte")
    if not raw or len(raw) > MAX_QUOTED_BYTES:
        return size
    try:
        said = raw.decode("utf-8")
    except UnicodeDecodeError:
        return size
    return f"{size} {quoted(said)}" if said.isprintable() else size


def asciiz(raw: bytes, scene: Scene) -> str:
    """Data with a NUL behind it."""
    return data(raw.removesuffix(b"\0"), scene)


def hidden(raw: bytes, _scene: Scene) -> str:
    """Data that may be a password."""
    return _many(len(raw), "byte")


def span(raw: bytes, _scene: Scene) -> str:
    return f"{quoted(chr(raw[0]))} to {quoted(chr(raw[1]))}"


def code(raw: bytes, _scene: Scene) -> str:
    return raw.hex()


def tabs(raw: bytes, _scene: Scene) -> str:
    return ", ".join(str(n) for n in raw if n) or "none"


def size(raw: bytes, _scene: Scene) -> str:
    """GS ! n: width in bits 4-6, height in bits 0-2, each less one."""
    return f"{(raw[0] >> 4 & 7) + 1} wide, {(raw[0] & 7) + 1} high"


def logos(raw: bytes, _scene: Scene) -> str:
    """FS q: xL xH yL yH d.. of each; x and y count eights of dots."""
    sizes = []
    while len(raw) >= 4:
        x, y = _number(raw[:2]), _number(raw[2:4])
        sizes.append(f"{x * 8} x {y * 8} dots")
        raw = raw[4 + x * y * 8 :]
    return ", ".join(sizes[:8]) + (" …" if len(sizes) > 8 else "")


def bar_width(raw: bytes, _scene: Scene) -> str:
    """GS w: 68 to 76 are half steps of 2 to 6."""
    number = _number(raw)
    return f"{number / 2 - 32:g} dots" if number >= 68 else f"{number} dots"


def _headed(head: int, names: str) -> Way:
    """Data behind ``head`` bytes that choose the symbol."""

    def way(raw: bytes, scene: Scene) -> str:
        return f"{names} {raw[:head].decode('latin-1')}, {data(raw[head:], scene)}"

    return way


def page(raw: bytes, scene: Scene) -> str:
    """A code page by its name; this printer's own where it differs from Epson's."""
    number = _number(raw)
    if number == 255:
        return "of the user's own"
    name = codepages.EPSON_PAGES.get(number, "")
    table = scene.table(number)
    if name and table == codepages.upper_half(name):
        return name
    own = _page_named(table)
    if number not in scene.printer.pages:
        return f"{number}, which the manual does not have"
    return f"{own} on this printer" + (f" ({name} by the manual)" if name else "")


def _page_named(table: str) -> str:
    names = codepages.EPSON_PAGES.values()
    return next((n for n in names if codepages.upper_half(n) == table), "of its own")


@lru_cache(maxsize=512)
def way(written: str) -> Way:
    """A way as a table writes it; ``KeyError`` for a name there is none of."""
    if "/" not in written and not re.match(r"\d+[:+]", written):
        return WAYS[written]
    if re.match(r"\d+\+", written):
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
        number = _number(raw)
        digit = number - 0x30 if 0x30 <= number <= 0x39 else number
        return labels.get(number) or labels.get(digit) or str(number)

    return said


def _bits(written: str) -> Way:
    pairs = [each.split("+", 1) for each in written.split("/")]

    def said(raw: bytes, _scene: Scene) -> str:
        set_ = [name for bit, name in pairs if _number(raw) >> int(bit) & 1]
        return ", ".join(dict.fromkeys(set_)) or "none"

    return said


_FONTS: Final = "A/B/C/D/E/97:special A/special B"

WAYS: Final[Mapping[str, Way]] = {
    "count": count,
    "signed": signed,
    "level": level,
    "dots": dots,
    "eights": eights,
    "auto": automatic,
    "auto_dots": automatic_dots,
    "switch": switch,
    "ux": across,
    "uy": down,
    "move_x": move_across,
    "move_y": move_down,
    "per_inch": per_inch,
    "ms2": _times(2),
    "ms100": _times(100),
    "hex": hexadecimal,
    "hidden": hidden,
    "text": text,
    "key": text,
    "char": text,
    "data": data,
    "asciiz": asciiz,
    "span": span,
    "code": code,
    "tabs": tabs,
    "size": size,
    "logos": logos,
    "bar_width": bar_width,
    "databar": _headed(1, "kind"),
    "composite": _headed(2, "kinds"),
    "page": page,
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
