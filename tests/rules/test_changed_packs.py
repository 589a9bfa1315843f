"""Any change of a pack's row turns the table of expected decisions red.

Each fact that a row names is left out, each value that fits is taken away, each bound is
moved by a cent, each outcome is changed, each article is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from agent import policy_cases, policy_file
from agent.rules.pack import Also, Electronic, Number, Pack, PaperDue, Row, When

TABLE: Final = Path(__file__).parent / "expected.csv"
CASES: Final = policy_cases.read(TABLE)
PACKS: Final = {
    name: policy_file.load(path) for name, path in policy_file.shipped().items()
}
SAME: Final = frozenset({("fr", "R15", "total.below + 1")})
"""Changes that change nothing: what costs 25.00 € is R14, which stands above."""

Change = tuple[str, Mapping[str, Any]]


def changes(row: Row | Also) -> Iterator[Change]:
    yield from facts(row.when)
    for name in ("marks", "notices", "mentions", "rules"):
        for word in (words := getattr(row, name, ())):
            yield f"{name} - {word}", {name: less(words, word)}
    if isinstance(row, Row):
        yield from outcomes(row)


def facts(when: When) -> Iterator[Change]:
    for name, wanted in when.named:
        yield f"without {name}", {"when": other(when, name, None)}
        if isinstance(wanted, tuple) and len(wanted) > 1:
            for value in wanted:
                rest = less(wanted, value)
                yield f"{name} - {value}", {"when": other(when, name, rest)}
        if isinstance(wanted, Number):
            for bound in ("at_least", "below"):
                if (at := getattr(wanted, bound)) is None:
                    continue
                for step, sign in ((-1, "-"), (1, "+")):
                    moved = wanted.model_copy(update={bound: at + step})
                    what = f"{name}.{bound} {sign} 1"
                    yield what, {"when": other(when, name, moved)}


def outcomes(row: Row) -> Iterator[Change]:
    for name, vocabulary in (
        ("paper", get_args(PaperDue)),
        ("electronic", get_args(Electronic)),
        ("on_silence", ("paper", "none")),
    ):
        for value in less(vocabulary, getattr(row, name)):
            yield f"{name} = {value}", {name: value}
    if row.legal_ref:
        yield "without legal_ref", {"legal_ref": ""}


def less(words: tuple[Any, ...], word: Any) -> tuple[Any, ...]:
    return tuple(each for each in words if each != word)


def other(when: When, name: str, value: Any) -> When:
    return When(**{**dict(when.named), name: value})


def changed(pack: Pack) -> Iterator[tuple[str, str, Pack]]:
    for table in ("row", "also"):
        rows = getattr(pack, table)
        for at, row in enumerate(rows):
            for what, update in changes(row):
                new = (*rows[:at], row.model_copy(update=update), *rows[at + 1 :])
                yield row.id, what, pack.model_copy(update={table: new})


@pytest.mark.parametrize("name", PACKS)
def test_a_changed_row_turns_the_table_red(name: str) -> None:
    cases = [case for case in CASES if case.pack == name]
    alive = [
        (name, rule, what)
        for rule, what, pack in changed(PACKS[name])
        if not any(True for _ in policy_cases.differences(cases, pack))
    ]
    assert set(alive) <= SAME


def test_there_are_many_changes() -> None:
    made = {name: sum(1 for _ in changed(pack)) for name, pack in PACKS.items()}
    assert made["fr"] > 250
    assert sum(made.values()) > 1000
