"""What crosses the counter between the front of the RCU and its store: values.

Nothing here does anything.  ``Candidate`` is an event that reads well;
``Refusal`` one that does not.  The store turns a list of both into ``Item``s
(one each, in the order of the batch) and an ``Ack``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agent.wire.closing import DayClosed
from agent.wire.events import (
    AccountPushed,
    Ack,
    ChoiceAnswered,
    ChoiceMade,
    ConsentRecorded,
    DeliveryStatus,
    IdentityCaptured,
    IdentityRefused,
    ItemAnswer,
    PageReserved,
    PhoneInvited,
    Problem,
    ProofSent,
    ReceiptAttached,
    ReceiptVoided,
)
from agent.wire.orders import OrderApplied
from agent.wire.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Page:
    """``receipt.issued.v1`` without its page token: only the token's SHA-256 (hex)."""

    receipt_id: str
    token_sha256: str = field(repr=False)
    issued_ms: int
    receipt: Receipt = field(repr=False)


Said = (
    AccountPushed
    | IdentityCaptured
    | ChoiceMade
    | ConsentRecorded
    | DeliveryStatus
    | IdentityRefused
    | PageReserved
    | PhoneInvited
    | ProofSent
    | ChoiceAnswered
    | ReceiptAttached
    | ReceiptVoided
)
"""What an event says of a receipt that is issued by itself."""
OfItself = OrderApplied | DayClosed
"""What a till says of itself, signed by its transport key."""
Fact = Page | Said | OfItself


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that reads well.

    ``body`` is its canonical JSON with every page token replaced by a hash;
    ``content_sha256`` is of the event as sent.  ``fact`` is ``None`` for a type
    that this version does not know: such an event is kept and not projected.
    """

    id: str
    sequence: int
    type: str
    time_ms: int
    content_sha256: bytes = field(repr=False)
    body: bytes = field(repr=False)
    fact: Fact | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that is refused for good.

    ``sequence`` is ``None`` when the number is not one of this till's log.
    """

    id: str
    sequence: int | None
    content_sha256: bytes = field(repr=False)
    problem: Problem


@dataclass(frozen=True, slots=True)
class Batch:
    """One request, read and judged.  ``fingerprint`` is of the inflated body."""

    edge: str
    key: str
    fingerprint: bytes = field(repr=False)
    items: tuple[Candidate | Refusal, ...]


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The idempotency key was used before, with another payload."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The answer that was stored with the first request of this key."""

    answer: bytes


@dataclass(frozen=True, slots=True)
class Absorbed:
    """The batch is durable, and so is its answer."""

    answer: bytes
    counts: dict[str, int]


Composer = Callable[[Ack, Sequence[ItemAnswer]], bytes]
"""Turns what happened into the answer's bytes, inside the transaction."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page token opens: with its ``slips``, and what became of it since."""

    receipt: Receipt = field(repr=False)
    issued_ms: int
    received_ms: int
    slips: tuple[Receipt, ...] = field(default=(), repr=False)
    phone: bool = False
    """Its till takes wishes from the customer's own phone."""


@dataclass(frozen=True, slots=True)
class Closed:
    """There was a page; its retention is over and its receipt is gone."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No receipt has come for this token, so far."""
