"""UTF-8 where a code page was meant: told by how odd each reading looks.

Many clones of printers, and many POS, send UTF-8 whatever page is selected.  Bytes
that are no UTF-8 never are read as such.  Bytes that are, are read as UTF-8 only
when the page would give something that nobody writes (a frame inside a word, two
scripts in one word, a capital after a small letter) and UTF-8 would not; so text
that makes sense in its page is left alone.  One such place is enough for the letters
of Western Europe, other scripts have many in any word.  What one line of a job shows
counts for the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from agent.escpos.codepages import decode
from agent.escpos.pagetables import HOLE, SECOND
from agent.escpos.tokens import Text, Tokeniser

_MANY: Final = (
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
CHARACTERS: Final = re.compile(rb"((?:" + _MANY + rb")+)")
"""Characters of several bytes (Unicode, table 3-7, but for its narrower rows)."""
BEGUN: Final = re.compile(
    rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z"
)
"""One that is cut off at the end."""

# What stands at the end of a word in text that people write.
_AFTER_WORDS: Final = frozenset("²³°ªº®©™…»”’·€•–—\u00ad-")
# What stands inside a word.
_INSIDE_WORDS: Final = frozenset("’·–—\u00ad´ªº")
_NOTHING: Final = frozenset((HOLE, SECOND))
# Latin letters that UTF-8 seen as a page of Windows begins with.
_MOJIBAKE: Final = frozenset("ÂÃ")

# Letters of no alphabet that receipts are written in.
_RARE: Final = re.compile(
    "(?![ƒƠơƯưȘșȚț])[\u0180-\u02c5\u0460-\u0489\u0500-\u052f\u07c0-\u08ff]"
    "|[\u1000-\u1dff\u3400-\u4dbf]"
)
_USUAL: Final = re.compile("[\x00-\x7f\xa0-\u017fȘșȚț\u2010-\u203a€™]*")


MAX_SEARCHED_BYTES: Final = 256 * 1024
"""How much of a job is searched for evidence: its pictures count as well."""


class Evidence:
    """Whether a job speaks UTF-8, as far as its lines have shown."""

    def __init__(self, job: bytes) -> None:
        self._job = job
        self._seen = False
        self._refuted = False
        self._searched = False

    def text(self, raw: bytes, page: str, *, chosen: bool) -> str:
        """``raw`` as UTF-8, or in ``page`` (256 characters), which is selected.

        ``chosen``: the POS selected that page; else UTF-8 needs no more proof than
        that it is well-formed.
        """
        paged = decode(raw, page)
        text = _decoded(raw, paged)
        if not text:
            return self._partly(raw, paged)
        if _controls(text):
            return paged
        if self._seen or (not chosen and not self._refuted):
            return text
        if _gain(raw, paged, text) > self._refuted:
            self._seen = True
        elif not self._searched and not self._refuted:
            self._search(page)
        return text if self._seen else paged

    def _search(self, page: str) -> None:
        """A line that may be either is judged by all lines of the job."""
        self._searched = True
        gain = 0
        for raw in _texts(self._job[:MAX_SEARCHED_BYTES]):
            paged = decode(raw, page)
            text = _decoded(raw, paged)
            if not text:
                return
            gain += _gain(raw, paged, text)
        self._seen = gain > 0

    def _partly(self, raw: bytes, paged: str) -> str:
        """In a job of UTF-8, a line cut inside a character, or with one of a page."""
        found = CHARACTERS.split(raw) if self._seen else []
        if len(found) < 3:
            self._refuted = True
            return paged
        said, at = [], 0
        for index, part in enumerate(found):
            end = at + len(part)
            text = part.decode("utf-8", "replace") if index % 2 else ""
            said.append(text if text and not _controls(text) else paged[at:end])
            at = end
        return "".join(said)


def _controls(text: str) -> bool:
    """Codes that nothing is printed for: no POS means them."""
    return any("\x7f" <= character <= "\x9f" for character in text)


def _texts(job: bytes) -> Iterator[bytes]:
    tokeniser = Tokeniser()
    for token in [*tokeniser.feed(job), *tokeniser.close()]:
        if isinstance(token, Text) and not token.raw.isascii():
            yield token.raw


def _gain(raw: bytes, paged: str, text: str) -> int:
    """How much less odd UTF-8 is.

    A byte that shows as nothing at all is odd too; letters that are neither of Europe's
    Latin nor signs of its typography need more proof.
    """
    blanks = paged.count(" ") - raw.count(b" ")
    return oddity(paged) + blanks - oddity(text) - (_USUAL.fullmatch(text) is None)


def _decoded(raw: bytes, paged: str) -> str:
    """``raw`` as UTF-8, or nothing; what is begun at its end stays as it is paged.

    Many a POS cuts its lines by bytes.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        whole = raw[: error.start]
        if whole.isascii() or not BEGUN.fullmatch(raw, error.start):
            return ""
        return whole.decode("utf-8") + paged[error.start :]


def oddity(text: str) -> int:
    """How many places of ``text`` look like nothing that anybody writes."""
    if text.isascii():
        return 0
    padded = f" {text} "
    return sum(
        _odd(padded[at - 1], padded[at], padded[at + 1])
        for at in range(1, len(padded) - 1)
        if padded[at] > "\x7f"
    )


def _odd(before: str, here: str, after: str) -> int:
    if here in _NOTHING or unicodedata.category(here) == "Cn":
        return 2
    if _RARE.match(here):
        return 1
    left, right = _script(before), _script(after)
    mine = _script(here)
    if not mine:
        return int(before in _MOJIBAKE) or _odd_sign(here, left, right)
    if (left and left != mine) or (right and right != mine):
        return 1
    if unicodedata.category(here)[0] == "M":
        return int(not left)
    rises = before.islower() and here.isupper()
    return int(rises or (here.islower() and after.isascii() and after.isupper()))


def _odd_sign(here: str, left: str, right: str) -> int:
    """A sign that is no letter, beside letters."""
    if "\u2500" <= here <= "\u259f":
        return int(bool(left or right))
    if left and right:
        return int(here not in _INSIDE_WORDS)
    return int(bool(left) and here not in _AFTER_WORDS and not here.isspace())


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """Which script a letter or mark is of; nothing for what is neither.

    Unicode's names begin with it.  Marks for any script count as none.
    """
    if not character.isalpha() and unicodedata.category(character)[0] != "M":
        return ""
    if character.isascii():
        return "LATIN"
    if character in "ªºµ":
        return ""
    name = unicodedata.name(character, "")
    if name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH", "FULLWIDTH")):
        return "CJK"
    script = name.partition(" ")[0]
    return "" if script == "COMBINING" else script
