"""One ledger of originals and copies, across paper, QR, e-mail, SMS and account.

A hand-over gets its number when it is ordered: a print when it is lined up, a mail or
SMS when it is put on the shelf, a QR when it was chosen or its page fetched, an account
when the log has it.  0 is the ORIGINAL, n the DUPLICATA n (NF525; D. 541-371 does not
ask for it).  A number once given is never given again, also if its delivery failed: the
row says so.  A QR that was merely shown has no row.

This ledger is ours.  The POS's fiscal chain, with its own print count and signature, is
the POS's, and nothing here changes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from agent.ids import JobId, ReceiptId
from agent.verbs import Channel, Reason

Outcome = Literal["waiting", "done", "failed", "withdrawn", "bounced"]
"""``withdrawn``: taken back, or replaced by another, before it left; ``bounced``: it left
and came back."""
Why = Reason | Literal["chosen", "rule", "fallback", "preference", "pos"]
"""A reason somebody gave, or: chosen at the counter; printed by a rule unasked; since
another channel failed; since it is kept for that card; the POS printed it again."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """One row.  ``job``: whose bytes were printed.  Times are Unix ms.

    ``operator`` is a role or a device, never a person's name.
    """

    receipt: ReceiptId
    number: int
    channel: Channel
    why: Why
    operator: str
    at_ms: int
    outcome: Outcome = "waiting"
    ended_ms: int | None = None
    job: JobId | None = None

    @property
    def mark(self) -> str:
        """``ORIGINAL``, ``DUPLICATA 2``."""
        return mark(self.number)


def mark(number: int) -> str:
    """What a hand-over of that number bears."""
    return f"DUPLICATA {number}" if number else "ORIGINAL"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The hand-overs of one receipt.  ``given`` numbers were given, from 0."""

    receipt: ReceiptId
    given: int = 0
    rows: tuple[HandOver, ...] = ()

    def order(
        self,
        channel: Channel,
        why: Why,
        operator: str,
        at_ms: int,
        *,
        job: JobId | None = None,
    ) -> tuple[Ledger, HandOver]:
        """The next number goes to that channel."""
        row = HandOver(self.receipt, self.given, channel, why, operator, at_ms, job=job)
        return replace(self, given=self.given + 1, rows=(*self.rows, row)), row

    def end(self, number: int, outcome: Outcome, at_ms: int) -> Ledger:
        """What became of it; the first word counts."""
        rows = tuple(
            replace(row, outcome=outcome, ended_ms=at_ms)
            if row.number == number and row.outcome == "waiting"
            else row
            for row in self.rows
        )
        return replace(self, rows=rows)

    @property
    def reached(self) -> bool:
        """Some channel has it, or still may bring it."""
        return any(row.outcome in {"waiting", "done"} for row in self.rows)

    @property
    def owed(self) -> tuple[HandOver, ...]:
        """Paper that was ordered and has not come."""
        return tuple(
            row
            for row in self.rows
            if (row.channel, row.outcome) == ("paper", "waiting")
        )
