"""A receipt at the counter, from offered to whatever the customer wants."""

from __future__ import annotations

from dataclasses import replace

from agent.choice.figures import SMALLEST_CELL
from agent.screens.ports import View
from agent.screens.snapshot import Shown
from agent.store.records import JobState, ParcelState
from tests.pipeline.rig import Rig, document


def on_display(rig: Rig) -> Shown:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return shown


async def test_a_sale_is_offered_with_its_qr_and_nothing_is_printed() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document(item_count=8))
        shown = on_display(rig)
    assert (shown.phase, shown.total, shown.item_count) == (
        "offered",
        "42,17\u00a0€",
        8,
    )
    assert shown.qr_svg == "<svg/>"
    assert rig.printer.printed == []
    assert rig.shelf.jobs[job].state is JobState.HELD
    assert rig.types == ["receipt.issued.v1", "phone.invited.v1"]
    row = next(iter(rig.shelf.rows.values()))
    drawn = next(params for task, params in rig.worker.asked if task == "draw_qr")
    assert drawn == {"url": f"https://tickets.example/r/{row.token}"}
    assert rig.body("receipt.issued.v1")["token"] == row.token


async def test_silence_means_no_paper_and_the_qr_stays() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        assert on_display(rig).left_ms == 8000
        await rig.pass_time(8.1)
        shown = on_display(rig)
    assert (shown.phase, shown.choice, shown.left_ms) == ("timed_out", "none", None)
    assert shown.qr_svg
    assert rig.printer.printed == []
    assert rig.shelf.jobs[job].state is JobState.NO_PAPER
    assert rig.body("choice.made.v1")["by"] == "silence"


async def test_silence_means_paper_for_goods_under_guarantee() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document(mentions=["guarantee"]))
        await rig.pass_time(8.1)
    assert rig.printer.printed == [document(mentions=["guarantee"])]
    assert rig.shelf.jobs[job].state is JobState.PRINTED
    assert rig.shelf.rules[job] == "R10"


async def test_paper_prints_the_pos_s_own_bytes_and_says_so() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        assert (
            await rig.counter.choose(on_display(rig).id, "paper", None, "cashier")
            is None
        )
        await rig.settle()
        shown = on_display(rig)
    assert rig.printer.printed == [document()]
    assert (shown.choice, shown.progress, shown.paper_copies) == ("paper", "done", 1)
    assert rig.shelf.jobs[job].state is JobState.PRINTED
    assert rig.types == [
        "receipt.issued.v1",
        "phone.invited.v1",
        "choice.made.v1",
        "delivery.status.v1",
    ]


async def test_paper_after_silence_is_still_the_original() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.pass_time(8.1)
        await rig.counter.choose(on_display(rig).id, "paper", None, "customer")
        await rig.settle()
    assert rig.printer.printed == [document()]


async def test_paper_after_the_qr_was_taken_bears_duplicata() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.choose(on_display(rig).id, "qr", None, "customer")
        await rig.counter.choose(on_display(rig).id, "paper", None, "customer")
        await rig.settle()
        await rig.counter.reprint(on_display(rig).id)
        await rig.settle()
    assert rig.printer.printed == [
        b"[duplicata 1]" + document(),
        b"[duplicata 2]" + document(),
    ]


async def test_a_mark_that_cannot_be_drawn_is_still_a_mark() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.choose(on_display(rig).id, "paper", None, "cashier")
        await rig.settle()
        rig.worker.broken.add("render_slip")
        await rig.counter.reprint(on_display(rig).id)
        await rig.settle()
    assert b"DUPLICATA 1" in rig.printer.printed[1]
    assert rig.printer.printed[1].endswith(document())


