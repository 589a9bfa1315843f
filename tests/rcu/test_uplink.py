"""What the till's own uplink packs is what the RCU takes, and the other way round."""

from __future__ import annotations

import json
from uuid import UUID

from agent.ids import EntryId, ReceiptId
from agent.store.records import Entry, LoggedEntry
from agent.sync.answers import NotAdmitted, Reply, Stored, judge
from agent.sync.batch import Batch, pack
from agent.wire.events import ChoiceMade, ReceiptIssued
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import EDGE, START_MS, TOKEN, issued

RECEIPT = ReceiptId(UUID(int=7))


def _entries() -> list[LoggedEntry]:
    data = {**issued()["data"], "receipt_id": str(RECEIPT)}
    receipt = ReceiptIssued.model_validate(data)
    choice = ChoiceMade(receipt_id=str(RECEIPT), choice="qr", by="customer", rule="R20")
    typed = (("receipt.issued.v1", receipt), ("choice.made.v1", choice))
    return [
        LoggedEntry(
            seq,
            Entry(
                EntryId(UUID(int=seq)),
                type_,
                START_MS,
                RECEIPT,
                model.model_dump_json().encode(),
            ),
        )
        for seq, (type_, model) in enumerate(typed, start=1)
    ]


async def _send(rcu: Rcu, batch: Batch, key: str) -> Reply:
    answer = await rcu.client.post(
        "/v1/events",
        content=batch.body,
        headers={**batch.headers, "Authorization": f"Bearer {key}"},
    )
    return Reply(answer.status_code, answer.headers, answer.content)


async def test_a_batch_of_the_uplink_is_taken_and_its_answer_understood(
    rcu: Rcu,
) -> None:
    batch = pack(_entries(), EDGE)
    reply = await _send(rcu, batch, rcu.key)
    assert judge(reply) == Stored(refused={})
    assert json.loads(reply.body)["ack"]["contiguous"] == 2
    assert (await rcu.client.get(f"/r/{TOKEN}")).status_code == 200
    again = await _send(rcu, batch, rcu.key)
    assert again.body == reply.body


async def test_a_till_under_another_name_hears_of_each_entry(rcu: Rcu) -> None:
    verdict = judge(await _send(rcu, pack(_entries(), "urn:edge:other"), rcu.key))
    assert isinstance(verdict, Stored)
    assert len(verdict.refused) == 2


async def test_a_till_without_a_key_is_not_admitted(rcu: Rcu) -> None:
    assert judge(await _send(rcu, pack(_entries(), EDGE), "x")) == NotAdmitted(401)
