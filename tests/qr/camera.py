"""A symbol on a screen or on paper, and what a phone's camera makes of it.

The typical case of QR.md, A6: a seven-inch panel with stripes and gaps between its
pixels, or thermal dots that spread and a head with a dead one; a camera of 66 degrees and
1920 or 1280 pixels, tilted by up to 15 degrees, a little out of focus, moved, lit from one
side, with noise, as JPEG.
"""

from __future__ import annotations

import ctypes
import io
import math
import random
from ctypes.util import find_library
from functools import cache
from typing import Final

import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from agent.qr import symbol
from agent.qr.encode import Coded
from agent.qr.svg import QUIET
from agent.qr.symbol import Target, TargetName

FIELD: Final = 2 * math.tan(math.radians(33))
"""Width that a camera sees, as a share of its distance."""
PITCH_MM: Final = {"screen": 0.185, "roll80": 0.125, "roll58": 0.125}
DISTANCES_MM: Final = {"screen": 250, "roll80": 200, "roll58": 160}
"""In the middle of 20-30, 15-25 and 12-20 cm."""
FINE: Final = 3
"""Parts of a pixel or dot, for stripes and spreading."""
MARGIN: Final = 24
AROUND: Final = 205


def pixels_a_dot(target: TargetName, across: int, distance_mm: float = 0) -> float:
    """Camera pixels for a pixel of the screen or a dot of the paper."""
    seen_mm = (distance_mm or DISTANCES_MM[target]) * FIELD
    return across * PITCH_MM[target] / seen_mm


def drawn(made: Coded, target: Target) -> Image.Image:
    """The symbol as it stands on the target, quiet zone in it, one pixel a dot."""
    rows = symbol.modules(made.prefix, made.digits, made.fit)
    side = len(rows) + 2 * QUIET
    small = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows, QUIET):
        for x, cell in enumerate(row, QUIET):
            if cell == "1":
                small.putpixel((x, y), 0)
    whole = side * made.fit.module
    assert whole <= target.box
    return small.resize((whole, whole), Image.Resampling.NEAREST)


def seen(
    picture: Image.Image, target: TargetName, seed: int, across: int = 1920
) -> Image.Image:
    """A photograph of it by a camera of so many pixels across."""
    dice = random.Random(f"{target}-{seed}-{across}")
    shown = (_lit if target == "screen" else _printed)(picture, dice)
    scale = pixels_a_dot(target, across) / FINE
    size = round(shown.width * scale)
    # A lens blurs, and a pixel of the sensor takes in an area.
    frame = (
        shown.filter(ImageFilter.GaussianBlur(0.45 / scale))
        .transform(
            (size, size),
            Image.Transform.QUAD,
            _corners(shown.width, dice),
            Image.Resampling.BICUBIC,
            fillcolor=AROUND,
        )
        .filter(ImageFilter.GaussianBlur(dice.uniform(0.4, 0.8)))
    )
    frame = Image.blend(frame, ImageChops.offset(frame, 1, 0), dice.uniform(0, 0.4))
    light = Image.linear_gradient("L").rotate(dice.randrange(360), fillcolor=128)
    light = light.resize(frame.size).point(lambda level: 255 - level * 70 // 255)
    frame = ImageChops.multiply(frame, light)
    frame = Image.blend(frame, Image.effect_noise(frame.size, 40), 0.1)
    raw = io.BytesIO()
    frame.save(raw, "JPEG", quality=75)
    return Image.open(raw).convert("L")


def _lit(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Pixels as red, green and blue stripes, with a dark gap below each."""
    del dice
    whole = _fine(picture)
    cell = Image.new("L", (FINE, FINE))
    cell.putdata([200, 255, 140, 200, 255, 140, 130, 165, 90])
    mesh = Image.new("L", whole.size)
    row = Image.new("L", (whole.width, FINE))
    for at in range(0, whole.width, FINE):
        row.paste(cell, (at, 0))
    for at in range(0, whole.height, FINE):
        mesh.paste(row, (0, at))
    # Black of a panel is not black.
    return ImageChops.multiply(whole.point(lambda level: max(level, 24)), mesh)


def _printed(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Dots that spread into their neighbours; one head in ten has a dead dot."""
    if dice.random() < 0.1:
        at = dice.randrange(picture.width)
        picture = picture.copy()
        picture.paste(255, (at, 0, at + 1, picture.height))
    spread = _fine(picture).filter(ImageFilter.GaussianBlur(1.6))
    dots = spread.point(lambda level: 40 if level < 160 else 225)
    return dots.filter(ImageFilter.GaussianBlur(1.0))


def _fine(picture: Image.Image) -> Image.Image:
    around = Image.new("L", (picture.width + 2 * MARGIN,) * 2, AROUND)
    around.paste(picture, (MARGIN, MARGIN))
    size = (around.width * FINE, around.height * FINE)
    return around.resize(size, Image.Resampling.NEAREST)


def _corners(side: int, dice: random.Random) -> tuple[float, ...]:
    """Of the picture, as a camera that is turned and tilted sees them."""
    turn, middle = math.radians(dice.uniform(-8, 8)), side / 2
    lean_x, lean_y = (math.sin(math.radians(dice.uniform(-15, 15))) for _ in "xy")
    found: list[float] = []
    for x, y in ((-1, -1), (-1, 1), (1, 1), (1, -1)):
        near = 1 + 0.18 * (lean_x * x + lean_y * y)
        dx = (x * math.cos(turn) - y * math.sin(turn)) * near
        dy = (x * math.sin(turn) + y * math.cos(turn)) * near
        found += [middle + dx * middle * 1.05, middle + dy * middle * 1.05]
    return tuple(found)


def by_zxing(picture: Image.Image) -> str | None:
    found = zxingcpp.read_barcodes(picture)
    return found[0].text if found else None


@cache
def zbar() -> ctypes.CDLL | None:
    """Debian's libzbar0, where it is installed."""
    name = find_library("zbar")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    for function in (
        "zbar_image_scanner_create",
        "zbar_image_create",
        "zbar_image_first_symbol",
    ):
        getattr(library, function).restype = ctypes.c_void_p
    library.zbar_symbol_get_data.restype = ctypes.c_char_p
    return library


def by_zbar(picture: Image.Image) -> str | None:
    library = zbar()
    assert library is not None
    raw = picture.tobytes()
    scanner = ctypes.c_void_p(library.zbar_image_scanner_create())
    image = ctypes.c_void_p(library.zbar_image_create())
    grey = int.from_bytes(b"Y800", "little")
    library.zbar_image_set_format(image, ctypes.c_ulong(grey))
    library.zbar_image_set_size(image, picture.width, picture.height)
    library.zbar_image_set_data(
        image, ctypes.c_char_p(raw), ctypes.c_ulong(len(raw)), None
    )
    library.zbar_scan_image(scanner, image)
    found = library.zbar_image_first_symbol(image)
    text = (
        library.zbar_symbol_get_data(ctypes.c_void_p(found)).decode() if found else None
    )
    library.zbar_image_destroy(image)
    library.zbar_image_scanner_destroy(scanner)
    return text
