"""What is committed is counted, timed, and never quoted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.choice.ledger import HandOver
from agent.errors import StoreError
from agent.ids import LineId
from agent.metrics.counting import MAX_FOLLOWED, Counting, code_of
from agent.metrics.tally import MAX_SERIES, Tally
from agent.store.absent import AbsentStore
from agent.store.handovers import EndHandOver, KeepSession, OrderHandOver
from agent.store.records import (
    AcceptJob,
    Append,
    Change,
    GaveUp,
    JobState,
    MoveCursor,
    OpenReceipt,
    SetAside,
    SettleJob,
)
from agent.store.settings import StoreSettings
from tests.fakes.clock import EPOCH, FakeClock
from tests.store.builders import a_job, a_receipt, an_entry, job_id, opened, receipt_id

SECRET = "anna@example.com"


class Seen:
    """A tally that is fed by hand."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.counting = Counting(self.tally, FakeClock(), "rcu")
        self.now_s = 0.0

    def commit(self, *changes: Change, took_s: float = 0.0) -> None:
        began_s, self.now_s = self.now_s, self.now_s + took_s
        self.counting.committed(changes, began_s, self.now_s)

    def count(self, name: str, *labels: str) -> float:
        return self.tally.counted().values[f"receipt_agent_{name}"].get(labels, 0.0)

    def times(self, name: str, *labels: str) -> tuple[int, float]:
        series = self.tally.counted().times.get(f"receipt_agent_{name}", {})
        found = series.get(labels)
        return (sum(found.counts), round(found.total_s, 6)) if found else (0, 0.0)


def said(kind: str, **body: str) -> Append:
    return Append(replace(an_entry(1, json.dumps(body).encode()), type=kind))


def test_a_job_is_counted_by_door_and_end_and_timed_to_the_disk_and_the_paper() -> None:
    seen = Seen()
    job = replace(a_job(1), door="tcp", evidence="idle")
    seen.commit(AcceptJob(job, b"12345"), took_s=0.25)
    assert seen.count("jobs_total", "tcp", "document", "kept") == 1
    assert seen.count("job_ends_total", "tcp", "idle") == 1
    assert seen.count("job_bytes_total", "tcp") == 5
    assert seen.times("job_durable_seconds") == (1, 0.25)
    seen.commit(SettleJob(job.id, JobState.PAPER_DUE, "R10"), took_s=1.0)
    seen.commit(SettleJob(job.id, JobState.PRINTED, "R10"), took_s=1.0)
    assert seen.count("jobs_settled_total", "R10", "printed") == 1
    assert seen.times("job_printed_seconds") == (1, 2.25)


def test_a_job_that_waits_for_a_customer_is_timed_to_the_offer_and_no_further() -> None:
    seen = Seen()
    seen.commit(AcceptJob(a_job(1), b"1"), took_s=0.5)
    offered = OpenReceipt(replace(a_receipt(1), job=job_id(1), choice=None))
    seen.commit(offered, SettleJob(job_id(1), JobState.HELD, "R21"), took_s=0.5)
    seen.commit(SettleJob(job_id(1), JobState.PAPER_DUE, "R21"), took_s=60)
    seen.commit(SettleJob(job_id(1), JobState.PRINTED, "R21"))
    assert seen.count("receipts_total", "offered") == 1
    assert seen.times("job_offered_seconds") == (1, 1.0)
    assert seen.times("job_printed_seconds") == (0, 0.0)


def test_what_the_store_refuses_is_passed_through() -> None:
    seen = Seen()
    seen.counting.refused([AcceptJob(a_job(1), b"123"), GaveUp("tcp", 0)])
    assert seen.count("jobs_total", "raw_tcp", "document", "passed") == 1
    assert seen.times("job_durable_seconds") == (0, 0.0)


def test_choices_and_deliveries_are_codes_and_nothing_else() -> None:
    seen = Seen()
    seen.commit(said("choice.made.v1", choice="email", by="cashier", rule="R21"))
    seen.commit(said("choice.made.v1", choice=SECRET, by=SECRET))
    seen.commit(
        said(
            "delivery.status.v1",
            channel="email",
            state="deferred",
            detail="mail_later:x",
        )
    )
    seen.commit(
        said("delivery.status.v1", channel="sms", state="refused", detail=SECRET)
    )
    seen.commit(said("identity.captured.v1", value=SECRET))
    assert seen.count("choices_total", "email", "cashier") == 1
    assert seen.count("choices_total", "other", "other") == 1
    assert seen.count("deliveries_total", "email", "deferred") == 1
    assert seen.count("delivery_faults_total", "email", "mail_later") == 1
    assert seen.count("delivery_faults_total", "sms", "other") == 1
    assert SECRET not in repr(seen.tally.counted())


