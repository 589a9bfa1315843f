"""What a customer does about one purpose, as types: what cannot be proved cannot be said.

``Told`` is what a customer said to a cashier.  It has no purpose to set: it gives the
delivery, and there is no way to write that it gives anything else (DOMAIN G03).  To
refuse, withdraw or object, by contrast, is as easy as possible (GDPR, art. 7, 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.consent.purposes import DELIVERY, TERMS
from agent.wire.consent import Basis, Channel, Decision, Method, Purpose

Seen = Literal["customer_screen", "own_phone", "stored_pref", "account"]
"""Ways in which the customer has the sentence before their eyes, or had."""


@dataclass(frozen=True, slots=True)
class Told:
    """Said to a cashier: send me this receipt."""

    channel: Channel

    @property
    def purpose(self) -> Purpose:
        return DELIVERY

    @property
    def decision(self) -> Decision:
        return "given"

    @property
    def method(self) -> Method:
        return "cashier_oral"


@dataclass(frozen=True, slots=True)
class Agreed:
    """The customer's own hand, under the sentence that was shown."""

    purpose: Purpose
    channel: Channel
    method: Seen

    def __post_init__(self) -> None:
        _check(self.purpose, self.channel)

    @property
    def decision(self) -> Decision:
        return "given"


@dataclass(frozen=True, slots=True)
class Declined:
    """No: at once, later (withdrawn), or to what needs no consent (objected)."""

    purpose: Purpose
    channel: Channel
    decision: Literal["refused", "withdrawn", "objected"]
    method: Method

    def __post_init__(self) -> None:
        _check(self.purpose, self.channel)


Act = Told | Agreed | Declined


def basis(act: Act) -> Basis:
    """The ground on which the purpose stood, or stands."""
    objects = act.decision == "objected"
    return "legit_interest" if objects else TERMS[act.purpose].basis


def _check(purpose: Purpose, channel: Channel) -> None:
    if channel not in TERMS[purpose].channels:
        raise ValueError(f"{purpose} does not go by {channel}")
