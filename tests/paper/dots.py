"""Pictures of a strip, by where their ink is."""

from __future__ import annotations

from PIL import Image, ImageChops

from agent.paper.png import raster
from agent.paper.strip import Strip


def dots_of(strip: Strip) -> Image.Image:
    """The printer's dots alone, white where there is ink."""
    bare = raster(strip)
    return Image.frombytes("1", (bare.width, bare.height), bare.bits).convert("L")


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """The box around all that is dark in a grey picture, less its soft edges."""
    box = ImageChops.invert(image).point(lambda v: 255 if v > 100 else 0).getbbox()
    assert box is not None
    return box
