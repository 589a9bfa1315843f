"""Pictures in the stream: bit images, logos, raster mode, StarPRNT's blocks.

A picture that the stream only names (a logo stored in the printer long ago) leaves a
``LOGO`` symbol without dots, so that nobody takes the gap for nothing.

Source: Star, Line Mode Command Specifications, 3.3.8, 3.3.9, 3.4; StarPRNT Command
Specifications, ESC GS S, ESC GS ( L.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.paper.strip import Picture, Symbol
from agent.star.lengths import little, number
from agent.star.motion import buzz, kick
from agent.star.pictures import columns, rows, scaled
from agent.star.state import Handler, State

MAX_SHELF_BYTES: Final = 4 << 20
"""All logos together; a printer has a tenth of it."""
_LOGO: Final = b"FSq"
_KEYED: Final = b"NV"
_BAND: Final = 24


# -- bit images -----------------------------------------------------------


def _standard(state: State, params: bytes) -> None:
    """ESC K: eight dots a column, each three by three."""
    state.draw(lambda: scaled(columns(params[2:], 1), 3, 3))


def _high(state: State, params: bytes) -> None:
    """ESC L: eight dots a column, each one wide and three high."""
    state.draw(lambda: scaled(columns(params[2:], 1), 1, 3))


def _fine_columns(state: State, params: bytes) -> None:
    """ESC X: 24 dots a column."""
    state.draw(lambda: columns(params[2:], 3))


def _fine_rows(state: State, params: bytes) -> None:
    """ESC k: 24 rows of n1 bytes."""
    state.draw(lambda: rows(little(params, 0) * 8, _BAND, params[2:]))


def _nine_wires(state: State, params: bytes) -> None:
    """ESC ^ m n1 n2: nine wires a column; the ninth, bit 7 of its second byte, is not drawn."""
    state.draw(lambda: scaled(columns(params[3::2], 1), 3, 3))


def _block(state: State, params: bytes) -> None:
    """ESC GS S m xL xH yL yH n d."""
    state.place(rows(little(params, 1) * 8, little(params, 3), params[6:]))


# -- stored pictures ------------------------------------------------------


def _define_logos(state: State, params: bytes) -> None:
    """ESC FS q: "all previously defined data is deleted", then numbers rise from 1."""
    state.flush()
    for key in [key for key in state.shelf if key.startswith(_LOGO)]:
        del state.shelf[key]
    at = 1
    for which in range(1, params[0] + 1):
        wide, high = little(params, at), little(params, at + 2)
        size = wide * high * 8
        data = params[at + 4 : at + 4 + size]
        if wide and high and len(data) == size:
            _keep(state, _LOGO + bytes((which,)), columns(data, high))
        at += 4 + size


def _keep(state: State, key: bytes, picture: Picture) -> None:
    held = sum(len(each.bits) for each in state.shelf.values())
    if picture.bits and held + len(picture.bits) <= MAX_SHELF_BYTES:
        state.shelf[key] = picture


def _print(state: State, key: bytes, label: str, wide: int, tall: int) -> None:
    picture = state.shelf.get(key)
    if picture is None:
        state.symbol(Symbol("LOGO", b"", label, height=0))
    elif state.roll.could_hold(len(picture.bits) * wide * tall):
        state.place(scaled(picture, wide, tall))
    else:
        state.unread += len(picture.bits)


def _print_logo(state: State, params: bytes) -> None:
    """ESC FS p n m: m doubles width (1) and height (2); invalid in page mode."""
    if params[1] & 0x0F <= 3 and state.sheet is None:
        key = _LOGO + params[:1]
        scale = 1 + (params[1] & 1), 1 + (params[1] >> 1 & 1)
        _print(state, key, f"logo {params[0]}", *scale)


def _print_all(state: State, params: bytes) -> None:
    """ESC RS L m: all logos; 255 deletes them."""
    keys = sorted(key for key in state.shelf if key.startswith(_LOGO))
    if params[0] == 255:
        for key in keys:
            del state.shelf[key]
    elif params[0] & 0x0F <= 3:
        for key in keys:
            _print_logo(state, key[-1:] + params[:1])


def _keyed(state: State, params: bytes) -> None:
    """ESC GS ( L pL pH m fn ..: 65 all away, 66 one, 67 define, 69 print."""
    fn, body = params[3], params[4:]
    key = _KEYED + body[1:3] if fn == 67 else _KEYED + body[:2]
    match fn:
        case 65:
            for each in [key for key in state.shelf if key.startswith(_KEYED)]:
                del state.shelf[each]
        case 66:
            state.shelf.pop(key, None)
        case 67 if len(body) > 9:
            _keep(state, key, rows(little(body, 4), little(body, 6), body[9:]))
        case 69 if len(body) >= 4:
            scale = min(max(body[2], 1), 2), min(max(body[3], 1), 2)
            _print(state, key, f"logo {body[:2].decode('latin-1')}", *scale)
        case _:
            pass


# -- raster mode ----------------------------------------------------------


def _enter(state: State, _: bytes) -> None:
    """ESC * r A: prints what is pending, and resets the modes."""
    if not state.raster.on:
        state.flush()
        state.raster.reset()
        state.raster.on = True


def _quit(state: State, _: bytes) -> None:
    """ESC * r B: what remains is printed as the EOT mode says."""
    state.execute("E")
    state.raster.on = False


def _mode(which: str) -> Handler:
    return lambda state, params: state.raster.set_mode(which, number(params))


def _execute(state: State, params: bytes) -> None:
    """ESC FF NUL and ESC FF EOT."""
    if params[0] in {0, 4}:
        state.execute("F" if params[0] == 0 else "E")


def _margin(side: str) -> Handler:
    def handler(state: State, params: bytes) -> None:
        said = number(params)
        left = said if side == "left" else state.raster.left
        right = said if side == "right" else state.raster.right
        if (left + right) * 8 < state.printer.width_dots:
            state.raster.left, state.raster.right = left, right

    return handler


def _drawer(state: State, params: bytes) -> None:
    """ESC * r D n: 1, 2, or 3 for both."""
    for connector in (0, 1):
        if number(params) >> connector & 1:
            kick(state, connector)


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC K": (2, _standard),
    "ESC L": (2, _high),
    "ESC X": (2, _fine_columns),
    "ESC k": (2, _fine_rows),
    "ESC ^": (3, _nine_wires),
    "ESC GS S": (6, _block),
    "ESC FS q": (1, _define_logos),
    "ESC FS p": (2, _print_logo),
    "ESC RS L": (1, _print_all),
    "ESC GS ( L": (4, _keyed),
    "ESC * r A": (0, _enter),
    "ESC * r R": (0, lambda state, _: state.raster.reset()),
    "ESC * r C": (0, lambda state, _: state.raster.clear()),
    "ESC * r B": (0, _quit),
    "ESC * r E": (1, _mode("E")),
    "ESC * r F": (1, _mode("F")),
    "ESC * r Y": (1, lambda state, params: state.raster.move(number(params))),
    "ESC * r m l": (1, _margin("left")),
    "ESC * r m r": (1, _margin("right")),
    "ESC * r D": (1, _drawer),
    "ESC * r V": (1, buzz),
    "ESC FF": (1, _execute),
    "b": (2, lambda state, params: state.raster.row(params[2:])),
    "k": (2, lambda state, params: state.raster.keep(params[2:])),
}
