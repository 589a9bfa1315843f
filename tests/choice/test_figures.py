"""Figures of which nobody can be found again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.choice.figures import (
    SMALLEST_CELL,
    Counts,
    cells,
    percent,
    percentile,
    told,
)

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40))


def test_a_day_as_the_cashier_sees_it() -> None:
    day = told(
        Counts(
            receipts=100,
            mix={"qr": 40, "none": 50, "paper": 10},
            forced={"R10": 7, "R12": 6},
            took_ms=[1000, 2000, 3000, 4000, 9000],
            unprinted=90,
            avoided_mm=90 * 212,
            captured=20,
            arrived=30,
            refused=10,
        )
    )
    assert day.receipts == 100
    assert day.mix == {"qr": 40, "none": 50, "paper": 10}
    assert day.forced == {"R10": 7, "R12": 6}
    assert (day.p50_ms, day.p95_ms) == (3000, 9000)
    assert day.avoided_m == pytest.approx(19.1)
    assert (day.captured, day.valid) == (20, 75)


def test_of_a_few_nothing_is_told() -> None:
    day = told(
        Counts(
            receipts=4,
            mix={"qr": 4},
            forced={"R10": 1},
            took_ms=[1, 2, 3, 4],
            unprinted=4,
            avoided_mm=800,
            captured=1,
            arrived=1,
            refused=0,
        )
    )
    assert (day.receipts, day.avoided_m, day.captured, day.valid) == (None,) * 4
    assert (day.p50_ms, day.p95_ms) == (None, None)
    assert day.mix == {"qr": None}
    assert day.forced == {"R10": None}


def test_the_total_gives_no_single_hidden_count_away() -> None:
    assert cells({"qr": 40, "none": 20, "email": 2}) == {
        "qr": 40,
        "none": None,
        "email": None,
    }
    assert cells({"qr": 40, "none": 0}) == {"qr": 40, "none": None}


@given(COUNTS)
def test_whoever_knows_the_total_cannot_work_a_small_count_out(
    counts: dict[str, int],
) -> None:
    seen = cells(counts)
    hidden = [counts[key] for key, count in seen.items() if count is None]
    assert all(count is None or count >= SMALLEST_CELL for count in seen.values())
    if len(hidden) == 1 and len(counts) > 1:
        assert hidden[0] == 0


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (0, 10, 0),
        (10, 10, 100),
        (5, 10, 50),
        (4, 10, None),
        (7, 10, None),
        (2, 4, None),
    ],
)
def test_a_share_tells_of_no_few_on_either_side(
    part: int, whole: int, share: int | None
) -> None:
    assert percent(part, whole) == share


@given(st.lists(st.integers(0, 10_000), min_size=5), st.integers(1, 100))
def test_a_percentile_is_one_of_the_values_and_so_many_are_not_above_it(
    values: list[int], share: int
) -> None:
    found = percentile(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) / 100
