"""The table of expected decisions that counsel keeps (CSV), and what differs from it.

A line names a pack, facts as ``name=value`` and what should follow.  An empty cell is
not looked at, ``-`` means nothing; lines that begin with ``#`` are for people.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from agent.errors import ConfigError
from agent.rules.decide import Decision, decide
from agent.rules.facts import Asked, Facts, Mode, Payment, Sign, Terminal, Vertical
from agent.rules.pack import Pack
from agent.usage import shipped
from agent.wire.goods import Category, Goods, Nature
from agent.wire.receipt import DocKind, Mention

NOTHING: Final = "-"
GIVEN: Final = ("pack", "facts")
EXPECTED: Final = (
    "rule", "also", "paper", "electronic", "on_silence", "marks", "notices", "keeps",
    "legal_ref",
)  # fmt: skip
FREE: Final = "ground"
LISTS: Final = frozenset({"also", "marks", "notices", "keeps"})
"""Cells with several words, whose order says nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the table; ``expected`` holds the cells that are looked at."""

    line: int
    pack: str
    said: str
    facts: Facts
    expected: Mapping[str, str]
    ground: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the pack says otherwise than the table."""

    case: Case
    column: str
    expected: str
    found: str


def read(path: Path) -> list[Case]:
    """The table.

    Raises:
        ConfigError: with file, line, what is wrong and what to write.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as a table: {error}") from error
    rows = csv.DictReader(_kept(text.splitlines()), strict=True)
    wanted = {*GIVEN, *EXPECTED, FREE}
    if missing := wanted - set(rows.fieldnames or ()):
        raise ConfigError(
            f"{path}: no column {min(missing)}; see {shipped.page('policies.md')}"
        )
    try:
        return [_case(at, row) for at, row in _numbered(text, rows)]
    except (ValueError, csv.Error) as error:
        raise ConfigError(f"{path}: {error}") from error


def differences(cases: Iterable[Case], pack: Pack) -> Iterator[Difference]:
    """Of the cases of that pack, each as it ends if nobody answers."""
    for case in cases:
        found = cells(decide(case.facts, pack, unanswered=True))
        for column, expected in case.expected.items():
            if not _same(column, expected, found[column]):
                yield Difference(case, column, expected, found[column])


def reached(cases: Iterable[Case]) -> dict[str, int]:
    """In how many cases each row is expected, to decide or added to a decision."""
    found = Counter(
        row
        for case in cases
        for column in ("rule", "also")
        for row in case.expected.get(column, "").split()
        if row != NOTHING
    )
    return dict(sorted(found.items()))


def unreached(cases: Iterable[Case], pack: Pack) -> list[str]:
    """Rows that decide no case, as ``7 R14``: nobody has said what they should do."""
    left = dict(enumerate(pack.row, 1))
    for case in cases:
        fits = (
            at
            for at, row in enumerate(pack.row, 1)
            if row.when.misfit(case.facts, pack.country) is None
        )
        left.pop(next(fits, 0), None)
    return [f"{at} {row.id}" for at, row in left.items()]


def cells(decision: Decision) -> dict[str, str]:
    """A decision as a line of the table has it."""
    said = {
        "rule": decision.rule,
        "also": " ".join(decision.also),
        "paper": decision.paper,
        "electronic": decision.electronic,
        "on_silence": decision.on_silence,
        "marks": " ".join(decision.marks),
        "notices": " ".join(decision.notices),
        "keeps": " ".join(decision.mentions),
        "legal_ref": decision.legal_ref,
    }
    return {column: text or NOTHING for column, text in said.items()}


def _same(column: str, expected: str, found: str) -> bool:
    if column in LISTS:
        return set(expected.split()) == set(found.split())
    if column == "legal_ref" and expected != NOTHING:
        # Articles are cited by several: each has to be there, however it is spaced.
        return all(_bare(each) in _bare(found) for each in expected.split(";"))
    return expected == found


def _bare(reference: str) -> str:
    kept = (char for char in reference.casefold() if char.isalnum() or char in "-°/")
    return "".join(kept)


def _kept(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _numbered(
    text: str, rows: Iterable[Mapping[Any, Any]]
) -> Iterator[tuple[int, Mapping[Any, Any]]]:
    """With the line of the file; no cell holds a line break."""
    lines = text.splitlines()
    numbers = [at for at, line in enumerate(lines, 1) if line in _kept([line])]
    yield from zip(numbers[1:], rows, strict=True)


def _case(at: int, row: Mapping[str | None, Any]) -> Case:
    if None in row or None in row.values():
        raise ValueError(
            f"line {at}: not as many cells as columns; a cell with a comma stands in quotes"
        )
    try:
        facts = facts_of(row["facts"])
    except ValueError as error:
        raise ValueError(f"line {at}: facts: {error}") from error
    expected = {name: row[name].strip() for name in EXPECTED if row[name].strip()}
    return Case(at, row["pack"], row["facts"], facts, expected, row[FREE])


def facts_of(text: str, facts: Facts | None = None) -> Facts:
    """``kind=sale total=4217 goods=good/toys,unknown*3``: facts from their notation.

    What it does not name is as in ``facts``, or as by default.

    Raises:
        ValueError: a name or value that is not known, and what to write.
    """
    facts = facts or Facts(DocKind.UNKNOWN)
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals or name not in _READS:
            near = get_close_matches(name, _READS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(_READS)}"
            raise ValueError(f"{word}: no fact of that name; {hint}")
        field, reads = _READS[name]
        facts = replace(facts, **{field: reads(value)})
    return facts


def notation(facts: Facts) -> str:
    """The facts as :func:`facts_of` reads them, less what is as by default."""
    said, plain = [], Facts(facts.kind)
    for name, (field, _) in _READS.items():
        value = getattr(facts, field)
        if name == "kind" or value != getattr(plain, field):
            said.append(f"{name}={_written(name, value)}")
    return " ".join(said)


def _written(name: str, value: Any) -> str:
    if isinstance(value, bool):
        yes, no = _WORDS.get(name, ("yes", "no"))
        return yes if value else no
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    if isinstance(value, tuple):
        return ",".join(map(_sort_said, value))
    return str(value)


def _sort_said(sort: Goods) -> str:
    parts = [sort.nature, sort.category or "", "weighed" if sort.weighed else ""]
    text = "/".join(part for part in parts if part)
    return text if sort.lines == 1 else f"{text}*{sort.lines}"


def _one_of(vocabulary: Any) -> Callable[[str], str]:
    known = get_args(vocabulary)

    def reads(value: str) -> str:
        if value not in known:
            raise ValueError(f"{value}: write one of {', '.join(known)}")
        return value

    return reads


def _some_of(vocabulary: Any) -> Callable[[str], frozenset[str]]:
    one = _one_of(vocabulary)
    return lambda value: frozenset(one(each) for each in value.split(","))


def _yes(value: str) -> bool:
    if value not in {"yes", "no"}:
        raise ValueError(f"{value}: write yes or no")
    return value == "yes"


def _word(name: str) -> Callable[[str], bool]:
    yes, no = _WORDS[name]

    def reads(value: str) -> bool:
        if value not in {yes, no}:
            raise ValueError(f"{value}: write {yes} or {no}")
        return value == yes

    return reads


def _amount(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"{value}: write cents, 4217 for 42.17") from None


def _kind(value: str) -> DocKind:
    try:
        return DocKind(value)
    except ValueError:
        known = ", ".join(DocKind)
        raise ValueError(f"{value}: write one of {known}") from None


def _goods(value: str) -> tuple[Goods, ...]:
    """``nature[/category][/weighed][*lines]``, several by commas."""
    return tuple(_sort(each) for each in value.split(","))


def _sort(text: str) -> Goods:
    sort, _, lines = text.partition("*")
    nature, *more = sort.split("/")
    weighed = "weighed" in more
    named = [each for each in more if each != "weighed"]
    if len(named) > 1:
        raise ValueError(f"{text}: one category, not {' and '.join(named)}")
    category = _one_of(Category)(named[0]) if named else None
    return Goods(_one_of(Nature)(nature), category, weighed, _amount(lines or "1"))  # type: ignore[arg-type]


_WORDS: Final = {
    "link": ("up", "down"),
    "printer": ("ok", "needs"),
    "delivery": ("later", "first"),
}
"""For yes and no, as rows name them."""
_READS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "kind": ("kind", _kind),
    "total": ("total", _amount),
    "mentions": ("mentions", _some_of(Mention)),
    "unread": ("unread", _yes),
    "currency": ("currency", str),
    "country": ("country", str),
    "terminal": ("terminal", _one_of(Terminal)),
    "vertical": ("vertical", _one_of(Vertical)),
    "goods": ("goods", _goods),
    "signs": ("signs", _some_of(Sign)),
    "payment": ("payment", _one_of(Payment)),
    "mode": ("mode", _one_of(Mode)),
    "b2b": ("b2b", _yes),
    "link": ("link_up", _word("link")),
    "printer": ("printer_ok", _word("printer")),
    "delivery": ("later", _word("delivery")),
    "promotion": ("promotion", _yes),
    "may_promote": ("may_promote", _yes),
    "scale": ("scale", _yes),
    "needed": ("needed", _yes),
    "choice": ("choice", _one_of(Asked)),
}
