"""The short form: what ``python -m tests.fuzz`` does by the million."""

from __future__ import annotations

from random import Random

import pytest

from tests.fuzz.__main__ import one
from tests.fuzz.jobs import job

SHORT = 4_000
BATCHES = 8


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_job_breaks_a_law(batch: int) -> None:
    numbers = range(batch, SHORT, BATCHES)
    broken = [said for number in numbers if (said := one(1, number)[1])]
    assert not broken, broken[0]


def test_a_number_names_a_job_for_good() -> None:
    assert job(Random("1:5")) == job(Random("1:5"))


def test_the_dice_make_every_kind_of_job() -> None:
    jobs = [job(Random(f"1:{number}")) for number in range(200)]
    assert sum(made.text is not None for made in jobs) > 20
    assert sum(made.text is None for made in jobs) > 20