async def test_an_address_becomes_a_parcel_a_consent_and_an_identity() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        shown = on_display(rig)
        refusal = await rig.counter.choose(shown.id, "email", "marie@", "customer")
        assert refusal is not None
        assert refusal.code == "no_address"
        assert on_display(rig).phase == "offered"
        await rig.counter.choose(shown.id, "email", "Marie@Gmail.com", "customer")
        shown = on_display(rig)
    (parcel,) = rig.shelf.parcels
    assert (parcel.channel, parcel.recipient) == ("email", "Marie@gmail.com")
    assert rig.body("consent.recorded.v1")["method"] == "customer_screen"
    assert rig.body("identity.captured.v1")["provenance"] == "typed_by_customer"
    assert shown.outcome is not None
    assert shown.outcome.fr == "E-mail en route · M•••@gmail.com"
    assert rig.printer.printed == []


async def test_an_address_that_the_relay_refuses_ends_on_paper_once() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.choose(on_display(rig).id, "email", "a@b.fr", "customer")
        dead = replace(rig.shelf.parcels[0], state=ParcelState.DEAD, recipient="")
        await rig.counter.parcel_dead(dead)
        await rig.settle()
        await rig.counter.parcel_dead(dead)
        await rig.counter.parcel_news(dead)
        await rig.settle()
        shown = on_display(rig)
    assert rig.printer.printed == [b"[duplicata 1]" + document()]
    assert [(each.channel, each.state) for each in shown.states] == [
        ("email", "failed"),
        ("paper", "done"),
    ]
    assert shown.outcome is not None
    assert shown.outcome.fr == "Adresse refusée · ticket imprimé"


async def test_paper_after_the_e_mail_has_gone_bears_duplicata() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.choose(on_display(rig).id, "email", "a@b.fr", "customer")
        done = replace(rig.shelf.parcels[0], state=ParcelState.DONE, recipient="")
        await rig.counter.parcel_news(done)
        shown = on_display(rig)
        await rig.counter.choose(shown.id, "paper", None, "customer")
        await rig.settle()
    assert shown.outcome is not None
    assert shown.outcome.fr == "E-mail envoyé · a•••@b.fr"
    assert rig.printer.printed == [b"[duplicata 1]" + document()]


async def test_without_a_relay_no_e_mail_is_offered_or_taken() -> None:
    rig = Rig(email=False)
    async with rig.running():
        await rig.job(document())
        assert "email" not in rig.counter.snapshot("display").channels
        refusal = await rig.counter.choose(
            on_display(rig).id, "email", "a@b.fr", "customer"
        )
    assert refusal is not None
    assert refusal.code == "no_such_channel"


async def test_the_next_sale_settles_the_one_before_at_once() -> None:
    rig = Rig()
    async with rig.running():
        first = await rig.job(document(mentions=["guarantee"]))
        await rig.job(document(total=100))
        shown = on_display(rig)
    assert shown.total == "1,00\u00a0€"
    assert rig.shelf.jobs[first].state is JobState.PRINTED
    assert rig.body("choice.made.v1")["by"] == "next_sale"


async def test_a_touch_stops_the_countdown_for_good() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.hold(on_display(rig).id)
        await rig.pass_time(600)
        shown = on_display(rig)
    assert (shown.phase, shown.left_ms) == ("offered", None)


async def test_what_is_no_longer_there_cannot_be_chosen_for() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        gone = on_display(rig).id
        await rig.job(document(total=1))
        for refusal in (
            await rig.counter.choose(gone, "paper", None, "customer"),
            await rig.counter.hold(gone),
            await rig.counter.reprint("never was"),
        ):
            assert refusal is not None
            assert refusal.code == "gone"


async def test_a_card_slip_goes_where_its_sale_goes_before_or_after() -> None:
    rig = Rig()
    async with rig.running():
        before = await rig.job(document(kind="card_slip", total=4217))
        await rig.job(document())
        after = await rig.job(document(kind="card_slip", total=4218))
        assert rig.printer.printed == []
        await rig.counter.choose(on_display(rig).id, "paper", None, "cashier")
        await rig.settle()
    assert rig.printer.printed == [
        document(),
        document(kind="card_slip", total=4217),
        document(kind="card_slip", total=4218),
    ]
    assert rig.shelf.jobs[before].state is JobState.PRINTED
    assert rig.shelf.jobs[after].state is JobState.PRINTED


