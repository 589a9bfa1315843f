"""No example is judged by the clock: on a busy machine the same test takes longer."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

LONG_S = 120
"""A test that is given as much has a file that no worker should begin at the end."""

settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

# Nineteen thousand tests are a million objects that stay; they are not gone through
# over and over, neither while they come to be nor beside what each test leaves behind.
gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, each whole, so that all workers end together."""
    long = {item.path for item in items if _given_s(item) >= LONG_S}
    items.sort(key=lambda item: item.path not in long)


def _given_s(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0.0


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.freeze()
