"""What the words of a line propose.  Words propose; the sums decide.

The words stand in ``role_words``.  A role says nothing about the amount being right.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.receipt.lines import Line, Page
from agent.receipt.role_words import ROWS, UNKNOWN_IN_SUM, Role

TOTALS = frozenset({Role.DUE, Role.TOTAL})
NAMED = TOTALS | {Role.PART}
"""What calls itself a total, of the sale or of something."""
SUMS = frozenset({Role.DUE, Role.TOTAL, Role.SUBTOTAL, Role.NET})
_CARRIED = SUMS | {Role.DISCOUNT_TOTAL, Role.BALANCE}
_PAID = frozenset({Role.PAYMENT, Role.TENDERED, Role.BALANCE})
MAX_ROUNDING = 50
"""Cash is rounded to 5, 10 or 50 hundredths; more is the rounded total itself."""


def _proposed(page: Page) -> dict[int, Role]:
    """The role that the words of each line propose, by line."""
    proposed: dict[int, Role] = {}
    for role, words in ROWS:
        proposed.update(dict.fromkeys(page.holding(words, proposed), role))
    return proposed


def roles_of(page: Page) -> tuple[Role, ...]:
    """A role per line.

    A label whose amount is printed on the next line gives its role to that line
    (``Total sans remise`` above ``13,87 €``); an amount alone below a rounding is
    what is due.  What is left to pay is due unless a tender stands above it.
    """
    above = _Above()
    proposed = _proposed(page)
    roles: list[Role] = []
    for line in page.lines:
        roles.append(above.role(line, proposed.get(line.at, Role.NONE)))
        above.take(line, roles[-1])
    return tuple(roles)


@dataclass(slots=True)
class _Above:
    """What stands above a line: which decides between two readings of its words.

    ``carried`` by a label without an amount; ``due`` is the last total.
    """

    carried: Role = Role.NONE
    paid: bool = False
    summed: bool = False
    priced: bool = False
    due: int | None = None

    def role(self, line: Line, role: Role) -> Role:
        if role is Role.NONE and line.amount is not None and _is_bare(line):
            return self.carried
        if role is Role.BALANCE and not (self.paid and self.summed):
            return Role.DUE
        if role is Role.CHANGE and (line.amount or 0) < 0:
            return self._given_back(line)
        if role is Role.SHARE and not self.priced:
            return Role.NONE  # PRISE EN CHARGE of a taxi: there is nothing yet to share
        return _looked_at(role, line)

    def _given_back(self, line: Line) -> Role:
        """AUSZAHLUNG: what a refund gives back, or how, below its total."""
        if not self.summed:
            return Role.DUE
        return Role.PAYMENT if line.amount == self.due else Role.CHANGE

    def take(self, line: Line, role: Role) -> None:
        if line.plain:
            self.carried = _carries(role, priced=line.amount is not None)
        if line.amount is None:
            return
        self.priced = True
        self.paid = role in _PAID or (self.paid and role is not Role.NONE)
        if role in TOTALS:
            self.summed, self.due = True, line.amount


def _looked_at(role: Role, line: Line) -> Role:
    """What the rest of the line makes of it."""
    if role is Role.ROUNDING and abs(line.amount or 0) > MAX_ROUNDING:
        return Role.DUE
    if role is Role.TOTAL and UNKNOWN_IN_SUM.search(line.plain):
        return Role.PART
    return role


def _is_bare(line: Line) -> bool:
    return len(line.amounts) == 1 and not line.label.strip(" :=-€")


def _carries(role: Role, *, priced: bool) -> Role:
    if role is Role.ROUNDING and priced:
        return Role.DUE
    return role if role in _CARRIED and not priced else Role.NONE
