"""From a choice to a note: what a channel of SMS is given of a receipt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from agent.delivery.sms import note
from agent.errors import WorkerError
from agent.ids import ReceiptId
from agent.pipeline.composer import SmsComposer
from agent.pipeline.workshop import Workshop
from agent.store.records import Parcel, ReceiptRow
from agent.worker.frames import Frame
from tests.fakes.clock import FakeClock
from tests.store.builders import a_receipt, receipt_id

URL = "https://tickets.example/r/ABCDEFGHIJKLMNOPQRSTUV2345"
PROOF = "ABCDEFGHIJKLMN23"


class Worker:
    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame:
        from agent.worker.tasks import TASKS

        return await asyncio.to_thread(TASKS[task], params, body, *more)


class OneReceipt:
    def __init__(self, body: Mapping[str, Any]) -> None:
        self.row: ReceiptRow | None = replace(
            a_receipt(1), body=json.dumps(body).encode()
        )

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None:
        return self.row


def composer(
    body: Mapping[str, Any], *, sensitive: bool = False, older: bool = False
) -> SmsComposer:
    receipts = OneReceipt(body)
    clock = FakeClock()
    now_ms = int(clock.now().timestamp() * 1000)
    assert receipts.row is not None
    receipts.row = replace(receipts.row, at_ms=now_ms - older)
    return SmsComposer(
        receipts,
        Workshop(Worker(), "default", "FR"),
        clock,
        shop="Halles",
        page_url=address,
        sensitive=sensitive,
    )


async def address(_row: ReceiptRow, number: str) -> str:
    return f"{URL}?s={PROOF}" if number else URL


def parcel(**changes: Any) -> Parcel:
    return replace(Parcel("sms", receipt_id(1), "+33612345678", "fr"), **changes)


async def test_a_parcel_has_the_same_id_at_every_try() -> None:
    out = composer({"total": 4217})
    first = note.read(await out.compose(parcel()))
    again = note.read(await out.compose(parcel(attempts=3, detail="sms_later:41")))
    assert first == again
    assert first.id == f"{receipt_id(1)}.0"
    assert first.text.startswith(f"Halles : votre ticket {URL}?s={PROOF} ")
    copy = note.read(await out.compose(parcel(number=1)))
    assert copy.id != first.id
    told = note.read(await out.compose(parcel(kind="annulled")))
    assert told.id not in {first.id, copy.id}
    assert told.text.startswith(f"Halles : votre ticket est annulé : {URL} ")
    assert "duplicata 1" in copy.text


@pytest.mark.parametrize(
    ("detail", "doubts"),
    [("", 0), ("sms_doubt:1", 1), ("sms_doubt", 0), ("sms_doubt:²", 0), ("x:2", 0)],
)
async def test_a_doubt_comes_back_with_the_parcel(detail: str, doubts: int) -> None:
    out = composer({})
    assert note.read(await out.compose(parcel(detail=detail))).doubts == doubts


async def test_what_an_earlier_process_may_have_sent_is_in_doubt_once() -> None:
    out = composer({}, older=True)
    doubts = [note.read(await out.compose(parcel())).doubts for _ in range(2)]
    assert doubts == [1, 0]
    again = parcel(number=1, detail="sms_doubt:2")
    assert note.read(await out.compose(again)).doubts == 2


@pytest.mark.parametrize(
    ("body", "sensitive", "named"),
    [
        ({"merchant": {"naf": "4711D"}}, False, True),
        ({"merchant": {"naf": "47.73Z"}}, False, False),  # a pharmacy
        ({"merchant": {"naf": "4711D"}}, True, False),
    ],
)
async def test_a_shop_whose_goods_are_nobodys_business_is_not_named(
    body: Mapping[str, Any], sensitive: bool, named: bool
) -> None:
    out = composer(body, sensitive=sensitive)
    text = note.read(await out.compose(parcel())).text
    assert ("Halles" in text) is named
    assert URL in text
    # Nothing ties such a receipt to a number, so there is nothing to prove.
    assert (PROOF in text) is named


async def test_a_receipt_that_is_gone_is_no_note() -> None:
    out = composer({})
    shelf = out._shelf
    assert isinstance(shelf, OneReceipt)
    shelf.row = None
    with pytest.raises(WorkerError, match="gone"):
        await out.compose(parcel())
