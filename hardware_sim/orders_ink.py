"""Commands that draw: bit images, stored graphics and logos, bar codes, 2D symbols."""

from __future__ import annotations

from typing import Final

from PIL import Image

from hardware_sim import bars, blocks, pictures
from hardware_sim.effects import Effect, Tell
from hardware_sim.marks import Style, Symbol
from hardware_sim.mechanism import Mechanism
from hardware_sim.memory import Logo, set_logo
from hardware_sim.orders import Act, head
from hardware_sim.orders_text import font

_FINE_UNITS_AN_INCH: Final = 720
"""GS w 68-76: a module in 4 to 12 of these."""
_DPI: Final = 203


_PRINTING: Final = (b"\x02", b"2", b"E", b"U")
"""The functions of GS ( L that print: 2, 50, 69 and 85."""


# -- logos at the ends of the paper (FS ( E) ----------------------------------------


def begin_paper(printer: Mechanism) -> None:
    """The first ink after a cut: the top logo comes before it."""
    if not printer.fresh_paper:
        return
    printer.fresh_paper = False
    logo = printer.nv.top
    if logo and printer.ram.top_logo and not printer.head.in_page:
        _logo(printer, logo)
        printer.head.lines_to_drop = logo.drops


def end_paper(printer: Mechanism) -> None:
    """Before the paper is cut: the bottom logo, if anything was printed."""
    logo = printer.nv.bottom
    if logo and printer.ram.bottom_logo and not printer.fresh_paper:
        _logo(printer, logo)
    printer.fresh_paper = True
    printer.head.lines_to_drop = 0


def _logo(printer: Mechanism, logo: Logo) -> None:
    image, line = printer.nv.graphics.get(logo.key), printer.head.line
    if image is None:
        printer.complain(f"no logo under key {logo.key.hex(' ')}")
        return
    mine, line.justify = line.justify, logo.justify
    blocks.picture(printer.head, image, turns=False)
    line.justify = mine


def _logos(printer: Mechanism, args: bytes) -> Effect | None:
    """FS ( E pL pH fn m ...: at the beginning of a line of standard mode only."""
    function, told = args[2:3], args[4:]
    ready = printer.head.line.at_start and not printer.head.in_page
    if args[3:4] != b"\x02" or not ready:
        return None
    if function == b"\x3d":
        return Tell(_logo_settings(printer, told[:1]))
    if function == b"\x3c" and told[1:4] == b"CLR":
        set_logo(printer.nv, top=told[:1] == b"0", logo=None)
    elif function == b"\x3e" and len(told) == 4:
        logo = Logo(told[:2], min(told[2] % 48, 2), told[3])
        set_logo(printer.nv, top=True, logo=logo)
    elif function == b"\x3f" and len(told) == 3:
        set_logo(printer.nv, top=False, logo=Logo(told[:2], min(told[2] % 48, 2)))
    elif function == b"\x41" and len(told) == 2:
        _switch_logo(printer, top=told[:1] == b"0", on=told[1:2] == b"0")
    return None


def _switch_logo(printer: Mechanism, *, top: bool, on: bool) -> None:
    """65: until the next ESC @."""
    if top:
        printer.ram.top_logo = on
    else:
        printer.ram.bottom_logo = on


def _logo_settings(printer: Mechanism, which: bytes) -> bytes:
    """61: ``7 H c kc1 kc2 a [n] NUL``; nothing between where no logo is set."""
    logo = printer.nv.top if which == b"0" else printer.nv.bottom
    told = b"" if logo is None else logo.key + bytes([48 + logo.justify])
    return b"7H" + which + told + b"\0"


# -- pictures --------------------------------------------------------------------------


def _picture(printer: Mechanism, image: Image.Image, *, turns: bool) -> None:
    begin_paper(printer)
    blocks.picture(printer.head, image, turns=turns)


def _on_paper(act: Act) -> Act:
    """What only draws: nothing is done where there is no paper left to hold it."""

    def drawn(printer: Mechanism, args: bytes) -> Effect | None:
        return None if printer.head.out_of_paper else act(printer, args)

    return drawn


def _place(printer: Mechanism, args: bytes) -> None:
    """ESC *: in the line, like a character."""
    begin_paper(printer)
    printer.head.place(pictures.bit_image(args))


def _graphics(printer: Mechanism, payload: bytes) -> Effect | None:
    """GS ( L pL pH m fn ..., GS 8 L p1 p2 p3 p4 m fn ..."""
    if printer.head.out_of_paper and payload[1:2] in _PRINTING:
        return None
    outcome = printer.graphics.run(payload)
    if outcome.complaint:
        printer.complain(outcome.complaint)
    if outcome.printed is not None:
        from_buffer = payload[1:2] in (b"\x02", b"2")
        _picture(printer, outcome.printed, turns=not from_buffer)
    return Tell(outcome.answer) if outcome.answer else None


