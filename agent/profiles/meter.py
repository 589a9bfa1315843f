"""What all patterns of a profile together may take on one paper.

Each pattern is bounded at one place of a line (:mod:`agent.profiles.cost`); a paper made
for it has such places by the ten thousand, and a profile has dozens of patterns.  So each
search pays before it is made, by how often its beginning stands in the line; a pattern
whose beginning is not there costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from agent.profiles.pattern import translated

MAX_SPENT: Final = 20_000_000
"""Steps: 0.3 s of CPU, at 15 ns a step as measured (docs/decisions/0007)."""


class TooDearError(Exception):
    """The paper is read without the profile."""


@dataclass(slots=True)
class Meter:
    """Of one paper."""

    spent: int = 0

    def search(self, source: str, plain: str) -> re.Match[str] | None:
        """The first match in a line.

        Raises:
            TooDearError: with this search it would be more than ``MAX_SPENT``.
        """
        pattern = translated(source)
        price = pattern.price(plain)
        if not price:
            return None
        self.spent += price
        if self.spent > MAX_SPENT:
            raise TooDearError
        return pattern.regex.search(plain)
