"""Each room is broken in turn; the POS's bytes reach the printer every time."""

from __future__ import annotations

import asyncio

import pytest

from agent.pipeline import law
from agent.store.records import (
    AcceptJob,
    DecideReceipt,
    JobState,
    OpenReceipt,
    SettleJob,
)
from agent.wire.events import MAX_EVENT_BYTES
from tests.pipeline.rig import Rig, document


@pytest.mark.parametrize("kind", ["kitchen", "x_report", "merchant_slip", "unknown"])
async def test_what_is_not_the_customer_s_is_printed_at_once(kind: str) -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document(kind=kind))
    assert rig.printer.printed == [document(kind=kind)]
    assert rig.shelf.jobs[job].state is JobState.PRINTED
    assert rig.shelf.rows == {}


async def test_a_refund_is_printed_once_with_its_tail_and_recorded() -> None:
    rig = Rig()
    refund = document(kind="refund", total=-500)
    async with rig.running():
        job = await rig.job(refund)
        await rig.job(b"\x1bd\x03", shape="tail", follows=job)
        recent = rig.counter.snapshot("cashier").recent
        await rig.counter.reprint(recent[0].id)
        await rig.settle()
    assert rig.printer.printed == [
        refund,
        b"\x1bd\x03",
        b"[duplicata 1]" + refund + b"\x1bd\x03",
    ]
    assert rig.types[:2] == ["receipt.issued.v1", "delivery.status.v1"]


@pytest.mark.parametrize(
    ("kind", "total", "recorded"),
    [("invoice", 4200, True), ("void", -500, True), ("void", 500, False), ("void", 0, False)],
)  # fmt: skip
async def test_what_the_customer_owes_or_gets_back_is_recorded_with_its_paper(
    kind: str, total: int, *, recorded: bool
) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(kind=kind, total=total))
    assert rig.printer.printed == [document(kind=kind, total=total)]
    assert ("receipt.issued.v1" in rig.types) is recorded


async def test_a_refund_that_cannot_be_recorded_is_printed_once() -> None:
    rig = Rig()
    rig.shelf.breaks_on = OpenReceipt
    async with rig.running():
        await rig.job(document(kind="refund", total=-500))
    assert rig.printer.printed == [document(kind="refund", total=-500)]


async def test_one_thing_that_cannot_be_read_never_stops_the_others() -> None:
    rig = Rig()
    await rig.job(document(kind="kitchen", total=1))
    damaged = await rig.job(document(kind="kitchen", total=2))
    due = await rig.job(document(kind="kitchen", total=3))
    for job in (damaged, due):
        await rig.shelf.commit(SettleJob(job, JobState.PAPER_DUE, "R01"))
    rig.shelf.damaged.add(damaged)
    rig.build()
    async with rig.running():
        await rig.settle()
        await rig.job(document(kind="kitchen", total=4))
    assert sorted(rig.printer.printed) == [
        document(kind="kitchen", total=total) for total in (1, 3, 4)
    ]


async def test_a_copy_that_was_due_over_a_restart_still_bears_its_mark() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        shown = rig.counter.snapshot("cashier").shown
        assert shown is not None
        await rig.counter.choose(shown.id, "paper", None, "cashier")
        await rig.settle()
        rig.printer.trouble = "paper_out"
        await rig.counter.reprint(shown.id)
        await rig.settle()
    rig.printer.trouble = ""
    rig.build()
    async with rig.running():
        await rig.settle()
    assert rig.printer.printed == [document(), b"[duplicata 1]" + document()]


async def test_a_choice_of_paper_and_its_sheet_are_one_commit() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        shown = rig.counter.snapshot("cashier").shown
        assert shown is not None
        before = rig.shelf.commits
        rig.printer.trouble = "paper_out"
        await rig.counter.choose(shown.id, "paper", None, "cashier")
        assert rig.shelf.commits == before + 1
    assert rig.shelf.jobs[job].state is JobState.PAPER_DUE


async def test_a_sheet_whose_bytes_only_the_store_has_waits_for_it() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(total=1))
        first = rig.counter.snapshot("cashier").recent[0].id
        await rig.job(document(total=2))
        rig.printer.trouble = "paper_out"
        await rig.counter.reprint(first)
        rig.shelf.broken = True
        rig.printer.trouble = ""
        await rig.pass_time(5)
        assert rig.printer.printed == []
        assert rig.counter.snapshot("cashier").notice is not None
        rig.shelf.broken = False
        await rig.pass_time(5)
    assert rig.printer.printed == [document(total=1)]