def _define_nv(printer: Mechanism, args: bytes) -> None:
    """FS q n [xL xH yL yH d..] n times."""
    printer.nv.keep_bit_images(pictures.blocks(args))


def _print_nv(printer: Mechanism, args: bytes) -> None:
    """FS p n m: counted from 1."""
    kept = printer.nv.bit_images
    if 1 <= args[0] <= len(kept):
        _picture(printer, pictures.by_mode(kept[args[0] - 1], args[1]), turns=True)
    else:
        printer.complain(f"no NV bit image {args[0]}")


def _define_bit_image(printer: Mechanism, args: bytes) -> None:
    """GS * x y d..: 8x by 8y dots, by columns."""
    x, y = args[:2]
    if x and y:
        printer.ram.bit_image = pictures.columns(x * 8, y, args[2:])


def _print_bit_image(printer: Mechanism, args: bytes) -> None:
    """GS / m."""
    if printer.ram.bit_image is None:
        printer.complain("no downloaded bit image")
        return
    _picture(printer, pictures.by_mode(printer.ram.bit_image, args[0]), turns=True)


def _define_bmp(printer: Mechanism, args: bytes) -> None:
    """GS D 48 fn 48 kc1 kc2 b c BMP: 67 for NV, 83 for download graphics."""
    shelf = {67: printer.nv.graphics, 83: printer.ram.graphics}.get(args[1])
    image = pictures.bmp(args[7:])
    if shelf is None or image is None or not shelf.put(args[3:5], image):
        printer.complain("a BMP that can't be read or doesn't fit")


# -- codes --------------------------------------------------------------------------------


def _bar_code(printer: Mechanism, args: bytes) -> None:
    """GS k m ..., with its text above (1) or below (2) by GS H."""
    m, it = args[0], printer.head
    symbol = Symbol(bars.bar_system(m), args[2:] if m >= 65 else args[1:-1])
    try:
        code = bars.encoded(symbol.system, symbol.data)
        image = bars.drawn(symbol.system, code, it.bar_module_dots, it.bar_height_dots)
    except ValueError as refusal:
        printer.complain(f"bar code {m}: {refusal}")
        return
    if image.width > it.room_dots:
        printer.complain(f"bar code {m}: {image.width} dots don't fit")
        return
    begin_paper(printer)
    printer.symbols.append(symbol)
    blocks.bars(it, image, code.text)


def _module(printer: Mechanism, args: bytes) -> None:
    """GS w n: 1-6 dots, 68-76 finer; anything else is ignored."""
    n = args[0]
    if 1 <= n <= 6:
        printer.head.bar_module_dots = float(n)
    elif 68 <= n <= 76:
        printer.head.bar_module_dots = (n - 64) * _DPI / _FINE_UNITS_AN_INCH


def _square(printer: Mechanism, args: bytes) -> None:
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
    if drawn is None or drawn.image.width > printer.head.room_dots:
        printer.complain(f"symbol {kind}: nothing stored, or too wide")
        return
    if drawn.note:
        printer.complain(f"symbol {kind}: {drawn.note}")
    printer.symbols.append(drawn.symbol)
    _picture(printer, drawn.image, turns=True)


ACTS: Final[dict[bytes, Act]] = {
    b"\x1b*": _on_paper(_place),
    b"\x1dv0": _on_paper(
        lambda p, a: _picture(p, pictures.raster(a), turns=False),
    ),
    b"\x1dQ0": _on_paper(
        lambda p, a: _picture(p, pictures.variable(a), turns=False),
    ),
    b"\x1d(L": lambda p, a: _graphics(p, a[2:]),
    b"\x1d8L": lambda p, a: _graphics(p, a[4:]),
    b"\x1cq": _define_nv,
    b"\x1cp": _on_paper(_print_nv),
    b"\x1d*": _define_bit_image,
    b"\x1d/": _on_paper(_print_bit_image),
    b"\x1dD": _define_bmp,
    b"\x1c(E": _logos,
    b"\x1dh": head("bar_height_dots", lambda _, a: max(1, a[0])),
    b"\x1dw": _module,
    b"\x1dH": head("bar_text", lambda _, a: a[0] % 48 & 3),
    b"\x1df": head("bar_style", lambda _, a: Style(font=font(a[0]))),
    b"\x1dk": _on_paper(_bar_code),
    b"\x1d(k": _square,
}
