"""What a stream of frames does to paper: the printer's own small mind.

Written from Epson's command reference, to say independently of the agent what
a job prints.  It never fails; what it can't print it leaves out and notes in
:attr:`Decoder.complaints`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hardware_sim import pictures, symbols
from hardware_sim.commands import TEXT, Frame, Framer
from hardware_sim.head import DEFAULT_SPACING_DOTS, Head
from hardware_sim.marks import Mark, Symbol

DPI = 203
MOST_COMPLAINTS = 100
"""Enough to understand a job; a stream of noise must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Cut:
    """GS V, ESC i, ESC m."""

    partial: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """ESC p m t1 t2: ``pin`` 2 or 5 of the drawer connector."""

    pin: int
    on_ms: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to be answered once everything before it is printed."""

    name: bytes
    args: bytes


Effect = Cut | Pulse | Ask


class Decoder:
    """Executes frames; what they leave on paper stays until it is taken.

    ``width_dots`` is the printable width: 576 for 48 columns of font A, 512
    for 42.
    """

    def __init__(self, width_dots: int = 576) -> None:
        self.head = Head(width_dots)
        self.graphics = pictures.Graphics()
        self.symbols: list[Symbol] = []
        self.complaints: list[str] = []

    def take(self) -> tuple[tuple[Mark, ...], tuple[Symbol, ...]]:
        """Tear the paper off: marks and symbols since the last time."""
        taken = tuple(self.head.marks), tuple(self.symbols)
        self.head.marks, self.symbols = [], []
        return taken

    def execute(self, frame: Frame) -> Effect | None:
        """Do what one frame says; returns what isn't ink."""
        if not self.head.selected and frame.name not in (b"\x1b=", b"\x1b@"):
            return None  # ESC = 2: the bytes are for the customer display
        if frame.name == TEXT:
            self.head.write(frame.raw)
            return None
        act = _ACTS.get(frame.name)
        if act is not None:
            return act(self, frame.args)
        if frame.name not in _WITHOUT_INK:
            self.complain(f"unknown command {frame.name.hex(' ')}")
        return None

    def complain(self, what: str) -> None:
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(what)

    def restyle(self, **changes: Any) -> None:
        """Change fields of :class:`hardware_sim.marks.Style` from here on."""
        self.head.style = replace(self.head.style, **changes)


def run(raw: bytes, width_dots: int = 576) -> tuple[Decoder, list[Effect]]:
    """A whole job at once, paper not taken at its cuts.

    A last line without LF stays in the line buffer, as it does in the printer.
    """
    decoder, framer = Decoder(width_dots), Framer()
    effects = [decoder.execute(frame) for frame in framer.feed(raw)]
    return decoder, [effect for effect in effects if effect is not None]


def _u16(args: bytes, at: int = 0) -> int:
    return int.from_bytes(args[at : at + 2], "little")


def _i16(args: bytes) -> int:
    return int.from_bytes(args[:2], "little", signed=True)


def _print_mode(printer: Decoder, args: bytes) -> None:
    """ESC ! n: font B 1, bold 8, double height 16, double width 32, underline 128."""
    n = args[0]
    printer.restyle(
        font="B" if n & 1 else "A",
        bold=bool(n & 8),
        height=1 + (n >> 4 & 1),
        width=1 + (n >> 5 & 1),
        underline_dots=n >> 7,
    )


def _size(printer: Decoder, args: bytes) -> None:
    """GS ! n: width in bits 4-6, height in bits 0-2."""
    printer.restyle(width=1 + (args[0] >> 4 & 7), height=1 + (args[0] & 7))


def _table(
    printer: Decoder, *, page: int | None = None, country: int | None = None
) -> None:
    """ESC t n, ESC R n."""
    head = printer.head
    head.page = head.page if page is None else page
    head.country = head.country if country is None else country
    head.choose_table()


def _tabs(printer: Decoder, args: bytes) -> None:
    """ESC D n1..nk NUL: columns of the current character width."""
    wide = printer.head.style.char_dots
    printer.head.tabs_dots = tuple(n * wide for n in args[:-1])


def _units(printer: Decoder, args: bytes) -> None:
    """GS P x y: motion units are 1/x and 1/y inch; 0 is the default."""
    printer.head.unit_x_dots = DPI / args[0] if args[0] else 1.0
    printer.head.unit_y_dots = DPI / args[1] if args[1] else 1.0


