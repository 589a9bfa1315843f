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
from agent.receipt.rates import ANY_RATE, guess_rate, near
from agent.receipt.role_words import TAX_WORD
from agent.receipt.vat_amounts import (
    FULL,
    Columns,
    full_row,
    led_by_rate,
    misrated,
    printed_rate,
    two,
    unfitting,
)
from agent.receipt.wording import Wording
from agent.wire.receipt import Vat

FULL_ROW = 4
"""Rate, net, VAT and gross, all printed like amounts (``5.50  4.16  0.23  4.39``)."""

MAX_ROWS = 12
"""No country has more rates; one table row each."""

_TAXES = r"TVA|GST|VAT|TAX|MWST|STEUER|UST|BTW|SST|IVA|CUOTA|IMPOSTA|IMPUESTO|MOMS|MVA|DPH|PTU"
_WORDS: tuple[tuple[str, Wording], ...] = (
    (
        "gross",
        Wording(
            r"\bTTC\b|\bTVAC\b|\bBRUTT?O\b|\bGROSS\b|\bINCL?\b|\bTOT\.?\s?TTC|\bTOTALE?\b(?!\s+(?:TVA|IVA|VAT|BTW))|"
            r"\bIMPORTE\b|\bTOTAAL\b|\bTOTALT\b|\bSUMME\b"
        ),
    ),
    (
        "net",
        Wording(
            r"\bH\.?T(?:VA)?\b|\bNETTO\b|\bNET\b|\bBASE\b|\bEXCL?\b|\bTOT\.?\s?HT|\bAMOUNT\b|\bAMT\b|\bMVH\b|"
            r"\bIMPONIB|\bINCIDENC|\bVALOR\s+LIQ|\bLIQUIDO|\bGRUNNLAG"
        ),
    ),
    (
        "vat",
        Wording(rf"\b(?:{_TAXES})\b(?!\s{{0,4}}(?:%|CODE|RATE))|\bTOT\.TVA"),
    ),
)
_HEAD = Wording(rf"{TAX_WORD}|\bTAUX\b|\bSTEUER|\bALIQ|\bTAXA\b|\bTIPO\b|\bTARIEF")
_GLUE = re.compile(r"[\s:=@()*€\-]+")
_FILLER = frozenset(
    re.split(
        " ",
        "DONT EUR TVA T.V.A. MWST BTW GST VAT TAX UST IVA TAUX INCL INCL. INCLUS INCLUIDO "
        "INCLUDED ENTHALT ENTH. INKL INKL. RM TAXE DI CUI WAARVAN INCLUSIEF IMPOSTA CUOTA "
        "STEUER MT TOT TOT. VALOR VON AUS AV PA ON OF SU SUR AUF OVER SOBRE VARAV HERAV MOMS MVA PTU KWOTA",
    )
)
_CODE = re.compile(r"[A-Z]{1,3}\d?|\d{1,2}")
_RATE = re.compile(r"(\d{1,2})(?:[.,](\d{1,3}))?(%?)")
_NO_CODES = frozenset({"SUB", "SUM", "TTL"})
MAX_LABEL = 24
"""A row is named by a code and a rate; longer labels are sentences."""

_INLINE = (
    dict.fromkeys(
        ("HT", "HTVA", "BASE", "NET", "NETTO", "EXCL", "IMPONIBILE", "IMPONIBLE"), "net"
    )
    | dict.fromkeys(("INCIDENCIA", "MVH", "LIQ", "GRUNNLAG", "GRONDSLAG"), "net")
    | dict.fromkeys(("TTC", "TVAC", "GROSS", "BRUTTO", "BRUTO"), "gross")
    | dict.fromkeys(_TAXES.split("|"), "vat")
    | {"TOT.HT": "net", "TOT.TVA": "vat", "TOT.TTC": "gross"}
)
_INLINE_WORD = re.compile(rf"\b({'|'.join(map(re.escape, _INLINE))})\b")
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


def columns_of(line: Line) -> Columns:
    """The money columns that a table head names, from left to right."""
    found = []
    for name, pattern in _WORDS:
        match = line.says(pattern)
        if match is not None:
            found.append((match.start(), name))
    named = sorted(found)
    if len(named) > 1 and named[0][0] <= 1 and not line.plain.startswith("  "):
        named = _without_first(line, named)
    return tuple(name for _, name in named)


