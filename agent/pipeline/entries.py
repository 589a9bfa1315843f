"""Entries for the event log, as canonical JSON that is never encoded again."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from typing import Final, Literal

from agent.choice.ledger import HandOver
from agent.clock import Clock
from agent.consent.discretion import document_is_discreet
from agent.entropy import Entropy
from agent.identity.kinds import Kind
from agent.ids import TOKEN_BYTES, EntryId, ReceiptId, page_token, uuid7
from agent.pipeline.workshop import Understood
from agent.rules.decide import Decision
from agent.store.handovers import OrderHandOver
from agent.store.people import KnowBy
from agent.store.records import Append, Choice, Entry, Job, ReceiptRow
from agent.wire.events import (
    AccountPushed,
    ChoiceAnswered,
    ChoiceMade,
    ConsentRecorded,
    DeliveryStatus,
    EventType,
    IdentityCaptured,
    IdentityRefused,
    PageReserved,
    PhoneInvited,
    ProofSent,
    ReceiptAttached,
    ReceiptVoided,
)

Provenance = Literal[
    "printed", "scanned", "looked_up", "typed_by_customer", "typed_by_cashier"
]
HASHED_HERE_BYTES: Final = 256 << 10
"""A quarter of a millisecond."""

Body = (
    AccountPushed
    | ChoiceAnswered
    | ChoiceMade
    | ConsentRecorded
    | DeliveryStatus
    | IdentityCaptured
    | IdentityRefused
    | PageReserved
    | PhoneInvited
    | ProofSent
    | ReceiptAttached
    | ReceiptVoided
)
TYPES: dict[type[Body], EventType] = {
    AccountPushed: "account.pushed.v1",
    PageReserved: "page.reserved.v1",
    ChoiceAnswered: "choice.answered.v1",
    ChoiceMade: "choice.made.v1",
    ConsentRecorded: "consent.recorded.v1",
    DeliveryStatus: "delivery.status.v1",
    IdentityCaptured: "identity.captured.v1",
    IdentityRefused: "identity.refused.v1",
    PhoneInvited: "phone.invited.v1",
    ProofSent: "proof.sent.v1",
    ReceiptAttached: "receipt.attached.v1",
    ReceiptVoided: "receipt.voided.v1",
}


async def sha256_of(raw: bytes) -> str:
    """Of a long job on a thread, where it lets the loop run."""
    if len(raw) <= HASHED_HERE_BYTES:
        return hashlib.sha256(raw).hexdigest()
    return (await asyncio.to_thread(hashlib.sha256, raw)).hexdigest()


class Scribe:
    """Gives entries and receipts their ids and times.

    ``discreet``: what is sold here is nobody's business (``till.sensitive``).
    """

    def __init__(
        self, clock: Clock, entropy: Entropy, *, discreet: bool = False
    ) -> None:
        self._clock = clock
        self._entropy = entropy
        self._discreet = discreet

    def now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def now(self) -> dt.datetime:
        """In the shop's time zone."""
        return self._clock.now().astimezone()

    def midnight_ms(self) -> int:
        """When today began, in the shop's time zone."""
        now = self._clock.now().astimezone()
        begun = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return int(begun.timestamp() * 1000)

    def row(
        self,
        job: Job,
        understood: Understood,
        decision: Decision,
        choice: Choice | None,
    ) -> ReceiptRow:
        """A new receipt of that job."""
        return ReceiptRow(
            id=ReceiptId(uuid7(self.now_ms(), self._entropy.draw(10))),
            job=job.id,
            token=page_token(self._entropy.draw(TOKEN_BYTES)),
            at_ms=job.at_ms,
            rule=decision.rule,
            on_silence=decision.on_silence,
            body=understood.document,
            strip_html=understood.strip_html,
            gist=understood.gist,
            choice=choice,
            paper_copies=int(choice == "paper"),
            why=(decision.reason_fr, decision.reason_en),
            paper_mm=understood.paper_mm,
        )

    def write(self, receipt: ReceiptId | None, body: Body) -> Append:
        """An entry about a receipt, or about none."""
        return self._append(TYPES[type(body)], receipt, body.model_dump_json().encode())

    def is_discreet(self, row: ReceiptRow) -> bool:
        """Whether its goods are nobody's business: they are tied to no one."""
        return self._discreet or document_is_discreet(row.body)

    def identified(
        self, row: ReceiptRow, kind: Kind, value: str, provenance: Provenance
    ) -> list[Append | KnowBy]:
        """``identity.captured.v1``; nothing where the goods are nobody's business."""
        if self.is_discreet(row):
            return []
        said = IdentityCaptured(
            receipt_id=str(row.id), kind=kind, value=value, provenance=provenance
        )
        return [self.write(row.id, said), KnowBy(row.id, kind, value)]

    def another_s(self, row: ReceiptRow, kind: Kind) -> list[Append]:
        """``identity.refused.v1``: the card or contact that came with it is another's."""
        if self.is_discreet(row):
            return []
        said = IdentityRefused(receipt_id=str(row.id), kind=kind)
        return [self.write(row.id, said)]

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

    def printed(self, row: ReceiptRow) -> OrderHandOver:
        """The ORIGINAL of a document that is printed at once, by a rule."""
        original = HandOver(
            row.id, 0, "paper", "rule", "agent", self.now_ms(), job=row.job
        )
        return OrderHandOver(original)

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

    def _append(
        self, kind: EventType, receipt: ReceiptId | None, body: bytes
    ) -> Append:
        now_ms = self.now_ms()
        entry_id = EntryId(uuid7(now_ms, self._entropy.draw(10)))
        return Append(Entry(entry_id, kind, now_ms, receipt, body))
