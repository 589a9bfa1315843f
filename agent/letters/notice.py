"""The notice beside the till: what the law has customers told, on one A5 in portrait.

French first, English beneath; the article and the version of the rules at the foot, so
that what hangs on the wall can be told from what should.  Lines are broken so that they
come out about equally long, never at a no-break space.  The same words give the same
bytes.  Drawn by reportlab; the faces are those of the card by the till.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from agent.letters import till_card
from agent.letters.till_card import MM, PLAIN, STRONG

# All in mm.
WIDE, TALL = 148.0, 210.0
MARGIN: Final = 16.0
COLUMN: Final = WIDE - 2 * MARGIN
LOGO_WIDE, LOGO_TALL = 60.0, 18.0
MAX_LOGO_PIXELS: Final = 16_000_000
LARGEST, SMALLEST = 1.25, 0.5
"""Of the sizes below: a text that needs less is too long to be read on a wall."""

_INK: Final = (0.114, 0.106, 0.094)
_QUIET: Final = (0.40, 0.38, 0.35)
_ACCENT: Final = (0.043, 0.420, 0.310)
_RULE: Final = (0.82, 0.80, 0.76)

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Words:
    """One language: a heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """How a text is set: size and leading in mm, space below it."""

    font: str
    size: float
    leading: float
    below: float
    colour: Colour = _INK


_HEADING: Final = Face(STRONG, 10.4, 11.8, 7.0)
_TEXT: Final = Face(PLAIN, 5.6, 8.2, 4.6)
_HEADING_EN: Final = Face(STRONG, 4.6, 6.2, 2.2, _QUIET)
_TEXT_EN: Final = Face(PLAIN, 3.9, 5.7, 2.4, _QUIET)
_FOOT: Final = Face(PLAIN, 2.5, 3.6, 0.0, _QUIET)


def draw(
    french: Words, english: Words, foot: str, *, shop: str = "", logo: bytes = b""
) -> bytes:
    """The notice as PDF.  ``logo`` is a PNG or JPEG; without one the name stands there.

    Raises:
        ValueError: the picture is none, or the text is too long for the page.
    """
    from reportlab.pdfgen.canvas import Canvas

    till_card.faces()
    out = BytesIO()
    canvas = Canvas(out, (WIDE * MM, TALL * MM), invariant=1, lang="fr")
    canvas.setTitle(french.heading)
    canvas.setAuthor(shop)
    canvas.scale(MM, MM)
    top = _head(canvas, shop, logo)
    bottom = _foot(canvas, foot)
    scale = _scale(canvas, french, english, top - bottom)
    _body(canvas, french, english, top, bottom, scale)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(canvas: Any, shop: str, logo: bytes) -> float:
    """The shop, and a strip of paper that nobody had to print; where the text begins."""
    top = TALL - MARGIN
    if logo:
        _logo(canvas, logo, MARGIN, top)
    elif shop:
        name = till_card.fitting(canvas, shop, COLUMN - 22, 5.2)
        _say(canvas, name, MARGIN, top - 9.5, Face(STRONG, 5.2, 0, 0, _ACCENT))
    _strip(canvas, WIDE - MARGIN - 13, top)
    return top - LOGO_TALL - 15


def _logo(canvas: Any, logo: bytes, x: float, top: float) -> None:
    from PIL import Image, UnidentifiedImageError
    from reportlab.lib.utils import ImageReader

    try:
        with Image.open(BytesIO(logo), formats=("PNG", "JPEG")) as picture:
            wide, tall = picture.size
            if wide * tall > MAX_LOGO_PIXELS:
                raise ValueError(
                    f"the logo has {wide} x {tall} pixels; make it smaller"
                )
            picture.load()
            reader = ImageReader(picture)
            scale = min(LOGO_WIDE / wide, LOGO_TALL / tall)
            size = wide * scale, tall * scale
            canvas.drawImage(reader, x, top - size[1], *size, mask="auto")
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError("the logo is no PNG or JPEG picture") from error


