"""A scanner for tests: a symbol -> PNG of the strip -> what zxing-cpp reads in it."""

from __future__ import annotations

from io import BytesIO

import zxingcpp
from PIL import Image, ImageOps

from agent.paper.png import render
from agent.paper.strip import Strip, Symbol

PAPER = 2400
"""Dots; as wide as the widest symbol needs it."""
QUIET = 40


def photo(symbol: Symbol) -> Image.Image:
    """The symbol on white paper."""
    picture = Image.open(BytesIO(render(Strip((symbol,), PAPER)))).convert("L")
    box = ImageOps.invert(picture).getbbox()
    return ImageOps.expand(picture.crop(box), QUIET, 255)


def scan(symbol: Symbol) -> list[zxingcpp.Barcode]:
    """All that is read; first as anything lies about, then as one clean symbol."""
    image = photo(symbol)
    for clean in (False, True):
        found = [
            read for read in zxingcpp.read_barcodes(image, is_pure=clean) if read.valid
        ]
        if found:
            return found
    return []
