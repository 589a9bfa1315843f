"""Counts and times, added up: a few dictionary lookups each, so that doors may count.

No metrics library is needed for it; the one that writes them out is loaded when somebody
scrapes (:mod:`agent.metrics.exposition`).  The number of label sets is bounded whatever
comes, so a mistake costs a row named ``other`` and no memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from agent.metrics.table import BY_NAME, PREFIX

MAX_SERIES: Final = 256
"""Of one metric: forty rules in four states, and room."""
OTHER: Final = "other"

Labels = tuple[str, ...]


@dataclass(slots=True)
class Times:
    """One histogram.  ``counts``: by bucket, not added up; the last is +Inf."""

    counts: list[int]
    total_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Counted:
    """All of it at one moment: by metric, by labels."""

    values: Mapping[str, Mapping[Labels, float]] = field(default_factory=dict)
    times: Mapping[str, Mapping[Labels, Times]] = field(default_factory=dict)


class Tally:
    """Names are those of the table without its prefix."""

    def __init__(self) -> None:
        self._values: dict[str, dict[Labels, float]] = {}
        self._times: dict[str, dict[Labels, Times]] = {}

    def add(self, name: str, *labels: str, by: float = 1.0) -> None:
        """Count one more, or ``by``."""
        series = self._values.setdefault(name, {})
        if labels not in series and len(series) >= MAX_SERIES:
            labels = (OTHER,) * len(labels)
        series[labels] = series.get(labels, 0.0) + by

    def put(self, name: str, value: float) -> None:
        """It is so much now."""
        self._values.setdefault(name, {})[()] = value

    def took(self, name: str, seconds: float, *labels: str) -> None:
        """It took so long this time.  A clock that went back counts as no time."""
        seconds = max(seconds, 0.0)
        series = self._times.setdefault(name, {})
        buckets = BY_NAME[PREFIX + name].buckets
        times = series.get(labels)
        if times is None:
            if len(series) >= MAX_SERIES:
                labels = (OTHER,) * len(labels)
            times = series.setdefault(labels, Times([0] * (len(buckets) + 1)))
        times.counts[bisect_left(buckets, seconds)] += 1
        times.total_s += seconds

    def counted(self) -> Counted:
        """A copy that stays as it is, by full names."""
        return Counted(
            {PREFIX + name: dict(series) for name, series in self._values.items()},
            {
                PREFIX + name: {
                    labels: Times(list(each.counts), each.total_s)
                    for labels, each in series.items()
                }
                for name, series in self._times.items()
            },
        )