def _strip(canvas: Any, x: float, top: float) -> None:
    """A receipt in outline: a torn edge, four lines and a total."""
    wide, tall, teeth = 13.0, 18.0, 6
    step = wide / teeth
    path = canvas.beginPath()
    path.moveTo(x, top)
    path.lineTo(x, top - tall)
    for tooth in range(teeth):
        left = x + tooth * step
        path.lineTo(left + step / 2, top - tall + 1.3)
        path.lineTo(left + step, top - tall)
    path.lineTo(x + wide, top)
    path.close()
    canvas.setStrokeColorRGB(*_ACCENT)
    canvas.setLineWidth(0.5)
    canvas.setLineJoin(1)
    canvas.drawPath(path)
    canvas.setLineCap(1)
    for row, (left, right) in enumerate(((0.2, 0.62), (0.2, 0.5), (0.2, 0.58))):
        y = top - 4 - row * 2.6
        canvas.line(x + left * wide, y, x + right * wide, y)
        canvas.line(x + 0.72 * wide, y, x + 0.8 * wide, y)
    canvas.setLineWidth(1.0)
    canvas.line(x + 0.55 * wide, top - 12.9, x + 0.8 * wide, top - 12.9)


def _body(
    canvas: Any,
    french: Words,
    english: Words,
    top: float,
    bottom: float,
    scale: float,
) -> None:
    y = top
    for text, face in _texts(french, _HEADING, _TEXT):
        y = _paragraph(canvas, text, _scaled(face, scale), y)
    y = bottom + _tall(canvas, _texts(english, _HEADING_EN, _TEXT_EN), scale)
    canvas.setStrokeColorRGB(*_RULE)
    canvas.setLineWidth(0.3)
    canvas.line(MARGIN, y + 6, WIDE - MARGIN, y + 6)
    for text, face in _texts(english, _HEADING_EN, _TEXT_EN):
        y = _paragraph(canvas, text, _scaled(face, scale), y)


def _foot(canvas: Any, foot: str) -> float:
    """At the lower edge; where the text ends."""
    lines = _broken(foot, COLUMN, _measure(canvas, _FOOT))
    for at, line in enumerate(reversed(lines)):
        _say(canvas, line, MARGIN, MARGIN - 4 + at * _FOOT.leading, _FOOT)
    return MARGIN - 4 + len(lines) * _FOOT.leading + 6


def _texts(words: Words, heading: Face, text: Face) -> Iterator[tuple[str, Face]]:
    yield words.heading, heading
    for paragraph in words.paragraphs:
        yield paragraph, text


def _scale(canvas: Any, french: Words, english: Words, room: float) -> float:
    """The largest at which both languages have their place, with a rule between."""
    scale = LARGEST
    while scale >= SMALLEST:
        tall = _tall(canvas, _texts(french, _HEADING, _TEXT), scale)
        tall += _tall(canvas, _texts(english, _HEADING_EN, _TEXT_EN), scale)
        if tall + 16 <= room:
            return scale
        scale -= 0.05
    raise ValueError("the text is too long for one page of A5; make it shorter")


def _tall(canvas: Any, texts: Iterator[tuple[str, Face]], scale: float) -> float:
    tall = 0.0
    for text, face in texts:
        set_in = _scaled(face, scale)
        lines = _broken(text, COLUMN, _measure(canvas, set_in))
        tall += len(lines) * set_in.leading + set_in.below
    return tall


def _scaled(face: Face, scale: float) -> Face:
    sizes = (face.size * scale, face.leading * scale, face.below * scale)
    return Face(face.font, *sizes, face.colour)


def _paragraph(canvas: Any, text: str, face: Face, y: float) -> float:
    """Set below ``y``; where the next one begins."""
    for line in _broken(text, COLUMN, _measure(canvas, face)):
        y -= face.leading
        _say(canvas, line, MARGIN, y + 0.28 * face.leading, face)
    return y - face.below


def _measure(canvas: Any, face: Face) -> Callable[[str], float]:
    return lambda text: float(canvas.stringWidth(text, face.font, face.size))


def _broken(text: str, wide: float, measure: Callable[[str], float]) -> list[str]:
    """As few lines as fit, then as narrow as that many allow."""
    words = text.split(" ")
    lines = _filled(words, wide, measure)
    narrow, broad = max(map(measure, words)), wide
    while broad - narrow > 0.5:
        middle = (narrow + broad) / 2
        if len(_filled(words, middle, measure)) > len(lines):
            narrow = middle
        else:
            broad = middle
    return _filled(words, broad, measure)


def _filled(
    words: Sequence[str], wide: float, measure: Callable[[str], float]
) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if measure(longer) <= wide:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _say(canvas: Any, text: str, x: float, y: float, face: Face) -> None:
    canvas.setFont(face.font, face.size)
    canvas.setFillColorRGB(*face.colour)
    canvas.drawString(x, y, text)