async def test_a_slip_after_its_sale_was_settled_never_goes_to_the_next_customer() -> (
    None
):
    rig = Rig()
    async with rig.running():
        await rig.job(document(total=1))
        await rig.counter.choose(on_display(rig).id, "qr", None, "customer")
        slip = await rig.job(document(kind="card_slip", total=1))
        await rig.job(document(total=2))
        await rig.counter.choose(on_display(rig).id, "paper", None, "customer")
        await rig.settle()
        late = await rig.job(document(kind="card_slip", total=2))
    assert rig.printer.printed == [
        document(total=2),
        document(kind="card_slip", total=2),
    ]
    assert rig.shelf.jobs[slip].state is JobState.NO_PAPER
    assert rig.shelf.jobs[late].state is JobState.PRINTED


async def test_a_slip_printed_after_its_sale_bears_duplicata_the_next_time() -> None:
    rig = Rig()
    slip = document(kind="card_slip", total=1)
    async with rig.running():
        await rig.job(document(total=1))
        await rig.counter.choose(on_display(rig).id, "paper", None, "customer")
        await rig.job(slip)
        await rig.settle()
        await rig.counter.choose(on_display(rig).id, "email", "a@b.fr", "customer")
        await rig.counter.choose(on_display(rig).id, "paper", None, "customer")
        await rig.settle()
    assert rig.printer.printed == [
        document(total=1),
        slip,
        b"[duplicata 2]" + document(total=1),
        b"[duplicata 1]" + slip,
    ]


async def test_a_slip_asked_for_by_itself_no_longer_waits_for_its_sale() -> None:
    rig = Rig()
    slip = document(kind="card_slip", total=1)
    async with rig.running():
        await rig.job(document(total=1))
        job = await rig.job(slip)
        (sale,) = rig.counter.snapshot("cashier").recent
        await rig.counter.reprint(sale.slips[0].id)
        await rig.counter.choose(on_display(rig).id, "qr", None, "customer")
        await rig.settle()
    assert rig.printer.printed == [slip]
    assert rig.shelf.jobs[job].state is JobState.PRINTED


async def test_a_slip_that_no_sale_claims_is_let_go() -> None:
    rig = Rig()
    async with rig.running():
        slip = await rig.job(document(kind="card_slip", total=1))
        await rig.pass_time(90)
        await rig.job(document(total=2))
        await rig.counter.choose(on_display(rig).id, "paper", None, "customer")
        await rig.settle()
    assert rig.printer.printed == [document(total=2)]
    assert rig.shelf.jobs[slip].state is JobState.NO_PAPER


async def test_paper_twice_is_one_print_and_copies_are_counted_when_ordered() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        rig.printer.trouble = "paper_out"
        await rig.counter.choose(receipt, "paper", None, "customer")
        await rig.counter.choose(receipt, "paper", None, "cashier")
        await rig.counter.reprint(receipt)
        await rig.counter.reprint(receipt)
        rig.printer.trouble = ""
        await rig.pass_time(5)
    assert rig.printer.printed == [
        document(),
        b"[duplicata 1]" + document(),
        b"[duplicata 2]" + document(),
    ]


async def test_what_follows_the_cut_goes_where_its_document_goes() -> None:
    rig = Rig()
    async with rig.running():
        paper = await rig.job(document())
        await rig.job(b"\x1bd\x05", shape="tail", follows=paper)
        await rig.counter.choose(on_display(rig).id, "paper", None, "cashier")
        await rig.settle()
        silent = await rig.job(document(total=7))
        tail = await rig.job(b"\x1bd\x06", shape="tail", follows=silent)
        await rig.pass_time(8.1)
    assert rig.printer.printed == [document() + b"\x1bd\x05"]
    assert rig.shelf.jobs[tail].state is JobState.NO_PAPER


async def test_the_list_keeps_the_last_ten_newest_first() -> None:
    rig = Rig()
    async with rig.running():
        for euros in range(1, 13):
            await rig.job(document(total=euros * 100))
        recent = rig.counter.snapshot("cashier").recent
    assert [line.total for line in recent][:2] == ["12,00\u00a0€", "11,00\u00a0€"]
    assert len(recent) == 10


