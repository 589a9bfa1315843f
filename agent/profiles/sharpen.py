"""A paper, read with what a profile knows.

The reading is the generic one, twice at most: as it is printed, and with the profile's
words and columns.  What has to do with money comes from it alone, and is judged as everywhere;
an equation that fails on the paper as it is printed fails whatever words a profile gives, and
whatever columns, unless every row of goods multiplies in them.  A paper
on which the profile's patterns would take too long is read without it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from agent.paper.strip import PaperLine, Symbol
from agent.profiles.goods import goods_of
from agent.profiles.itemised import multiplies
from agent.profiles.meter import Meter, TooDearError
from agent.profiles.model import Meaning, Pattern, Profile
from agent.receipt import read as generic
from agent.receipt.lines import MAX_CHARACTERS, MAX_LINES, Line, prepare
from agent.receipt.registers import REGISTERS
from agent.wire.receipt import DocKind, Level, Merchant, Receipt

SAID: Final[dict[Meaning, str]] = {
    "total": "TOTAL A PAYER",
    "subtotal": "SOUS-TOTAL",
    "discount": "REMISE",
    "rounding": "ARRONDI",
    "change": "RENDU",
    "count": "NOMBRE D'ARTICLES",
    "card": "CARTE BANCAIRE",
    "cash": "ESPECES",
    "cheque": "CHEQUE",
    "meal_voucher": "TICKET RESTAURANT",
    "gift_card": "CARTE CADEAU",
    "voucher": "BON D'ACHAT",
}
"""Words that the generic reading knows, for what a POS calls otherwise."""
_RANK: Final = {Level.V0: 0, Level.V1: 1, Level.V2: 2}
_CENTURY: Final = 2000


def read(
    lines: Sequence[PaperLine],
    symbols: Sequence[Symbol] = (),
    *,
    country: str = "FR",
    profile: Profile | None = None,
) -> Receipt:
    """As :func:`agent.receipt.read.read`; never raises for any text."""
    return read_metered(lines, symbols, country=country, profile=profile)[0]


def read_metered(
    lines: Sequence[PaperLine],
    symbols: Sequence[Symbol] = (),
    *,
    country: str = "FR",
    profile: Profile | None = None,
) -> tuple[Receipt, bool]:
    """The same, and whether it was read without the profile since that is too dear."""
    plain = generic.read(lines, symbols, country=country)
    if profile is None or len(lines) > MAX_LINES:
        return plain, False
    if sum(len(line.text) for line in lines) > MAX_CHARACTERS:
        return plain, False
    try:
        return _sharpened(lines, symbols, country, profile, plain), False
    except TooDearError:
        return plain, True


def _sharpened(
    lines: Sequence[PaperLine],
    symbols: Sequence[Symbol],
    country: str,
    profile: Profile,
    plain: Receipt,
) -> Receipt:
    meter = Meter()
    page = prepare(lines).lines
    receipt = plain
    declared = profile.columns.declared if profile.columns is not None else None
    # Sums that fail as they are printed are not made to close by other words.
    if not _fails(plain):
        told = _told(lines, page, profile, plain, meter)
        if declared is not None or told != list(lines):
            other = generic.read(told, symbols, country=country, declared=declared)
            if not _hides(other, told, page):
                shown = _as_printed(other, plain, page, profile, meter)
                receipt = _better(plain, shown)
    elif declared is not None:
        other = generic.read(lines, symbols, country=country, declared=declared)
        if multiplies(other, page):
            receipt = other
    return _with_facts(receipt, page, profile, meter)


def _fails(receipt: Receipt) -> bool:
    sums = (e for e in receipt.verdict.equations if e.name != REGISTERS)
    return any(not equation.holds for equation in sums)


@lru_cache(maxsize=4)
def profile_of(document: str) -> Profile | None:
    """From its JSON, as the worker gets it; nothing of nothing."""
    return Profile.model_validate_json(document) if document else None


# -- before: what the reading is told ---------------------------------------


def _told(
    lines: Sequence[PaperLine],
    page: Sequence[Line],
    profile: Profile,
    plain: Receipt,
    meter: Meter,
) -> list[PaperLine]:
    """The lines in the reading's words; those that say nothing are empty."""
    over = _over(page, profile, plain, meter)
    return [
        replace(paper, text=_say(line, profile, meter) if line.at < over else "")
        for paper, line in zip(lines, page, strict=True)
    ]


def _over(page: Sequence[Line], profile: Profile, plain: Receipt, meter: Meter) -> int:
    """The line with which something else begins than the sale, below its total."""
    if profile.reading.tail is None or plain.total is None:
        return len(page)
    below = [line.at for line in page if plain.total in _cents(line)]
    if not below:
        return len(page)
    tail, rest = profile.reading.tail, page[below[0] + 1 :]
    behind = (line.at for line in rest if meter.search(tail, line.plain))
    return next(behind, len(page))


def _cents(line: Line) -> set[int]:
    return {amount.cents for amount in line.amounts}


def _say(line: Line, profile: Profile, meter: Meter) -> str:
    if not line.amounts and _matches(line, profile.reading.noise, meter):
        return ""
    for word in profile.reading.words:
        found = meter.search(word.pattern, line.plain)
        if found is not None and not _touches(found, line):
            text = line.text
            return f"{text[: found.start()]}{SAID[word.means]}{text[found.end() :]}"
    return line.text


