"""A whole receipt as a symbol: packed here, signed by the relay, drawn here.

The key stays with the relay: this process reads what strangers wrote.  So it makes the
bytes that are to be signed, and draws what comes back with their signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from agent.letters import slips
from agent.qr import encode, general, svg, symbol
from agent.qr.encode import Dictionary, Letterhead
from agent.qr.streams import to_digits
from agent.qr.symbol import CAPTIONS, Fit, Target
from agent.wire.receipt import Receipt
from agent.worker.frames import Frame

Params = Mapping[str, Any]

WARM: Final = (13, 17, 22, 23)
"""Where modules become smaller: most symbols stand just below one of these.  The tables of
one take 20 to 50 ms."""


class _Public(NamedTuple):
    """The public half of the till's key, as far as a symbol names it."""

    kid: str
    alg: str


def warm(_params: Params, _body: bytes) -> Frame:
    """Make the tables of the versions that are drawn most."""
    general.general()
    for version in WARM:
        symbol.modules("https://example.invalid/r#", "0", Fit(version, "L", 1))
    return Frame({})


def pack_qr(params: Params, body: bytes, dictionary: bytes = b"") -> Frame:
    """A receipt/1 JSON -> what is to be signed, and how it will be drawn.

    ``dictionary`` of the retailer's; number 1 is at hand, 0 is none.  Or ``why`` there is
    no symbol, without a part.
    """
    head = Letterhead(
        prefix=params["prefix"],
        public=_Public(params["kid"], params["alg"]),
        dictionary=_dictionary(params["number"], dictionary),
        listed=params["listed"],
    )
    made = encode.unsigned(
        Receipt.model_validate_json(body),
        head,
        _target(params["target"]),
        bytes.fromhex(params["token"]),
    )
    if isinstance(made, encode.Refused):
        return Frame({"why": made.why.value})
    fit = [made.fit.version, made.fit.level, made.fit.module]
    left = made.left.lines - made.left.at if made.left else 0
    said = {"why": "", "fit": fit, "detail": int(made.detail), "left": left}
    return Frame(said, (made.told,))


def draw_whole(params: Params, body: bytes) -> Frame:
    """What was packed, with its signature behind it -> SVG."""
    rows = symbol.modules(params["prefix"], to_digits(body), Fit(*params["fit"]))
    return Frame({}, (svg.drawn(rows, title=CAPTIONS["fr"]).encode(),))


def _dictionary(number: int, content: bytes) -> Dictionary:
    if number == general.GENERAL_FR:
        return general.general()
    return Dictionary(number, content)


def _target(told: Mapping[str, Any]) -> Target:
    """``{"pixels": 480}`` of a screen, or ``{"profile": …}`` of a printer."""
    if "pixels" in told:
        return symbol.screen(told["pixels"])
    return symbol.roll(slips.width_dots(told["profile"]))
