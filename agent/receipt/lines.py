"""Paper lines made ready: bounded, one alphabet, amounts found.

A line is kept twice with the same columns: ``text`` as printed, and ``plain`` in
upper case without accents, which is what every word list of this room reads.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from agent.paper.strip import PaperLine
from agent.receipt.amounts import Amount, amounts_in, rates_in, whole_amounts_in
from agent.receipt.wording import Wording, heads_of

MAX_LINES = 1500
"""The longest sale with 400 articles prints fewer; a longer job is not understood."""

MAX_CHARACTERS = 100_000
"""``MAX_LINES`` full lines of the widest paper (64 columns); more is not analysed."""

MAX_COLUMNS = 160
"""A receipt has 32 to 64 columns; what stands beyond is not looked at."""


MIN_WHOLE = 3
"""Lines with amounts without decimals that a paper of such prices has: goods, total, tender."""


MIN_RATED = 2
"""Lines with a rate behind their price, before those are none of the amounts."""

_RATES = frozenset({2000, 1000, 550, 210})
"""Of France, in basis points, as two decimals print them."""
_NAME = re.compile(r"[A-Z]{3}")
_SUMMED = re.compile(r"\b(?:TVA|HT|TTC|TOTAL|BASE|TAUX|NET|MONTANT|DONT|PAYER)\b")


def _fold(code: int) -> str:
    base = unicodedata.normalize("NFD", chr(code))[0].upper()
    return base if len(base) == 1 else chr(code)


_PLAIN = {code: _fold(code) for code in (*range(0x61, 0x250), *range(0x370, 0x530))}
"""Latin, Greek and Cyrillic letters."""
_PLAIN |= {0x2019: "'", 0x2018: "'"}
_SPACES = "\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
_BLANK = dict.fromkeys((*map(ord, _SPACES), *range(0x2000, 0x200B), *range(9)), " ")
"""Whatever ``re`` takes for a space is one, so that a word list may ask for one."""
_SPACED_FIRST = re.compile(r"[ *\-=]*+. . ", re.DOTALL)
_SPACED = re.compile(r"(?<!\S)\w(?: {1,2}\w){3,}(?!\S)")


class Line(NamedTuple):
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
        heads = words.heads & self.heads
        return words.search_by(self.plain, heads) if heads or words.loose else None

    def holds(self, words: Wording) -> bool:
        """Whether a word of the list stands in it."""
        heads = words.heads & self.heads
        return bool(heads or words.loose) and words.holds_by(self.plain, heads)


@dataclass(frozen=True, slots=True)
class Page:
    """All lines of a paper, and where words with the same head begin.

    ``plain`` is that of all lines in one; ``spaced`` are lines like ``D U P L I C A T A``
    as one word.
    """

    lines: tuple[Line, ...]
    plain: str
    spaced: Mapping[int, str]
    by_head: Mapping[str, Sequence[int]]
    heads: frozenset[str]

    def saying(self, words: Wording) -> Iterator[tuple[Line, re.Match[str]]]:
        """The lines that match a word list, from top to bottom."""
        for at, heads in self._to_search(words, words.heads & self.heads):
            line = self.lines[at]
            match = words.search_by(line.plain, heads)
            if match is not None:
                yield line, match

    def holding(self, words: Wording, known: Container[int] = ()) -> Iterator[int]:
        """The lines, but ``known`` ones, in which a word stands."""
        for at, heads in self._to_search(words, words.heads & self.heads):
            if at not in known and words.holds_by(self.lines[at].plain, heads):
                yield at

    def _to_search(
        self, words: Wording, heads: frozenset[str]
    ) -> Iterable[tuple[int, Collection[str]]]:
        """Lines that may match, and the heads that say so."""
        if not heads and not words.loose:
            return ()
        if words.unbound:
            return [(line.at, words.heads & line.heads) for line in self.lines]
        inside = [text for text in words.inside if text in self.plain]
        if not inside and len(heads) < 2:
            return [(at, heads) for head in heads for at in self.by_head[head]]
        some: dict[int, list[str]] = {
            line.at: []
            for line in (self.lines if inside else ())
            if any(text in line.plain for text in inside)
        }
        for head in heads:
            for at in self.by_head[head]:
                some.setdefault(at, []).append(head)
        return sorted(some.items())


def squeezed(plain: str) -> str:
    """``D U P L I C A T A`` as one word; other lines unchanged."""
    return _SPACED.sub(lambda spaced: re.sub(r"\s", "", spaced[0]), plain)


def whole(text: str) -> str:
    """Text that every encoding downstream accepts: a lone surrogate becomes ``?``."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _sold(amount: Amount) -> bool:
    return not amount.per_unit and not amount.boxed


def folded(printed: str) -> str:
    """Upper case without accents, as word lists read it."""
    return _folded(printed)[1]


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
    if not any(line.amounts for line in made):
        made = _whole(made)
    made = _without_rates(made)
    by_head: dict[str, list[int]] = defaultdict(list)
    for ready in made:
        for head in ready.heads:
            by_head[head].append(ready.at)
    return Page(
        lines=tuple(made),
        plain="\n".join([line.plain for line in made]),
        spaced=_spaced(made),
        by_head=dict(by_head),
        heads=frozenset(by_head),
    )


def _whole(lines: list[Line]) -> list[Line]:
    """Lines of a paper without a single decimal: forints and crowns."""
    found = [whole_amounts_in(line.plain) for line in lines]
    if sum(map(bool, found)) < MIN_WHOLE:
        return lines
    return [
        line._replace(amounts=amounts, amount=amounts[-1].cents if amounts else None)
        for line, amounts in zip(lines, found, strict=True)
    ]


def _without_rates(lines: list[Line]) -> list[Line]:
    """Without the VAT rates that stand behind prices like another: ``2,18  TVA 2,10``."""
    rated = {line.at for line in lines if _is_rated(line)}
    if len(rated) < MIN_RATED:
        return lines
    return [_without_rate(line) if line.at in rated else line for line in lines]


def _is_rated(line: Line) -> bool:
    """A name, a price, the word and a rate of France: no sum, and no row of a table."""
    if len(line.amounts) < 2 or line.amounts[-1].cents not in _RATES:
        return False
    behind = line.plain[line.amounts[-2].end : line.amounts[-1].start].strip()
    label = line.plain[: line.amounts[0].start]
    if behind != "TVA" or not _NAME.search(label):
        return False
    return _SUMMED.search(label) is None


def _without_rate(line: Line) -> Line:
    amounts = line.amounts[:-1]
    money = next((a.cents for a in reversed(amounts) if _sold(a)), None)
    plain = line.plain[: amounts[-1].end]
    return line._replace(
        plain=plain, heads=heads_of(plain), amounts=amounts, amount=money
    )


def _spaced(lines: Sequence[Line]) -> Mapping[int, str]:
    return {
        line.at: squeezed(line.plain)
        for line in lines
        if _SPACED_FIRST.match(line.plain)
    }
