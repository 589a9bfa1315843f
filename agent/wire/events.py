"""The envelope between till and RCU: CloudEvents 1.0, batched, and its answer.

Uplink: ``POST /v1/events`` with ``application/cloudevents-batch+json``.  The
pair ``(source, id)`` is the natural key; ``sequence`` is the till's gap-free
number.  Personal data stands in ``data`` only (CloudEvents 1.0, "Privacy").
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.wire.model import Model, Part
from agent.wire.receipt import DocKind, Receipt

MEDIA_TYPE: Final = "application/cloudevents-batch+json"
MAX_EVENTS: Final = 500
MAX_BATCH_BYTES: Final = 1 << 20
"""Of the inflated body."""
MAX_EVENT_BYTES: Final = 64 << 10

EventType = Literal[
    "receipt.issued.v1",
    "identity.captured.v1",
    "choice.made.v1",
    "consent.recorded.v1",
    "delivery.status.v1",
    "order.applied.v1",
]


class ReceiptIssued(Part):
    """``receipt.issued.v1``.  ``token`` opens the customer's page."""

    receipt_id: str
    token: str
    job_sha256: str
    issued_at: dt.datetime = Field(description="when the till accepted it, UTC")
    receipt: Receipt


class IdentityCaptured(Model):
    """``identity.captured.v1``: an identifier that belongs to a receipt.

    ``provenance`` says where it came from, so that a proof can be judged.
    """

    receipt_id: str
    kind: Literal["loyalty", "email", "phone"]
    value: str
    provenance: Literal["printed", "typed_by_customer", "typed_by_cashier"]


class ChoiceMade(Model):
    """``choice.made.v1``: what the customer decided, or silence decided."""

    receipt_id: str
    choice: Literal["none", "paper", "qr", "email"]
    by: Literal["customer", "cashier", "silence", "next_sale", "rule"]
    rule: str


class ConsentRecorded(Model):
    """``consent.recorded.v1``: one purpose, one channel, one decision."""

    receipt_id: str
    purpose: Literal["receipt_delivery"]
    channel: Literal["email", "sms", "account"]
    decision: Literal["given", "withdrawn"]
    method: Literal["customer_screen", "cashier_oral", "own_phone"]
    notice: str = Field(description="id and version of the notice shown")


class DeliveryStatus(Model):
    """``delivery.status.v1``: the outcome of one channel for one receipt."""

    receipt_id: str
    channel: Literal["paper", "qr", "email", "none"]
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
