"""The downlink: what the RCU sends to a till, asked for by the till (WIRE 2.2).

``GET /v1/edges/{edge}/feed?after=<cursor>&limit=&wait=`` answers 200 with a batch of
CloudEvents and ``Link: <...?after=...>; rel="next"``, or 204.  To ask with a cursor says
that all up to it is done: the RCU forgets it.  At least once, in order.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal

from pydantic import Field

from agent.wire.consent import Channel, Purpose
from agent.wire.events import Answer
from agent.wire.money import Tongue

MAX_FEED_EVENTS: Final = 200
MAX_WAIT_S: Final = 25
WISHED: Final = "choice.wished.v1"
MAIL_REPORTED: Final = "mail.reported.v1"

Wishable = Literal["email", "paper", "account", "withdraw"]


PAGE_CLAIMED: Final = "page.claimed.v1"


class PageClaimed(Answer):
    """``page.claimed.v1``: a phone has taken a code that the till shows or showed."""

    finder: str = Field(pattern=r"^[0-9a-f]{64}$")


ACCOUNT_ANSWERED: Final = "account.answered.v1"


class AccountAnswered(Answer):
    """``account.answered.v1``: whether a receipt is in an account now.

    ``unknown``: nobody has an account by any identifier of that receipt.
    """

    receipt_id: str = Field(max_length=128)
    number: int = Field(default=0, ge=0)
    status: Literal["filled", "unknown"]


class Downward(Answer):
    """One event on its way down.  A type that a till does not know is passed over."""

    id: str = Field(min_length=1, max_length=64)
    type: str
    time: dt.datetime
    sequence: str = Field(description="its cursor: opaque, and growing")
    data: dict[str, Any]


class ChoiceWished(Answer):
    """``choice.wished.v1``: what a customer asks for on their own phone.

    ``contact`` as it was typed, for an e-mail; ``expires_at``: after it nobody waits
    for it any more.  ``withdraw`` takes back what ``subject`` agreed to: ``purpose`` by
    ``channel``.
    """

    receipt_id: str = Field(max_length=128)
    choice: Wishable
    contact: str = Field(default="", max_length=254, repr=False)
    lang: Tongue = "fr"
    sentence_sha256: str = Field(
        default="", description="of the notice's sentence, as it was shown"
    )
    ticked: dict[Purpose, str] = Field(
        default_factory=dict,
        description="boxes that were ticked, and the SHA-256 of the sentence of each",
    )
    purpose: Purpose | None = None
    channel: Channel | None = None
    subject: str = Field(
        default="", pattern=r"^(hmac-sha256:[0-9a-f]{16}:[0-9a-f]{32})?$"
    )
    shown_at: dt.datetime
    expires_at: dt.datetime


class MailReported(Answer):
    """``mail.reported.v1``: what became of a mail after a relay took it.

    ``delayed``: not yet.  ``unwanted``: whoever it reached wants none any more.
    ``hard``: that address takes no mail.  ``contact``: the one address that the RCU has
    for that receipt, if it has one; of a report for another till of the store it is all
    that matters.
    """

    receipt_id: str = Field(max_length=128)
    number: int = Field(default=0, ge=0, description="of the copy, 0 the original")
    state: Literal["bounced", "delayed", "unwanted"]
    status: str = Field(default="", max_length=16, description="RFC 3463")
    hard: bool = False
    contact: str = Field(default="", max_length=254, repr=False)
