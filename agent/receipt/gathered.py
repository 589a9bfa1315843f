"""Entries as they are gathered, and what those at hand add up to.

Only the last is ever changed, or those since the last family's sum, so what they add up
to is known without adding all of them up for each line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from agent.receipt.entries import Entry, as_named
from agent.receipt.role_words import Role

_MAYBE = frozenset({Role.TOTAL, Role.PART})


class _Sum(NamedTuple):
    """In minor units.

    ``named``: with products that are called a total as products; ``paid``: of those that
    may count for nothing.
    """

    whole: int = 0
    named: int = 0
    paid: int = 0


class Gathered:
    """From top to bottom."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self._roles = roles
        self._all: list[Entry] = []
        self._sums = [_Sum()]
        self._family = 0

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._all)

    @property
    def last(self) -> Entry | None:
        return self._all[-1] if self._all else None

    def append(self, entry: Entry) -> None:
        whole, named, paid = self._sums[-1]
        open_ = entry.worth == (entry.printed, 0)
        self._all.append(entry)
        self._sums.append(
            _Sum(
                whole=whole + entry.amount,
                named=named + self._named(entry).amount,
                paid=paid + (entry.amount if open_ else 0),
            )
        )

    def pop(self) -> None:
        """Forget the last."""
        self._all.pop()
        self._sums.pop()

    def change(self, entry: Entry) -> None:
        """Have it in place of the last."""
        self.pop()
        self.append(entry)

    def sums(self) -> Collection[int]:
        """Of all, and of all that must count."""
        whole, _, paid = self._sums[-1]
        return (whole, whole - paid)

    def closes(self, cents: int) -> bool:
        """Whether those since the last family's sum add up to it; then they are a family."""
        since, now = self._sums[self._family], self._sums[-1]
        if len(self._all) == self._family:
            return False
        if now.whole - since.whole != cents:
            if now.named - since.named != cents:
                return False
            sold = self._all[self._family :]
            del self._all[self._family :], self._sums[self._family + 1 :]
            for entry in sold:
                self.append(self._named(entry))
        self._family = len(self._all)
        return True

    def _named(self, entry: Entry) -> Entry:
        return as_named(entry) if self._roles[entry.at] in _MAYBE else entry
