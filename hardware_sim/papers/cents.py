"""Money as integer cents: how tills print it, and the VAT that is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FULL: Final = 10_000
"""100 % in basis points."""


def half_up(numerator: int, denominator: int) -> int:
    """Rounded to the nearest integer, halves away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    top, bottom = abs(numerator), abs(denominator)
    return sign * ((2 * top + bottom) // (2 * bottom))


def vat_in(gross_cents: int, rate_bp: int) -> int:
    """The VAT that a gross amount holds."""
    return half_up(gross_cents * rate_bp, FULL + rate_bp)


def plain(cents: int) -> str:
    """``-1234.50``: the corpus' way."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def shared(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """An amount apportioned by weight; what rounding leaves goes to the heaviest."""
    whole = sum(weights.values())
    parts = {key: half_up(amount * w, whole) for key, w in weights.items()}
    heaviest = max(weights, key=lambda key: weights[key])
    parts[heaviest] += amount - sum(parts.values())
    return parts


@dataclass(frozen=True, slots=True)
class Coin:
    """How one till writes money.

    ``trailing``: the minus stands behind; ``grouped``: a space every three digits.
    """

    point: str = ","
    tail: str = ""
    head: str = ""
    trailing: bool = False
    grouped: bool = False

    def bare(self, cents: int) -> str:
        """Without currency."""
        whole, rest = divmod(abs(cents), 100)
        digits = f"{whole:,}".replace(",", " ") if self.grouped else str(whole)
        return self._signed(cents, f"{digits}{self.point}{rest:02}")

    def full(self, cents: int) -> str:
        """With currency, wherever this till writes it."""
        bare = self.bare(cents if self.trailing else abs(cents))
        text = f"{self.head}{bare}{self.tail}"
        return text if cents >= 0 or self.trailing else f"-{text}"

    def _signed(self, cents: int, text: str) -> str:
        if cents >= 0:
            return text
        return f"{text}-" if self.trailing else f"-{text}"

    def milli(self, milli: int, places: int = 3) -> str:
        """A quantity in thousandths: ``0,792``."""
        whole, rest = divmod(abs(milli), 1000)
        return f"{whole}{self.point}{f'{rest:03}'[:places]}"


@dataclass(frozen=True, slots=True)
class Row:
    """One rate of a VAT table, in cents."""

    key: str
    rate_bp: int
    net: int
    vat: int

    @property
    def gross(self) -> int:
        return self.net + self.vat


def vat_table(gross: Mapping[str, int], rates: Mapping[str, int]) -> tuple[Row, ...]:
    """VAT per rate, each rounded once, as a till does."""
    return tuple(
        Row(
            key,
            rates[key],
            cents - vat_in(cents, rates[key]),
            vat_in(cents, rates[key]),
        )
        for key, cents in sorted(gross.items(), key=lambda pair: rates[pair[0]])
    )


def net_table(net: Mapping[str, int], rates: Mapping[str, int]) -> tuple[Row, ...]:
    """Tax on top per rate, each rounded once."""
    return tuple(
        Row(key, rates[key], cents, half_up(cents * rates[key], FULL))
        for key, cents in sorted(net.items(), key=lambda pair: rates[pair[0]])
    )


def added(rows: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Sums by key."""
    sums: dict[str, int] = {}
    for key, cents in rows:
        sums[key] = sums.get(key, 0) + cents
    return sums
