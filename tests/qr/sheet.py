"""``python -m tests.qr.sheet [FILE]``: symbols of four sizes to try phones on, as HTML.

They lead to the host in ``PREFIX`` of ``tests/qr/rig.py``; a page that answers there with
the key list of ``vectors.json`` shows them verified.  See docs/offline-qr.md.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from agent.qr import svg, symbol
from agent.qr.encode import Coded
from agent.wire.receipt import Receipt
from tests.qr import rig
from tests.qr.make_vectors import coded

LINES = (1, 15, 34, 62)
MM = 90


def name(at: int) -> str:
    return sha256(bytes([at])).hexdigest()[:8].upper()


def receipt(lines: int) -> Receipt:
    """That many lines, no two alike."""
    whole = rig.paper(1, "hypermarket", "FR")
    plenty = whole.items * (lines // len(whole.items) + 1)
    named = (
        each.model_copy(
            update={"label": f"{each.label[:9]} {name(at)}", "of": None, "gtin": None}
        )
        for at, each in enumerate(plenty[:lines])
    )
    return whole.model_copy(update={"items": tuple(named)})


def figure(made: Coded) -> str:
    """The symbol, its caption, and what it is."""
    rows = symbol.modules(made.prefix, made.digits, made.fit)
    told = f"V{made.fit.version}-{made.fit.level}, {len(made.url)} characters"
    drawn = svg.drawn(rows, title=told)
    return (
        f'<figure style="width:{MM}mm">{drawn}<figcaption>{symbol.CAPTIONS["fr"]}<br>'
        f"{symbol.CAPTIONS['en']}<br><b>{told}</b></figcaption></figure>"
    )


def page() -> str:
    """The whole sheet."""
    figures = "\n".join(figure(coded(receipt(n), rig.issuer())) for n in LINES)
    return f'<!doctype html><meta charset="utf-8"><title>QR</title>\n{figures}\n'


def main() -> None:
    Path(sys.argv[1] if len(sys.argv) > 1 else "qr-sheet.html").write_text(
        page(), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
