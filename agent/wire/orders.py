"""What the RCU orders a till to do, and the till's proof that it did.

An order comes by the feed (:mod:`agent.wire.feed`), signed by the RCU's key over what
:func:`order_text` makes of it, so that nobody between, and no database of ours that was
written to by hand, can have a till erase anything.  The proof is the event
``order.applied.v1``, signed by the till's transport key over :func:`proof_text`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field

from agent.wire.events import Answer
from agent.wire.model import Model

ERASE: Final = "erasure.order.v1"
PREFER: Final = "preference.updated.v1"
BLOCK: Final = "identifier.blocked.v1"
CONFIGURE: Final = "config.updated.v1"
RESEND: Final = "resend.request.v1"
APPLIED: Final = "order.applied.v1"
ORDERS: Final = (ERASE, PREFER, BLOCK, CONFIGURE, RESEND)

MAX_IDENTITIES: Final = 32
MAX_SETTINGS: Final = 32
TRIAL_S: Final = 120.0

IdentityType = Literal["email", "phone", "loyalty"]
OrderStatus = Literal["completed", "partial", "failed", "nothing_found"]


class SubjectIdentity(Answer):
    """One identity of an OpenDSR 2.0 request.

    ``raw``: as the customer writes it.  ``hmac-sha256``: 16 bytes in hex of
    :func:`agent.identity.contacts.match_key`, under the secret that ``key`` names.
    """

    identity_type: IdentityType
    identity_format: Literal["raw", "hmac-sha256"] = "raw"
    identity_value: str = Field(max_length=254, repr=False)
    key: str = Field(default="", pattern=r"^([0-9a-f]{16})?$")


class Erasure(Answer):
    """``erasure.order.v1``: forget a person (GDPR, article 17), as OpenDSR names it."""

    subject_request_id: str = Field(min_length=1, max_length=64)
    subject_request_type: Literal["erasure"] = "erasure"
    regulation: str = "gdpr"
    submitted_time: dt.datetime
    deadline: dt.datetime | None = None
    subject_identities: tuple[SubjectIdentity, ...] = Field(
        min_length=1, max_length=MAX_IDENTITIES
    )


class PreferenceUpdated(Answer):
    """``preference.updated.v1``: how a card's holder wants receipts; ``None``: forgotten.

    ``holder`` is what the till may show while the RCU is away: never an address.
    """

    identity: SubjectIdentity
    channel: Literal["account", "paper", "none", "qr"] | None = None
    account_only: bool = False
    no_email: bool = False
    updated_at: dt.datetime
    holder: CardHolder | None = None


class CardHolder(Answer):
    """What is known of a card's holder for the counter: nothing that names anybody."""

    account: bool = False
    lang: str = Field(default="", pattern=r"^([a-z]{2})?$")
    tier: str = Field(default="", max_length=32)
    points: int | None = Field(default=None, ge=0, le=1_000_000_000)


class IdentifierBlocked(Answer):
    """``identifier.blocked.v1``: nobody's identifier (the shop's own card, a landline)."""

    identity: SubjectIdentity
    blocked: bool = True


class ConfigUpdated(Answer):
    """``config.updated.v1``: values for keys that may be ordered (``wire.orderable``).

    ``unset``: keys that are as the till's own file has them again.  ``base``: the
    generation that this one follows; a till that is at another refuses.  Only keys that
    need no start of the agent may come without one.  ``trial_s``: how long the till
    looks whether it is well with them.
    """

    settings: dict[str, int | float | bool | str] = Field(
        default_factory=dict, max_length=MAX_SETTINGS
    )
    unset: tuple[str, ...] = Field(default=(), max_length=MAX_SETTINGS)
    base: int | None = Field(default=None, ge=0)
    trial_s: float = Field(default=TRIAL_S, ge=5, le=3600)


class ResendRequest(Answer):
    """``resend.request.v1``: the log once more, from that number on."""

    first: int = Field(ge=1)


class OrderApplied(Model):
    """``order.applied.v1``: what became of an order.

    ``clock``: whose word the time is.  ``rcu``: the till's clock was within ``skew_s``
    of the RCU's as that answer said; ``till``: nobody could say.
    """

    order: str = Field(max_length=64, description="id of the event of the feed")
    type: str = Field(max_length=64)
    status: OrderStatus
    done: dict[str, int] = Field(default_factory=dict, description="what, and how much")
    why: str = Field(default="", max_length=200)
    applied_at: dt.datetime
    clock: Literal["rcu", "till"]
    skew_s: float | None = None
    agent_version: str = Field(default="", max_length=32)
    kid: str = Field(default="", pattern=r"^([0-9a-f]{16})?$")
    sig: str = Field(default="", max_length=88, description="Ed25519, base64")


PreferenceUpdated.model_rebuild()


def order_text(edge: str, event: Mapping[str, Any]) -> bytes:
    """What the RCU signs of one event of the feed of ``edge``."""
    said = {name: event[name] for name in ("id", "type", "time", "sequence", "data")}
    return b"receipt-rcu order/1\0" + canonical({"edge": edge, **said})


def proof_text(edge: str, data: Mapping[str, Any]) -> bytes:
    """What the till signs of its ``order.applied.v1``: all but the signature."""
    said = {name: value for name, value in data.items() if name != "sig"}
    return b"receipt-agent proof/1\0" + canonical({"edge": edge, **said})


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and nothing to spare.

    Signed content holds texts, whole numbers and truth values, and of others only what
    comes back from JSON as it went in.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")
