"""The fictional shops' common logo, drawn here so that it belongs to nobody."""

from __future__ import annotations

from PIL import Image, ImageDraw

WIDTH_DOTS, HEIGHT_DOTS = 176, 72


def logo() -> Image.Image:
    """Three market halls under one roof line: mode ``1``, 0 is black."""
    picture = Image.new("1", (WIDTH_DOTS, HEIGHT_DOTS), 1)
    pen = ImageDraw.Draw(picture)
    for left in (4, 60, 116):
        pen.pieslice((left, 8, left + 56, 64), 180, 360, fill=0)
        pen.pieslice((left + 6, 14, left + 50, 58), 180, 360, fill=1)
        pen.pieslice((left + 12, 20, left + 44, 52), 180, 360, fill=0)
        for post in (left + 2, left + 27, left + 50):
            pen.rectangle((post, 36, post + 3, 62), fill=0)
    pen.rectangle((0, 63, WIDTH_DOTS - 1, 67), fill=0)
    pen.rectangle((12, 70, WIDTH_DOTS - 13, 71), fill=0)
    return picture
