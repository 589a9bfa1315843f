"""What takes a line of its own: pictures, bar codes with their text, ruled lines.

In standard mode it is justified, and cut at the margin; on a page it stands
where the pen is, on the foot of its line.
"""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from hardware_sim import ink
from hardware_sim.head import Head
from hardware_sim.marks import Bits, Picture, Row, Run


def picture(head: Head, image: Image.Image, *, turns: bool) -> None:
    """A block of its own, justified, cut at the margin.

    ``turns``: upside-down printing (ESC {) turns it as well; it leaves
    GS v 0, GS Q 0 and the graphics of the print buffer as they are.
    """
    if head.in_page:
        head.page.put(Bits(head.page.x, image))
        return
    head.finish_line()
    kept = image.crop((0, 0, min(image.width, head.room_dots), image.height))
    left = head.line.aligned(kept.width)
    if turns and head.style.upside_down:
        kept = kept.transpose(Image.Transpose.ROTATE_180)
        left = head.line.mirrored(left, kept.width)
    head.add(Picture(left, kept))
    head.line.clear()


def rule(head: Head, image: Image.Image, feed_dots: int) -> None:
    """GS ( Q 50: a line across the paper, whatever the margins are."""
    head.finish_line()
    head.add(Picture(0, image))
    head.line.clear()
    head.feed(feed_dots)


def bars(head: Head, image: Image.Image, text: str) -> None:
    """A bar code with its readable line above or below (GS H)."""
    order: list[Image.Image | str] = [image]
    if head.bar_text & 1:
        order.insert(0, text)
    if head.bar_text & 2:
        order.append(text)
    if head.in_page:
        _bars_on_page(head, order, image.width)
        return
    head.finish_line()
    for part in reversed(order) if head.style.upside_down else order:
        if isinstance(part, str):
            _caption(head, part, image.width)
        else:
            picture(head, part, turns=True)


def _bars_on_page(head: Head, order: list[Image.Image | str], wide: int) -> None:
    parts = [
        ink.written(Run(0, part, head.bar_style)) if isinstance(part, str) else part
        for part in order
    ]
    whole = max(part.width for part in parts)
    block = Image.new("L", (whole, sum(part.height for part in parts)), 0)
    top = 0
    for part in parts:
        block.paste(part, ((whole - part.width) // 2, top))
        top += part.height
    page = head.page
    left = page.x - (whole - wide) // 2
    hanging = parts[-1].height if isinstance(order[-1], str) else 0
    page.stamp(block, left, page.y + hanging - block.height)
    page.x += wide


def _caption(head: Head, text: str, bars_dots: int) -> None:
    """The readable line at a bar code so wide, centred on it."""
    turned = head.style.upside_down
    style = replace(head.bar_style, upside_down=turned)
    run = Run(0, text, style)
    start = max(0, head.line.aligned(bars_dots) + (bars_dots - run.wide_dots) // 2)
    if turned:
        start = max(0, head.line.mirrored(start, run.wide_dots))
    head.add(Row((replace(run, x=start),), (), style.line_dots + 2, hung=turned))
