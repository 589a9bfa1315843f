"""Slips that we compose ourselves, as ESC/POS by python-escpos.

Each is rendered for a python-escpos profile into a ``Dummy``, so the bytes can
be stored before they are sent, and a transport that never blocks sends them.
A slip starts and ends with ESC @: it inherits no style and leaves none.

``escpos`` is imported at first use: its capabilities are YAML that costs 150 ms
to read.  It also calls ``logging.basicConfig()`` on import (issue 559), which
does nothing once the process has configured its root logger: configure first.

What is printed is clean text.  A character that would be a command to the
printer never reaches it, and what its code pages lack is written in letters
that every printer has (``€`` as EUR) before it would become ``?``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from PIL import Image

from agent.letters.view import clean
from agent.letters.words import written_date
from agent.qr.svg import QUIET, matrix
from agent.wire.model import Model
from agent.wire.money import Lang

DOTS_UNKNOWN: Final = 384
"""Printable width assumed when a profile does not know: 58 mm paper fits all."""

MIN_PICTURE_DOTS: Final = 240
"""Below it stands a pole display, not a printer: it gets the address as text."""

LARGEST_MODULE: Final = 8
SMALLEST_MODULE: Final = 3
QR_SHARE: Final = 0.6
"""Of the paper's width: large enough to scan, small enough to spare paper."""

PLAIN: Final = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u2212": "-",
        "–": "-",
        "—": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "…": "...",
        "×": "x",
        "œ": "oe",
        "Œ": "OE",
    }
)
"""Typography that few code pages hold."""

FALLBACKS: Final = {"€": "EUR", "«": '"', "»": '"'}
"""Where the printer has it, it is printed; else this."""

ACCENTS: Final = str.maketrans(
    "àâäáãçéèêëîïíìñôöóòõûüùúÿÀÂÄÁÃÇÉÈÊËÎÏÍÌÑÔÖÓÒÕÛÜÙÚŸ",
    "aaaaaceeeeiiiinooooouuuuyAAAAACEEEEIIIINOOOOOUUUUY",
)
"""The letter itself, for the printers that have no accent at all."""

CJK: Final = range(0x4E00, 0x9FA6)
"""python-escpos writes the whole text as GB18030 if it holds one of these,
and every other letter of it would be lost on a European printer."""

PICTURES: Final = (
    ("bitImageRaster", "bitImageRaster"),
    ("graphics", "graphics"),
    ("bitImageColumn", "bitImageColumn"),
)
"""A profile's feature, and python-escpos' name for the command that uses it."""

Slip = Callable[[str, Mapping[str, Any]], bytes]


class QrSlip(Model):
    """The page's address to take home; ``total`` is already written."""

    url: str
    shop: str
    total: str | None = None
    lang: Lang = "fr"


class DuplicataMark(Model):
    """``number`` counts copies from 1; ``at`` is local time."""

    number: int
    at: dt.datetime
    lang: Lang = "fr"


class TrialSlip(Model):
    """Proof that a printer prints, with every letter that French needs."""

    shop: str
    till: str
    at: dt.datetime
    lang: Lang = "fr"


WORDS: Final[dict[Lang, dict[str, str]]] = {
    "fr": {
        "yours": "Votre ticket",
        "scan": "Scannez pour le lire et le garder",
        "copy": "Copie imprimée le {day} à {time}",
        "test": "Ticket d'essai",
        "letters": "àâçéèêëîïôùûü ÀÇÉÈÊ € « »",
        "proof": "Si cette ligne et ses accents se lisent,\nl'imprimante est prête.",
    },
    "en": {
        "yours": "Your receipt",
        "scan": "Scan to read and keep it",
        "copy": "Copy printed on {day} at {time}",
        "test": "Test receipt",
        "letters": "àâçéèêëîïôùûü ÀÇÉÈÊ € £",
        "proof": "If you can read this line and its accents,\nthe printer is ready.",
    },
}


def qr_slip(profile: str, fields: Mapping[str, Any]) -> bytes:
    """A QR of the page with the shop and the total above it.  See QrSlip."""
    slip = QrSlip.model_validate(fields)
    said = WORDS[slip.lang]
    paper = _Paper(profile)
    paper.line(slip.shop, bold=True)
    paper.line(" - ".join(part for part in (said["yours"], slip.total) if part))
    paper.symbol(slip.url)
    paper.line(said["scan"])
    return paper.cut()


def duplicata_mark(profile: str, fields: Mapping[str, Any]) -> bytes:
    """What stands above the POS's own bytes when they are printed again."""
    mark = DuplicataMark.model_validate(fields)
    paper = _Paper(profile)
    paper.line(f"DUPLICATA {mark.number}", bold=True, double=True)
    paper.line(_moment(WORDS[mark.lang]["copy"], mark.at, mark.lang))
    paper.line("")
    return paper.end()


