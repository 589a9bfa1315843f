"""Every bound of the front door stands in one file, with its reason, and on one page."""

from __future__ import annotations

import pytest

from agent.intake import limits
from tests.intake.limits_page import PAGE, ROOT, limits_of, render, shown, unreasoned

INTAKE = ROOT / "agent" / "intake"
FILES = sorted(path for path in INTAKE.rglob("*.py") if path.name != "limits.py")


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "write it again: python -m tests.intake.limits_page"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_other_file_of_the_room_has_a_number_of_its_own(path: object) -> None:
    assert unreasoned(path) == []  # type: ignore[arg-type]


def test_each_has_a_reason() -> None:
    named = [each.name for each in limits_of("agent.intake.limits")]
    assert named == unreasoned(INTAKE / "limits.py")
    assert all(hasattr(limits, name) for name in named)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("A_BYTES", 64 << 10, "64 KB"),
        ("A_BYTES", 4 << 20, "4 MB"),
        ("A_BYTES", 16, "16 bytes"),
        ("A_S", 0.5, "0.5 s"),
        ("A", 8, "8"),
    ],
)
def test_a_value_has_its_unit(name: str, value: float, said: str) -> None:
    assert shown(name, value) == said
