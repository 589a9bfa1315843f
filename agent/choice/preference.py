"""What is kept for a loyalty card: how its holder wants receipts.

It is set once (« Conserver ce choix »), applied silently, shown, and undone by one key.
The card itself is not in it; whoever keeps one knows it by a keyed digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from agent.verbs import Choice

Kept = Literal["account", "paper", "none", "qr"]
"""Nothing that needs an address: those stay with the account."""

KEEPABLE: Final[dict[Choice, Kept]] = {
    "account": "account",
    "email": "account",
    "sms": "account",
    "paper": "paper",
    "none": "none",
    "qr": "qr",
}
"""What a choice made now becomes when it is kept: the account knows the address."""


@dataclass(frozen=True, slots=True)
class Preference:
    """``account_only``: by no other channel unless asked for; ``no_email``: never."""

    channel: Kept
    account_only: bool = False
    no_email: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What is possible now.  ``paper_due``: the rule prints whatever is preferred."""

    paper_due: bool = False
    account: bool = True


def applied(kept: Preference | None, now: Situation) -> Choice | None:
    """What is chosen at once for that card's sale; ``None``: ask as ever.

    Paper that a rule demands is not taken away by a preference (R03, R10): then nothing
    is applied.  A QR is not applied either: shown it is already.
    """
    if kept is None or kept.channel == "qr":
        return None
    if now.paper_due and kept.channel != "paper":
        return None
    if kept.channel == "account" and not now.account:
        return None
    return kept.channel
