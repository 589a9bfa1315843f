"""``python -m agent.wire.schema [DIR]``: the letters as JSON Schema, for others.

Writes ``receipt-1``, ``events-1`` and ``consent-1.schema.json`` (JSON Schema 2020-12)
to ``docs/wire``.  A schema can't say everything: that ``items[].of`` names a line which is
there, only the model checks.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from agent.wire.closing import DayClosed
from agent.wire.consent import ConsentRecord
from agent.wire.events import (
    AccountPushed,
    BatchAnswer,
    ChoiceAnswered,
    ChoiceMade,
    CloudEvent,
    ConsentRecorded,
    DeliveryStatus,
    EventType,
    IdentityCaptured,
    IdentityRefused,
    PageReserved,
    PhoneInvited,
    ProofSent,
    ReceiptAttached,
    ReceiptIssued,
    ReceiptVoided,
)
from agent.wire.model import Model
from agent.wire.orders import OrderApplied
from agent.wire.receipt import DocKind, Receipt

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
RECEIPT_ID: Final = "urn:receipt-agent:schema:receipt-1"
EVENTS_ID: Final = "urn:receipt-agent:schema:events-1"
CONSENT_ID: Final = "urn:receipt-agent:schema:consent-1"
BODIES: Final[Mapping[EventType, type[Model]]] = {
    "receipt.issued.v1": ReceiptIssued,
    "receipt.attached.v1": ReceiptAttached,
    "receipt.voided.v1": ReceiptVoided,
    "identity.captured.v1": IdentityCaptured,
    "choice.made.v1": ChoiceMade,
    "consent.recorded.v1": ConsentRecorded,
    "delivery.status.v1": DeliveryStatus,
    "identity.refused.v1": IdentityRefused,
    "phone.invited.v1": PhoneInvited,
    "choice.answered.v1": ChoiceAnswered,
    "account.pushed.v1": AccountPushed,
    "page.reserved.v1": PageReserved,
    "proof.sent.v1": ProofSent,
    "order.applied.v1": OrderApplied,
    "day.closed.v1": DayClosed,
}
FOLDER: Final = Path("docs/wire")


class _Untitled(GenerateJsonSchema):
    """A field's title says its name once more."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False


def receipt_schema() -> dict[str, Any]:
    """``receipt/1`` as an RCU takes it."""
    schema = Receipt.model_json_schema(schema_generator=_Untitled)
    return {"$schema": DIALECT, "$id": RECEIPT_ID, **schema}


def consent_schema() -> dict[str, Any]:
    """``consent/1``, the record that ``consent.recorded.v1`` carries as text."""
    schema = ConsentRecord.model_json_schema(schema_generator=_Untitled)
    return {"$schema": DIALECT, "$id": CONSENT_ID, **schema}


def events_schema() -> dict[str, Any]:
    """A batch of events; the answer to it is ``#/$defs/BatchAnswer``."""
    models: tuple[type[BaseModel], ...] = (CloudEvent, *BODIES.values(), BatchAnswer)
    _, schema = models_json_schema(
        [(model, "validation") for model in models], schema_generator=_Untitled
    )
    elsewhere = set(receipt_schema()["$defs"]) - {DocKind.__name__}
    kept = {
        name: each for name, each in schema["$defs"].items() if name not in elsewhere
    }
    return {
        "$schema": DIALECT,
        "$id": EVENTS_ID,
        "title": "Batch",
        "description": "The body of POST /v1/events, application/cloudevents-batch+json",
        "type": "array",
        "items": {
            "$ref": "#/$defs/CloudEvent",
            "allOf": [_when(name, body) for name, body in BODIES.items()],
        },
        "$defs": {**kept, Receipt.__name__: {"$ref": RECEIPT_ID}},
    }


def _when(name: EventType, body: type[Model]) -> dict[str, Any]:
    return {
        "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
        "then": {"properties": {"data": {"$ref": f"#/$defs/{body.__name__}"}}},
    }


def files() -> dict[str, str]:
    """Every schema under the name of its file."""
    schemas = {
        "receipt-1": receipt_schema(),
        "events-1": events_schema(),
        "consent-1": consent_schema(),
    }
    return {
        f"{name}.schema.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def main(folder: Path = FOLDER) -> None:
    """Write them."""
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