async def test_a_shop_without_a_display_gets_the_qr_on_a_slip() -> None:
    rig = Rig(qr_slip=True)
    async with rig.running():
        await rig.job(document())
        await rig.counter.choose(on_display(rig).id, "qr", None, "cashier")
        await rig.settle()
    assert rig.printer.printed == [b"[qr ]"]


async def test_today_s_figures_go_on_after_a_restart_and_begin_again_at_midnight() -> (
    None
):
    rig = Rig()

    def today() -> tuple[int | None, int | None]:
        snapshot = rig.counter.snapshot("cashier")
        return snapshot.printed_today, snapshot.digital_today

    async with rig.running():
        for _ in range(SMALLEST_CELL):
            assert today() == (None, None)
            await rig.job(document())
            await rig.counter.choose(on_display(rig).id, "qr", None, "customer")
            await rig.counter.choose(on_display(rig).id, "paper", None, "customer")
        await rig.counter.reprint(on_display(rig).id)
        assert today() == (5, 5)
        others: tuple[View, ...] = ("display", "it")
        for view in others:
            told = rig.counter.snapshot(view)
            assert (told.printed_today, told.digital_today) == (None, None)
    rig.shelf.rows = {
        key: replace(row, at_ms=int(rig.clock.now().timestamp() * 1000))
        for key, row in rig.shelf.rows.items()
    }
    rig.build()
    async with rig.running():
        assert today() == (5, 5)
        await rig.pass_time(86_400)
        for _ in range(SMALLEST_CELL):
            await rig.job(document())
            await rig.counter.choose(on_display(rig).id, "paper", None, "cashier")
            await rig.settle()
        assert today() == (5, None)


async def test_a_print_from_the_list_of_the_open_receipt_is_its_choice() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document())
        await rig.counter.reprint(on_display(rig).id)
        await rig.settle()
        await rig.pass_time(9)
        shown = on_display(rig)
    assert rig.printer.printed == [document()]
    assert (shown.choice, shown.paper_copies) == ("paper", 1)
    assert rig.shelf.jobs[job].state is JobState.PRINTED


async def test_a_settled_receipt_leaves_the_screens_and_can_still_be_printed() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.pass_time(8.1)
        await rig.pass_time(170)
        assert on_display(rig).qr_svg
        await rig.counter.hold(on_display(rig).id)
        await rig.pass_time(170)
        assert on_display(rig).qr_svg
        await rig.pass_time(20)
        assert rig.counter.snapshot("display").shown is None
        await rig.counter.reprint(rig.counter.snapshot("cashier").recent[0].id)
        await rig.settle()
    assert rig.printer.printed == [document()]


async def test_the_screens_say_what_the_verdict_rests_on_failures_first() -> None:
    rig = Rig()
    equations = [
        {"name": "A3", "holds": True},
        {"name": "A1", "holds": False, "gap": -36},
    ]
    verdict = {"level": "V0", "equations": equations}
    async with rig.running():
        await rig.job(document(verdict=verdict))
        shown = on_display(rig)
    assert shown.verdict == "V0"
    assert [proof.holds for proof in shown.proofs] == [False, True]
    said = shown.proofs[0].says
    assert said.fr.replace("\u00a0", " ") == "Articles et total : il manque 0,36 €"
    assert said.en.replace("\u00a0", " ") == "Items and total: €0.36 missing"


async def test_articles_are_counted_from_the_items_when_the_pos_printed_no_count() -> (
    None
):
    rig = Rig()
    items = [
        {"label": "CROISSANT", "amount": 360, "quantity": "3"},
        {"label": "POMMES", "amount": 197, "quantity": "0.792", "unit": "kg"},
        {"label": "REMISE", "amount": -50, "kind": "discount"},
        {"label": "CROISSANT", "amount": -120, "kind": "void", "quantity": "1"},
    ]
    async with rig.running():
        await rig.job(document(items=items))
        assert on_display(rig).item_count == 3
