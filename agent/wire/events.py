"""The envelope between till and RCU: CloudEvents 1.0, batched, and its answer.

Uplink: ``POST /v1/events`` with ``application/cloudevents-batch+json``.  The
pair ``(source, id)`` is the natural key; ``sequence`` is the till's gap-free
number.  Personal data stands in ``data`` only (CloudEvents 1.0, "Privacy").
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.wire.consent import Channel, Decision, Method, Purpose, check_oral
from agent.wire.model import Model, Part
from agent.wire.money import Tongue
from agent.wire.receipt import DocKind, Receipt

MEDIA_TYPE: Final = "application/cloudevents-batch+json"
MAX_EVENTS: Final = 500
MAX_BATCH_BYTES: Final = 1 << 20
"""Of the inflated body."""
MAX_EVENT_BYTES: Final = 64 << 10
MAX_NUMBER_CHARS: Final = 64
"""Of a document's number that another one names."""
MAX_RECORD_CHARS: Final = 4096

EventType = Literal[
    "receipt.issued.v1",
    "receipt.attached.v1",
    "receipt.voided.v1",
    "identity.captured.v1",
    "choice.made.v1",
    "consent.recorded.v1",
    "delivery.status.v1",
    "order.applied.v1",
    "day.closed.v1",
    "identity.refused.v1",
    "phone.invited.v1",
    "choice.answered.v1",
    "account.pushed.v1",
    "page.reserved.v1",
    "proof.sent.v1",
]


class ReceiptIssued(Part):
    """``receipt.issued.v1``.  ``token`` opens the customer's page."""

    receipt_id: str
    token: str
    job_sha256: str
    issued_at: dt.datetime = Field(description="when the till accepted it, UTC")
    receipt: Receipt


class ReceiptAttached(Model):
    """``receipt.attached.v1``: a card slip of a job of its own, put down to its sale.

    Both are issued by themselves, before this or after it.
    """

    receipt_id: str = Field(description="of the slip")
    to: str = Field(description="receipt_id of the sale")


class ReceiptVoided(Model):
    """``receipt.voided.v1``: a paper says that a sale was annulled.

    The sale is issued by itself, before this or after it; several papers may say so.
    """

    receipt_id: str = Field(description="of the sale")
    by: str | None = Field(
        default=None, description="receipt_id of the document that annuls, if issued"
    )
    number: str | None = Field(
        default=None,
        max_length=MAX_NUMBER_CHARS,
        description="its number, as printed",
    )


class IdentityCaptured(Model):
    """``identity.captured.v1``: an identifier that belongs to a receipt.

    ``provenance`` says where it came from, so that a proof can be judged.
    """

    receipt_id: str
    kind: Literal["loyalty", "email", "phone"]
    value: str
    provenance: Literal[
        "printed", "scanned", "looked_up", "typed_by_customer", "typed_by_cashier"
    ]


class ProofSent(Model):
    """``proof.sent.v1``: a message to a contact carries what proves that it is theirs.

    Whoever can show the proof has the contact; here is its hash only.
    """

    receipt_id: str
    identity: str = Field(description="id of the identity.captured.v1 with the contact")
    proof_sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="of its letters, as they were sent"
    )


class IdentityRefused(Model):
    """``identity.refused.v1``: an identifier that came with a receipt is another's.

    What the till said of it before this no longer holds for that receipt.
    """

    receipt_id: str
    kind: Literal["loyalty", "email", "phone"]


class ChoiceMade(Model):
    """``choice.made.v1``: what the customer decided, or silence decided."""

    receipt_id: str
    choice: Literal["none", "paper", "qr", "email", "sms", "account"]
    by: Literal["customer", "cashier", "silence", "next_sale", "preference", "rule"]
    rule: str


class ConsentRecorded(Model):
    """``consent.recorded.v1``: one purpose, one channel, one decision.

    ``record`` is the proof, byte for byte as the till keeps and signed it; the other
    fields say the same as it does.
    """

    receipt_id: str = Field(description="'-' where it is about no receipt")
    purpose: Purpose
    channel: Channel
    decision: Decision
    method: Method
    notice: str = Field(description="id and version of the notice shown")
    record: str = Field(
        default="",
        max_length=MAX_RECORD_CHARS,
        description="consent/1 as canonical JSON (consent-1.schema.json)",
    )

    @model_validator(mode="after")
    def _oral_is_for_delivery(self) -> Self:
        check_oral(self.purpose, self.decision, self.method)
        return self


