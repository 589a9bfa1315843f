"""What was sold, as the law looks at it: by nature, under guarantee, weighed.

The twelve categories are those of C. conso., art. D. 211-6: goods of which every bill
names the legal guarantee of conformity (art. D. 211-7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

Nature = Literal["good", "service", "unknown"]

Category = Literal[
    "appliance", "computing", "electronics", "telephony", "photo", "tools", "toys",
    "sport", "watches", "lighting", "sunglasses", "furniture",
]  # fmt: skip

CATEGORIES: Final[Mapping[Category, tuple[str, str]]] = {
    "appliance": ("appareils électroménagers", "household appliances"),
    "computing": ("équipements informatiques", "computers"),
    "electronics": ("électronique grand public", "consumer electronics"),
    "telephony": ("appareils de téléphonie", "telephones"),
    "photo": ("appareils photographiques", "cameras"),
    "tools": (
        "bricolage et jardinage à moteur électrique ou thermique",
        "motor tools for home and garden",
    ),
    "toys": ("jeux et jouets, y compris consoles", "games and toys, consoles too"),
    "sport": ("articles de sport", "sporting goods"),
    "watches": ("montres et horlogerie", "watches and clocks"),
    "lighting": ("éclairage et luminaires", "lighting"),
    "sunglasses": ("lunettes de soleil", "sunglasses"),
    "furniture": ("éléments d’ameublement", "furniture"),
}
"""In the order of the decree, in French and English."""


class Goods(NamedTuple):
    """``lines`` of one sort.  ``weighed``: a weight stands on them."""

    nature: Nature = "unknown"
    category: Category | None = None
    weighed: bool = False
    lines: int = 1


def gathered(lines: Iterable[Goods]) -> tuple[Goods, ...]:
    """Lines of the same sort together, in the order of their first."""
    counts: Counter[Goods] = Counter()
    for line in lines:
        counts[line._replace(lines=1)] += line.lines
    return tuple(sort._replace(lines=count) for sort, count in counts.items())
