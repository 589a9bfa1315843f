"""docs/requirements.md says what is covered: its counts and its tests are those there are."""

from __future__ import annotations

import pytest

from tests.rules import coverage

PAGE = coverage.PAGE.read_text()


def test_the_rows_of_the_law_are_counted_as_they_are() -> None:
    assert coverage.written(PAGE) == PAGE, "run python -m tests.rules.coverage"
    assert "| R50 | " in PAGE


def test_each_requirement_has_its_line() -> None:
    assert tuple(coverage.named(PAGE)) == coverage.REQUIREMENTS


@pytest.mark.parametrize("requirement", coverage.REQUIREMENTS)
def test_the_tests_that_a_requirement_names_are_there(requirement: str) -> None:
    tests = coverage.named(PAGE)[requirement]
    assert [
        f"{file}::{name}" for file, name in tests if name not in coverage.tests_of(file)
    ] == []
    # What nobody tests has to say so.
    line = next(
        line for line in PAGE.splitlines() if line.startswith(f"| {requirement}")
    )
    assert tests or "not built" in line
