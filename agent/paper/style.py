"""The style sheet of a strip: paper, a monospaced face, sizes as the printer has.

Class names begin with ``strip-``.  A dot is a CSS pixel, so that
bar codes of one dot a module stay apart, but the paper shrinks with its container: a
receipt of 48 columns is readable on a phone without scrolling sideways.  An ``em``
is 20 dots, so lines are as high as on paper and pages have letters of the same size.
Characters that are taller than wide, or wider than tall, are scaled in height:
the width of what they take stays right, so columns stay under each other.
"""

from __future__ import annotations

from typing import Final

WIDEST_COLUMNS: Final = 80
"""More than the 72 of the widest printer in the database at font B."""
DOTS_PER_EM: Final = 20
"""DejaVu Sans Mono at 20 dots is as wide as font A's cells of 12."""
MAX_HIGH: Final = 240
"""Dots: a line of the largest characters has 192."""
_FINE: Final = 60
"""Dots up to which heights are told apart by two, then by six."""

_ADVANCE: Final = 0.60205
"""Of DejaVu Sans Mono, the widest of the faces below, in em."""
_SIZE: Final = 12.01 / _ADVANCE
"""CSS pixels at which a column has its 12 of them, and browsers do not round to less."""

_BASE: Final = """\
.strip{container-type:inline-size;background:#fbfaf7;color:#1d1b18;padding:.7em;\
font-family:"DejaVu Sans Mono","Liberation Mono",Menlo,Consolas,monospace;\
font-size:SIZE;line-height:1.25;overflow-x:auto}
.strip-paper{margin:0 auto}
.strip-line,.strip-page text{white-space:pre;direction:ltr;\
unicode-bidi:bidi-override;font-variant-ligatures:none;line-height:1.2}
.strip-bold{font-weight:700}
.strip-underline{--strip-rule:calc(.055em/var(--strip-tall,1));\
text-decoration:underline var(--strip-rule);text-decoration-skip-ink:none;\
text-underline-offset:calc(.24em - var(--strip-rule))}
.strip-underline-2{--strip-rule:calc(.11em/var(--strip-tall,1))}
.strip-ink-0{color:#fbfaf7;fill:#fbfaf7}
.strip-ink-2{color:#b3191f;fill:#b3191f}
.strip-ink-3{color:#1f4fa3;fill:#1f4fa3}
.strip-ground-1{background:#1d1b18}
.strip-ground-2{background:#b3191f}
.strip-ground-3{background:#1f4fa3}
.strip-upside-down{display:inline-block;transform:rotate(180deg)}
.strip-font-b{font-size:.75em}
.strip-font-c,.strip-font-e{font-size:.667em}
.strip-font-d{font-size:.833em}
.strip-scaled{display:inline-block;vertical-align:bottom;transform-origin:0 50%;\
font-size:calc(1em*var(--strip-wide));\
transform:scaleY(calc(var(--strip-tall)/var(--strip-wide)));\
line-height:calc(1.2*var(--strip-tall)/var(--strip-wide))}
.strip-font-b.strip-scaled{font-size:calc(.75em*var(--strip-wide))}
.strip-font-c.strip-scaled,.strip-font-e.strip-scaled\
{font-size:calc(.667em*var(--strip-wide))}
.strip-font-d.strip-scaled{font-size:calc(.833em*var(--strip-wide))}
.strip-image,.strip-symbol,.strip-page{display:block;width:100%;height:auto}
.strip-image{mix-blend-mode:multiply}
.strip-symbol,.strip-page{fill:currentColor;font-size:20px}
.strip-symbol{margin:.2em 0}
.strip-upright{display:inline-block;transform:scaleY(1.04)}
.strip-alone{text-anchor:middle;\
font-family:"Liberation Mono","Noto Sans Mono","Courier New","DejaVu Sans",monospace}
.strip-feed{line-height:0}
.strip-drawn{fill-opacity:0}
.strip-again{user-select:none}
.strip-box{font-size:.75em;margin:.4em 0;padding:.6em;border:1px solid;text-align:center;\
overflow-wrap:anywhere}
.strip-cut{margin:1.2em 0;border:0;border-top:1px solid}
.strip-partial{border-top-style:dashed}
@media print{.strip{padding:0;font-size:14px}}
""".replace("SIZE", f"{_SIZE:.2f}px")


def high(dots: int) -> int:
    """The nearest height for which there is a rule."""
    step = 2 if dots <= _FINE else 6
    return round(min(max(dots, 0), MAX_HIGH) / step) * step


def _rules() -> str:
    sizes = "".join(
        f".strip-wide-{n}{{--strip-wide:{n}}}\n.strip-tall-{n}{{--strip-tall:{n}}}\n"
        for n in range(1, 9)
    )
    steps = sorted({high(dots) for dots in range(MAX_HIGH + 1)})
    heights = "".join(
        f".strip-high-{n}{{min-height:{n / DOTS_PER_EM:g}em}}\n" for n in steps
    )
    papers = "".join(
        f".strip-columns-{n}{{width:{n}ch;"
        f"font-size:min(1em,calc(100cqi/{n * _ADVANCE:.2f}))}}\n"
        for n in range(1, WIDEST_COLUMNS + 1)
    )
    return sizes + heights + papers


STYLE: Final = _BASE + _rules()