def _touches(found: re.Match[str], line: Line) -> bool:
    """A word holds no digit: amounts and numbers stay as they are printed."""
    return any(char.isdigit() for char in line.text[found.start() : found.end()])


def _matches(line: Line, patterns: Iterable[Pattern], meter: Meter) -> bool:
    return any(meter.search(each, line.plain) for each in patterns)


# -- between: which reading stands -------------------------------------------


def _hides(other: Receipt, told: Sequence[PaperLine], page: Sequence[Line]) -> bool:
    """Whether a word took an amount out of the sums that it stands in."""
    if other.total is None:
        return False
    sums = (other.total, other.subtotal, other.discount_total, other.rounding)
    counted = {abs(cents) for cents in (*sums, other.change) if cents}
    counted |= {abs(item.amount) for item in other.items}
    counted |= {abs(tender.amount) for tender in other.payments}
    return any(
        line.amount is not None and abs(line.amount) not in counted
        for line, paper in zip(page, told, strict=True)
        if paper.text and paper.text != line.text
    )


def _as_printed(
    other: Receipt,
    plain: Receipt,
    page: Sequence[Line],
    profile: Profile,
    meter: Meter,
) -> Receipt:
    """With the paper's own lines and words."""
    payments = tuple(
        each.model_copy(
            update={"label": _printed_word(each.label, page, profile, meter)}
        )
        for each in other.payments
    )
    return other.model_copy(update={"lines": plain.lines, "payments": payments})


def _printed_word(
    label: str, page: Sequence[Line], profile: Profile, meter: Meter
) -> str:
    for word in profile.reading.words:
        if SAID[word.means] not in label:
            continue
        for line in page:
            found = meter.search(word.pattern, line.plain)
            if found is not None:
                printed = line.text[found.start() : found.end()]
                return label.replace(SAID[word.means], printed)
    return label


def _better(plain: Receipt, other: Receipt) -> Receipt:
    worse = _RANK[other.verdict.level] < _RANK[plain.verdict.level]
    lost = other.total is None and plain.total is not None
    return plain if worse or lost else other


# -- after: what the profile knows -------------------------------------------


def _with_facts(
    receipt: Receipt, page: Sequence[Line], profile: Profile, meter: Meter
) -> Receipt:
    changed: dict[str, Any] = {
        "merchant": _merchant(receipt.merchant, profile),
        **_captured(page, profile, meter),
        **_date_and_time(page, profile, meter),
    }
    for kind, patterns in profile.kinds.items():
        if any(_matches(line, patterns, meter) for line in page):
            changed |= _kind(kind)
            break
    if "guarantee" not in receipt.mentions and _guaranteed(
        receipt, page, profile, meter
    ):
        changed["mentions"] = (*receipt.mentions, "guarantee")
    return receipt.model_copy(update=changed)


def _kind(kind: DocKind) -> dict[str, Any]:
    return {"kind": kind, "confidence": 1.0, "kind_evidence": (f"profile:{kind}",)}


def _merchant(found: Merchant, profile: Profile) -> Merchant:
    """What the profile says of the shop is so; the rest is as it is printed."""
    known = profile.merchant.model_dump(exclude_defaults=True)
    return found.model_copy(update=known)


def _captured(page: Sequence[Line], profile: Profile, meter: Meter) -> dict[str, str]:
    found = {}
    for name in ("number", "store", "till", "operator", "loyalty_card"):
        source = getattr(profile.fields, name)
        match = _first(page, source, meter)
        if match is not None:
            line, hit = match
            if value := line.text[hit.start(1) : hit.end(1)].strip():
                found[name] = value
    return found


def _first(
    page: Sequence[Line], source: str | None, meter: Meter
) -> tuple[Line, re.Match[str]] | None:
    if source is None:
        return None
    hits = ((line, meter.search(source, line.plain)) for line in page)
    return next(((line, hit) for line, hit in hits if hit and hit.lastindex), None)


def _date_and_time(
    page: Sequence[Line], profile: Profile, meter: Meter
) -> dict[str, Any]:
    """A day or an hour that does not exist is none."""
    found: dict[str, Any] = {}
    try:
        if day := _first(page, profile.fields.date, meter):
            parts = {key: int(value) for key, value in day[1].groupdict().items()}
            year = parts["year"] + (_CENTURY if parts["year"] < 100 else 0)
            found["date"] = dt.date(year, parts["month"], parts["day"])
        if hour := _first(page, profile.fields.time, meter):
            said = hour[1].groupdict(default="0")
            second = int(said.get("second", 0))
            found["time"] = dt.time(int(said["hour"]), int(said["minute"]), second)
    except (TypeError, ValueError, OverflowError):
        return found
    return found


def _guaranteed(
    receipt: Receipt, page: Sequence[Line], profile: Profile, meter: Meter
) -> bool:
    known = profile.guarantee
    if receipt.kind is not DocKind.SALE:
        return False
    if any(line.category for line in goods_of(receipt, profile)):
        return True
    if any(_matches(line, known.words, meter) for line in page):
        return True
    if not known.gtins:
        return False
    numbers = {item.gtin or item.sku for item in receipt.items} - {None}
    numbers |= {n for line in page for n in re.findall(r"\d{8,14}", line.plain)}
    starts = tuple(known.gtins)
    return any(number.startswith(starts) for number in numbers if number)
