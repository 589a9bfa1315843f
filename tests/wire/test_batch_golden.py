"""One batch, frozen: what a till in the field sends today, every RCU must read.

A change of ``batch_golden.json`` is a change of the wire: make a new file and
keep this one.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from uuid import UUID

from pydantic import TypeAdapter

from agent.ids import EntryId, ReceiptId
from agent.store.records import Entry, LoggedEntry
from agent.sync.batch import pack
from agent.wire.events import BatchAnswer, ChoiceMade, CloudEvent, ReceiptIssued

GOLDEN = Path(__file__).with_name("batch_golden.json")
SOURCE = "urn:edge:ENS1:S0042:T03"
RECEIPT = ReceiptId(UUID("019b7def-6680-7200-8000-000000000007"))
ISSUED = (
    '{"receipt_id":"019b7def-6680-7200-8000-000000000007",'
    '"token":"AAAAAAAAAAAAAAAAAAAAAAAABQ","job_sha256":"' + "5a" * 32 + '",'
    '"issued_at":"2026-01-02T09:00:00Z","receipt":{"schema_version":"receipt/1",'
    '"kind":"sale","confidence":0.9,"number":"000123","currency":"EUR",'
    '"items":[{"label":"Café noir","amount":1234,"quantity":"0.792"}],'
    '"total":1234,"lines":["Café noir      12,34","TOTAL          12,34"]}}'
)
CHOSEN = (
    '{"receipt_id":"019b7def-6680-7200-8000-000000000007","choice":"qr",'
    '"by":"customer","rule":"R10"}'
)


def _logged(seq: int, kind: str, body: str) -> LoggedEntry:
    key = EntryId(UUID(f"019b7def-6680-7300-8000-{seq:012d}"))
    at_ms = 1_767_344_400_000 + seq
    return LoggedEntry(seq, Entry(key, kind, at_ms, RECEIPT, body.encode()))


def test_a_batch_is_byte_for_byte_the_frozen_one() -> None:
    entries = [
        _logged(7, "receipt.issued.v1", ISSUED),
        _logged(8, "choice.made.v1", CHOSEN),
    ]
    batch = pack(entries, SOURCE)
    assert gzip.decompress(batch.body) + b"\n" == GOLDEN.read_bytes()
    assert batch.headers["Idempotency-Key"] == '"e67790ab-6f80-8f57-93f8-08bc32fddd7c"'


def test_the_frozen_batch_is_readable_by_its_models() -> None:
    events = TypeAdapter(list[CloudEvent]).validate_json(GOLDEN.read_bytes())
    assert [int(event.sequence) for event in events] == [7, 8]
    assert {event.source for event in events} == {SOURCE}
    issued = ReceiptIssued.model_validate_json(json.dumps(events[0].data))
    assert issued.receipt.total == 1234
    assert ChoiceMade.model_validate(events[1].data).choice == "qr"


def test_an_answer_with_keys_of_a_later_rcu_is_read() -> None:
    answer = BatchAnswer.model_validate_json(
        b"""{"batch":"b","ack":{"edge":"e","contiguous":8,"gaps":[],"lag":1},
        "counts":{"accepted":1},"feed":{"pending":3},"items":[{"id":"i","note":"n",
        "status":"rejected","problem":{"type":"t","title":"t","instance":"x"}}]}"""
    )
    assert answer.ack.contiguous == 8
    assert answer.items[0].status == "rejected"
