"""What a customer agreed to by asking for a delivery, as decisions to be recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, Literal

from agent.choice.session import By
from agent.consent.acts import Agreed, Seen, Told
from agent.consent.purposes import DELIVERY
from agent.pipeline.consents import Deed, Whom
from agent.pipeline.view import AtCounter
from agent.wire.consent import Purpose

SEEN: Final[Mapping[By, Seen]] = {
    "customer": "customer_screen",
    "preference": "stored_pref",
}
"""Who had the sentence before their eyes, and where; others told the cashier."""


def delivery(
    at: AtCounter,
    channel: Literal["email", "sms", "account"],
    contact: Whom | None,
    seen: Seen | None,
) -> Deed:
    """That this receipt goes there; ``seen``: under the sentence, else told (G03)."""
    return Deed(
        Told(channel) if seen is None else Agreed(DELIVERY, channel, seen),
        contact,
        at.row.id,
        at.offered_ms or at.row.at_ms,
        at.lang,
    )


def beside(given: Deed, boxes: Iterable[Purpose]) -> list[Deed]:
    """Each box that was ticked beside a delivery: one decision each (G01).

    What was told to a cashier ticks no box (G03).
    """
    act = given.act
    if not isinstance(act, Agreed):
        return []
    return [
        replace(given, act=Agreed(purpose, act.channel, act.method))
        for purpose in boxes
    ]
