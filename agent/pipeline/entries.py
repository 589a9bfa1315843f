"""Entries for the event log, as canonical JSON that is never encoded again."""

from __future__ import annotations

import json
from typing import Literal

from agent.clock import Clock
from agent.entropy import Entropy
from agent.ids import EntryId, ReceiptId, uuid7
from agent.store.records import Append, Entry, ReceiptRow
from agent.wire.events import (
    ChoiceMade,
    ConsentRecorded,
    DeliveryStatus,
    EventType,
    IdentityCaptured,
)

NOTICE = "delivery-2026-1"
"""Id and version of the sentence shown beside the address field."""

Body = ChoiceMade | ConsentRecorded | DeliveryStatus | IdentityCaptured
TYPES: dict[type[Body], EventType] = {
    ChoiceMade: "choice.made.v1",
    ConsentRecorded: "consent.recorded.v1",
    DeliveryStatus: "delivery.status.v1",
    IdentityCaptured: "identity.captured.v1",
}


class Scribe:
    """Gives entries their ids and times."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        self._clock = clock
        self._entropy = entropy

    def now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def midnight_ms(self) -> int:
        """When today began, in the shop's time zone."""
        now = self._clock.now().astimezone()
        begun = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return int(begun.timestamp() * 1000)

    def receipt_id(self) -> ReceiptId:
        return ReceiptId(uuid7(self.now_ms(), self._entropy.draw(10)))

    def write(self, receipt: ReceiptId, body: Body) -> Append:
        """An entry about a receipt."""
        return self._append(TYPES[type(body)], receipt, body.model_dump_json().encode())

    def issued(self, row: ReceiptRow, job_sha256: str) -> Append:
        """``receipt.issued.v1``: the document goes in as the bytes it is."""
        head = {
            "receipt_id": str(row.id),
            "token": row.token,
            "job_sha256": job_sha256,
            "issued_at": self._clock.now().isoformat(),
        }
        text = json.dumps(head, separators=(",", ":")).encode()
        body = text[:-1] + b',"receipt":' + row.body + b"}"
        return self._append("receipt.issued.v1", row.id, body)

    def delivered(
        self, receipt: ReceiptId, channel: Literal["paper", "qr", "none"], copies: int
    ) -> Append:
        """``delivery.status.v1`` of a channel that is done at once."""
        return self.write(
            receipt,
            DeliveryStatus(
                receipt_id=str(receipt),
                channel=channel,
                state="delivered",
                copy_number=copies,
            ),
        )

    def _append(self, kind: EventType, receipt: ReceiptId, body: bytes) -> Append:
        now_ms = self.now_ms()
        entry_id = EntryId(uuid7(now_ms, self._entropy.draw(10)))
        return Append(Entry(entry_id, kind, now_ms, receipt, body))
