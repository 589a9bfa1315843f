"""Today's figures of a till, of which nobody can be found again.

A count under :data:`SMALLEST_CELL` is not told; nor is the smallest one beside it,
where the total would give a single hidden one away.  Shares are whole percent, over
that many or more.

Paper avoided: of each receipt that nobody has on paper, the length that its strip has at
the printer's own line spacing (feeds and pictures too, 203 dots to the inch), to whole
decimetres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

SMALLEST_CELL: Final = 5
MM_A_DECIMETRE: Final = 100

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a day came to; ``took_ms``: from offer to choice, by people only.

    ``mix``: receipts by their last choice; ``forced``: papers by the rule that printed
    them unasked; ``unprinted``: receipts that nobody has on paper, ``avoided_mm`` long
    together; ``captured``: by e-mail, SMS or account, of which ``arrived`` or ``refused``.
    """

    receipts: int = 0
    mix: Mapping[str, int] = field(default_factory=dict)
    forced: Mapping[str, int] = field(default_factory=dict)
    took_ms: Sequence[int] = ()
    unprinted: int = 0
    avoided_mm: int = 0
    captured: int = 0
    arrived: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be told; ``None`` where it may not."""

    receipts: int | None
    mix: Mapping[str, int | None]
    forced: Mapping[str, int | None]
    avoided_m: float | None
    captured: int | None
    valid: int | None
    p50_ms: int | None
    p95_ms: int | None


def told(day: Counts) -> Figures:
    """The figures that are of nobody in particular."""
    times = sorted(day.took_ms)
    answered = day.arrived + day.refused
    return Figures(
        receipts=cell(day.receipts),
        mix=cells(day.mix),
        forced=cells(day.forced),
        avoided_m=_metres(day),
        captured=percent(day.captured, day.receipts),
        valid=percent(day.arrived, answered),
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
    )


def cell(count: int) -> int | None:
    """The count, unless it is of a few only."""
    return count if count >= SMALLEST_CELL else None


def cells(counts: Mapping[K, int]) -> dict[K, int | None]:
    """Of one table whose total is told: never exactly one hidden."""
    found = {key: cell(count) for key, count in counts.items()}
    hidden = [key for key, count in found.items() if count is None]
    shown = {key: count for key, count in counts.items() if count >= SMALLEST_CELL}
    if len(hidden) == 1 and counts[hidden[0]] and shown:
        found[min(shown, key=lambda key: shown[key])] = None
    return found


def percent(part: int, whole: int) -> int | None:
    """Of so many that neither side is a few, unless it is none."""
    few = any(0 < count < SMALLEST_CELL for count in (part, whole - part))
    if whole < SMALLEST_CELL or few:
        return None
    return round(100 * part / whole)


def percentile(ordered: Sequence[int], share: int) -> int | None:
    """By nearest rank."""
    if len(ordered) < SMALLEST_CELL:
        return None
    rank = -(-share * len(ordered) // 100)
    return ordered[max(0, rank - 1)]


def _metres(day: Counts) -> float | None:
    if day.unprinted < SMALLEST_CELL:
        return None
    return round(day.avoided_mm / MM_A_DECIMETRE) / 10
