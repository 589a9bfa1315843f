"""What the screens ask of the counter besides the verbs: pictures, papers, a search."""

from __future__ import annotations

from typing import Literal, Protocol

from agent import verbs
from agent.screens.snapshot import Recent, Snapshot
from agent.verbs import Channel, Lang, Refusal

View = Literal["cashier", "display", "it"]


class Counter(verbs.Counter, Protocol):
    """The counter, as the screens see it."""

    def snapshot(self, view: View) -> Snapshot:
        """What that screen shows now; cheap, and without waiting.

        The customer's view holds nothing of other customers; IT's nothing of any.
        """
        ...

    async def look(self) -> None:
        """Have IT's picture made anew; returns when it is, or after a second."""
        ...

    def strip(self, receipt: str) -> bytes | None:
        """The receipt's paper as HTML that is already safe; ``None``: not here now."""
        ...

    async def speak(self, lang: Lang, receipt: str | None = None) -> Refusal | None:
        """The customer's screen is read in that language: for that receipt, or idle."""
        ...

    async def replay(
        self, receipt: str, channel: Channel, by: str = "cashier"
    ) -> Refusal | None:
        """Send what reached nobody again, to whom it was to go; by its receipt's id."""
        ...

    async def exit_slip(self, receipt: str, by: str = "cashier") -> Refusal | None:
        """Print what opens the barrier behind a self-checkout; no copy."""
        ...

    async def search(self, query: str, by: str = "cashier") -> tuple[Recent, ...]:
        """Receipts that the store still has: by number, amount, time, last four digits.

        At most :data:`agent.screens.snapshot.MAX_FOUND`, newest first; who searched is
        logged, what for is not.
        """
        ...
