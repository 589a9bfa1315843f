"""What the screens ask of the counter, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from agent.screens.snapshot import Choice, Snapshot, Words

View = Literal["cashier", "display"]
By = Literal["customer", "cashier"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a verb did nothing: a code for the log, words for the person."""

    code: str
    words: Words


class Counter(Protocol):
    """The corridor, as the screens see it.

    ``receipt`` is :attr:`Shown.id`; a receipt that is no longer at the counter
    is a :class:`Refusal`, not an exception.  Every verb may be repeated.
    """

    def snapshot(self, view: View) -> Snapshot:
        """What that screen shows now; cheap, and without waiting.

        The customer's view holds nothing of other customers.
        """
        ...

    def strip(self, receipt: str) -> bytes | None:
        """The receipt's paper as HTML that is already safe; ``None``: not here now."""
        ...

    async def choose(
        self, receipt: str, choice: Choice, email: str | None, by: By
    ) -> Refusal | None:
        """The choice; ``email`` comes with ``choice='email'`` and only then."""
        ...

    async def hold(self, receipt: str) -> Refusal | None:
        """Stop the countdown: somebody is busy choosing."""
        ...

    async def reprint(self, receipt: str) -> Refusal | None:
        """Print a receipt of the cashier's list again, as DUPLICATA."""
        ...