def _move(printer: Decoder, units: int, *, relative: bool) -> None:
    """ESC $ and ESC backslash, in motion units; outside of the line they are ignored."""
    head = printer.head
    target = round(units * head.unit_x_dots) + (head.x if relative else 0)
    if 0 <= target <= head.room_dots:
        head.x = target


def _bar_code(printer: Decoder, args: bytes) -> None:
    """GS k m ..., with its text above (1) or below (2) by GS H."""
    m, head = args[0], printer.head
    symbol = Symbol(symbols.bar_system(m), args[2:] if m >= 65 else args[1:-1])
    try:
        image = symbols.bars(symbol, head.bar_module_dots, head.bar_height_dots)
    except (ValueError, AttributeError) as refusal:
        printer.complain(f"bar code {m}: {refusal}")
        return
    if image.width > head.room_dots:
        printer.complain(f"bar code {m}: {image.width} dots don't fit")
        return
    head.finish_line()
    printer.symbols.append(symbol)
    if head.bar_text & 1:
        head.caption(symbols.readable(symbol), image.width)
    head.picture(image)
    if head.bar_text & 2:
        head.caption(symbols.readable(symbol), image.width)


def _square(printer: Decoder, args: bytes) -> None:
    """GS ( k pL pH cn fn ..."""
    if len(args) < 4:
        return
    kind, function = args[2:4]
    if function != 81:
        printer.head.squares.set(kind, function, args[4:])
        return
    try:
        drawn = printer.head.squares.draw(kind)
    except ValueError as refusal:
        printer.complain(f"symbol {kind}: {refusal}")
        return
    if drawn is None or drawn[1].width > printer.head.room_dots:
        printer.complain(f"symbol {kind}: nothing stored, or too wide")
        return
    printer.symbols.append(drawn[0])
    printer.head.picture(drawn[1])


def _graphics(printer: Decoder, payload: bytes) -> None:
    """GS ( L pL pH m fn ..., GS 8 L p1 p2 p3 p4 m fn ..."""
    printed = printer.graphics.run(payload)
    if printed is not None:
        printer.head.picture(printed)


_PARTIAL_CUTS = frozenset({1, 49, 66, 98, 104})


def _cut(printer: Decoder, args: bytes) -> Cut:
    """GS V m [n]: with n, that many vertical units are fed first."""
    printer.head.finish_line()
    if len(args) > 1:
        printer.head.feed(args[1] * printer.head.unit_y_dots)
    return Cut(partial=args[0] in _PARTIAL_CUTS)


def _pulse(_: Decoder, args: bytes) -> Pulse:
    """ESC p m t1 t2: on for t1 times 2 ms."""
    return Pulse(pin=5 if args[0] % 48 else 2, on_ms=args[1] * 2)


Act = Callable[[Decoder, bytes], Effect | None]


def _style(name: str, value: Callable[[int], object]) -> Act:
    return lambda printer, args: printer.restyle(**{name: value(args[0])})


def _head(name: str, value: Callable[[Decoder, bytes], object]) -> Act:
    return lambda printer, args: setattr(printer.head, name, value(printer, args))


def _ask(name: bytes) -> Act:
    return lambda _, args: Ask(name, args)


