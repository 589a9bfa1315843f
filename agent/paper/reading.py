"""What an engine read in a picture, put on the paper as lines.

In: tesseract's TSV (level, page, block, paragraph, line, word, left, top, width,
height, confidence, text; pixels of the image that it was given).  Out: the lines of
the whole strip, those typed and those read, in the order of the paper, each with
how sure its reader is.  Words keep their columns, so that amounts stay under each
other as they do in typed lines.

The table comes from another process: what does not fit its format is left out,
and nothing here raises for any bytes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from agent.paper.pictured import MARGIN, Sheet
from agent.paper.strip import CELL_WIDTH, Feed, PaperLine, Strip
from agent.paper.text import BLANK, LINE_DOTS, lines, visible

MAX_WORDS: Final = 10_000
"""A metre of paper has 270 lines of font A, of ten words each."""
MAX_COLUMNS: Final = 160
"""Twice the widest paper in the smallest font; what stands beyond is not kept."""
MAX_WORD_CHARS: Final = 64

NO_SIGN: Final = 0.50
"""Signs without a letter or a digit: below that they are rules, frames, dirt."""
NO_LINE: Final = 0.50
"""Below that the engine saw letters in what are none (logos, bar codes)."""
FEW_LETTERS: Final = 3
"""A line of so few is noise unless its reader is ..."""
SURE: Final = 0.80
"""... that sure.  Lines below are told as doubtful."""

TRUSTED: Final = 0.85
"""Readable faces give 0.86 to 0.95; below, a third of the amounts and more are wrong."""

_WORD: Final = "5"
_FIELDS: Final = 12


class Word(NamedTuple):
    """A word in dots of the sheet; ``confidence`` is 0 to 1."""

    x: int
    y: int
    width: int
    height: int
    confidence: float
    text: str


class ReadLine(NamedTuple):
    """Words beside each other; ``confidence`` is that of the weakest."""

    words: tuple[Word, ...]

    @property
    def y(self) -> int:
        return min(word.y for word in self.words)

    @property
    def foot(self) -> int:
        return max(word.y + word.height for word in self.words)

    @property
    def letters(self) -> int:
        return sum(_letters(word.text) for word in self.words)

    @property
    def confidence(self) -> float:
        """Of the weakest word that has a letter or a digit: amounts are one word."""
        told = [word.confidence for word in self.words if _letters(word.text)]
        return min(told, default=0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """A strip as text.  ``doubtful`` are indices of ``lines`` that may be wrong.

    ``confidence`` is the mean over the characters that were read, 0 if none were.
    """

    lines: tuple[PaperLine, ...]
    confidence: float
    doubtful: tuple[int, ...]


def read(strip: Strip, found: Sheet, tsv: bytes) -> Reading:
    """The lines of ``strip``, whose pictures an engine has read."""
    rows = read_lines(tsv, found)
    by_element: dict[int, list[ReadLine]] = defaultdict(list)
    for row in rows:
        at = bisect_right(found.tops, (row.y + row.foot) // 2) - 1
        by_element[found.elements[max(0, at)]].append(row)
    made = _Made(_cell(rows), _spacing(rows))
    for at, element in enumerate(strip.elements):
        typed = () if at in found.elements else lines(Strip((element,), strip.width))
        made.put(typed)
        made.put_read(by_element.get(at, ()))
        if not typed and not isinstance(element, Feed):
            continue
        if isinstance(element, Feed) and element.dots >= LINE_DOTS:
            made.blank()
    return made.reading(rows)


def read_lines(tsv: bytes, found: Sheet) -> tuple[ReadLine, ...]:
    """What the table says, from top to bottom, without noise."""
    by_line: dict[tuple[str, ...], list[Word]] = defaultdict(list)
    for key, word in _words(tsv, found):
        if _letters(word.text) or word.confidence >= NO_SIGN:
            by_line[key].append(word)
    rows = (ReadLine(tuple(words)) for words in by_line.values())
    return tuple(sorted(filter(_is_line, rows), key=lambda row: row.y + row.foot))


def _words(tsv: bytes, found: Sheet) -> Iterator[tuple[tuple[str, ...], Word]]:
    count = 0
    for row in tsv.decode("utf-8", "replace").split("\n"):
        fields = row.split("\t")
        if len(fields) != _FIELDS or fields[0] != _WORD:
            continue
        word = _word(fields, found)
        if word is not None:
            yield tuple(fields[1:5]), word
            count += 1
        if count == MAX_WORDS:
            return


def _word(fields: Sequence[str], found: Sheet) -> Word | None:
    """A word that lies on the sheet, in its dots."""
    text = visible(fields[11].strip())[:MAX_WORD_CHARS]
    try:
        place = [round(int(field[:9]) / found.scale) for field in fields[6:10]]
        confidence = float(fields[10]) / 100
    except ValueError:
        return None
    x, y, width, height = place[0] - MARGIN, place[1] - MARGIN, *place[2:]
    on_sheet = -MARGIN <= x <= found.dots.width and -MARGIN <= y <= found.dots.height
    sized = 0 < width <= found.dots.width + MARGIN and 0 < height <= found.dots.height
    if not (text and on_sheet and sized and 0 <= confidence <= 1):
        return None
    return Word(max(x, 0), max(y, 0), width, height, confidence, text)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _is_line(row: ReadLine) -> bool:
    """Logos and bar codes are read as a few letters, and without conviction."""
    if not row.letters:
        return False
    mean = _mean(row.words)
    return mean >= SURE or (mean >= NO_LINE and row.letters > FEW_LETTERS)


def _mean(words: Sequence[Word]) -> float:
    """Confidence a character."""
    weight = sum(len(word.text) for word in words)
    said = sum(len(word.text) * word.confidence for word in words)
    return said / weight if weight else 0.0


# -- columns --------------------------------------------------------------------


def _cell(rows: Sequence[ReadLine]) -> float:
    """Dots of a character where most of the text is in one size."""
    widths = [w.width / len(w.text) for r in rows for w in r.words if len(w.text) > 2]
    return max(4.0, median(widths)) if widths else float(CELL_WIDTH["A"])


def _spacing(rows: Sequence[ReadLine]) -> float:
    """Dots from a line to the next where they follow each other."""
    steps = [below.foot - above.foot for above, below in pairwise(rows)]
    return median(steps) if steps else 0.0


def _size(row: ReadLine, cell: float) -> int:
    """How many times larger its characters are than most."""
    letters = sum(len(word.text) for word in row.words)
    return max(1, min(8, round(sum(w.width for w in row.words) / letters / cell)))


def placed(row: ReadLine, cell: float) -> PaperLine:
    """One line, its words where they stand, in columns of ``cell`` dots."""
    size = _size(row, cell)
    column, text, end = cell * size, "", 0
    for word in sorted(row.words):
        if text:
            apart = word.x - end > 2 * column
            wanted = round(word.x / column) - len(text) if apart else 1
            text += " " * max(2 if apart else 1, wanted)
        else:
            text = " " * round(word.x / column)
        text += word.text
        end = word.x + word.width
    return PaperLine(text[:MAX_COLUMNS].rstrip(), wide=size, tall=size)


class _Made:
    """Lines as they come together; empty ones singly, and not first or last."""

    def __init__(self, cell: float, spacing: float) -> None:
        self._cell = cell
        self._spacing = spacing
        self._lines: list[PaperLine] = []
        self._doubtful: list[int] = []

    def put(self, typed: Sequence[PaperLine]) -> None:
        self._lines += typed

    def put_read(self, rows: Sequence[ReadLine]) -> None:
        foot: int | None = None
        for row in rows:
            if foot is not None and row.foot - foot > 1.5 * self._spacing:
                self.blank()
            foot = row.foot
            if row.confidence < SURE:
                self._doubtful.append(len(self._lines))
            self._lines.append(placed(row, self._cell))

    def blank(self) -> None:
        if self._lines and self._lines[-1].text:
            self._lines.append(BLANK)

    def reading(self, rows: Sequence[ReadLine]) -> Reading:
        if self._lines and not self._lines[-1].text:
            self._lines.pop()
        words = [word for row in rows for word in row.words]
        return Reading(tuple(self._lines), _mean(words), tuple(self._doubtful))