def test_a_reason_is_its_code() -> None:
    said = ("paper_out", "mail_later:450 4.2.0 <anna@example.com>", "", SECRET)
    assert [code_of(each) for each in said] == ["paper_out", "mail_later", "", "other"]


def test_a_persons_choice_is_timed_once() -> None:
    seen = Seen()
    for took_ms in (3000, 9000, None):
        seen.commit(KeepSession(receipt_id(1), b"", took_ms))
    assert seen.times("choice_seconds") == (1, 3.0)


def test_a_hand_over_is_timed_until_it_arrives() -> None:
    seen = Seen()
    row = HandOver(receipt_id(1), 0, "email", "chosen", "cashier", 0)
    seen.commit(OrderHandOver(row), OrderHandOver(replace(row, number=1)))
    seen.commit(took_s=30)
    seen.commit(EndHandOver(receipt_id(1), 0, "done"))
    seen.commit(EndHandOver(receipt_id(1), 1, "failed"))
    assert seen.times("delivery_seconds", "email") == (1, 30.0)


def test_the_rcu_took_something_and_refused_something() -> None:
    seen = Seen()
    seen.commit(MoveCursor("rcu", 0), MoveCursor("other", 7))
    assert seen.tally.counted().values == {}
    seen.commit(MoveCursor("rcu", 7), SetAside("rcu", 6, "poison"))
    assert seen.count("sync_last_success_timestamp_seconds") == EPOCH.timestamp()
    assert seen.count("sync_refused_entries_total") == 1


def test_what_is_followed_has_a_bound() -> None:
    seen = Seen()
    for number in range(MAX_FOLLOWED + 5):
        seen.commit(AcceptJob(a_job(number), b"1"))
    seen.commit(SettleJob(job_id(0), JobState.PRINTED, "R10"))
    assert seen.times("job_printed_seconds") == (0, 0.0)
    seen.commit(SettleJob(job_id(MAX_FOLLOWED), JobState.PRINTED, "R10"))
    assert seen.times("job_printed_seconds")[0] == 1


def test_so_have_the_rows_of_a_metric() -> None:
    tally = Tally()
    for number in range(MAX_SERIES + 50):
        tally.add("jobs_given_up_total", f"door{number}")
        tally.took("delivery_seconds", 1.0, f"channel{number}")
    counted = tally.counted()
    assert len(counted.values["receipt_agent_jobs_given_up_total"]) == MAX_SERIES + 1
    assert counted.values["receipt_agent_jobs_given_up_total"]["other",] == 50
    assert len(counted.times["receipt_agent_delivery_seconds"]) == MAX_SERIES + 1


async def test_the_store_tells_of_what_it_wrote_and_of_what_it_refused(
    tmp_path: Path,
) -> None:
    seen = Seen()
    settings = StoreSettings(reserve_mb=0)
    async with opened(tmp_path, settings=settings) as store:
        store.watch(seen.counting)
        await store.commit(AcceptJob(a_job(1), b"x"), GaveUp("tcp", 1))
        assert seen.count("jobs_total", "raw_tcp", "document", "kept") == 1
        assert seen.count("jobs_given_up_total", "tcp") == 1
        assert seen.times("job_durable_seconds")[0] == 1
        assert seen.times("store_transaction_seconds")[0] == store.transactions
        store._writer.tight = "no room"
        with pytest.raises(StoreError):
            await store.commit(AcceptJob(a_job(2), b"x"))
        assert seen.count("jobs_total", "raw_tcp", "document", "passed") == 1
        assert store.queued == 0


async def test_a_figure_that_cannot_be_counted_costs_no_commit(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen = Seen()
    bad = Append(replace(an_entry(1, b"no json"), type="choice.made.v1"))
    async with opened(tmp_path) as store:
        store.watch(seen.counting)
        await store.commit(bad, AcceptJob(a_job(1), b"x"))
        await store.commit(bad, AcceptJob(a_job(2), b"x"))
    assert seen.count("jobs_total", "raw_tcp", "document", "kept") == 2
    assert caplog.text.count("a figure could not be counted") == 1


async def test_without_a_store_every_job_is_passed_through() -> None:
    seen = Seen()
    absent = AbsentStore(StoreError("gone"))
    absent.watch(seen.counting)
    with pytest.raises(StoreError):
        await absent.commit(AcceptJob(replace(a_job(1), line=LineId(job_id(2))), b"x"))
    assert seen.count("jobs_total", "raw_tcp", "document", "passed") == 1
