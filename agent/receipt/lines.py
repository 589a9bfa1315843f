"""Paper lines made ready: bounded, one alphabet, amounts found.

A line is kept twice with the same columns: ``text`` as printed, and ``plain`` in
upper case without accents, which is what every word list of this room reads.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.paper.strip import PaperLine
from agent.receipt.amounts import Amount, amounts_in, rates_in
from agent.receipt.wording import Wording, heads_of

MAX_LINES = 1500
"""The longest sale with 400 articles prints fewer; a longer job is not understood."""

MAX_CHARACTERS = 100_000
"""``MAX_LINES`` full lines of the widest paper (64 columns); more is not analysed."""

MAX_COLUMNS = 160
"""A receipt has 32 to 64 columns; what stands beyond is not looked at."""


def _fold(code: int) -> str:
    base = unicodedata.normalize("NFD", chr(code))[0].upper()
    return base if len(base) == 1 else chr(code)


_PLAIN = {code: _fold(code) for code in range(0x61, 0x250)}
_PLAIN |= {0xA0: " ", 0x202F: " ", 0x2009: " ", 0x2019: "'", 0x2018: "'", 0x09: " "}
_BLANK = {0xA0: " ", 0x202F: " ", 0x2009: " ", 0x09: " "} | dict.fromkeys(range(9), " ")
_SPACED = re.compile(r"(?<!\S)\w(?: {1,2}\w){3,}(?!\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``at`` is its index on the paper, ``heads`` what its words begin with.

    ``amount`` stands in the column of money: the last that is neither per unit nor in
    parentheses.
    """

    at: int
    text: str
    plain: str
    amounts: tuple[Amount, ...]
    amount: int | None
    rates: tuple[int, ...]
    heads: frozenset[str]
    wide: int = 1
    bold: bool = False

    @property
    def label(self) -> str:
        """What stands before the first amount, as printed."""
        end = self.amounts[0].start if self.amounts else len(self.text)
        return self.text[:end].strip()

    def says(self, words: Wording) -> re.Match[str] | None:
        """The first match of a word list."""
        return words.search_in(self.plain, self.heads)


@dataclass(frozen=True, slots=True)
class Page:
    """All lines of a paper, and where words with the same head begin."""

    lines: tuple[Line, ...]
    by_head: Mapping[str, Sequence[int]]

    def saying(self, words: Wording) -> Iterator[tuple[Line, re.Match[str]]]:
        """The lines that match a word list, from top to bottom."""
        for at in self._to_search(words):
            match = self.lines[at].says(words)
            if match is not None:
                yield self.lines[at], match

    def _to_search(self, words: Wording) -> Sequence[int]:
        if words.unbound:
            return range(len(self.lines))
        some = {at for h in words.heads & self.by_head.keys() for at in self.by_head[h]}
        for text in words.inside:
            some.update(line.at for line in self.lines if text in line.plain)
        return sorted(some)


def squeezed(plain: str) -> str:
    """``D U P L I C A T A`` as one word; other lines unchanged."""
    return _SPACED.sub(lambda spaced: re.sub(r"\s", "", spaced[0]), plain)


def whole(text: str) -> str:
    """Text that every encoding downstream accepts: a lone surrogate becomes ``?``."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _sold(amount: Amount) -> bool:
    return not amount.per_unit and not amount.boxed


def _folded(printed: str) -> tuple[str, str]:
    """``text`` and ``plain``."""
    if printed.isascii() and printed.isprintable():
        text = printed.rstrip()
        return text, text.upper()
    text = whole(printed).translate(_BLANK).rstrip()
    return text, text.translate(_PLAIN)


def prepare(paper: Sequence[PaperLine]) -> Page:
    """Make lines ready; the caller has checked ``MAX_LINES``."""
    made = []
    for at, line in enumerate(paper):
        text, plain = _folded(line.text[:MAX_COLUMNS])
        amounts = amounts_in(plain) if plain else ()
        made.append(
            Line(
                at=at,
                text=text,
                plain=plain,
                amounts=amounts,
                amount=next((a.cents for a in reversed(amounts) if _sold(a)), None),
                rates=rates_in(plain) if "%" in plain else (),
                heads=heads_of(plain),
                wide=line.wide,
                bold=line.bold,
            )
        )
    by_head: dict[str, list[int]] = defaultdict(list)
    for ready in made:
        for head in ready.heads:
            by_head[head].append(ready.at)
    return Page(tuple(made), dict(by_head))
