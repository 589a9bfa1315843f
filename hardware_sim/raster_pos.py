"""A POS that prints everything as one picture: web tills and Windows drivers.

The ticket is drawn as such software draws it, then cut into the bands that its
driver sends.  Three drivers are known: GS v 0 in slices of 255 rows, GS 8 L in
bands through the print buffer, ESC * in bands of 24 dots with a line feed of 24
dots between.  No byte of the job is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from hardware_sim import glyphs
from hardware_sim.logo import logo
from hardware_sim.tickets import Bars, Cut, Feed, Logo, Part, Qr, Text, Ticket

Driver = Literal["GS v 0", "GS 8 L", "ESC *"]

PITCH: Final = 30
"""Dots from a line to the next, as a printer's own lines have them."""
SLICE_ROWS: Final = 255
"""What one slice may hold where the driver's author believed in one byte."""
BAND_ROWS: Final = 96
BAR_DOTS: Final = 70
_FONTS: Final = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/opentype/urw-base35"),
)
_BASIC: Final = ImageFont.Layout.BASIC
_SEGMENTS: Final = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True, slots=True)
class Face:
    """Letters to draw with; without a file, those of the simulated printer.

    ``dither`` is how grey edges of smoothed letters become dots: by error
    diffusion (browsers through python-escpos) or cut off at half (drivers).
    """

    name: str
    file: str = ""
    size: float = 0.0
    dither: bool = False

    @property
    def there(self) -> bool:
        """Whether this machine has it."""
        return not self.file or _found(self.file) is not None


FACES: Final[Mapping[str, Face]] = {
    face.name: face
    for face in (
        Face("printer"),
        Face("mono", "DejaVuSansMono.ttf", 20.0),
        Face("mono-dithered", "DejaVuSansMono.ttf", 20.0, dither=True),
        Face("sans", "DejaVuSans.ttf", 20.0),
        Face("narrow", "DejaVuSansCondensed.ttf", 20.0),
        Face("helvetica", "NimbusSans-Regular.otf", 23.0),
        Face("serif", "DejaVuSerif.ttf", 19.0),
    )
}


def _found(name: str) -> Path | None:
    return next((path for each in _FONTS if (path := each / name).exists()), None)


# -- drawing ----------------------------------------------------------------


