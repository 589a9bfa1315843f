"""Several channels, one ledger: who has the original, who a copy, and after a restart."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from agent.choice.ledger import HandOver
from agent.screens.snapshot import Shown
from agent.store.records import JobState, Parcel, ParcelState
from agent.verbs import Refusal
from tests.pipeline.rig import Rig, document


def on_display(rig: Rig) -> Shown:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return shown


def ledger(rig: Rig) -> list[tuple[int, str, str, str, str]]:
    return [
        (row.number, row.channel, row.why, row.operator, row.outcome)
        for row in rig.shelf.handed.values()
    ]


def states(rig: Rig) -> list[tuple[str, str, int | None]]:
    return [(each.channel, each.state, each.copy) for each in on_display(rig).states]


async def arrived(rig: Rig, parcel: Parcel) -> None:
    """As the dispatcher tells it."""
    await rig.counter.parcel_news(replace(parcel, state=ParcelState.DONE, recipient=""))


async def test_mail_and_paper_are_one_original_and_one_copy() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "email", "anna@example.org", "customer")
        await rig.counter.choose(receipt, "paper", None, "customer")
        assert on_display(rig).phase == "delivering"
        await rig.settle()
        assert states(rig) == [("email", "waiting", 0), ("paper", "done", 1)]
        await arrived(rig, rig.shelf.parcels[-1])
        assert on_display(rig).phase == "done"
        assert states(rig) == [("paper", "done", 1), ("email", "done", 0)]
    assert rig.printer.printed == [b"[duplicata 1]" + document()]
    assert rig.shelf.parcels[-1].number == 0
    assert ledger(rig) == [
        (0, "email", "chosen", "customer", "waiting"),  # the dispatcher ends it
        (1, "paper", "chosen", "customer", "done"),
    ]


async def test_a_qr_that_is_only_shown_has_no_number() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.pass_time(8.1)
        assert on_display(rig).phase == "timed_out"
        assert ledger(rig) == []
        await rig.counter.choose(on_display(rig).id, "paper", None, "cashier")
        await rig.settle()
    assert rig.printer.printed == [document()]


async def test_a_qr_whose_page_was_fetched_was_the_original() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.fetched(on_display(rig).id)
        await rig.counter.fetched(on_display(rig).id)
        assert on_display(rig).phase == "done"
        await rig.counter.choose(on_display(rig).id, "paper", None, "customer")
        await rig.settle()
    assert ledger(rig) == [
        (0, "qr", "chosen", "customer", "done"),
        (1, "paper", "chosen", "customer", "done"),
    ]
    assert rig.printer.printed == [b"[duplicata 1]" + document()]


async def test_the_same_address_again_is_no_second_mail_and_another_one_replaces_it() -> (
    None
):
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        for address in ("anna@gmail.com", "an.na@gmail.com", "berta@example.org"):
            await rig.counter.choose(receipt, "email", address, "customer")
        assert [each.recipient for each in rig.shelf.parcels] == [
            "anna@gmail.com",
            "berta@example.org",
        ]
        # What was replaced is no news.
        await rig.counter.parcel_dead(
            replace(rig.shelf.parcels[0], state=ParcelState.DEAD)
        )
        await rig.settle()
        assert states(rig) == [("email", "waiting", 1)]
    assert ledger(rig) == [
        (0, "email", "chosen", "customer", "withdrawn"),
        (1, "email", "chosen", "customer", "waiting"),
    ]
    assert rig.printer.printed == []


async def test_a_refused_address_prints_unless_the_qr_was_taken() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "qr", None, "customer")
        await rig.counter.choose(receipt, "email", "a@b.fr", "customer")
        dead = replace(rig.shelf.parcels[-1], state=ParcelState.DEAD)
        await rig.counter.parcel_dead(dead)
        await rig.settle()
    assert rig.printer.printed == []


async def test_not_me_takes_the_mail_back_and_prints_nothing() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "email", "anna@example.org", "cashier")
        assert await rig.counter.not_me(receipt) is None
        shown = on_display(rig)
        assert shown.outcome is not None
        assert shown.outcome.fr == "Envoi annulé"
        assert rig.shelf.parcels[-1].state is ParcelState.DEAD
        assert rig.body("consent.recorded.v1")["decision"] == "withdrawn"
        refusal = await rig.counter.not_me(receipt)
        assert refusal is not None
        await rig.counter.choose(receipt, "email", "berta@example.org", "customer")
    assert rig.printer.printed == []
    assert ledger(rig) == [
        (0, "email", "chosen", "cashier", "withdrawn"),
        (1, "email", "chosen", "customer", "waiting"),
    ]


async def test_a_copy_has_a_reason_an_operator_and_its_number() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "paper", None, "customer")
        await rig.settle()
        await rig.job(document(total=1))
        await rig.counter.reprint(receipt, "lost", "cashier:tablet-2")
        await rig.settle()
        await rig.counter.resend(receipt, "email", "a@b.fr", "not_arrived", "cashier")
        line = next(
            each
            for each in rig.counter.snapshot("cashier").recent
            if each.id == receipt
        )
    assert rig.printer.printed == [document(), b"[duplicata 1]" + document()]
    assert ledger(rig)[1:] == [
        (1, "paper", "lost", "cashier:tablet-2", "done"),
        (2, "email", "not_arrived", "cashier", "waiting"),
    ]
    assert line.mark == "DUPLICATA 3"
    assert line.choice == "paper"  # a copy is no choice
    assert [(each.channel, each.copy) for each in line.states] == [
        ("paper", 1),
        ("email", 2),
    ]
    assert rig.shelf.parcels[-1].number == 2
    made = [e for e in rig.shelf.entries if e.type == "choice.made.v1"]
    assert [json.loads(entry.body)["choice"] for entry in made] == ["paper"]


async def test_a_copy_of_the_receipt_at_the_counter_is_shown_there() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "qr", None, "customer")
        rig.printer.trouble = "paper_out"
        await rig.counter.reprint(receipt)
        assert states(rig) == [("qr", "done", 0), ("paper", "waiting", 1)]
        assert on_display(rig).phase == "delivering"
        rig.printer.trouble = ""
        await rig.pass_time(3)
        assert states(rig) == [("qr", "done", 0), ("paper", "done", 1)]
        assert on_display(rig).choice == "qr"


async def test_copies_of_a_receipt_have_an_end() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "paper", None, "customer")
        refusals = [await rig.counter.reprint(receipt) for _ in range(25)]
        await rig.settle()
    assert len(rig.printer.printed) == 20
    assert refusals[-1] is not None


async def test_paper_may_be_asked_for_as_long_as_it_is_named() -> None:
    rig = Rig(paper_for_s=3600.0)
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        assert on_display(rig).paper_until is not None
        await rig.counter.choose(receipt, "none", None, "customer")
        await rig.pass_time(3700)
        refusal = await rig.counter.reprint(receipt)
    assert refusal is not None
    assert refusal.code == "too_late"


async def test_more_time_begins_the_countdown_again() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.pass_time(7)
        await rig.counter.extend(on_display(rig).id)
        await rig.pass_time(7)
        assert on_display(rig).phase == "offered"
        await rig.pass_time(1.1)
        assert on_display(rig).phase == "timed_out"


async def test_a_gift_receipt_is_printed_and_is_no_copy() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(items=[{"label": "PULL", "amount": 4217}]))
        receipt = on_display(rig).id
        assert on_display(rig).gift
        assert await rig.counter.gift(receipt) is None
        await rig.settle()
        await rig.counter.choose(receipt, "paper", None, "customer")
        await rig.settle()
    assert rig.printer.printed[0] == b"[gift ]"
    assert rig.printer.printed[1].startswith(b"\x1b@{")
    task, params = next(each for each in rig.worker.asked if each[0] == "render_slip")
    assert (task, params["slip"]) == ("render_slip", "gift")


@pytest.mark.parametrize("text", ["", "anna", "anna@", "noemail@noemail.com"])
async def test_what_is_no_address_is_refused_in_words(text: str) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        refusal = await rig.counter.choose(
            on_display(rig).id, "email", text, "customer"
        )
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no_address"
    assert refusal.words.ar != refusal.words.en
    assert rig.shelf.parcels == []


async def test_slips_and_mails_are_written_in_what_the_customer_reads() -> None:
    rig = Rig(qr_slip=True)
    async with rig.running():
        await rig.job(document(items=[{"label": "PULL", "amount": 4217}]))
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "qr", None, "customer", "de")
        await rig.counter.choose(receipt, "email", "a@b.fr", "customer", "de")
        await rig.counter.gift(receipt)
    slips = [params for task, params in rig.worker.asked if task == "render_slip"]
    assert [(each["slip"], each["fields"]["lang"]) for each in slips] == [
        ("qr", "en"),
        ("gift", "en"),
    ]
    assert rig.shelf.parcels[-1].lang == "de"


async def test_in_degraded_mode_nothing_is_sent_and_paper_is_there() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document(mentions=["degraded"], loyalty_card="2991234567899"))
        shown = on_display(rig)
        assert shown.mode == "degraded"
        picture = rig.counter.snapshot("display")
        assert set(picture.channels) == {"qr", "paper", "none"}
        refusal = await rig.counter.choose(shown.id, "email", "a@b.fr", "customer")
        await rig.counter.choose(shown.id, "paper", None, "customer")
        await rig.settle()
    assert refusal is not None
    assert rig.shelf.parcels == []
    assert len(rig.printer.printed) == 1


async def test_in_training_mode_paper_comes_at_once_and_is_the_original() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(mentions=["training"]))
        await rig.settle()
        assert rig.counter.snapshot("display").shown is None
    assert rig.printer.printed == [document(mentions=["training"])]


# -- after a restart --------------------------------------------------------------


async def test_an_open_choice_goes_on_with_what_is_left_of_its_time() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(loyalty_card="2991234567891"))
        await rig.pass_time(3)
    before = rig.shelf.rows
    rig.build()
    async with rig.running():
        shown = on_display(rig)
        assert shown.id == str(next(iter(before)))
        assert shown.left_ms == 5000
        await rig.pass_time(5.1)
        assert on_display(rig).phase == "timed_out"


async def test_a_countdown_that_was_stopped_stays_stopped() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.hold(on_display(rig).id)
    rig.build()
    async with rig.running():
        assert on_display(rig).left_ms is None
        await rig.pass_time(60)
        assert on_display(rig).phase == "offered"


async def test_what_was_chosen_is_shown_again_and_is_told_of_its_channels() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "email", "anna@example.org", "customer", "de")
        await rig.counter.choose(receipt, "paper", None, "customer", "de")
        await rig.settle()
        await rig.pass_time(20)
        was = on_display(rig)
    rig.build()
    async with rig.running():
        again = on_display(rig)
        assert (again.id, again.phase, again.choice) == (was.id, was.phase, was.choice)
        assert sorted(again.states, key=str) == sorted(was.states, key=str)
        assert again.leaves_ms == was.leaves_ms
        await arrived(rig, rig.shelf.parcels[-1])
        assert on_display(rig).phase == "done"
        await rig.pass_time(170)
        assert rig.counter.snapshot("display").shown is None


async def test_every_print_that_was_ordered_comes_also_after_a_kill() -> None:
    rig = Rig()
    rig.printer.trouble = "paper_out"
    async with rig.running():
        job = await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "paper", None, "customer")
        await rig.counter.reprint(receipt)
        await rig.counter.reprint(receipt)
    assert rig.printer.printed == []
    rig.build()
    rig.printer.trouble = ""
    async with rig.running():
        await rig.settle()
    assert rig.printer.printed == [
        document(),
        b"[duplicata 1]" + document(),
        b"[duplicata 2]" + document(),
    ]
    assert rig.shelf.jobs[job].state is JobState.PRINTED


async def test_a_copy_that_was_due_of_a_printed_receipt_comes_after_a_kill() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "paper", None, "customer")
        await rig.settle()
        rig.printer.trouble = "paper_out"
        await rig.counter.reprint(receipt, "unreadable")
    # Killed after the printer had another sheet of the same job.
    rig.shelf.jobs[job] = replace(rig.shelf.jobs[job], state=JobState.PRINTED)
    rig.build()
    rig.printer.trouble = ""
    async with rig.running():
        await rig.settle()
    assert rig.printer.printed == [document(), b"[duplicata 1]" + document()]
    assert ledger(rig)[-1] == (1, "paper", "unreadable", "cashier", "done")


async def test_a_number_is_not_given_again_after_a_restart() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "qr", None, "customer")
        await rig.counter.reprint(receipt)
        await rig.settle()
    rig.build()
    async with rig.running():
        await rig.counter.reprint(receipt)
        await rig.settle()
    numbers = [row.number for row in rig.shelf.handed.values()]
    assert numbers == [0, 1, 2]
    assert rig.printer.printed[-1] == b"[duplicata 2]" + document()


async def test_nothing_is_promised_and_no_number_given_when_the_store_fails() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        rig.shelf.broken = True
        await rig.counter.choose(receipt, "email", "anna@example.org", "customer")
        shown = on_display(rig)
        assert [(each.state, each.copy) for each in shown.states] == [("failed", None)]
        assert shown.outcome is not None
        assert shown.outcome.fr.startswith("Choix non enregistré")
        await rig.counter.choose(receipt, "paper", None, "customer")
        await rig.settle()
        rig.shelf.broken = False
    assert rig.printer.printed == [document()]


def _row(rig: Rig) -> HandOver:
    return next(iter(rig.shelf.handed.values()))


async def test_what_a_rule_prints_is_the_original_and_says_so() -> None:
    rig = Rig()
    refund: dict[str, Any] = {"kind": "refund", "total": -500}
    async with rig.running():
        await rig.job(document(**refund))
        await rig.settle()
        line = rig.counter.snapshot("cashier").recent[0]
        assert line.mark == "DUPLICATA 1"  # what the next one would bear
        await rig.counter.reprint(line.id)
        await rig.settle()
    assert (_row(rig).why, _row(rig).mark, _row(rig).outcome) == (
        "rule",
        "ORIGINAL",
        "done",
    )
    assert rig.printer.printed == [
        document(**refund),
        b"[duplicata 1]" + document(**refund),
    ]
