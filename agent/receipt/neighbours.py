"""A multiplication on a line of its own, and the price beside it that it may belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from agent.receipt.details import Detail, details_of
from agent.receipt.labels import says_name
from agent.receipt.lines import Line

NEAR: Final = 3
"""Lines below it that a multiplication's amount is looked for in."""
_PACK: Final = re.compile(r"\s\d{1,3}X\s+\d")


def attaches(lines: Sequence[Line], line: Line, above: int) -> bool:
    """An indented detail under a price belongs to it, whether it fits or not."""
    if above != line.at - 1 or _fits_below(lines, line):
        return False
    return _indent(line) > _indent(lines[above])


def is_pack(lines: Sequence[Line], line: Line, detail: Detail) -> bool:
    """``EAU 6X 3,60``: a name with its price, where no amount is left for it below."""
    if detail.unit or not says_name(line.text[: detail.start]):
        return False
    if not _PACK.search(line.plain, 0, detail.end):
        return False
    near = lines[line.at + 1 : line.at + 1 + NEAR]
    below = next((each for each in near if each.amounts), None)
    return below is None or (says_name(below.label) and not _fits_below(lines, line))


def _fits_below(lines: Sequence[Line], line: Line) -> bool:
    """The detail is the one of the next line (weights above their goods)."""
    below = lines[line.at + 1] if line.at + 1 < len(lines) else None
    if below is None or below.amount is None:
        return False
    return any(d.fits(below.amount) for d in details_of(line.plain))


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())
