"""Paper that a slip of ours is written on: the printer's own language, line by line.

``on(profile)`` is a python-escpos profile's printer, or a Star (``star``).  What is
printed is clean text.  A character that would be a command to the printer never reaches
it, and what its code pages lack is written in letters that every printer has (``€`` as
EUR) before it would become ``?``.

``escpos`` is imported at first use: its capabilities are YAML that costs 150 ms
to read.  It also calls ``logging.basicConfig()`` on import (issue 559), which
does nothing once the process has configured its root logger: configure first.
"""

from __future__ import annotations

from typing import Final, Protocol

from PIL import Image

from agent.letters.lettering import FALLBACKS, PLAIN, pieces, without_accent
from agent.letters.star_paper import StarPaper
from agent.letters.view import clean
from agent.letters.whole_code import WholeCode
from agent.qr.svg import QUIET, matrix

STAR: Final = "star"
"""In place of a profile: a Star printer in line mode."""

DOTS_UNKNOWN: Final = 384
"""Printable width assumed when a profile does not know: 58 mm paper fits all."""

MIN_PICTURE_DOTS: Final = 240
"""Below it stands a pole display, not a printer: it gets the address as text."""

LARGEST_MODULE: Final = 8
SMALLEST_MODULE: Final = 3
QR_SHARE: Final = 0.6
"""Of the paper's width: large enough to scan, small enough to spare paper."""

CJK: Final = range(0x4E00, 0x9FA6)
"""python-escpos writes the whole text as GB18030 if it holds one of these,
and every other letter of it would be lost on a European printer."""

PICTURES: Final = (
    ("bitImageRaster", "bitImageRaster"),
    ("graphics", "graphics"),
    ("bitImageColumn", "bitImageColumn"),
)
"""A profile's feature, and python-escpos' name for the command that uses it."""

FRAGMENT_DOTS: Final = 512
"""Rows of one picture command: a small buffer holds it."""
BARS: Final = {"CODABAR": "NW7"}
"""What python-escpos calls otherwise."""
BAR_HEIGHT: Final = 80
"""Dots; 10 mm, what a hand scanner wants."""


class Paper(Protocol):
    """One slip in the making."""

    @property
    def columns(self) -> int: ...

    @property
    def dots(self) -> int: ...

    def line(self, text: str, *, bold: bool = False, double: bool = False) -> None: ...

    def row(self, text: str) -> None: ...

    def symbol(self, url: str) -> None: ...

    def bars(self, system: str, text: str) -> None: ...

    def whole(self, code: WholeCode) -> bool: ...

    def picture(self, picture: Image.Image) -> bool: ...

    def end(self) -> bytes: ...

    def cut(self) -> bytes: ...


def on(profile: str) -> Paper:
    """A new slip for that printer."""
    return StarPaper() if profile == STAR else EscposPaper(profile)


class EscposPaper:
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
        for piece in pieces(self._printable(text), room):
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
            self._printer.image(_dots_of(rows, module), impl=command)
        else:
            self.line(url)

    def row(self, text: str) -> None:
        """A line as it stood on a paper: from the left, never broken."""
        self._printer.set(align="left", bold=False, normal_textsize=True)
        self._printer.text(self._printable(text)[: self.columns] + "\n")
        self._printer.set(align="center")

    def bars(self, system: str, text: str) -> None:
        """A bar code by the printer itself, its text below; else the text alone."""
        self._printer.set(bold=False, normal_textsize=True)
        data = "{B" + text.replace("{", "{{") if system == "CODE128" else text
        features = ("barcodeA", "barcodeB")
        if not any(self._profile.supports(each) for each in features):
            self.line(text)
            return
        try:
            self._printer.barcode(
                data,
                BARS.get(system, system),
                height=BAR_HEIGHT,
                pos="BELOW",
                align_ct=False,
            )
        except Exception:  # noqa: BLE001 -- whatever it does not like of the content
            self.line(text)

    def picture(self, picture: Image.Image) -> bool:
        """Dots, as wide as the paper at most; ``False``: this printer has none."""
        command = self._picture_command()
        if command is None or self.dots < MIN_PICTURE_DOTS:
            return False
        if picture.width > self.dots:
            height = max(1, picture.height * self.dots // picture.width)
            picture = picture.resize((self.dots, height))
        self._printer.image(picture, impl=command, fragment_height=FRAGMENT_DOTS)
        return True

    def whole(self, code: WholeCode) -> bool:
        """A receipt's own symbol as a picture; ``False``: this printer has none."""
        command = self._picture_command()
        if command is None or self.dots < MIN_PICTURE_DOTS:
            return False
        self._printer.set(bold=False, normal_textsize=True)
        self._printer.image(_dots_of(code.matrix(), code.fit[2]), impl=command)
        return True

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

    @property
    def dots(self) -> int:
        """Across the paper."""
        width = self._profile.profile_data["media"]["width"].get("pixels")
        return width if isinstance(width, int) else DOTS_UNKNOWN

    def _module_dots(self, side: int) -> int:
        if self.dots < MIN_PICTURE_DOTS:
            return 0
        return min(LARGEST_MODULE, int(self.dots * QR_SHARE) // (side + 2 * QUIET))

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
        return FALLBACKS.get(char, without_accent(char))

    def _known(self, char: str) -> bool:
        found = self._printer.magic.encoder.find_suitable_encoding(char)
        return found is not None


def _dots_of(rows: list[list[bool]], module: int) -> Image.Image:
    """Black on white, one square of ``module`` dots for each module."""
    side = len(rows)
    picture = Image.new("1", (side + 2 * QUIET, side + 2 * QUIET), 1)
    for y, row in enumerate(rows, QUIET):
        for x, dark in enumerate(row, QUIET):
            if dark:
                picture.putpixel((x, y), 0)
    scaled = (side + 2 * QUIET) * module
    return picture.resize((scaled, scaled), Image.Resampling.NEAREST)
