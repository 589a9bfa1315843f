"""« Ce n’est pas mon adresse »: it is used no more, whether the mail has left or not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from agent.screens.snapshot import Shown
from agent.store.handovers import EndHandOver
from agent.store.records import ParcelState
from tests.pipeline.rig import Rig, document

WRONG = "anna@example.org"


async def sent(rig: Rig, address: str = WRONG) -> str:
    """A mail that the relay has taken."""
    await rig.job(document())
    receipt = on_display(rig).id
    await rig.counter.choose(receipt, "email", address, "cashier")
    done = replace(rig.shelf.parcels[-1], state=ParcelState.DONE, recipient="")
    await rig.shelf.commit(EndHandOver(done.receipt, done.number, "done"))
    await rig.counter.parcel_news(done)
    assert on_display(rig).states[0].state == "done"
    return receipt


def records(rig: Rig) -> list[dict[str, Any]]:
    return [
        json.loads(json.loads(each.body)["record"])
        for each in rig.shelf.entries
        if each.type == "consent.recorded.v1"
    ]


def on_display(rig: Rig) -> Shown:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return shown


async def test_a_sent_address_that_is_another_s_is_withdrawn_and_unlinked() -> None:
    rig = Rig()
    async with rig.running():
        receipt = await sent(rig)
        assert await rig.counter.not_me(receipt) is None
        given, back = records(rig)
        assert (back["decision"], back["method"]) == ("withdrawn", "customer_screen")
        assert back["purpose"] == "receipt_delivery"
        assert back["subject"] == given["subject"]
        assert back["receipt"] == receipt
        assert rig.body("identity.refused.v1") == {
            "receipt_id": receipt,
            "kind": "email",
        }
        (forgotten,) = rig.shelf.forgotten  # no correction goes there either
        assert (forgotten.channel, str(forgotten.receipt)) == ("email", receipt)
        shown = on_display(rig)
        assert shown.taken_back == "email"
        assert shown.states[0].contact == ""
        assert WRONG[:1] + "•••" not in str(shown)
        assert shown.outcome is not None
        assert shown.outcome.fr == "Adresse retirée"
        # Once is enough, and the right one may be given.
        assert await rig.counter.not_me(receipt) is not None
        await rig.counter.choose(receipt, "email", "berta@example.org", "customer")
        assert on_display(rig).taken_back is None
        assert rig.shelf.parcels[-1].recipient == "berta@example.org"
    assert rig.printer.printed == []


async def test_by_the_cashier_s_key_it_is_the_customer_s_word() -> None:
    rig = Rig()
    async with rig.running():
        receipt = await sent(rig)
        await rig.counter.not_me(receipt, "cashier")
    back = records(rig)[-1]
    assert (back["method"], back["operator"]) == ("cashier_oral", "cashier")


async def test_it_leaves_the_card_alone() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document(loyalty_card="2991234567897"))
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "email", WRONG, "customer")
        await rig.counter.not_me(receipt)
        assert on_display(rig).card


async def test_a_restart_between_loses_neither_the_no_nor_whose_it_was() -> None:
    rig = Rig()
    async with rig.running():
        await sent(rig)
    rig.build()
    async with rig.running():
        shown = on_display(rig)
        assert shown.states[0].state == "done"
        assert await rig.counter.not_me(shown.id) is None
        given, back = records(rig)
        assert back["subject"] == given["subject"]
    rig.build()
    async with rig.running():
        shown = on_display(rig)
        assert (shown.taken_back, shown.states[0].state) == ("email", "failed")


async def test_what_the_store_does_not_take_is_said_and_not_done() -> None:
    rig = Rig()
    async with rig.running():
        receipt = await sent(rig)
        rig.shelf.broken = True
        refusal = await rig.counter.not_me(receipt)
        assert refusal is not None
        assert refusal.code == "store"
        assert on_display(rig).taken_back is None