def draw(ticket: Ticket, width_dots: int, face: Face) -> Image.Image:
    """The whole ticket: mode ``L``, 255 is ink, ``width_dots`` wide."""
    cell = max(8, width_dots // ticket.columns)
    columns = width_dots // cell
    rows = [
        row for part in ticket.parts for row in _rows(part, width_dots, columns, face)
    ]
    whole = Image.new("L", (width_dots, sum(row.height for row in rows)), 0)
    y = 0
    for row in rows:
        whole.paste(row, (0, y))
        y += row.height
    return whole


def _rows(part: Part, width: int, columns: int, face: Face) -> Iterator[Image.Image]:
    match part:
        case Text():
            for line in _wrapped(part, columns):
                yield _text(line, width, columns, face)
        case Feed(lines):
            yield Image.new("L", (width, PITCH * lines), 0)
        case Logo():
            yield _centred(logo().convert("L").point(lambda v: 255 - v), width)
        case Bars(system, data):
            yield _centred(_code(system, data, 2, BAR_DOTS), width)
        case Qr(data, module_dots):
            yield _centred(_code("QRCode", data, module_dots, 0), width)
        case _:
            pass  # cuts and kicks are commands also here


def _wrapped(part: Text, columns: int) -> Iterator[Text]:
    room, text = columns // part.width, part.text
    while len(text) > room:
        cut = text.rfind(" ", 1, room + 1)
        cut = cut if cut > 0 else room
        yield Text(text[:cut], part.align, part.bold, part.width, part.height)
        text = text[cut:].strip()
    yield Text(text, part.align, part.bold, part.width, part.height)


def _text(part: Text, width: int, columns: int, face: Face) -> Image.Image:
    """One line; what stands behind a gap ends where its last column does."""
    cell = width // columns
    line = Image.new("L", (width, PITCH * part.height), 0)
    free = columns // part.width - len(part.text)
    margin = {"left": 0, "center": free // 2, "right": free}[part.align]
    for number, found in enumerate(_SEGMENTS.finditer(part.text)):
        ink = _letters(found[0], cell, part, face)
        start = (margin + found.start()) * cell * part.width
        end = (margin + found.end()) * cell * part.width
        x = start if number == 0 and part.align == "left" else end - ink.width
        if part.align == "center" and number == 0:
            x = (start + end - ink.width) // 2
        line.paste(ink, (max(0, x), 2))
    return line


def _letters(text: str, cell: int, part: Text, face: Face) -> Image.Image:
    if not face.file:
        ink = _printed(text, cell)
        size = ink.width * part.width, ink.height * part.height
        ink = ink.resize(size, Image.Resampling.NEAREST)
    else:
        ink = _typeset(text, cell, part, face)
    if part.bold:
        ink.paste(255, (1, 0), ink.copy())
    return ink


def _printed(text: str, cell: int) -> Image.Image:
    font: glyphs.FontName = "A" if cell >= 12 else "B"
    wide, high = glyphs.CELL[font]
    ink = Image.new("L", (wide * len(text), high), 0)
    for at, character in enumerate(text):
        ink.paste(glyphs.glyph(character, font), (at * wide, 0))
    return ink


def _typeset(text: str, cell: int, part: Text, face: Face) -> Image.Image:
    scale = min(part.width, part.height)
    font = ImageFont.truetype(
        str(_found(face.file)), face.size * cell / 12 * scale, layout_engine=_BASIC
    )
    ink = Image.new("L", (max(1, round(font.getlength(text))), 26 * scale), 0)
    pen = ImageDraw.Draw(ink)
    pen.text((0, 20 * scale), text, fill=255, font=font, anchor="ls")
    across, down = part.width // scale, part.height // scale
    return ink.resize((ink.width * across, ink.height * down))


def _code(system: str, data: str, module: int, height: int) -> Image.Image:
    kinds = {"EAN13": "EAN13", "CODE128": "Code128", "QRCode": "QRCode"}
    form = getattr(zxingcpp.BarcodeFormat, kinds[system])
    drawn: Any = zxingcpp.write_barcode_to_image(
        zxingcpp.create_barcode(data, form), scale=1, add_quiet_zones=False
    )
    rows, columns = drawn.shape
    black = Image.frombytes("L", (columns, rows), bytes(memoryview(drawn)))
    size = columns * module, height or rows * module
    return black.point(lambda v: 255 - v).resize(size, Image.Resampling.NEAREST)


def _centred(ink: Image.Image, width: int) -> Image.Image:
    band = Image.new("L", (width, ink.height + 12), 0)
    band.paste(ink, ((width - ink.width) // 2, 6))
    return band


def dots(picture: Image.Image, face: Face) -> Image.Image:
    """Grey to dots: mode ``1``, set is ink."""
    if face.dither:
        return picture.convert("1")
    return picture.point(lambda v: 255 * (v >= 128)).convert(
        "1", dither=Image.Dither.NONE
    )


# -- drivers ------------------------------------------------------------------


def encode(ticket: Ticket, driver: Driver, width_dots: int, face: Face) -> bytes:
    """The whole job: ESC @, one picture in bands, feed and cut."""
    return job(dots(draw(ticket, width_dots, face), face), driver, ticket.parts)


def job(picture: Image.Image, driver: Driver, parts: tuple[Part, ...] = ()) -> bytes:
    """A picture (mode ``1``, set is ink) as that driver sends it."""
    cut = b"".join(
        b"\x1dV" + (b"\x42" if part.partial else b"\x41") + b"\x20"  # GS V
        for part in parts or (Cut(),)
        if isinstance(part, Cut)
    )
    return b"\x1b@" + _DRIVERS[driver](picture) + cut


def _bands(picture: Image.Image, rows: int) -> Iterator[Image.Image]:
    for top in range(0, picture.height, rows):
        size = (0, top, picture.width, min(top + rows, picture.height))
        yield picture.crop(size)


def _u16(number: int) -> bytes:
    return number.to_bytes(2, "little")


def _slices(picture: Image.Image) -> bytes:
    """GS v 0 m xL xH yL yH d.."""
    stride = (picture.width + 7) // 8
    return b"".join(
        b"\x1dv0\x00" + _u16(stride) + _u16(band.height) + band.tobytes()
        for band in _bands(picture, SLICE_ROWS)
    )


def _graphics(picture: Image.Image) -> bytes:
    """GS 8 L p1..p4 48 112 48 bx by c xL xH yL yH d.., then GS ( L 2 0 48 50."""
    out = b""
    for band in _bands(picture, BAND_ROWS):
        size = _u16(band.width) + _u16(band.height)
        body = b"\x30\x70\x30\x01\x01\x31" + size + band.tobytes()
        out += b"\x1d8L" + len(body).to_bytes(4, "little") + body
        out += b"\x1d(L\x02\x00\x30\x32"
    return out


def _columns(picture: Image.Image) -> bytes:
    """ESC 3 24, then ESC * 33 nL nH d.. LF for each band, and ESC 2."""
    out = b"\x1b3\x18"
    for band in _bands(picture, 24):
        whole = Image.new("1", (band.width, 24), 0)
        whole.paste(band)
        turned = whole.transpose(Image.Transpose.TRANSPOSE)
        out += b"\x1b*\x21" + _u16(band.width) + turned.tobytes() + b"\n"
    return out + b"\x1b2"


_DRIVERS: Final[Mapping[Driver, Callable[[Image.Image], bytes]]] = {
    "GS v 0": _slices,
    "GS 8 L": _graphics,
    "ESC *": _columns,
}
DRIVERS: Final[tuple[Driver, ...]] = tuple(_DRIVERS)
