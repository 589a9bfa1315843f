"""VAT tables in any column order, and the one-line forms.

A row is a rate or a code and two or three amounts.  Which column is net, VAT and
gross is found by ``net + vat = gross`` and by the rate; the words above the table
only settle what arithmetic leaves open.  A row that closes in no order is kept as
its header names the columns, and fails its equation later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from agent.receipt.lines import Line
from agent.receipt.roles import TAX_WORD
from agent.receipt.wording import Wording
from agent.wire.receipt import Vat

RATES: dict[str, tuple[int, ...]] = {
    "FR": (2000, 1000, 550, 210, 0),
    "DE": (1900, 700, 1600, 500, 0),
    "BE": (2100, 1200, 600, 0),
    "LU": (1700, 1400, 800, 300, 0),
    "AT": (2000, 1300, 1000, 0),
    "CH": (810, 380, 260, 770, 370, 250, 0),
    "MY": (600, 1000, 800, 500, 0),
}
"""VAT rates by country, in basis points, today's first."""

MAX_RATE = 3000
"""No VAT rate in Europe is above 27 %."""

FULL_ROW = 4
"""Rate, net, VAT and gross, all printed like amounts (``5.50  4.16  0.23  4.39``)."""

MAX_ROWS = 12
"""No country has more rates; one table row each."""

Columns = tuple[str, ...]

_WORDS: tuple[tuple[str, Wording], ...] = (
    ("gross", Wording(r"\bTTC\b|\bBRUTTO\b|\bGROSS\b|\bINCL?\b|\bTOT\.TTC")),
    (
        "net",
        Wording(
            r"\bH\.?T\b|\bNETTO\b|\bNET\b|\bBASE\b|\bEXCL?\b|\bTOT\.HT|"
            r"\bAMOUNT\b|\bAMT\b|\bMVH\b"
        ),
    ),
    (
        "vat",
        Wording(
            r"\b(?:TVA|GST|VAT|TAX|MWST|STEUER|UST|BTW|SST)\b(?!\s{0,4}(?:%|CODE))|"
            r"\bTOT\.TVA"
        ),
    ),
)
_HEAD = Wording(rf"{TAX_WORD}|\bTAUX\b|\bSTEUER")
_GLUE = re.compile(r"[\s:=@()*€\-]+")
_FILLER = frozenset(
    [
        "DONT",
        "EUR",
        "TVA",
        "MWST",
        "BTW",
        "GST",
        "VAT",
        "TAX",
        "UST",
        "TAUX",
        "INCL",
        "INCLUS",
        "ENTHALT",
        "RM",
        "TAXE",
    ]
)
_CODE = re.compile(r"[A-Z]{1,2}\d?|\d{1,2}")
_RATE = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?(%?)")
MAX_LABEL = 24
"""A row is named by a code and a rate; longer labels are sentences."""

_INLINE_WORD = re.compile(r"\b(HT|TVA|TTC|BASE|NET)\b")
_INLINE = {"HT": "net", "BASE": "net", "NET": "net", "TVA": "vat", "TTC": "gross"}
_TAXED = Wording(TAX_WORD)


