"""A symbol as black and white modules, for whoever puts it on a page.

The encoding is done in ``agent/paper/codes``, mostly by a well-kept library (zint) that
is loaded when the first symbol is drawn.  What cannot be encoded, or would be encoded
as something else than the POS sent, is not drawn: ``None``, and the page shows the
content in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from agent.paper.codes import linear, matrices, stacked
from agent.paper.codes.library import MAX_BYTES
from agent.paper.codes.modules import Drawing
from agent.paper.strip import Symbol

__all__ = ["BOX_SIZE", "Drawing", "draw"]

BOX_SIZE: Final = (200, 48)
"""What a symbol takes that is not drawn."""
MAX_MODULE: Final = 16
"""Dots; the widest that any function of GS ( k sets."""

_ENCODERS: Final[Mapping[str, Callable[[Symbol], Drawing | None]]] = {
    "UPC-A": linear.retail,
    "UPC-E": linear.retail,
    "EAN13": linear.retail,
    "EAN8": linear.retail,
    "CODE39": linear.bar_code,
    "ITF": linear.bar_code,
    "CODABAR": linear.bar_code,
    "CODE93": linear.bar_code,
    "CODE128": linear.code_128,
    "GS1-128": linear.code_128,
    "GS1-DATABAR": linear.databar,
    "GS1-DATABAR-TRUNCATED": linear.databar,
    "GS1-DATABAR-LIMITED": linear.databar,
    "GS1-DATABAR-EXPANDED": linear.databar,
    "GS1-DATABAR-STACKED": stacked.databar,
    "GS1-DATABAR-STACKED-OMNIDIRECTIONAL": stacked.databar,
    "GS1-DATABAR-EXPANDED-STACKED": stacked.databar,
    "PDF417": stacked.pdf417,
    "COMPOSITE": stacked.composite,
    "QR": matrices.qr,
    "AZTEC": matrices.aztec,
    "DATAMATRIX": matrices.data_matrix,
    "MAXICODE": matrices.maxicode,
}


def draw(symbol: Symbol) -> Drawing | None:
    """The symbol's modules without a quiet zone; ``None``, as without ``data``."""
    module = min(max(1, symbol.module), MAX_MODULE)
    return _draw(replace(symbol, x=0, anchor="left", hri="none", module=module))


@lru_cache(maxsize=128)  # a strip's symbols: their height is asked for first
def _draw(symbol: Symbol) -> Drawing | None:
    encoder = _ENCODERS.get(symbol.system)
    if encoder is None or not symbol.text or not 0 < len(symbol.data) <= MAX_BYTES:
        return None
    return encoder(symbol)