class PhoneInvited(Model):
    """``phone.invited.v1``: what the customer's own phone may ask of the till.

    ``paper_until`` is absent where paper may not be asked for from there.  With a code
    for the phone, ``finder`` and ``token`` are as :mod:`agent.wire.shortcode` seals them.
    """

    receipt_id: str
    email: bool = False
    account: bool = False
    paper_until: dt.datetime | None = Field(default=None, description="UTC")
    asks: dict[Literal["email", "account"], dict[Tongue, str]] = Field(
        default_factory=dict,
        description="the sentence of the notice, to stand beside the field",
    )
    boxes: dict[Literal["email", "account"], dict[Purpose, dict[Tongue, str]]] = Field(
        default_factory=dict,
        description="what else may be agreed to beside that way: a sentence for each, "
        "to stand beside a box of its own that nobody has ticked",
    )
    finder: str = Field(default="", pattern=r"^([0-9a-f]{32})?$")
    token: str = Field(
        default="",
        pattern=r"^([0-9a-f]{32})?$",
        description="the page token, sealed by the code; the RCU keeps it as long",
    )
    code_until: dt.datetime | None = Field(default=None, description="UTC")


class ChoiceAnswered(Model):
    """``choice.answered.v1``: what became of a wish of the customer's own phone."""

    receipt_id: str
    wish: str = Field(description="id of the event choice.wished.v1")
    status: Literal["taken", "refused"]
    code: str = Field(default="", max_length=64, description="why it was refused")


class PageReserved(Model):
    """``page.reserved.v1``: a code is shown before there is a receipt.

    See :mod:`agent.wire.upfront`.
    """

    receipt_id: str = Field(default="-", description="'-': there is none yet")
    finder: str = Field(pattern=r"^[0-9a-f]{64}$")
    sealed: str = Field(pattern=r"^[0-9a-f]{32}$")
    number: str = Field(pattern=r"^[1-9][0-9]$")
    until: dt.datetime = Field(description="UTC; after it nobody can take it")


class AccountPushed(Model):
    """``account.pushed.v1``: the receipt is to go into its customer's account.

    Whose that is say the identifiers that came with the receipt; the RCU answers by
    ``account.answered.v1`` whether it knows one.
    """

    receipt_id: str
    number: int = Field(default=0, ge=0, description="of the copy, 0 the original")


class DeliveryStatus(Model):
    """``delivery.status.v1``: the outcome of one channel for one receipt."""

    receipt_id: str
    channel: Literal["paper", "qr", "email", "sms", "account", "none"]
    state: Literal["delivered", "deferred", "refused"]
    detail: str = ""
    kind: DocKind | None = None
    copy_number: int = 0


class CloudEvent(BaseModel):
    """One event as it travels.  ``data`` is one of the models above."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    time: dt.datetime
    subject: str | None = None
    sequence: str = Field(description="gap-free per source, 12 digits, from 1")
    datacontenttype: str = "application/json"
    data: dict[str, Any]


class Answer(BaseModel):
    """What the RCU answers.  A key that a later RCU adds must not stop a till."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Problem(Answer):
    """RFC 9457, for a request or for one event of it."""

    type: str
    title: str
    status: int | None = None
    detail: str = ""
    pointer: str | None = None


class ItemAnswer(Answer):
    """What became of one event.  Accepted ones may be left out of the answer."""

    id: str
    status: Literal["accepted", "duplicate", "conflict", "rejected"]
    problem: Problem | None = None


class Ack(Answer):
    """How far the RCU holds this till's log without a hole."""

    edge: str
    contiguous: int
    gaps: tuple[tuple[int, int], ...] = ()


class BatchAnswer(Answer):
    """``200``: every event named in it is durable at the RCU or refused for good."""

    ack: Ack
    counts: dict[str, int]
    items: tuple[ItemAnswer, ...] = ()
