"""How long a receipt takes to be understood and drawn: ``python -m bench.paper``.

Prints milliseconds of processor time, median of several runs, for a receipt of 40
lines, next to a peer measured in the same run: python-escpos composing the
same receipt as bytes (the step the other way round), Pillow drawing the same lines
of text with the same face and saving them as PNG (the plain way to a picture), and
reportlab writing them as PDF (the plain way to a document).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from io import BytesIO

from escpos.printer import Dummy
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from agent.escpos.interpret import interpret
from agent.escpos.profiles import printer
from agent.paper import html, lettering, pdf, png
from agent.paper.text import lines

PROFILE = "TM-T88V"
RUNS = 30
PNG_GOAL_MS = 15


def _articles() -> list[str]:
    names = ("Pâté de campagne", "Éclair au café", "Pain complet", "Crème fraîche")
    return [f"{names[n % 4]:<30}{n % 7 + 1},{n * 7 % 100:02d} €" for n in range(34)]


def _compose() -> bytes:
    dummy = Dummy(profile=PROFILE)
    dummy.set(align="center", bold=True, double_width=True, double_height=True)
    dummy.text("ÉPICERIE DU PORT\n")
    dummy.set(align="left", normal_textsize=True, bold=False)
    dummy.text("3 quai de l'Île, 35000 RENNES\n\n")
    for article in _articles():
        dummy.text(f"{article}\n")
    dummy.text("-" * 42 + "\n")
    dummy.set(bold=True, double_height=True, double_width=True)
    dummy.text("TOTAL        148,20 €\n")
    dummy.set(align="center", normal_textsize=True, bold=False)
    dummy.text("Merci de votre visite\n")
    dummy.cut()
    raw: bytes = dummy.output
    return raw


def _pillow(said: list[str], mode: str) -> bytes:
    face = ImageFont.truetype(lettering.FACE, 20)
    image = Image.new(mode, (544, 30 * len(said)), "white")
    pen = ImageDraw.Draw(image)
    for number, text in enumerate(said):
        pen.text((16, 30 * number), text, fill="black", font=face)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _reportlab(said: list[str]) -> bytes:
    registerFont(TTFont("peer", str(lettering.FACE)))
    out = BytesIO()
    canvas = Canvas(out, (204, 11 * len(said)), initialFontName="peer")
    canvas.setFont("peer", 7)
    for number, text in enumerate(reversed(said)):
        canvas.drawString(6, 11 * number, text)
    canvas.save()
    return out.getvalue()


def _median_ms(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    raw = _compose()
    model = printer(PROFILE)
    strip = interpret(raw, model)
    said = [line.text for line in lines(strip)]
    rows = {
        "interpret + lines": lambda: lines(interpret(raw, model)),
        "peer: python-escpos composes the receipt": _compose,
        "HTML": lambda: html.render(strip),
        "PNG, 1 bit": lambda: png.render(strip),
        "peer: Pillow draws the lines in 1 bit": lambda: _pillow(said, "1"),
        "PNG, grey": lambda: png.render(strip, 8),
        "peer: Pillow draws the lines in grey": lambda: _pillow(said, "L"),
        "PDF": lambda: pdf.render(strip),
        "peer: reportlab writes the lines": lambda: _reportlab(said),
    }
    print(f"{len(said)} lines, {len(raw)} bytes, {RUNS} runs, ms of processor time")
    for name, work in rows.items():
        goal = f"   goal {PNG_GOAL_MS}" if name.startswith("PNG") else ""
        print(f"{name:<42}{_median_ms(work):8.2f}{goal}")
    print(
        f"HTML {len(html.render(strip))} characters, "
        f"PNG {len(png.render(strip))} and {len(png.render(strip, 8))} bytes, "
        f"PDF {len(pdf.render(strip))} bytes"
    )


if __name__ == "__main__":
    main()
