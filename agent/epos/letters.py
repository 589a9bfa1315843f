"""Text for a printer that has code pages: Unicode in, bytes and their switches out.

The page that is on is kept as long as it has the characters; else the page that has
the most of those that follow.  Japanese, Korean and Chinese are printed in kanji mode
when the POS says so (``lang``): only a printer sold there has it, so it is never
guessed.  With ``lang="mul"`` the printer is told to read UTF-8, as those of the newest
models do.  A character that nothing has is printed without its accents, or as "?".

Numbers of pages: Epson ESC/POS, ESC t.  FS C 1 is Shift_JIS.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_ESC, _FS = b"\x1b", b"\x1c"
_KANJI_ON, _KANJI_OFF = _FS + b"&", _FS + b"."
_UTF8_ON, _UTF8_OFF = _FS + b"(C\2\0\x30\2", _FS + b"(C\2\0\x30\1"

PAGES: Final[Mapping[int, str]] = {
    0: "cp437",
    16: "cp1252",
    19: "cp858",
    18: "cp852",
    17: "cp866",
    14: "cp737",
    13: "cp857",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    33: "cp775",
    51: "cp1257",
    36: "cp862",
    49: "cp1255",
    50: "cp1256",
    34: "cp855",
    44: "cp1125",
    15: "iso8859_7",
    53: "kz1048",
    21: "tis_620",
    52: "cp1258",
}
"""By n of ESC t, the one that more printers have first."""

_TONGUES: Final[Mapping[str, str]] = {
    "ja": "cp932",
    "ko": "cp949",
    "zh": "gb18030",
    "zh-hant": "big5",
    "zh-tw": "big5",
    "zh-hk": "big5",
    "zh-mo": "big5",
}
_ANYTHING: Final = "mul"


def kanji_of(lang: str) -> str:
    """The codec of kanji mode for a language (``zh-hant-tw``), or nothing."""
    parts = lang.lower().split("-")
    found = (_TONGUES.get("-".join(parts[:size])) for size in range(len(parts), 0, -1))
    return next((codec for codec in found if codec), "")


class Letters:
    """Knows which page and mode the printer is in, from ESC @ on."""

    def __init__(self) -> None:
        self._page: int | None = None
        self._kanji = ""
        self._utf8 = False

    def write(self, text: str, lang: str = "en") -> bytes:
        """``text`` in bytes, with what must be switched before and in it.

        Characters below the space other than HT and LF leave no mark on paper and are
        left out.
        """
        text = "".join(c for c in text if c >= " " or c in "\t\n")
        if lang.split("-", maxsplit=1)[0] == _ANYTHING:
            return self._in_utf8(text)
        before = _UTF8_OFF if self._utf8 else b""
        self._utf8 = False
        return before + self._in_pages(text, kanji_of(lang))

    def _in_utf8(self, text: str) -> bytes:
        before = self._leave_kanji() + (b"" if self._utf8 else _UTF8_ON)
        self._utf8 = True
        return before + text.encode("utf-8", "replace")

    def _in_pages(self, text: str, kanji: str) -> bytes:
        out, at = bytearray(), 0
        while at < len(text):
            size = _kanji_reach(text, at, kanji) if kanji else 0
            if size:
                out += self._enter_kanji(kanji)
                out += text[at : at + size].encode(kanji)
            else:
                out += self._leave_kanji()
                page = self._page_for(text, at)
                size = max(_reach(text, at, page), 1)
                if page == _NOWHERE:
                    out += self._nearest(text[at])
                else:
                    out += self._on_page(page, text[at : at + size])
            at += size
        return bytes(out)

    def _page_for(self, text: str, at: int) -> int | None:
        """The page that is on, if it will do; else the one that reaches farthest."""
        if text[at] in _table(self._page):
            return self._page
        best = max(PAGES, key=lambda page: _reach(text, at, page))
        return best if text[at] in _table(best) else _NOWHERE

    def _on_page(self, page: int | None, run: str) -> bytes:
        switch = b""
        if page is not None and page != self._page:
            switch = _ESC + b"t" + bytes((page,))
            self._page = page
        table = _table(page)
        return switch + bytes(table[character] for character in run)

    def _nearest(self, character: str) -> bytes:
        """What no page has: as Vietnamese tone marks, without accents, or "?"."""
        toned = _toned(character)
        if all(each in _table(_VIETNAMESE) for each in toned):
            return self._on_page(_VIETNAMESE, toned)
        plain = unicodedata.normalize("NFKD", character)
        kept = "".join(c for c in plain if not unicodedata.combining(c))
        fine = kept.isascii() and kept.isprintable() and kept != ""
        return kept.encode("ascii") if fine else b"?"

    def _enter_kanji(self, codec: str) -> bytes:
        if self._kanji == codec:
            return b""
        self._kanji = codec
        return (_FS + b"C\1" if codec == "cp932" else b"") + _KANJI_ON

    def _leave_kanji(self) -> bytes:
        was, self._kanji = self._kanji, ""
        return _KANJI_OFF if was else b""


_NOWHERE: Final = -1
_VIETNAMESE: Final = 52
_SHAPES: Final = "\u0302\u0306\u031b"
"""Circumflex, breve, horn: what makes a letter of its own in Vietnamese."""


@lru_cache(maxsize=64)
def _table(page: int | None) -> Mapping[str, int]:
    """The characters of a page and their bytes; of no page, those that all have."""
    table = {chr(n): n for n in (*range(0x20, 0x7F), 0x09, 0x0A)}
    codec = PAGES.get(_NOWHERE if page is None else page)
    if codec is None:
        return table if page is None else {}
    for byte in range(0x80, 0x100):
        character = bytes((byte,)).decode(codec, "ignore")
        if character and unicodedata.category(character) != "Cc":
            table.setdefault(character, byte)
    return table


def _reach(text: str, at: int, page: int | None) -> int:
    """How many characters from ``at`` on a page has."""
    table, end = _table(page), at
    while end < len(text) and text[end] in table:
        end += 1
    return end - at


def _kanji_reach(text: str, at: int, codec: str) -> int:
    end = at
    while end < len(text) and _in_kanji(text[end], codec):
        end += 1
    return end - at


@lru_cache(maxsize=8192)
def _in_kanji(character: str, codec: str) -> bool:
    try:
        raw = character.encode(codec)
    except UnicodeEncodeError:
        return False
    return character.isascii() or len(raw) > 1 or "\uff61" <= character <= "\uff9f"


def _toned(character: str) -> str:
    """The letter and its tone apart, as CP1258 has them."""
    apart = unicodedata.normalize("NFD", character)
    base, marks = apart[0], apart[1:]
    shape = "".join(mark for mark in marks if mark in _SHAPES)
    tone = "".join(mark for mark in marks if mark not in _SHAPES)
    return unicodedata.normalize("NFC", base + shape) + tone
