"""From text bytes to characters, in the way that the printer is set.

What a byte stands for depends on the code page, the national set, the kanji mode
and the characters that the POS drew itself.  The answer is pieces of one style
each, ready to be put on the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from agent.escpos import codepages, kanji, utf8
from agent.escpos.grammar import MAX_RUN_BYTES
from agent.escpos.pagetables import HOLE, SECOND
from agent.escpos.settings import USUAL_KANJI, Printer, Settings
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    PLAIN,
    Font,
    Picture,
    Style,
)
from agent.paper.text import cells

MAX_WIDE: Final = 8
"""GS ! goes no further."""

_JAPANESE: Final = frozenset({"cp932", "shift_jis_2004", "jis"})
_UTF8: Final = kanji.CODES["utf-8"]
_KATAKANA_PAGE: Final = 1
_ALONE: Final = re.compile(f"(?<![々一-龥]){SECOND}")


class Piece(NamedTuple):
    """Characters of one style; the pen moves ``advance`` dots for each of them.

    ``shapes`` as in :class:`agent.paper.strip.Run`.  ``apart``: the characters do
    not stand cell by cell, so each becomes a run of its own, ``before`` dots from
    the pen.
    """

    text: str
    style: Style
    advance: int
    shapes: tuple[Picture, ...] = ()
    apart: bool = False
    before: int = 0


Characters = Mapping[tuple[Font, int], Picture]
"""What ESC & drew, by font and code."""


class Decoder:
    """Reads the text of one job for one printer.

    ``characters`` and ``drawn`` (ESC &, FS 2) are read as they are at the time;
    ``job`` is searched for what its kanji are coded in when nobody says so.
    """

    def __init__(
        self,
        printer: Printer,
        characters: Characters,
        drawn: Mapping[bytes, Picture],
        job: bytes,
    ) -> None:
        self._printer = printer
        self._characters = characters
        self._drawn = drawn
        self._job = job
        self._tables: dict[tuple[int, int], str] = {}
        self._evidence = utf8.Evidence(job)
        self._evident: str | None = None
        self._made = PLAIN, USUAL_KANJI, PLAIN
        self.held = b""

    def read(self, now: Settings, raw: bytes) -> Iterable[Piece]:
        """The pieces of ``raw``.

        A character that is cut off at its end is held back, for the next call or
        for :meth:`rest`; otherwise no byte is left out.
        """
        code = self._code(now, raw)
        if code is not None:
            return self._mixed(now, code, raw)
        if self.held or len(raw) >= MAX_RUN_BYTES:
            raw = self._whole(raw)
        return self._narrow(now, raw, now.page_number)

    def rest(self, now: Settings) -> Iterable[Piece]:
        """What was held back, as the bytes that it is."""
        raw, self.held = self.held, b""
        return self._narrow(now, raw, now.page_number)

    def _whole(self, raw: bytes) -> bytes:
        """A run that the tokeniser cut may end inside a character of UTF-8."""
        raw, self.held = self.held + raw, b""
        begun = utf8.BEGUN.search(raw) if len(raw) >= MAX_RUN_BYTES else None
        if begun is None:
            return raw
        self.held = raw[begun.start() :]
        return raw[: begun.start()]

    # -- one byte, one character --------------------------------------------

    def _narrow(self, now: Settings, raw: bytes, page: int) -> Iterable[Piece]:
        table = self._table(page, now.country)
        if now.characters_on and self._characters:
            return self._with_drawn(now, raw, codepages.decode(raw, table))
        style, space = now.style, now.right_space
        if raw.isascii():
            text = codepages.decode(raw, table)
        else:
            text = self._evidence.text(raw, table, chosen=now.page_chosen)
            if len(text) != len(raw) or SECOND in text:
                return _by_cells(_whole_kanji(text), style, space)
        return (Piece(text, style, advance(style, space), (), space > 0),)

    def _with_drawn(self, now: Settings, raw: bytes, text: str) -> Iterator[Piece]:
        """Characters with those among them that the POS drew."""
        style, space = now.style, now.right_space
        step, at = advance(style, space), 0
        shapes = [self._characters.get((style.font, byte)) for byte in raw]
        for _, group in groupby(shapes, lambda shape: shape is None):
            drawn = list(group)
            shown = tuple(shape for shape in drawn if shape is not None)
            said = text[at : at + len(drawn)]
            yield Piece(said, style, step, shown, space > 0)
            at += len(drawn)

    def _table(self, number: int, country: int) -> str:
        key = number, country
        table = self._tables.get(key)
        if table is None:
            table = codepages.full_page(self._upper(number), country)
            self._tables[key] = table
        return table

    def _upper(self, number: int) -> str:
        """A page that nobody knows is read as the one the printer wakes up with."""
        for each in (number, self._printer.default_page):
            page = self._printer.pages.get(each)
            if page is not None:
                return codepages.tidied(page)
            if each in codepages.EPSON_PAGES:
                return codepages.upper_half(codepages.EPSON_PAGES[each])
        return codepages.upper_half("CP437")

    # -- several bytes, one character ---------------------------------------

    def _code(self, now: Settings, raw: bytes) -> kanji.Code | None:
        """The code of kanji that is switched on, if one is."""
        known = self._printer.multibyte
        if now.utf8 or known == "utf-8":
            return _UTF8
        if not (now.kanji_on or now.kanji_system):
            return None
        if not known:
            known = self._found(now, raw)
        if known in _JAPANESE:
            known = self._japanese(now, known, raw)
        elif not now.kanji_on:
            known = ""
        return kanji.CODES.get(known)

    def _found(self, now: Settings, raw: bytes) -> str:
        """A POS that switches kanji on means it; what it sends must make sense."""
        if now.kanji_system == "jis":
            return "jis"
        if self._evident is None:
            self._evident = kanji.evident(kanji.text_of(self._job) or raw)
        return self._evident

    def _japanese(self, now: Settings, known: str, raw: bytes) -> str:
        """Epson ESC/POS, FS &: it matters for JIS only; Shift_JIS is always on."""
        system = now.kanji_system
        if not system and now.kanji_on:
            system = "jis" if kanji.looks_like_jis(raw) else known
        if system == "jis" and not now.kanji_on:
            return ""
        return system

    def _mixed(self, now: Settings, code: kanji.Code, raw: bytes) -> Iterator[Piece]:
        raw, self.held = self.held + raw, b""
        parts = code.characters.split(raw)
        begun = code.begun.search(parts[-1])
        if begun is not None:
            self.held = parts[-1][begun.start() :]
            parts[-1] = parts[-1][: begun.start()]
        kana = code.codec in _JAPANESE and not now.page_chosen
        page = _KATAKANA_PAGE if kana else now.page_number
        for index, part in enumerate(parts):
            if index % 2:
                yield from self._wide(now, code, part)
            elif part:
                yield from self._narrow(now, part, page)

    def _wide(self, now: Settings, code: kanji.Code, run: bytes) -> Iterator[Piece]:
        raws = kanji.split(code, run)
        text = "".join([kanji.character(code, raw) for raw in raws])
        if not self._drawn:
            yield from self._resident(now, code, text)
            return
        shapes = [self._drawn.get(kanji.key_of(raw)) for raw in raws]
        pairs = zip(text, shapes, strict=True)
        for own, group in groupby(pairs, lambda pair: pair[1] is not None):
            said = list(group)
            if own:
                shown = tuple(shape for _, shape in said if shape is not None)
                piece = self._square(now, kanji.GETA * len(said))
                yield piece._replace(shapes=shown)
            else:
                alone = "".join(character for character, _ in said)
                yield from self._resident(now, code, alone)

    def _resident(self, now: Settings, code: kanji.Code, text: str) -> Iterator[Piece]:
        """Characters that the printer has."""
        if cells(text) == 2 * len(text):
            yield self._square(now, text)
            return
        for wide, same in groupby(text, lambda character: cells(character) > 1):
            said = "".join(same)
            if wide or code is not _UTF8:
                yield self._square(now, said, doubled=not wide)
            else:
                step = advance(now.style, now.right_space)
                yield Piece(said, now.style, step, (), now.right_space > 0)

    def _square(self, now: Settings, text: str, *, doubled: bool = False) -> Piece:
        """Characters of two cells each; ``doubled``: by nature they have one."""
        look, style = now.kanji, self._kanji_style(now)
        spaces = look.left + look.right
        step = _width(style) * 2 // (1 + style.rotated) + spaces * style.wide
        if doubled:
            style = replace(style, wide=min(2 * style.wide, MAX_WIDE))
        return Piece(text, style, step, (), spaces > 0, look.left * look.wide)

    def _kanji_style(self, now: Settings) -> Style:
        """The very style of other characters, if it is the same."""
        style, look, made = self._made
        if style is now.style and look is now.kanji:
            return made
        style, look = now.style, now.kanji
        made = replace(
            style,
            font=look.font,
            wide=look.wide,
            tall=look.tall,
            underline=look.underline,
        )
        made = style if made == style else made
        self._made = style, look, made
        return made


def _whole_kanji(text: str) -> str:
    """Halves of kanji put together; a right half alone is a hole."""
    if SECOND not in text:
        return text
    return _ALONE.sub(HOLE, text).replace(SECOND, "")


def _by_cells(text: str, style: Style, space: int) -> Iterator[Piece]:
    for count, group in groupby(text, cells):
        step = advance(style, space) * count
        yield Piece("".join(group), style, step, (), space > 0)


def advance(style: Style, space: int) -> int:
    """How far one character moves the pen."""
    return _width(style) + space * style.wide


def _width(style: Style) -> int:
    cell = CELL_HEIGHT[style.font] if style.rotated else CELL_WIDTH[style.font]
    return cell * style.wide
