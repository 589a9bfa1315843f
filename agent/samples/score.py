"""A profile against none: what it gains, changes and loses, paper by paper."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent.letters.view import clean
from agent.profiles import sharpen
from agent.profiles.model import Profile
from agent.receipt.rows import standing
from agent.samples.paper import DEFAULT_COUNTRY, Sample
from agent.wire.flat import prediction
from agent.wire.receipt import Level, Receipt

FIELDS: Final = (
    *("company", "address", "date", "time", "total", "subtotal", "tax", "change"),
    *("receipt_no", "till", "cashier", "siret", "vat_id", "phone", "loyalty"),
    *("n_items", "doc_type", "items", "payments", "vat"),
)
TOO_DEAR: Final = (
    "the patterns would take too long on it, so it is read without the profile; write "
    "more of what is printed at their beginning, and repeat less"
)
LEVELS: Final = (Level.V0, Level.V1, Level.V2)


@dataclass(slots=True)
class Tally:
    """Of one field over all papers."""

    gained: int = 0
    changed: int = 0
    lost: int = 0
    right: Counter[str] = field(default_factory=Counter)
    """By truth: ``without`` and ``with`` the profile, ``asked`` how often."""


@dataclass(slots=True)
class Score:
    """All of it.  ``levels``: verdicts without and with."""

    papers: int = 0
    fields: dict[str, Tally] = field(default_factory=dict)
    levels: Counter[tuple[Level, Level]] = field(default_factory=Counter)
    guaranteed: int = 0
    rows: list[int] = field(default_factory=lambda: [0, 0])
    """Rows of goods, and those that stand in the profile's columns."""
    notes: list[str] = field(default_factory=list)

    @property
    def worse(self) -> bool:
        """Something is lost, or where the truth is known less is right."""
        if any(LEVELS.index(new) < LEVELS.index(old) for old, new in self.levels):
            return True
        return any(
            tally.right["with"] < tally.right["without"]
            if tally.right["asked"]
            else tally.lost > 0
            for tally in self.fields.values()
        )


def score(
    samples: Iterable[Sample],
    profile: Profile,
    *,
    truth: bool,
    country: str = DEFAULT_COUNTRY,
) -> Score:
    """Read each twice; ``truth``: compare with what labelled receipts say."""
    made = Score(fields={name: Tally() for name in FIELDS})
    for sample in samples:
        made.papers += 1
        where = sample.country or country
        plain = sharpen.read(sample.lines, sample.symbols, country=where)
        sharp, dear = sharpen.read_metered(
            sample.lines, sample.symbols, country=where, profile=profile
        )
        _compare(made, sample, plain, sharp, truth=truth)
        if dear:
            made.notes.append(f"{clean(sample.id)}: {TOO_DEAR}")
        _count_rows(made, sample, sharp, profile)
        if width := _too_wide(sample, profile):
            made.notes.append(f"{clean(sample.id)}: a line of {width} columns")
    return made


def _compare(
    made: Score, sample: Sample, plain: Receipt, sharp: Receipt, *, truth: bool
) -> None:
    made.levels[plain.verdict.level, sharp.verdict.level] += 1
    new = set(sharp.mentions) - set(plain.mentions)
    made.guaranteed += "guarantee" in new
    old_fields, new_fields = prediction(plain), prediction(sharp)
    for name, tally in made.fields.items():
        before, after = old_fields[name], new_fields[name]
        if before != after:
            tally.gained += not before
            tally.lost += not after
            tally.changed += bool(before and after)
        if truth and name in sample.truth:
            wanted = sample.truth[name]
            tally.right["asked"] += 1
            tally.right["without"] += alike(before, wanted)
            tally.right["with"] += alike(after, wanted)


def _count_rows(made: Score, sample: Sample, sharp: Receipt, profile: Profile) -> None:
    """How many rows of goods the columns fit; a head that is not printed is a note."""
    if profile.columns is None or not sharp.items:
        return
    goods = sum(item.kind == "item" for item in sharp.items)
    fit = standing(sample.lines, profile.columns.declared, sharp)
    made.rows[0] += goods
    made.rows[1] += min(goods, fit)
    if not fit:
        words = " ".join(word for _, word, _ in profile.columns.declared.words)
        why = f"no line has the words {words}" if words else "no row stands in them"
        made.notes.append(f"{clean(sample.id)}: columns: {why}")


def _too_wide(sample: Sample, profile: Profile) -> int:
    widest = max((len(line.text.rstrip()) for line in sample.lines), default=0)
    columns = profile.paper.columns
    return widest if columns is not None and widest > columns else 0


def alike(told: Any, wanted: Any) -> bool:
    """The same, apart from case, accents, blanks and signs; lists in any order."""
    if isinstance(wanted, list):
        ours = sorted(_amounts(each) for each in told or [])
        return ours == sorted(_amounts(each) for each in wanted)
    return _bare(told) == _bare(wanted)


def _amounts(row: Any) -> str:
    """What of a row is told by numbers: an item's amount, a payment's, a rate's VAT."""
    if not isinstance(row, Mapping):
        return _bare(row)
    return " ".join(_bare(row.get(key)) for key in ("amount", "rate", "vat"))


def _bare(value: Any) -> str:
    if value is None:
        return ""
    text = unicodedata.normalize("NFD", str(value).casefold())
    return re.sub(r"[^0-9a-z]", "", text)


def lines(made: Score) -> Iterator[str]:
    """For a person."""
    yield f"{made.papers} papers"
    for (old, new), count in sorted(made.levels.items()):
        yield f"  verdict {old} -> {new}: {count}"
    for name, tally in made.fields.items():
        parts = [
            f"{word} {count}"
            for word, count in (
                ("gained", tally.gained),
                ("changed", tally.changed),
                ("lost", tally.lost),
            )
            if count
        ]
        if asked := tally.right["asked"]:
            right = tally.right
            parts.append(f"right {right['without']} -> {right['with']} of {asked}")
        if parts:
            yield f"  {name:<12} {', '.join(parts)}"
    if made.rows[0]:
        yield f"  columns      {made.rows[1]} of {made.rows[0]} rows of goods stand in them"
    if made.guaranteed:
        yield f"  guarantee    mentioned by the profile: {made.guaranteed}"
    yield from (f"  ! {note}" for note in made.notes[:10])
    yield "worse with the profile" if made.worse else "nothing is lost"
