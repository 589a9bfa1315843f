"""What is here of a person, as A4 pages to hand over: French first, English beneath.

Sections of lines, broken to the page; a receipt's own lines in a face of equal widths,
as its paper had them.  Texts are drawn, never interpreted.  The same content gives the
same bytes.  Drawn by reportlab's canvas, its markup is not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from agent.letters import till_card
from agent.letters.till_card import MM, PLAIN, STRONG

# All in mm.
WIDE, TALL = 210.0, 297.0
MARGIN: Final = 20.0
PAPER: Final = "Courier"
"""One of the fourteen of every viewer; it has the letters of Windows-1252."""
MAX_PAGES: Final = 500

_INK: Final = (0.114, 0.106, 0.094)
_QUIET: Final = (0.40, 0.38, 0.35)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading in two languages, what is said under it, and a paper's own lines."""

    heading: str
    heading_en: str
    lines: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Set:
    """A line as it is set: face, size and leading in mm, space above."""

    text: str
    font: str
    size: float
    leading: float
    above: float = 0.0
    quiet: bool = False


def draw(title: str, title_en: str, sections: Sequence[Section], foot: str) -> bytes:
    """The pages as PDF."""
    from reportlab.pdfgen.canvas import Canvas

    till_card.faces()
    out = BytesIO()
    canvas = Canvas(out, (WIDE * MM, TALL * MM), invariant=1, lang="fr")
    canvas.setTitle(title)
    head = [
        _Set(title, STRONG, 7.0, 9.0),
        _Set(title_en, PLAIN, 3.6, 6.0, quiet=True),
    ]
    y, page = TALL - MARGIN, 1
    for each in (*head, *_lines(canvas, sections)):
        if y - each.above - each.leading < MARGIN + 8:
            _end(canvas, foot, page)
            if page == MAX_PAGES:
                break
            y, page = TALL - MARGIN, page + 1
        y -= each.above + each.leading
        canvas.setFont(each.font, each.size * MM)
        canvas.setFillColorRGB(*(_QUIET if each.quiet else _INK))
        canvas.drawString(MARGIN * MM, y * MM, each.text)
    else:
        _end(canvas, foot, page)
    canvas.save()
    return out.getvalue()


def _lines(canvas: Any, sections: Sequence[Section]) -> Iterator[_Set]:
    for section in sections:
        yield _Set(section.heading, STRONG, 4.6, 6.4, 5.0)
        yield _Set(section.heading_en, PLAIN, 3.1, 4.4, quiet=True)
        for line in section.lines:
            for text in _broken(canvas, line, 3.5):
                yield _Set(text, PLAIN, 3.5, 5.2)
        for number, line in enumerate(section.paper):
            text = line.encode("cp1252", "replace").decode("cp1252")
            yield _Set(text, PAPER, 2.9, 3.9, 0.0 if number else 2.0)


def _broken(canvas: Any, line: str, size: float) -> Iterator[str]:
    """At blanks, into lines as wide as the page; a word that is wider is cut."""
    room = (WIDE - 2 * MARGIN) * MM
    said = ""
    for word in line.split(" "):
        longer = f"{said} {word}" if said else word
        if said and canvas.stringWidth(longer, PLAIN, size * MM) > room:
            yield said
            longer = word
        said = till_card.fitting(canvas, longer, room, size * MM)
    yield said


def _end(canvas: Any, foot: str, page: int) -> None:
    canvas.setFont(PLAIN, 2.6 * MM)
    canvas.setFillColorRGB(*_QUIET)
    canvas.drawString(MARGIN * MM, MARGIN / 2 * MM, foot)
    canvas.drawRightString((WIDE - MARGIN) * MM, MARGIN / 2 * MM, str(page))
    canvas.showPage()
