"""Parameters in words: lengths, times, data, code pages.

Each function takes a parameter's bytes and the scene, and gives the words.  Lengths
depend on the motion units in the scene (Epson ESC/POS, GS P), data on nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from agent.escpos import codepages
from agent.escpos.catalogue.layout import abbreviated, seen
from agent.escpos.catalogue.scene import Scene
from agent.escpos.lengths import MAX_TABS

Way = Callable[[bytes, Scene], str]
"""A parameter's bytes, and what was set before, in words."""

MM_PER_INCH: Final = 25.4
MAX_QUOTED_BYTES: Final = 256
"""Bytes of data that are quoted as text: a web address, not a picture."""


def spaced(number: int) -> str:
    """``5760`` as ``5 760``."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def number_of(raw: bytes, *, signed: bool = False) -> int:
    return int.from_bytes(raw, "little", signed=signed)


def count(raw: bytes, _scene: Scene) -> str:
    return str(number_of(raw))


def signed(raw: bytes, _scene: Scene) -> str:
    return f"{number_of(raw, signed=True):+d}"


def level(raw: bytes, _scene: Scene) -> str:
    """A number that may be sent as its digit."""
    number = number_of(raw)
    return chr(number) if 0x30 <= number <= 0x39 else str(number)


def dots(raw: bytes, _scene: Scene) -> str:
    return _many(number_of(raw), "dot")


def eights(raw: bytes, _scene: Scene) -> str:
    """Counted in bytes of eight dots."""
    return str(number_of(raw) * 8)


def automatic(raw: bytes, _scene: Scene) -> str:
    return str(number_of(raw)) if number_of(raw) else "automatic"


def automatic_dots(raw: bytes, scene: Scene) -> str:
    return dots(raw, scene) if number_of(raw) else "automatic"


def switch(raw: bytes, _scene: Scene) -> str:
    return "on" if number_of(raw) & 1 else "off"


def _many(number: int, noun: str) -> str:
    return f"{spaced(number)} {noun}{'' if number == 1 else 's'}"


def _length(units: int, per_inch: int) -> str:
    return f"{_many(units, 'unit')} ({units / per_inch * MM_PER_INCH:.2f} mm)"


def across(raw: bytes, scene: Scene) -> str:
    return _length(number_of(raw), scene.now.unit_x)


def down(raw: bytes, scene: Scene) -> str:
    return _length(number_of(raw), scene.now.unit_y)


def move_across(raw: bytes, scene: Scene) -> str:
    return _length(number_of(raw, signed=True), scene.now.unit_x)


def move_down(raw: bytes, scene: Scene) -> str:
    return _length(number_of(raw, signed=True), scene.now.unit_y)


def per_inch(raw: bytes, _scene: Scene) -> str:
    number = number_of(raw)
    return f"1/{number} inch" if number else "the printer's own"


def times(unit: int) -> Way:
    def way(raw: bytes, _scene: Scene) -> str:
        return f"{spaced(number_of(raw) * unit)} ms"

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
    columns = ", ".join(str(n) for n in raw if n) or "none"
    ended = raw.endswith(b"\0") or len(raw) == MAX_TABS
    return columns if ended else f"{columns} (broken off: no NUL, no higher column)"


def size(raw: bytes, _scene: Scene) -> str:
    """GS ! n: width in bits 4-6, height in bits 0-2, each less one."""
    return f"{(raw[0] >> 4 & 7) + 1} wide, {(raw[0] & 7) + 1} high"


def logos(raw: bytes, _scene: Scene) -> str:
    """FS q: xL xH yL yH d.. of each; x and y count eights of dots."""
    sizes = []
    while len(raw) >= 4:
        x, y = number_of(raw[:2]), number_of(raw[2:4])
        sizes.append(f"{x * 8} x {y * 8} dots")
        raw = raw[4 + x * y * 8 :]
    return ", ".join(sizes[:8]) + (" …" if len(sizes) > 8 else "")


def bar_width(raw: bytes, _scene: Scene) -> str:
    """GS w: 68 to 76 are half steps of 2 to 6."""
    number = number_of(raw)
    return f"{number / 2 - 32:g} dots" if number >= 68 else f"{number} dots"


def headed(head: int, names: str) -> Way:
    """Data behind ``head`` bytes that choose the symbol."""

    def way(raw: bytes, scene: Scene) -> str:
        return f"{names} {seen(raw[:head])}, {data(raw[head:], scene)}"

    return way


def page(raw: bytes, scene: Scene) -> str:
    """A code page by its name; this printer's own where it differs from Epson's."""
    number = number_of(raw)
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