@dataclass(frozen=True, slots=True)
class Label:
    """What names a VAT row: ``A= 19,0%``, ``TVA 4: 5,50%``, ``SR 6``."""

    code: str | None = None
    rate: int | None = None
    word: str | None = None
    taxed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A VAT row before it is trusted; ``at`` is its line."""

    at: int
    vat: Vat


def vat_of(net: int, rate: int) -> int:
    """VAT on a net amount, half away from zero, in minor units."""
    return _half(net * rate, 10_000)


def vat_in(gross: int, rate: int) -> int:
    """VAT contained in a gross amount."""
    return _half(gross * rate, 10_000 + rate)


def _half(numerator: int, denominator: int) -> int:
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def near(net: int, vat: int, rate: int) -> bool:
    """Whether VAT fits net at this rate, within a cent on either base."""
    return abs(vat_of(net, rate) - vat) <= 1 or abs(vat_in(net + vat, rate) - vat) <= 1


def columns_of(line: Line) -> Columns:
    """The money columns that a table head names, from left to right."""
    found = []
    for name, pattern in _WORDS:
        match = line.says(pattern)
        if match is not None:
            found.append((match.start(), name))
    return tuple(name for _, name in sorted(found))


def _fits(net: int, vat: int, gross: int, rate: int | None) -> bool:
    if net + vat != gross or abs(vat) > abs(net) or vat * net < 0:
        return False
    return rate is None or near(net, vat, rate)


def _three(values: Sequence[int], rate: int | None) -> tuple[int, int, int] | None:
    """net, vat, gross among the amounts of a row, in any order."""
    for net, vat, gross in permutations(values[:4], 3):
        if _fits(net, vat, gross, rate):
            return net, vat, gross
    return None


def _printed_rate(values: Sequence[int]) -> Vat | None:
    """``4  5,50  28,19  1,55  29,74``: a rate printed like an amount."""
    for turn, rate in enumerate(values):
        rest = [v for i, v in enumerate(values) if i != turn]
        three = _three(rest, rate) if 0 <= rate <= MAX_RATE else None
        if three is not None:
            return Vat(rate=rate, net=three[0], vat=three[1], gross=three[2])
    return None


def _two(values: Sequence[int], rate: int | None, head: Columns) -> Vat | None:
    """A row of two amounts; the rate says which they are."""
    if rate is None:
        return None
    a, b = values
    options = [
        ("net", "vat", a, b), ("vat", "net", b, a),
        ("gross", "vat", a, b), ("vat", "gross", b, a),
        ("net", "gross", a, b), ("gross", "net", b, a),
    ]  # fmt: skip
    if "vat" in head or not head:
        options = options[:4]
    fitting = [o for o in options if _pair_fits(o, rate)]
    named = [o for o in fitting if head and {o[0], o[1]} <= set(head)]
    for first, second, big, small in named or fitting:
        if "gross" in (first, second) and "net" in (first, second):
            return Vat(rate=rate, net=big, vat=small - big, gross=small)
        if "net" in (first, second):
            return Vat(rate=rate, net=big, vat=small)
        return Vat(rate=rate, vat=small, gross=big)
    return None


def _pair_fits(option: tuple[str, str, int, int], rate: int) -> bool:
    first, second, big, small = option
    kinds = {first, second}
    if kinds == {"net", "vat"}:
        return abs(vat_of(big, rate) - small) <= 1
    if kinds == {"gross", "vat"}:
        return abs(vat_in(big, rate) - small) <= 1
    return abs(big + vat_of(big, rate) - small) <= 1


def _guess_rate(net: int, vat: int, country: str) -> int | None:
    for rate in RATES.get(country, RATES["FR"]):
        if net and near(net, vat, rate):
            return rate
    return None


def label_of(before: str) -> Label | None:
    """Read the words before the amounts; ``None`` when they name no row."""
    words = _GLUE.sub(" ", before).strip().split(" ")
    if not words[0] or sum(map(len, words)) > MAX_LABEL:
        return None
    label = Label(taxed=_TAXED.search(before) is not None)
    for word in words:
        read = _worded(label, word)
        if read is None:
            return None
        label = read
    return label


def _worded(label: Label, word: str) -> Label | None:
    if word in _INLINE:
        return replace(label, word=word)
    if word in _FILLER or word == "%":
        return label
    rate = _RATE.fullmatch(word)
    if rate is not None and (rate[2] or rate[3] or label.code is not None):
        decimals = (rate[2] or "").ljust(2, "0")
        return replace(label, rate=int(rate[1]) * 100 + int(decimals))
    if _CODE.fullmatch(word) and label.code is None:
        return replace(label, code=word)
    return None


class Reader:
    """Reads the VAT rows of a paper; one use."""

    def __init__(self, lines: Sequence[Line], country: str) -> None:
        self._lines = lines
        self._country = country
        self._head: Columns = ()
        self._head_at: int | None = None

    def rows(self) -> tuple[Row, ...]:
        """The rows, top to bottom; at most ``MAX_ROWS``."""
        found: list[Row] = []
        for line in self._lines:
            if not line.amounts:
                self._watch_head(line)
                continue
            row = self._row(line)
            if row is not None:
                found.append(row)
        return tuple(found[:MAX_ROWS])

    def _watch_head(self, line: Line) -> None:
        if not line.says(_HEAD):
            return
        columns = columns_of(line)
        if columns:
            self._head, self._head_at = columns, line.at

    def _row(self, line: Line) -> Row | None:
        inside = self._in_table(line)
        if not inside and not line.rates:
            return None
        label = label_of(line.plain[: line.amounts[0].start])
        if label is None and inside and len(line.amounts) == FULL_ROW:
            label = Label()
        if label is None or not (inside or label.taxed):
            return None
        if label.rate is None and line.rates:
            label = _rated(label, line.rates[0])
        vat = self._columns(line, label)
        return None if vat is None else _named(vat, label, line)

    def _in_table(self, line: Line) -> bool:
        if self._head_at is None:
            return False
        return line.at - self._head_at <= MAX_ROWS

    def _columns(self, line: Line, label: Label) -> Vat | None:
        values = [a.cents for a in line.amounts if not a.per_unit]
        if len(values) >= 3:
            return self._wide(values, label.rate)
        if len(values) == 2:
            return (
                _inline(line, label.rate)
                or _two(values, label.rate, self._head)
                or self._free_pair(values, label.rate)
            )
        if label.rate is not None and label.taxed and label.word in {None, "TVA"}:
            return Vat(rate=label.rate, vat=values[0]) if values else None
        return None

    def _wide(self, values: list[int], rate: int | None) -> Vat | None:
        if rate is None and len(values) == 4:
            printed = _printed_rate(values)
            if printed is not None:
                return printed
        three = _three(values, rate)
        if three is not None:
            net, vat, gross = three
            found = rate if rate is not None else _guess_rate(net, vat, self._country)
            return Vat(rate=found, net=net, vat=vat, gross=gross)
        if rate is not None and len(self._head) == 3 and len(values) == 3:
            named = dict(zip(self._head, values, strict=True))
            return Vat(rate=rate, **named)
        return None

    def _free_pair(self, values: list[int], rate: int | None) -> Vat | None:
        if rate is None and self._head[:2] == ("net", "vat"):
            guessed = _guess_rate(values[0], values[1], self._country)
            return Vat(rate=guessed, net=values[0], vat=values[1])
        return None


def _rated(label: Label, rate: int) -> Label:
    """``20 %``: the digits were the rate, not a code."""
    alone = (
        label.code is not None
        and label.code.isdigit()
        and (int(label.code) * 100 == rate)
    )
    return replace(label, rate=rate, code=None if alone else label.code)


def _named(vat: Vat, label: Label, line: Line) -> Row | None:
    if vat.rate is None and label.code is None:
        return None
    return Row(line.at, vat.model_copy(update={"code": label.code}))


def _inline(line: Line, rate: int | None) -> Vat | None:
    """``TVA 20,00%  HT 49,99  TVA 10,00``: each amount has its word before it."""
    if rate is None:
        return None
    named: dict[str, int] = {}
    last = 0
    for amount in line.amounts:
        words = _INLINE_WORD.findall(line.plain[last : amount.start])
        if words:
            named[_INLINE[words[-1]]] = amount.cents
        last = amount.end
    if len(named) < 2:
        return None
    return Vat(rate=rate, **named)