_ACTS: dict[bytes, Act] = {
    b"\n": lambda p, _: p.head.flush(),
    b"\t": lambda p, _: p.head.tab(),
    b"\x0c": lambda p, _: p.head.finish_line(),  # FF: ends page mode, prints
    b"\x1b\x0c": lambda p, _: p.head.finish_line(),  # ESC FF: prints page mode
    b"\x1b@": lambda p, _: p.head.initialize(),
    b"\x1b=": _head("selected", lambda _, a: bool(a[0] & 1)),
    # Characters
    b"\x1b!": _print_mode,
    b"\x1b ": _style("gap_dots", int),
    b"\x1b-": _style("underline_dots", lambda n: n % 48 if n % 48 <= 2 else 0),
    b"\x1bE": _style("bold", lambda n: bool(n & 1)),
    b"\x1bG": _style("bold", lambda n: bool(n & 1)),  # double strike looks the same
    b"\x1bM": _style("font", lambda n: "B" if n % 48 == 1 else "A"),
    b"\x1b{": _style("upside_down", lambda n: bool(n & 1)),
    b"\x1dB": _style("inverted", lambda n: bool(n & 1)),
    b"\x1d!": _size,
    b"\x1bt": lambda p, a: _table(p, page=a[0]),
    b"\x1bR": lambda p, a: _table(p, country=a[0]),
    # Lines and positions
    b"\x1b2": _head("spacing_dots", lambda _, a: DEFAULT_SPACING_DOTS),  # noqa: ARG005 -- one shape for all
    b"\x1b3": _head("spacing_dots", lambda p, a: round(a[0] * p.head.unit_y_dots)),
    b"\x1bJ": lambda p, a: p.head.feed(a[0] * p.head.unit_y_dots),
    b"\x1bd": lambda p, a: p.head.feed(a[0] * p.head.spacing_dots),
    b"\x1ba": _head("justify", lambda _, a: min(a[0] % 48, 2)),
    b"\x1bD": _tabs,
    b"\x1b$": lambda p, a: _move(p, _u16(a), relative=False),
    b"\x1b\\": lambda p, a: _move(p, _i16(a), relative=True),
    b"\x1dL": _head("left_dots", lambda p, a: round(_u16(a) * p.head.unit_x_dots)),
    b"\x1dW": _head("area_dots", lambda p, a: round(_u16(a) * p.head.unit_x_dots)),
    b"\x1dP": _units,
    # Pictures and codes
    b"\x1b*": lambda p, a: p.head.place(pictures.bit_image(a)),
    b"\x1dv0": lambda p, a: p.head.picture(pictures.raster(a)),
    b"\x1d(L": lambda p, a: _graphics(p, a[2:]),
    b"\x1d8L": lambda p, a: _graphics(p, a[4:]),
    b"\x1dh": _head("bar_height_dots", lambda _, a: max(1, a[0])),
    b"\x1dw": _head("bar_module_dots", lambda _, a: max(1, min(a[0], 6))),
    b"\x1dH": _head("bar_text", lambda _, a: a[0] % 48 & 3),
    b"\x1dk": _bar_code,
    b"\x1d(k": _square,
    # What isn't ink
    b"\x1dV": _cut,
    b"\x1bi": lambda p, _: _cut(p, b"\x01"),
    b"\x1bm": lambda p, _: _cut(p, b"\x01"),
    b"\x1bp": _pulse,
    b"\x1dr": _ask(b"GS r"),
    b"\x1dI": _ask(b"GS I"),
    b"\x1da": _ask(b"GS a"),
    b"\x1d(H": _ask(b"GS ( H"),
    b"\x1bv": _ask(b"ESC v"),
    b"\x1bu": _ask(b"ESC u"),
}

_WITHOUT_INK = frozenset(
    [bytes([byte]) for byte in range(0x20)]  # CR, CAN, NUL and other single controls
    + [b"\x10\x04", b"\x10\x05", b"\x10\x14"]  # done on reception, see the printer
    # ESC: % & < ? C F K L S T U V W c e f q r ( A ( Y
    + [b"\x1b" + bytes([byte]) for byte in b"%&<?CFKLSTUVWcefqr"]
    + [b"\x1b(A", b"\x1b(Y"]
    # FS: ! & - . 2 ? C S W L a b c g p q ( x
    + [b"\x1c" + bytes([byte]) for byte in b"!&-.2?CSWLbcpq"]
    + [b"\x1ca0", b"\x1ca1", b"\x1ca2", b"\x1cg1", b"\x1cg2"]
    + [b"\x1c(" + bytes([byte]) for byte in b"ACELefg"]
    # GS: $ * / : E T \ ^ b c f j C D Q g z ( x
    + [b"\x1d" + bytes([byte]) for byte in b"$*/:ET\\^bcfjD"]
    + [
        b"\x1dC0",
        b"\x1dC1",
        b"\x1dC2",
        b"\x1dC;",
        b"\x1dQ0",
        b"\x1dg0",
        b"\x1dg2",
        b"\x1dz0",
    ]
    + [b"\x1d(" + bytes([byte]) for byte in b"ABCDEGKMNPQz"]
)
"""Known, and without an effect on what this printer draws."""
