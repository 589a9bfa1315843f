"""The customer's own phone asks: once in effect, with its proof, as the counter would."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from typing import Any

import pytest

from agent import notice_file
from agent.choice.preference import Preference
from agent.consent.notices import Notice, Notices, Sentences
from agent.errors import StoreError
from agent.identity import addresses
from agent.identity.kinds import Contact
from agent.pipeline.phone import Wishes
from agent.store.feed import FollowFeed
from agent.store.preferences import KeepPreference
from agent.wire import shortcode
from agent.wire.feed import WISHED, Downward
from tests.pipeline.rig import Rig, document
from tests.pipeline.test_cards import CARD

ADDRESS = "marie.curie@gmail.com"


def shown(rig: Rig) -> str:
    receipt = rig.counter.snapshot("cashier").shown
    assert receipt is not None
    return receipt.id


def wish(rig: Rig, receipt: str, choice: str = "email", **said: Any) -> Downward:
    now = rig.clock.now()
    account = said.get("choice", choice) == "account"
    asks = rig.consents.asks("account" if account else "email")
    assert asks is not None
    data = {
        "receipt_id": receipt,
        "choice": choice,
        "contact": ADDRESS if choice == "email" else "",
        "lang": "es",
        "sentence_sha256": hashlib.sha256(asks.es.encode()).hexdigest(),
        "shown_at": now.isoformat(),
        "expires_at": (now + dt.timedelta(days=7)).isoformat(),
        **said,
    }
    return Downward(
        id="w-1",
        type=WISHED,
        time=now,
        sequence="000000000001",
        data=data,
    )


def wishes(rig: Rig) -> Wishes:
    scribe = rig.counter._till.scribe
    return Wishes(rig.shelf, rig.counter, scribe, rig.consents, rig.bus)


FOLLOW = FollowFeed("rcu", "000000000001")


async def test_what_may_be_asked_goes_up_with_the_receipt() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document(loyalty_card=CARD))
        said = rig.body("phone.invited.v1")
        assert (said["email"], said["account"]) == (True, True)
        asks = rig.consents.asks("email")
        assert asks is not None
        assert said["asks"]["email"]["ar"] == asks.ar
        assert said["finder"] == ""
        await rig.job(document(total=1, mentions=["degraded"]))
        said = rig.body("phone.invited.v1")
        assert (said["email"], said["account"], said["asks"]) == (False, False, {})


async def test_a_card_that_is_shown_later_invites_again() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document())
        assert rig.body("phone.invited.v1")["account"] is False
        await rig.counter.identify(CARD, "scanned")
        assert rig.body("phone.invited.v1")["account"] is True


@pytest.mark.parametrize("gone", [False, True])
async def test_a_wish_is_done_once_with_its_proof(*, gone: bool) -> None:
    """At the counter, and when the next customer stands there."""
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = shown(rig)
        if gone:
            await rig.job(document(total=1))
        for _ in range(2):
            await wishes(rig).take(wish(rig, receipt), FOLLOW)
        assert rig.shelf.feeds == {"rcu": "000000000001"}
        parcels = [each.recipient for each in rig.shelf.parcels]
        assert parcels == [ADDRESS]
        record = json.loads(rig.body("consent.recorded.v1")["record"])
        assert (record["method"], record["operator"]) == ("own_phone", "customer")
        assert record["notice"]["lang"] == "es"
        captured = rig.body("identity.captured.v1")
        assert captured["provenance"] == "typed_by_customer"
        answer = rig.body("choice.answered.v1")
        assert (answer["wish"], answer["status"]) == ("w-1", "taken")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"contact": "nobody"}, "no_address"),
        ({"receipt_id": "another"}, "gone"),
        ({"choice": "account", "contact": ""}, "no_such_channel"),
        ({"sentence_sha256": "00"}, "another_sentence"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "too_late"),
    ],
)
async def test_what_the_counter_refuses_is_answered_and_passed(
    said: dict[str, str], code: str
) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await wishes(rig).take(wish(rig, shown(rig), **said), FOLLOW)
    assert rig.shelf.feeds == {"rcu": "000000000001"}
    answer = rig.body("choice.answered.v1")
    assert (answer["status"], answer["code"]) == ("refused", code)
    assert rig.shelf.parcels == []


async def test_paper_from_the_phone_is_the_original() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await wishes(rig).take(wish(rig, shown(rig), "paper"), FOLLOW)
        await rig.settle()
    assert rig.printer.printed == [document()]
    assert rig.body("choice.made.v1")["by"] == "customer"


async def test_a_store_that_fails_lets_the_feed_bring_it_again() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = shown(rig)
        rig.shelf.broken = True
        with pytest.raises(StoreError):
            await wishes(rig).take(wish(rig, receipt), FOLLOW)
        rig.shelf.broken = False
        assert rig.shelf.feeds == {}
        await wishes(rig).take(wish(rig, receipt), FOLLOW)
    assert rig.shelf.feeds == {"rcu": "000000000001"}
    assert rig.body("choice.answered.v1")["status"] == "taken"


async def test_an_account_is_consented_to_under_the_card_s_own_hash() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document(loyalty_card=CARD))
        assert await rig.counter.choose(shown(rig), "account", None, "cashier") is None
        told = json.loads(rig.body("consent.recorded.v1")["record"])
        assert (told["channel"], told["method"]) == ("account", "cashier_oral")
        known = rig.cards.known(CARD)
        assert known is not None
        assert told["subject"].endswith(known.digest.hex())
        await rig.shelf.commit(KeepPreference(known.digest, Preference("account"), 1))
        await rig.job(document(total=1, loyalty_card=CARD))
        await rig.pass_time(8.1)
        kept = json.loads(rig.body("consent.recorded.v1")["record"])
        assert (kept["method"], kept["identifier"]) == ("stored_pref", "loyalty")


async def test_another_s_card_is_said_to_the_service() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document(loyalty_card=CARD))
        receipt = shown(rig)
        assert await rig.counter.not_me(receipt) is None
        refused = rig.body("identity.refused.v1")
    assert refused == {"receipt_id": receipt, "kind": "loyalty"}


async def test_a_refused_address_brings_what_was_meant() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        refusal = await rig.counter.choose(
            shown(rig), "email", "marie@gmail", "customer"
        )
    assert refusal is not None
    assert refusal.hint == "marie@gmail.com"
    assert "marie" not in repr(refusal)


async def test_the_code_is_the_cashier_s_and_the_slip_s_for_ten_minutes() -> None:
    rig = Rig(qr_slip=True, phone_code=True)
    async with rig.running():
        await rig.job(document())
        async with asyncio.timeout(5):
            while rig.counter.snapshot("cashier").shown is None:  # noqa: ASYNC110 -- sealing is on a thread
                await asyncio.sleep(0.005)
        (row,) = rig.shelf.rows.values()
        code = shortcode.spaced(shortcode.code_of(row.token))
        beside = rig.counter.snapshot("cashier").shown
        before = rig.counter.snapshot("display").shown
        assert beside is not None
        assert before is not None
        assert (beside.code, beside.code_at) == (code, "tickets.example/c")
        assert before.code == ""
        assert rig.body("phone.invited.v1")["token"] == shortcode.seal(row.token).token
        await rig.counter.choose(shown(rig), "qr", None, "cashier")
        params = dict(rig.worker.asked)["render_slip"]
        assert params["fields"]["code"] == code


# -- purposes beside the delivery ----------------------------------------------------

SAID = {
    lang: f"{lang}: offers of {{controller}}" for lang in ("fr", "en", "es", "de", "ar")
}
OFFERS = Notice(
    id="offers",
    version="2026-1",
    purpose="marketing_email",
    channel="email",
    text=Sentences(**SAID),
)


def offering() -> Rig:
    """A shop with a sentence of its own for offers by e-mail."""
    rig = Rig()
    shipped = notice_file.load()._all.values()
    rig.consents._notices = Notices([*shipped, OFFERS])
    return rig


def hashed(rig: Rig) -> str:
    text = rig.consents.boxes("email")["marketing_email"].es
    return hashlib.sha256(text.encode()).hexdigest()


def kept(rig: Rig) -> list[dict[str, Any]]:
    return [
        json.loads(json.loads(each.body)["record"])
        for each in rig.shelf.entries
        if each.type == "consent.recorded.v1"
    ]


async def test_a_box_is_offered_only_where_the_shop_has_a_sentence_for_it() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        assert rig.body("phone.invited.v1")["boxes"] == {}
    rig = offering()
    async with rig.running():
        await rig.job(document())
        boxes = rig.body("phone.invited.v1")["boxes"]
        assert list(boxes) == ["email"]
        assert list(boxes["email"]) == ["marketing_email"]
        assert boxes["email"]["marketing_email"]["ar"].startswith("ar: offers of ")
        health = {"merchant": {"naf": "4773Z"}}
        await rig.job(document(total=1, **health))
        assert rig.body("phone.invited.v1")["boxes"] == {}


async def test_a_ticked_box_is_a_consent_of_its_own() -> None:
    rig = offering()
    async with rig.running():
        await rig.job(document())
        ticked = {"marketing_email": hashed(rig)}
        await wishes(rig).take(wish(rig, shown(rig), ticked=ticked), FOLLOW)
        contact = addresses.read(ADDRESS)
        assert isinstance(contact, Contact)
        assert await rig.consents.may(contact, "marketing_email", "email")
    delivery, offers = kept(rig)
    assert (delivery["purpose"], offers["purpose"]) == (
        "receipt_delivery",
        "marketing_email",
    )
    assert (offers["decision"], offers["method"]) == ("given", "own_phone")
    assert offers["notice"]["id"] == "offers"
    assert offers["subject"] == delivery["subject"]


@pytest.mark.parametrize(
    "ticked", [{}, {"marketing_email": "0" * 64}, {"profiling_360": "0" * 64}]
)
async def test_no_box_that_was_not_ticked_under_todays_words_is_agreed_to(
    ticked: dict[str, str],
) -> None:
    rig = offering()
    async with rig.running():
        await rig.job(document())
        await wishes(rig).take(wish(rig, shown(rig), ticked=ticked), FOLLOW)
        assert [each["purpose"] for each in kept(rig)] == ["receipt_delivery"]
        assert len(rig.shelf.parcels) == 1


async def test_it_is_taken_back_by_the_phone_also_when_the_receipt_is_gone() -> None:
    rig = offering()
    async with rig.running():
        await rig.job(document())
        receipt = shown(rig)
        ticked = {"marketing_email": hashed(rig)}
        await wishes(rig).take(wish(rig, receipt, ticked=ticked), FOLLOW)
        given = kept(rig)[-1]
        rig.shelf.rows.clear()
        back = wish(
            rig,
            receipt,
            choice="email",
            purpose="marketing_email",
            channel="email",
            subject=given["subject"],
        )
        back.data.update(choice="withdraw", contact="")
        await wishes(rig).take(back, FollowFeed("rcu", "000000000002"))
        contact = addresses.read(ADDRESS)
        assert isinstance(contact, Contact)
        assert not await rig.consents.may(contact, "marketing_email", "email")
        assert await rig.consents.may(contact, "receipt_delivery", "email")
        last = kept(rig)[-1]
        assert (last["decision"], last["method"], last["receipt"]) == (
            "withdrawn",
            "own_phone",
            receipt,
        )
        assert rig.body("choice.answered.v1")["status"] == "taken"


async def test_an_address_that_is_another_s_takes_back_what_it_ticked() -> None:
    rig = offering()
    async with rig.running():
        await rig.job(document())
        receipt = shown(rig)
        ticked = {"marketing_email": hashed(rig)}
        await wishes(rig).take(wish(rig, receipt, ticked=ticked), FOLLOW)
        assert await rig.counter.not_me(receipt) is None
    assert [(each["purpose"], each["decision"]) for each in kept(rig)[2:]] == [
        ("receipt_delivery", "withdrawn"),
        ("marketing_email", "withdrawn"),
    ]


async def test_a_withdrawal_that_names_nobody_is_refused() -> None:
    rig = offering()
    async with rig.running():
        await rig.job(document())
        await wishes(rig).take(
            wish(rig, shown(rig), choice="withdraw", contact=""), FOLLOW
        )
        assert rig.body("choice.answered.v1")["status"] == "refused"
        assert kept(rig) == []