def _without_first(line: Line, named: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """``IVA  BASE  CUOTA``: the first word names the rows, not a column of money.

    A word for the same column may stand again further right.
    """
    name = named[0][1]
    again = dict(_WORDS)[name].search(" " * 3 + line.plain[named[0][0] + 3 :])
    rest = named[1:]
    return sorted([*rest, (again.start(), name)]) if again is not None else rest


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
    if word.rstrip(".") in _INLINE:
        return replace(label, word=word.rstrip("."))
    if word in _FILLER or word == "%":
        return label
    rate = _RATE.fullmatch(word)
    if rate is not None and (rate[2] or rate[3] or label.code is not None):
        decimals = (rate[2] or "").ljust(2, "0")[:2]
        points = int(rate[1]) * 100 + int(decimals)
        # 02  1  10.00: an article and its quantity
        return replace(label, rate=points) if rate[3] or points in ANY_RATE else None
    if _CODE.fullmatch(word) and label.code is None and word not in _NO_CODES:
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
            many = _many(line)
            row = self._row(line) if not many else None
            found += many or ([row] if row is not None else [])
        return tuple(found[:MAX_ROWS])

    def _watch_head(self, line: Line) -> None:
        if not line.says(_HEAD):
            return
        columns = columns_of(line)
        if columns:
            self._head, self._head_at = columns, line.at

    def _row(self, line: Line) -> Row | None:
        inside = self._in_table(line)
        if not (inside or line.rates or _leads_rate(line)):
            return None
        label = label_of(line.plain[: line.amounts[0].start])
        if label is None and inside and len(line.amounts) == FULL_ROW:
            label = Label()
        if label is None:
            return None
        if not (inside or label.taxed or _says_tax(line) or _closes(line, label)):
            return None
        if label.rate is None and line.rates:
            label = _rated(label, line.rates[0])
        vat = self._columns(line, label) or _unfitting(line, label)
        return None if vat is None else _named(vat, label, line)

    def _in_table(self, line: Line) -> bool:
        if self._head_at is None:
            return False
        return line.at - self._head_at <= MAX_ROWS

    def _columns(self, line: Line, label: Label) -> Vat | None:
        values = [a.cents for a in line.amounts if not a.per_unit]
        if len(values) >= 3:
            return (
                self._wide(values, label.rate)
                or self._misprinted(values, label)
                or _inline(line, label.rate)
            )
        if len(values) == 2:
            named = _inline(line, label.rate)
            return (
                (named if named is not None and _fits_rate(named) else None)
                or two(values, label.rate, self._head)
                or named
                or self._free_pair(values, label.rate)
                or self._as_headed(values, label)
            )
        if (
            label.rate is not None
            and label.taxed
            and _INLINE.get(label.word or "TVA") == "vat"
        ):
            return Vat(rate=label.rate, vat=values[0]) if values else None
        return None

    def _wide(self, values: list[int], rate: int | None) -> Vat | None:
        if rate is None and len(values) == 4:
            printed = printed_rate(values)
            if printed is not None:
                return printed
        if rate is None and len(values) == 3 and full_row(values, None) is None:
            return led_by_rate(values, self._head)
        three = full_row(values, rate) or misrated(values, rate)
        if three is not None:
            net, vat, gross = three
            found = rate if rate is not None else guess_rate(net, vat, self._country)
            return Vat(rate=found, net=net, vat=vat, gross=gross)
        if rate is not None and len(self._head) == 3 and len(values) == 3:
            named = dict(zip(self._head, values, strict=True))
            return Vat(rate=rate, **named)
        return None

    def _misprinted(self, values: list[int], label: Label) -> Vat | None:
        """A row that does not close, its rate printed as an amount or as a bare number.

        ``A 20,00 81,23 16,24 98,84``, ``12 9,18 76,52 85,70``: as its header names it.
        """
        code = label.code or ""
        whole = int(code) * 100 if code.isdecimal() else 0
        rate, *rest = values if len(values) == FULL_ROW else (whole, *values)
        if label.rate is not None or rate not in ANY_RATE or len(rest) != 3:
            return None
        if len(self._head) != 3:
            return None
        return Vat(rate=rate, **dict(zip(self._head, rest, strict=True)))

    def _as_headed(self, values: list[int], label: Label) -> Vat | None:
        """A row whose VAT does not fit its rate, as its header names the columns."""
        if label.rate is None or not label.code or self._head != ("net", "vat"):
            return None
        return Vat(rate=label.rate, net=values[0], vat=values[1])

    def _free_pair(self, values: list[int], rate: int | None) -> Vat | None:
        if rate is None and self._head[:2] == ("net", "vat"):
            guessed = guess_rate(values[0], values[1], self._country)
            return Vat(rate=guessed, net=values[0], vat=values[1])
        return None


def _unfitting(line: Line, label: Label) -> Vat | None:
    """A row that names its rate is one, though its amounts fit it in no way."""
    values = [a.cents for a in line.amounts if not a.per_unit]
    named = label.taxed or (bool(line.rates) and label.rate in ANY_RATE)
    return unfitting(values, label.rate) if named and label.rate else None


def _many(line: Line) -> list[Row]:
    """``TVA 5,5 % : 1,26   TVA 10 % : 0,55``: a rate before each amount, and nothing else."""
    if len(line.rates) < 2 or len(line.amounts) != len(line.rates):
        return []
    if not line.says(_TAXED):
        return []
    rows, last = [], 0
    for amount, rate in zip(line.amounts, line.rates, strict=True):
        before = line.plain[last : amount.start]
        label = label_of(before)
        if label is None or label.word not in {None, *_TAXES.split("|")}:
            return []
        if "%" not in before or label.rate not in {None, rate}:
            return []
        rows.append(Row(line.at, Vat(rate=rate, vat=amount.cents)))
        last = amount.end
    return rows


def _closes(line: Line, label: Label) -> bool:
    """``A 7,00%  9,35  0,65  10,00``: a rate and three amounts that close at it.

    Behind a code they need not: net and VAT that fit the rate, and more than the net.
    """
    values = [a.cents for a in line.amounts]
    if len(values) != FULL or not line.rates:
        return False
    rate = line.rates[0]
    three = full_row(values, rate)
    if three is not None:
        return three[1] != 0
    return label.code is not None and any(
        near(net, vat, rate) and 0 < vat < net < gross
        for net, vat, gross in permutations(values, FULL)
    )


def _says_tax(line: Line) -> bool:
    """``A 5,5%  HT 12,93  TVA 0,71``: the tax is named behind the first amount."""
    return len(line.amounts) > 1 and line.says(_TAXED) is not None


def _rated(label: Label, rate: int) -> Label:
    """``20 %``: the digits were the rate, not a code."""
    alone = (
        label.code is not None
        and label.code.isdigit()
        and (int(label.code) * 100 == rate)
    )
    return replace(label, rate=rate, code=None if alone else label.code)


def _named(vat: Vat, label: Label, line: Line) -> Row | None:
    told = label.word is not None and None not in (vat.net, vat.vat, vat.gross)
    if vat.rate is None and label.code is None and not told:
        return None
    return Row(line.at, vat.model_copy(update={"code": label.code}))


def _leading_rate(line: Line, named: dict[str, int]) -> int | None:
    """``TVA 20,00 : HT 44,92 TVA 8,99``: a rate without its sign, before net and VAT."""
    first = line.amounts[0].cents
    if first not in ANY_RATE or "vat" not in named or named["vat"] == first:
        return None
    vat = Vat(rate=first, **named)
    return first if _fits_rate(vat) else None


def _leads_rate(line: Line) -> bool:
    """``TVA 20,00 :`` and more amounts, each behind its word."""
    many = len(line.amounts) == FULL and line.amounts[0].cents in ANY_RATE
    return many and _INLINE_WORD.search(line.plain) is not None


def _fits_rate(vat: Vat) -> bool:
    """Whether the amounts that are there fit the rate; without one, they do."""
    net, tax = vat.net, vat.vat
    if tax is None and net is not None and vat.gross is not None:
        tax = vat.gross - net
    if net is None and tax is not None and vat.gross is not None:
        net = vat.gross - tax
    if net is None or tax is None or vat.rate is None:
        return True
    return near(net, tax, vat.rate)


def _inline(line: Line, rate: int | None) -> Vat | None:
    """``TVA 20,00%  HT 49,99  TVA 10,00``: each amount has its word before it."""
    named: dict[str, int] = {}
    last = 0
    for amount in line.amounts:
        words = _INLINE_WORD.findall(line.plain[last : amount.start])
        if words:
            named[_INLINE[words[-1]]] = amount.cents
        last = amount.end
    if rate is None and len(named) == len(line.amounts) - 1:
        rate = _leading_rate(line, named)
    if len(named) < (2 if rate is not None else len(line.amounts)):
        return None
    return Vat(rate=rate, **named)
