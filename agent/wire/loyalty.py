"""What a receipt tells its customer of a loyalty programme: no sum of the sale.

The card's number is not here but in ``Receipt.loyalty_card``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agent.wire.model import Part

BalanceRole = Literal["before", "earned", "spent", "after", "other"]


class Balance(Part):
    """Points, a kitty, stickers: the words, and the number where it is one.

    ``text`` is the value as printed; ``amount`` is set when it is money, ``points``
    when it counts something.
    """

    label: str
    text: str
    role: BalanceRole = "other"
    amount: int | None = Field(default=None, description="minor units")
    points: int | None = None


class Loyalty(Part):
    """The loyalty block."""

    programme: str | None = None
    balances: tuple[Balance, ...] = ()
    savings: int | None = Field(
        default=None, description="what this purchase saved, as printed; positive"
    )
