"""How parcels are tried: how often, how long, and what is nobody's fault but the link's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from agent.delivery.outcome import Deferred, Outcome
from agent.delivery.reasons import Reason
from agent.retry import Backoff

BATCH: Final = 16
"""Parcels read at a time; more than a till sends in a minute."""
MAX_NAP_S: Final = 30.0
"""A correction has no bell; a wall clock set back must not make a parcel wait."""
MIN_NAP_S: Final = 0.2
"""Between two rounds that the clock asks for, whatever it says."""
PARCEL_RETRY: Final = Backoff(base_s=60.0, cap_s=3600.0)
"""Greylisting wants minutes (RFC 6647, 2.3); an hour is what a customer bears."""
LINK_RETRY: Final = Backoff(base_s=5.0, cap_s=300.0)
"""The relay is away for all parcels alike."""
GIVE_UP_MS: Final = 48 * 3_600_000
"""Behind it a parcel is dead: half of what mail relays wait (RFC 5321, 4.5.4.1: 4-5
days), for a receipt is wanted now."""
LEASE_S: Final = 120.0
"""Longer than composing and sending one takes; a channel with longer terms says so."""
COMPOSE_TRIES: Final = 3
"""A worker may die of something else; one that fails that often fails always."""

LINK_DOWN: Final = frozenset(
    {
        Reason.MAIL_UNREACHABLE,
        Reason.MAIL_SETUP,
        Reason.SMS_UNREACHABLE,
        Reason.SMS_MODEM,
        Reason.SMS_SETUP,
        Reason.SMS_BUSY,
        Reason.SMS_DOUBT,
    }
)
"""Reasons that say nothing about the parcel: the others would fare alike."""

Carried = Literal["email", "sms"]


@dataclass(frozen=True, slots=True)
class Link:
    """The bell's name of what carries a channel, and the log's sentences."""

    name: str
    back: str
    away: str
    not_composed: Reason


LINKS: Final[Mapping[Carried, Link]] = {
    "email": Link(
        "mail",
        "mail relay answers",
        "mail relay went away",
        Reason.MAIL_NOT_COMPOSED,
    ),
    "sms": Link(
        "sms",
        "SMS carrier answers",
        "SMS carrier went away",
        Reason.SMS_NOT_COMPOSED,
    ),
}


def asked_s(outcome: Outcome) -> float:
    """How long the far side wants to be left alone, an hour at most."""
    asked = outcome.retry_after_s if isinstance(outcome, Deferred) else None
    return min(asked or 0.0, PARCEL_RETRY.cap_s)


def is_link_down(outcome: Outcome) -> bool:
    """Whether any other parcel would fare alike now."""
    return isinstance(outcome, Deferred) and (
        outcome.reason.partition(":")[0] in LINK_DOWN
    )