def test_receipt(profile: str, fields: Mapping[str, Any]) -> bytes:
    """A short slip that shows width, accents, a symbol and the cutter."""
    test = TrialSlip.model_validate(fields)
    said = WORDS[test.lang]
    paper = _Paper(profile)
    paper.line(said["test"], bold=True, double=True)
    paper.line(f"{test.shop} - {test.till}")
    paper.line(_moment("{day} {time}", test.at, test.lang))
    paper.line("=" * paper.columns)
    paper.line(said["letters"])
    for line in said["proof"].split("\n"):
        paper.line(line)
    paper.symbol("https://receipt-agent.invalid/")
    return paper.cut()


SLIPS: Final[Mapping[str, Slip]] = {
    "qr": qr_slip,
    "duplicata": duplicata_mark,
    "test": test_receipt,
}


def _moment(phrase: str, at: dt.datetime, lang: Lang) -> str:
    return phrase.format(day=written_date(at.date(), lang), time=f"{at:%H:%M}")


class _Paper:
    """One slip in the making: centred lines, a symbol, and what ends it."""

    def __init__(self, profile: str) -> None:
        from escpos.printer import Dummy  # at first use: see above

        self._printer = Dummy(profile=profile)
        self._profile = self._printer.profile
        self._printer.hw("INIT")
        self._printer.set(align="center")

    @property
    def columns(self) -> int:
        """Characters of font A on a line."""
        return int(self._profile.get_columns("a"))

    def line(self, text: str, *, bold: bool = False, double: bool = False) -> None:
        """One line in the middle, cut where the paper ends."""
        room = self.columns // 2 if double else self.columns
        self._printer.set(bold=bold, normal_textsize=True)
        if double:
            self._printer.set(double_width=True, double_height=True)
        for piece in _pieces(self._printable(text), room):
            self._printer.text(piece + "\n")

    def symbol(self, url: str) -> None:
        """A QR by the printer itself, else as a picture, else the address."""
        self._printer.set(bold=False, normal_textsize=True)
        rows = matrix(url)
        module = self._module_dots(len(rows))
        if module < SMALLEST_MODULE:
            self.line(url)
        elif self._profile.supports("qrCode"):
            self._printer.qr(url, native=True, size=module)
            self._printer.text("\n")
        elif command := self._picture_command():
            self._printer.image(_picture(rows, module), impl=command)
        else:
            self.line(url)

    def end(self) -> bytes:
        """The bytes, with the printer back to its defaults."""
        self._printer.hw("INIT")
        raw: bytes = self._printer.output
        return raw

    def cut(self) -> bytes:
        """Fed past the cutter and cut where there is one; then the bytes."""
        if self._profile.supports("paperFullCut"):
            self._printer.cut(mode="FULL")
        elif self._profile.supports("paperPartCut"):
            self._printer.cut(mode="PART")
        else:
            self._printer.print_and_feed(6)
        return self.end()

    def _module_dots(self, side: int) -> int:
        width = self._profile.profile_data["media"]["width"].get("pixels")
        dots = width if isinstance(width, int) else DOTS_UNKNOWN
        if dots < MIN_PICTURE_DOTS:
            return 0
        return min(LARGEST_MODULE, int(dots * QR_SHARE) // (side + 2 * QUIET))

    def _picture_command(self) -> str | None:
        fitting = (name for need, name in PICTURES if self._profile.supports(need))
        return next(fitting, None)

    def _printable(self, text: str) -> str:
        return "".join(self._letter(char) for char in clean(text).translate(PLAIN))

    def _letter(self, char: str) -> str:
        """The character if a code page has it, else the nearest that has one."""
        if char.isascii():
            return char
        if ord(char) not in CJK and self._known(char):
            return char
        return FALLBACKS.get(char, _without_accent(char))

    def _known(self, char: str) -> bool:
        found = self._printer.magic.encoder.find_suitable_encoding(char)
        return found is not None


def _without_accent(char: str) -> str:
    plain = char.translate(ACCENTS)
    return plain if plain.isascii() else "?"


def _pieces(text: str, room: int) -> list[str]:
    """The text in lines of at most ``room``, broken at spaces where it has some."""
    pieces: list[str] = []
    rest = text
    while len(rest) > room:
        at = rest.rfind(" ", 1, room + 1)
        at = at if at > 0 else room
        pieces.append(rest[:at])
        rest = rest[at:].lstrip(" ")
    return [*pieces, rest]


def _picture(rows: list[list[bool]], module: int) -> Image.Image:
    """Black on white, one square of ``module`` dots for each module."""
    side = len(rows)
    picture = Image.new("1", (side + 2 * QUIET, side + 2 * QUIET), 1)
    for y, row in enumerate(rows, QUIET):
        for x, dark in enumerate(row, QUIET):
            if dark:
                picture.putpixel((x, y), 0)
    scaled = (side + 2 * QUIET) * module
    return picture.resize((scaled, scaled), Image.Resampling.NEAREST)
