"""The style sheet of a strip: paper, a monospaced face, sizes as the printer has.

Class names begin with ``strip-``.  The paper shrinks with its container: a
receipt of 48 columns is readable on a phone without scrolling sideways.
Characters that are taller than wide, or wider than tall, are scaled in height:
the width of what they take stays right, so columns stay under each other.
"""

from __future__ import annotations

from typing import Final

WIDEST_COLUMNS: Final = 80
"""More than the 72 of the widest printer in the database at font B."""
FEED_LINES: Final = 4
"""Longer feeds look like four lines: nobody reads white paper."""

_BASE: Final = """\
.strip{container-type:inline-size;background:#fbfaf7;color:#1d1b18;padding:1em;\
font-family:"DejaVu Sans Mono","Liberation Mono",Menlo,Consolas,monospace;\
font-size:14px;line-height:1.25;overflow-x:auto}
.strip-paper{margin:0 auto}
.strip-line{white-space:pre;direction:ltr;unicode-bidi:bidi-override;\
font-variant-ligatures:none;min-height:1.25em}
.strip-bold{font-weight:700}
.strip-underline{text-decoration:underline}
.strip-invert{background:#1d1b18;color:#fbfaf7}
.strip-rotated{letter-spacing:1ch}
.strip-upside-down{display:inline-block;transform:rotate(180deg)}
.strip-font-b{font-size:.75em}
.strip-font-c{font-size:.667em}
.strip-scaled{display:inline-block;vertical-align:bottom;transform-origin:0 50%;\
font-size:calc(1em*var(--strip-wide));\
transform:scaleY(calc(var(--strip-tall)/var(--strip-wide)));\
line-height:calc(1.25*var(--strip-tall)/var(--strip-wide))}
.strip-font-b.strip-scaled{font-size:calc(.75em*var(--strip-wide))}
.strip-font-c.strip-scaled{font-size:calc(.667em*var(--strip-wide))}
.strip-image,.strip-symbol{display:block;width:100%;height:auto}
.strip-image{mix-blend-mode:multiply}
.strip-symbol{margin:.4em 0}
.strip-box{margin:.4em 0;padding:.6em;border:1px solid;text-align:center;\
overflow-wrap:anywhere}
.strip-cut{margin:1.2em 0;border:0;border-top:1px dashed}
@media print{.strip{padding:0}}
"""


def _rules() -> str:
    sizes = "".join(
        f".strip-wide-{n}{{--strip-wide:{n}}}\n.strip-tall-{n}{{--strip-tall:{n}}}\n"
        for n in range(1, 9)
    )
    feeds = "".join(
        f".strip-feed-{n}{{height:{n * 1.25:g}em}}\n" for n in range(1, FEED_LINES + 1)
    )
    # .602em is the advance of DejaVu Sans Mono, the widest of the faces above
    papers = "".join(
        f".strip-columns-{n}{{width:{n}ch;"
        f"font-size:min(1em,calc(100cqi/{n * 0.602:.2f}))}}\n"
        for n in range(1, WIDEST_COLUMNS + 1)
    )
    return sizes + feeds + papers


STYLE: Final = _BASE + _rules()
