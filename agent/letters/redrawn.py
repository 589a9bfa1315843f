"""Slips made of a receipt: its exit slip, and the receipt drawn again when its bytes are gone.

What stood on the paper is said as it stood: the lines, the picture, the codes.  A code
that this printer cannot print is its text.
"""

from __future__ import annotations

import datetime as dt
import io
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final

from PIL import Image

from agent.letters.slip_paper import Paper, on
from agent.letters.words import written_date
from agent.wire.model import Model
from agent.wire.money import Lang, format_money
from agent.wire.receipt import Code, Receipt

WORDS: Final[dict[Lang, dict[str, str]]] = {
    "fr": {
        "exit": "TALON DE SORTIE",
        "number": "Ticket n° {number}",
        "article": "1 article",
        "articles": "{count} articles",
        "copy": "Copie imprimée le {day} à {time}",
        "drawn": "Recomposé d'après les données du ticket",
    },
    "en": {
        "exit": "EXIT SLIP",
        "number": "Receipt no. {number}",
        "article": "1 item",
        "articles": "{count} items",
        "copy": "Copy printed on {day} at {time}",
        "drawn": "Composed again from the receipt's data",
    },
}


class ExitSlip(Model):
    """What opens the barrier of a self-checkout, or shows that somebody has paid."""

    receipt: Receipt
    shop: str
    at: dt.datetime
    lang: Lang = "fr"


class Redrawn(Model):
    """``number`` is the copy's, 0 the original's; ``at`` is local time."""

    receipt: Receipt
    number: int
    at: dt.datetime
    lang: Lang = "fr"


def exit_slip(profile: str, fields: Mapping[str, Any]) -> bytes:
    """Shop, day, number, what was paid, and the code that the POS printed for it."""
    slip = ExitSlip.model_validate(fields)
    said, receipt = WORDS[slip.lang], slip.receipt
    paper = on(profile)
    paper.line(slip.shop, bold=True)
    paper.line(said["exit"], bold=True, double=True)
    day = receipt.date or slip.at.date()
    time = f" {receipt.time:%H:%M}" if receipt.time else ""
    paper.line(written_date(day, slip.lang) + time)
    if receipt.number:
        paper.line(said["number"].format(number=receipt.number))
    paid = []
    if receipt.item_count:
        many = "article" if receipt.item_count == 1 else "articles"
        paid.append(said[many].format(count=receipt.item_count))
    if receipt.total is not None:
        paid.append(format_money(receipt.total, receipt.currency, slip.lang))
    if paid:
        paper.line(" - ".join(paid))
    for code in receipt.codes:
        if code.role == "receipt":
            _code(paper, code)
    return paper.cut()


def drawn_again(profile: str, fields: Mapping[str, Any]) -> bytes:
    """The paper from what is known of it; nothing where nothing is."""
    slip = Redrawn.model_validate(fields)
    said, receipt = WORDS[slip.lang], slip.receipt
    picture = receipt.picture
    if not receipt.lines and picture is None:
        return b""
    paper = on(profile)
    if slip.number:
        paper.line(f"DUPLICATA {slip.number}", bold=True, double=True)
        day = written_date(slip.at.date(), slip.lang)
        paper.line(said["copy"].format(day=day, time=f"{slip.at:%H:%M}"))
    paper.line(said["drawn"])
    paper.line("-" * paper.columns)
    shown = picture is not None and paper.picture(_dots(picture.png))
    if not shown:
        for line in receipt.lines:
            paper.row(line)
    for code in receipt.codes if not shown else ():
        _code(paper, code)
    return paper.cut()


def _dots(png: str) -> Image.Image:
    return Image.open(io.BytesIO(b64decode(png))).convert("1")


def _code(paper: Paper, code: Code) -> None:
    if code.system == "QR":
        paper.symbol(code.text)
    else:
        paper.bars(code.system, code.text)
