"""Columns proposed from the rows that multiply, and tried."""

from __future__ import annotations

import random
import tomllib

import pytest

from agent.paper.strip import PaperLine
from agent.profiles.model import Profile
from agent.samples.columns import columns_of
from agent.samples.paper import Sample
from agent.samples.propose import Seen, proposal
from agent.samples.score import lines, score

GOODS = ("PLANCHE CHENE", "HUISSERIE", "VIS INOX 4X40", "COLLE BOIS", "POSE PARQUET")


def money(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def paper(seed: int, row: str = "{label:<22}{amount:>8}{price:>8}{count:>7}") -> Sample:
    """A till that prints the amount before the price, and tenths of a quantity."""
    dice, total = random.Random(seed), 0
    printed = ["MENUISERIE DUPONT", f"Tk {seed:04d}  12/03/2026 10:11"]
    for _ in range(dice.randint(2, 5)):
        price, tenths = 10 * dice.randint(10, 250), dice.choice([10, 20, 25, 35, 125])
        total += price * tenths // 10
        printed.append(
            row.format(
                label=dice.choice(GOODS),
                amount=money(price * tenths // 10),
                price=money(price),
                count=f"{tenths // 10},{tenths % 10}",
            )
        )
    printed += [f"{'A REGLER':<22}{money(total):>8}", f"{'CB':<22}{money(total):>8}"]
    return Sample(str(seed), tuple(map(PaperLine, printed)))


def proposed(samples: list[Sample]) -> tuple[str, Profile]:
    text = proposal([Seen(each, each.read()) for each in samples], "x")
    return text, Profile.model_validate(tomllib.loads(text))


def test_columns_that_are_stable_are_proposed_and_prove_what_was_not_read() -> None:
    text, known = proposed([paper(seed) for seed in range(6)])
    assert "multiply in these:" in text
    assert known.columns is not None
    assert known.columns.quantity is not None
    fresh = [paper(seed) for seed in range(50, 60)]
    made = score(fresh, known, truth=False)
    assert not made.worse
    assert dict(made.levels) == {("V0", "V2"): 10}
    rows = sum(len(each.lines) - 4 for each in fresh)
    assert f"  columns      {rows} of {rows} rows of goods stand in them" in lines(made)


def test_of_one_paper_they_are_a_guess() -> None:
    text, known = proposed([paper(4)])
    assert known.columns is None
    assert "#[columns]" in text


def test_rows_that_stand_anywhere_have_no_columns() -> None:
    """One till's papers among another's: there is no place that most agree on."""
    mixed = [
        paper(seed, "{label:<" + str(18 + seed) + "}{amount:>8}{price:>8}{count:>7}")
        for seed in range(5)
    ]
    assert columns_of([each.lines for each in mixed]) is None


def test_columns_that_no_paper_has_are_noted() -> None:
    _, known = proposed([paper(seed) for seed in range(6)])
    other = Sample(
        "other", tuple(map(PaperLine, ["PAIN 1,00", "VIN 5,00", "TOTAL 6,00"]))
    )
    made = score([other], known, truth=False)
    assert made.notes == ["other: columns: no row stands in them"]
    assert not made.worse


@pytest.mark.parametrize("count", ["2", "2,0"])
def test_a_table_of_taxes_has_no_rows_of_goods(count: str) -> None:
    taxes = [f"{count}  10,00   20,00" for _ in range(8)]
    assert columns_of([tuple(map(PaperLine, taxes))] * 3) is None