async def test_a_chosen_receipt_prints_while_the_store_fails_altogether() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        shown = rig.counter.snapshot("cashier").shown
        assert shown is not None
        rig.shelf.broken = True
        await rig.counter.choose(shown.id, "paper", None, "cashier")
        await rig.settle()
    assert rig.printer.printed == [document()]


async def test_a_damaged_tail_costs_the_tail_and_not_the_receipt() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        tail = await rig.job(b"\x1bd\x03", shape="tail", follows=job)
        rig.shelf.damaged.add(tail)
        shown = rig.counter.snapshot("cashier").shown
        assert shown is not None
        await rig.counter.choose(shown.id, "paper", None, "cashier")
        await rig.settle()
    assert rig.printer.printed == [document()]
    assert rig.shelf.jobs[job].state is JobState.PRINTED


async def test_a_sheet_that_is_always_torn_lets_the_others_go_first() -> None:
    rig = Rig()
    rig.printer.tears = document(kind="kitchen", total=1)
    async with rig.running():
        await rig.job(document(kind="kitchen", total=1))
        await rig.job(document(kind="kitchen", total=2))
        await rig.pass_time(30)
        assert rig.printer.printed == [document(kind="kitchen", total=2)]
        rig.printer.tears = None
        await rig.pass_time(5)
    assert rig.printer.printed[1:] == [document(kind="kitchen", total=1)]


async def test_a_long_job_has_the_time_that_a_slow_line_needs() -> None:
    rig = Rig()
    long = document(kind="kitchen", number="x" * 90_000)
    async with rig.running():
        await rig.job(long)
    assert rig.printer.deadlines_s[0] > len(long) / 960


async def test_a_stop_lets_go_of_a_pos_whose_job_can_neither_be_kept_nor_printed() -> (
    None
):
    rig = Rig()
    rig.shelf.broken = True
    rig.printer.trouble = "paper_out"
    async with rig.running(), asyncio.TaskGroup() as group:
        waiting = group.create_task(rig.job(document()))
        await rig.settle()
        assert not waiting.done()
        await rig.lane.stop()
        done, _ = await asyncio.wait([waiting], timeout=2)
        assert done


async def test_broken_understanding_prints() -> None:
    rig = Rig()
    rig.worker.broken.add("understand")
    async with rig.running():
        job = await rig.job(document())
    assert rig.printer.printed == [document()]
    assert rig.shelf.rules[job] == "R00"


async def test_an_answer_of_the_worker_that_makes_no_sense_prints() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(b"not even JSON")
    assert rig.printer.printed == [b"not even JSON"]


async def test_broken_rules_print(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_facts: object, _pack: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(law, "decide", broken)
    rig = Rig()
    async with rig.running():
        await rig.job(document())
    assert rig.printer.printed == [document()]


async def test_a_broken_counter_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()

    async def broken(*_: object) -> None:
        raise RuntimeError("the counter is on fire")

    monkeypatch.setattr(rig.counter, "offer", broken)
    async with rig.running():
        await rig.job(document())
    assert rig.printer.printed == [document()]


@pytest.mark.parametrize("change", [AcceptJob, OpenReceipt, SettleJob])
async def test_a_broken_store_prints(change: type) -> None:
    rig = Rig()
    rig.shelf.breaks_on = change
    async with rig.running():
        await rig.job(document())
    assert rig.printer.printed == [document()]


async def test_a_store_that_is_gone_from_the_start_prints_everything() -> None:
    rig = Rig()
    rig.shelf.broken = True
    async with rig.running():
        await rig.job(document(), forwarded=((0, 2),))
        await rig.job(document(total=3))
    assert rig.printer.printed == [document()[2:], document(total=3)]


async def test_a_choice_that_cannot_be_kept_still_prints() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        shown = rig.counter.snapshot("cashier").shown
        assert shown is not None
        rig.shelf.breaks_on = DecideReceipt
        await rig.counter.choose(shown.id, "paper", None, "cashier")
        await rig.settle()
    assert rig.printer.printed == [document()]


async def test_a_missing_qr_leaves_the_choice() -> None:
    rig = Rig()
    rig.worker.broken.add("draw_qr")
    async with rig.running():
        await rig.job(document())
        shown = rig.counter.snapshot("display").shown
    assert shown is not None
    assert (shown.phase, shown.qr_svg) == ("offered", "")


@pytest.mark.parametrize("evidence", ["stop", "crash", "size"])
async def test_a_document_that_was_cut_off_is_printed(evidence: str) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(), evidence=evidence)  # type: ignore[arg-type]  # literals
    assert rig.printer.printed == [document()]


