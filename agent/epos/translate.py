"""Orders of an ePOS-Print document as one ESC/POS job, element by element.

Total: every order that ``grammar`` let through has its bytes, if only none.  What has
none, and why:

* ``layout`` with its labels: a receipt roll has none, and the printer is set up for it;
* ``batch-begin``: a job is a batch here anyway;
* ``rotate-begin``: the whole strip is turned end to end, which turns no letter of it;
* an image of colour "none".

Attributes of ``<text>``, and ``align`` of any element, hold until they are said anew.

Source: Epson, ePOS-Print XML User's Manual, "XML reference"; Epson ESC/POS Application
Programming Guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from agent.epos import codes, paper, pictures
from agent.epos.grammar import Order
from agent.epos.job import DOTS_PER_INCH, ESC, GS, Job, pulse, size, u16
from agent.epos.writing import Handler, Writing

_RECOVER: Final = b"\x10\x05\x01"
"""DLE ENQ 1: go on from the line where the error came; nothing is thrown away."""
_OPTIONAL_BUZZER: Final = ("a", "b", "c", "d", "e", "error", "paper_end")


def translate(orders: Iterable[Order], dots_per_inch: int = DOTS_PER_INCH) -> bytes:
    """The job.  Empty for no orders, or none that a printer notices."""
    writing = Writing(Job(dots_per_inch), HANDLERS)
    for order in orders:
        writing.obey(order)
    return writing.job.raw


# -- text -----------------------------------------------------------------


def _text(to: Writing, order: Order) -> None:
    to.lang = order.word("lang", to.lang)
    to.align(order)
    to.rotate(order)
    for name, command in _SWITCHES.items():
        if name in order.given:
            to.job.order(command + bytes((order.number(name, 0),)))
    if "linespc" in order.given:
        to.job.measured(ESC + b"3" + bytes((order.number("linespc", 30),)))
    _resize(to, order)
    _colour(to, order)
    _move(to, order)
    to.job.write(order.text, to.lang)


_SWITCHES: Final[Mapping[str, bytes]] = {
    "font": ESC + b"M",
    "smooth": GS + b"b",
    "reverse": GS + b"B",
    "ul": ESC + b"-",
    "em": ESC + b"E",
}


def _resize(to: Writing, order: Order) -> None:
    """``dw`` and ``dh`` are twice or once; ``width`` and ``height`` say it better."""
    if not order.given.keys() & {"dw", "dh", "width", "height"}:
        return
    wide = order.number("dw", to.wide - 1) + 1 if "dw" in order.given else to.wide
    tall = order.number("dh", to.tall - 1) + 1 if "dh" in order.given else to.tall
    to.wide, to.tall = order.number("width", wide), order.number("height", tall)
    to.job.order(size(to.wide, to.tall))


def _colour(to: Writing, order: Order) -> None:
    """ESC r where it will do, GS ( N for what only printers of many colours have."""
    if "color" not in order.given:
        return
    colour = order.number("color", 1)
    if colour in {1, 2} and not to.many_colours:
        to.job.order(ESC + b"r" + bytes((colour - 1,)))
    else:
        to.many_colours = True
        to.job.order(GS + b"(N\2\0\x30" + bytes((0x30 + colour,)))


def _move(to: Writing, order: Order) -> None:
    """``y`` is of pages only."""
    if "x" in order.given:
        to.job.measured(ESC + b"$" + u16(order.number("x", 0)))
    if "y" in order.given and to.on_page:
        to.job.measured(GS + b"$" + u16(order.number("y", 0)))


# -- pictures and codes ---------------------------------------------------


def _image(to: Writing, order: Order) -> None:
    to.align(order)
    image = pictures.Image(
        order.number("width", 0),
        order.number("height", 0),
        order.data,
        colour=order.number("color", 1),
        tones=order.number("mode", 0) == 1,
    )
    to.place(pictures.picture(image, whole=to.on_page))


def _logo(to: Writing, order: Order) -> None:
    """GS ( L <Function 69>."""
    to.align(order)
    keys = bytes((order.number("key1", 0), order.number("key2", 0)))
    to.place(GS + b"(L\6\0\x30\x45" + keys + b"\1\1")


def _barcode(to: Writing, order: Order) -> None:
    to.align(order)
    to.rotate(order)
    bar = codes.Bar(
        order.number("type", 0),
        codes.unescaped(order.text.encode("utf-8", "replace")),
        hri=order.number("hri", 0),
        font=order.number("font", 0),
        width=order.number("width", 3),
        height=order.number("height", 162),
    )
    to.place(codes.bar_code(bar))


def _symbol(to: Writing, order: Order) -> None:
    to.align(order)
    to.rotate(order)
    kind = order.word("type", "")
    code = codes.Matrix(
        kind,
        codes.unescaped(codes.text_for(kind, order.text)),
        level=order.given.get("level", "default"),
        width=order.number("width", 0),
        height=order.number("height", 0),
        size=order.number("size", 0),
    )
    to.place(codes.matrix(code))


# -- the machine ----------------------------------------------------------


def _pulse(to: Writing, order: Order) -> None:
    to.job.now(pulse(order.number("drawer", 0), order.number("time", 100)))


def _sound(to: Writing, order: Order) -> None:
    """ESC ( A <Function 97> for the buzzer that can be bought, <Function 48> inside.

    Without end (``repeat="0"``) is as often as the count allows: nobody would stop it.
    """
    pattern, repeat = order.word("pattern", "pattern_a"), order.number("repeat", 1)
    times = min(repeat or 63, 63)
    name = pattern.removeprefix("pattern_")
    if name in _OPTIONAL_BUZZER:
        number = _OPTIONAL_BUZZER.index(name) + 1
        to.job.now(ESC + b"(A\3\0\x61" + bytes((number, times)))
    elif name != "none":
        cycle = min(max(order.number("cycle", 1000) // 100, 10), 255)
        number = 0x30 + int(name)
        to.job.now(ESC + b"(A\4\0\x30" + bytes((number, times, cycle)))


def _command(to: Writing, order: Order) -> None:
    to.job.foreign(order.data)


def _recovery(to: Writing, _order: Order) -> None:
    to.job.now(_RECOVER)


def _reset(to: Writing, _order: Order) -> None:
    to.job.reset()
    to.forget()


def _nothing(_to: Writing, _order: Order) -> None:
    """See the top of this file."""


HANDLERS: Final[Mapping[str, Handler]] = {
    **paper.HANDLERS,
    "text": _text,
    "image": _image,
    "logo": _logo,
    "barcode": _barcode,
    "symbol": _symbol,
    "pulse": _pulse,
    "sound": _sound,
    "command": _command,
    "layout": _nothing,
    "recovery": _recovery,
    "reset": _reset,
    "batch-begin": _nothing,
    "batch-end": _nothing,
    "rotate-begin": _nothing,
    "rotate-end": _nothing,
}
"""By element: as many as ``grammar.KINDS`` has."""
