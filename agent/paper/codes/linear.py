"""Bar codes: one row of bars, as high as GS h says.

Only what has its right length and characters is drawn.  Two families differ in what GS w means: in most systems a bar is one to four modules; in
CODE39, ITF and CODABAR it is thin or thick, and printers make a thick one some 2.5 times
a thin one, so those are laid out in dots.

Sources: Epson ESC/POS, GS k, GS h, GS w; ISO/IEC 16388 (Code 39), 16390 (ITF), 24724
(DataBar); EN 798 (Codabar).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Final, NamedTuple

from agent.paper.codes import code128, gs1
from agent.paper.codes.library import Order, matrix
from agent.paper.codes.modules import Drawing
from agent.paper.codes.retail import bars
from agent.paper.strip import Symbol

MAX_CHARACTERS: Final = 100
"""As digits of CODE128 in bars one dot thin: the width of paper of 80 mm."""

THICK: Final[Mapping[int, int]] = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 16}
"""Dots of a thick bar by those of a thin one (GS w, "binary-level bar codes")."""


class _System(NamedTuple):
    symbology: str
    texts: re.Pattern[str]
    thick_and_thin: bool = False


_SYSTEMS: Final[Mapping[str, _System]] = {
    "CODE93": _System("CODE93", re.compile(r"[\x00-\x7f]+")),
    "CODE39": _System("CODE39", re.compile(r"[0-9A-Z $%+\-./]+"), thick_and_thin=True),
    "ITF": _System("C25INTER", re.compile(r"(?:[0-9]{2})+"), thick_and_thin=True),
    "CODABAR": _System(
        "CODABAR", re.compile(r"[A-Da-d][0-9$+\-./:]*[A-Da-d]"), thick_and_thin=True
    ),
}

# Symbology, and the fewest modules that its bars are high (ISO/IEC 24724).
_DATABARS: Final[Mapping[str, tuple[str, int]]] = {
    "GS1-DATABAR": ("DBAR_OMN", 33),
    "GS1-DATABAR-TRUNCATED": ("DBAR_OMN", 13),
    "GS1-DATABAR-LIMITED": ("DBAR_LTD", 10),
    "GS1-DATABAR-EXPANDED": ("DBAR_EXP", 34),
}


def retail(symbol: Symbol) -> Drawing | None:
    """UPC and EAN."""
    modules = bars(symbol.system, symbol.text)
    return _drawing(modules, symbol) if modules else None


def bar_code(symbol: Symbol) -> Drawing | None:
    """CODE39, CODE93, ITF, CODABAR."""
    system, text = _SYSTEMS[symbol.system], symbol.text
    if len(text) > MAX_CHARACTERS or not system.texts.fullmatch(text):
        return None
    rows = matrix(Order(system.symbology, text.encode("ascii")))
    if not rows:
        return None
    if not system.thick_and_thin:
        return _drawing(rows[0], symbol)
    thin = symbol.module
    thick = THICK.get(thin, thin * 5 // 2)
    dots = "".join(
        bar * (thin if len(list(run)) == 1 else thick) for bar, run in groupby(rows[0])
    )
    return Drawing((dots,), 1, max(1, symbol.height))


def code_128(symbol: Symbol) -> Drawing | None:
    """CODE128 with the code sets that the POS chose, or AUTO; GS1-128."""
    if len(symbol.text) > MAX_CHARACTERS:
        return None
    if symbol.system == "GS1-128":
        values = code128.automatic(symbol.text, gs1=True)
    elif symbol.variant == "AUTO":
        values = code128.automatic(symbol.text)
    else:
        values = code128.explicit(symbol.data)
    return _drawing(code128.bars(values), symbol) if values else None


def databar(symbol: Symbol) -> Drawing | None:
    """GS1 DataBar in one row."""
    symbology, fewest = _DATABARS[symbol.system]
    order = databar_order(symbology, symbol.text)
    rows = matrix(order) if order else ()
    return _drawing(rows[0], symbol, fewest) if rows else None


def databar_order(symbology: str, text: str, columns: int = 0) -> Order | None:
    """What zint is asked for; ``None``: the item number's check digit is wrong.

    All but the expanded ones hold one item number (01), without its check digit.
    """
    if not gs1.true_gtin(text):
        return None
    if "EXP" in symbology:
        return Order(symbology, gs1.bracketed(text), option_2=columns, gs1=True)
    if len(text) != 16 or not text.startswith("01"):
        return None
    return Order(symbology, text[2:15].encode("ascii"))


def _drawing(modules: str, symbol: Symbol, fewest: int = 0) -> Drawing:
    tall = max(1, symbol.height, fewest * symbol.module)
    return Drawing((modules,), symbol.module, tall)
