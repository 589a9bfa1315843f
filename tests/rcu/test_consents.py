"""The RCU keeps the record of a consent as the till signed it, or refuses it."""

from __future__ import annotations

from typing import Any

import pytest

from agent.consent.acts import Act, Declined, Told
from agent.consent.chain import Till
from agent.wire.consent import NO_NOTICE, ConsentRecord
from tests.consent.builders import ACTS, CONTROLLER, a_record
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import event
from tests.rcu.test_items import _read

TILL = Till("ENS1", "S0042", "T03", CONTROLLER)


def consented(record: ConsentRecord, /, **other: Any) -> dict[str, Any]:
    said = record.notice
    data = {
        "receipt_id": record.receipt,
        "purpose": record.purpose,
        "channel": record.channel,
        "decision": record.decision,
        "method": record.method,
        "notice": f"{said.id}-{said.version}" if said else NO_NOTICE,
        "record": record.kept().decode(),
    }
    return event(1, "consent.recorded.v1", data | other)


@pytest.mark.parametrize("act", ACTS)
async def test_a_record_is_kept_byte_for_byte(rcu: Rcu, act: Act) -> None:
    record = a_record(act, till=TILL)
    answer = await rcu.till.post([consented(record)])
    assert answer.json()["counts"] == {"accepted": 1}, answer.text
    ((kept, subject, decision),) = _read(
        rcu, "SELECT record, subject, decision FROM consent"
    )
    assert kept.encode() == record.kept()
    assert (subject, decision) == (record.subject, act.decision)


async def test_an_objection_under_no_sentence_is_taken(rcu: Rcu) -> None:
    plain = a_record(Declined("receipt_delivery", "email", "objected", "account"))
    named = {"tenant": "ENS1", "notice": None}
    record = ConsentRecord.model_validate({**plain.model_dump(), **named})
    answer = await rcu.till.post([consented(record)])
    assert answer.json()["counts"] == {"accepted": 1}, answer.text
    ((kept, notice),) = _read(rcu, "SELECT record, notice FROM consent")
    assert (kept.encode(), notice) == (record.kept(), "none")


async def test_an_older_till_s_event_without_a_record_is_taken(rcu: Rcu) -> None:
    answer = await rcu.till.post([consented(a_record(till=TILL), record="")])
    assert answer.json()["counts"] == {"accepted": 1}
    assert _read(rcu, "SELECT record, subject FROM consent") == [("", "")]


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "marketing_email"},
        {"channel": "sms"},
        {"decision": "withdrawn"},
        {"method": "own_phone"},
        {"receipt_id": "r-9"},
        {"record": "{}"},
        {"record": "no json"},
        {"record": "x" * 5000},
        {"record": " " + a_record(till=TILL).kept().decode()},
        {"record": a_record().kept().decode()},
    ],
)
async def test_a_record_that_says_something_else_is_refused(
    rcu: Rcu, change: dict[str, str]
) -> None:
    answer = await rcu.till.post([consented(a_record(till=TILL), **change)])
    assert answer.json()["counts"] == {"rejected": 1}
    assert answer.json()["items"][0]["problem"]["pointer"].startswith("/data")
    assert _read(rcu, "SELECT count(*) FROM consent") == [(0,)]


async def test_what_was_said_to_a_cashier_gives_the_delivery_only(rcu: Rcu) -> None:
    record = a_record(Told("email"), till=TILL)
    said = consented(record, record="", purpose="marketing_email")
    answer = await rcu.till.post([said])
    assert answer.json()["counts"] == {"rejected": 1}
    assert (await rcu.till.post([consented(record)])).json()["counts"] == {
        "accepted": 1
    }