async def test_a_printer_out_of_paper_gets_it_later_and_in_order() -> None:
    rig = Rig()
    rig.printer.trouble = "paper_out"
    async with rig.running():
        await rig.job(document(kind="kitchen"))
        await rig.job(document(kind="kitchen", total=2))
        notice = rig.counter.snapshot("cashier").notice
        assert notice is not None
        rig.printer.trouble = ""
        await rig.pass_time(5)
        assert rig.counter.snapshot("cashier").notice is None
    assert rig.printer.printed == [
        document(kind="kitchen"),
        document(kind="kitchen", total=2),
    ]


async def test_a_drawer_pulse_that_went_ahead_is_not_printed_again() -> None:
    rig = Rig()
    raw = document(kind="kitchen")
    kick = b"\x1bp\x00\x19\x19"
    async with rig.running():
        rig.hatch.kick(kick)
        rig.worker.broken.add("understand")
        await rig.job(kick + raw, forwarded=((0, 5),))
    assert rig.printer.kicks == [kick]
    assert rig.printer.printed == [raw]


async def test_a_stop_prints_what_is_due_and_leaves_the_rest_for_the_next_start() -> (
    None
):
    rig = Rig()
    async with rig.running():
        held = await rig.job(document())
        await rig.job(document(kind="kitchen"))
        stopping = asyncio.create_task(rig.corridor.stop())
        await rig.settle()
        await stopping
    assert rig.printer.printed == [document(kind="kitchen")]
    assert rig.shelf.jobs[held].state is JobState.HELD
    rig.build()
    async with rig.running():
        shown = rig.counter.snapshot("display").shown
        assert shown is not None
        assert (shown.phase, shown.total) == ("offered", "42,17\u00a0€")
        await rig.counter.choose(shown.id, "paper", None, "cashier")
        await rig.settle()
    assert rig.printer.printed[1:] == [document()]


async def test_a_start_takes_up_what_a_crash_left() -> None:
    rig = Rig()
    job = await rig.job(document(kind="kitchen"))
    due = await rig.job(document(total=9))
    await rig.shelf.commit(SettleJob(due, JobState.PAPER_DUE, "R21"))
    rig.build()
    async with rig.running():
        await rig.settle()
    assert sorted(rig.printer.printed) == sorted(
        [document(kind="kitchen"), document(total=9)]
    )
    assert rig.shelf.jobs[job].state is JobState.PRINTED


async def test_a_receipt_longer_than_the_rcu_takes_is_printed_and_not_offered() -> None:
    """Else: an address of a page that never comes, and no paper."""
    rig = Rig()
    fits = document(lines=["x" * 60] * 900)
    longer = document(lines=["x" * 60] * 1000)
    async with rig.running():
        await rig.job(longer)
        assert rig.counter.snapshot("display").shown is None
        await rig.job(fits)
        assert rig.counter.snapshot("display").shown is not None
    assert rig.printer.printed == [longer]
    assert len(rig.shelf.rows) == 1
    (issued,) = (each for each in rig.shelf.entries if each.type == "receipt.issued.v1")
    assert len(issued.body) < MAX_EVENT_BYTES


async def test_the_screens_say_while_nothing_can_be_kept() -> None:
    """A full disk: paper comes as ever, and somebody has to know why."""
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        before = rig.counter.snapshot("cashier")
        assert before.notice is None
        rig.shelf.broken = True
        await rig.job(document(total=1))
        during = rig.counter.snapshot("cashier")
        assert during.revision > before.revision
        assert during.notice is not None
        assert "enregistrer" in during.notice.remedy.fr
        rig.shelf.broken = False
        await rig.job(document(total=2))
        assert rig.counter.snapshot("cashier").notice is None
    assert document(total=1) in rig.printer.printed
