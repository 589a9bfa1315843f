"""An address at the counter leaves a proof of how it was given, and of whose it is not."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal

import pytest

from agent.consent.checking import Kept, read, verify
from agent.errors import StoreError
from agent.pipeline.composer import Letterhead, MailComposer
from agent.pipeline.entries import Scribe
from agent.pipeline.workshop import Workshop
from agent.store.people import KnowBy
from agent.store.records import Append
from agent.verbs import Lang
from agent.wire.consent import ConsentRecord
from agent.worker.frames import Frame
from tests.consent.builders import NOTICES, TILL
from tests.fakes.ring import FakeSigner
from tests.pipeline.rig import FakeWorker, Rig, document


class Public:
    """The fake signer's other half."""

    revoked = ""

    def verifies(self, message: bytes, signature: bytes) -> bool:
        return signature == FakeSigner().sign(message)


def records(rig: Rig) -> list[ConsentRecord]:
    rows = [Kept(row.seq, row.digest.hex(), row.body) for row in rig.shelf.consents]
    report = verify(rows, TILL.beginning, {FakeSigner.kid: Public()}, NOTICES, 0)
    assert report.good, report
    found = [read(row.body or b"") for row in rows]
    return [each for each in found if isinstance(each, ConsentRecord)]


async def choose(
    rig: Rig,
    contact: str = "Marie@gmail.com",
    by: Literal["customer", "cashier"] = "customer",
    **more: Any,
) -> str:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    refusal = await rig.counter.choose(shown.id, "email", contact, by, **more)
    assert refusal is None
    await rig.settle()
    return shown.id


async def test_the_customer_s_own_hand_is_recorded_with_the_sentence_it_saw() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.pass_time(3)
        receipt = await choose(rig, lang="de")
    (record,) = records(rig)
    assert (record.method, record.decision, record.purpose) == (
        "customer_screen",
        "given",
        "receipt_delivery",
    )
    assert record.notice is not None
    assert (record.notice.lang, record.receipt) == ("de", receipt)
    assert record.shown_at < record.decided_at
    assert len(record.evidence) == 64
    assert rig.body("consent.recorded.v1")["record"] == record.kept().decode()
    assert rig.body("consent.recorded.v1")["method"] == "customer_screen"


async def test_what_a_cashier_typed_was_told_by_word_of_mouth() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await choose(rig, by="cashier")
    (record,) = records(rig)
    assert (record.method, record.operator) == ("cashier_oral", "cashier")
    assert rig.body("identity.captured.v1")["provenance"] == "typed_by_cashier"


async def test_the_proof_is_in_the_choice_s_own_commit() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        before = rig.shelf.commits
        await choose(rig)
        assert rig.shelf.commits == before + 1
    assert len(records(rig)) == 1


async def test_not_me_takes_it_back_under_the_same_reference() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = await choose(rig)
        assert await rig.counter.not_me(receipt) is None
    given, back = records(rig)
    assert (back.decision, back.subject) == ("withdrawn", given.subject)


async def test_without_the_ledger_the_mail_goes_all_the_same() -> None:
    rig = Rig()

    async def silent() -> None:
        raise StoreError("told to fail")

    rig.shelf.consent_head = silent  # type: ignore[method-assign]
    async with rig.running():
        await rig.job(document())
        await choose(rig)
    assert rig.shelf.consents == []
    assert [parcel.recipient for parcel in rig.shelf.parcels] == ["Marie@gmail.com"]
    assert rig.body("consent.recorded.v1")["record"] == ""


HEALTH = {"merchant": {"naf": "4773Z"}, "loyalty_card": "2991234567897"}


async def test_no_contact_is_tied_to_goods_of_health() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(**HEALTH))
        await choose(rig)
    assert "identity.captured.v1" not in rig.types
    # The consent is recorded: it holds no contact.
    assert len(records(rig)) == 1
    assert b"gmail" not in records(rig)[0].kept()


async def test_a_discreet_shop_ties_no_contact_to_anything() -> None:
    rig = Rig()
    row = None
    async with rig.running():
        await rig.job(document())
        row = next(iter(rig.shelf.rows.values()))
    discreet = Scribe(rig.clock, rig._dice, discreet=True)
    open_ = Scribe(rig.clock, rig._dice)
    assert discreet.identified(row, "email", "m@gmail.com", "typed_by_customer") == []
    told = open_.identified(row, "email", "m@gmail.com", "typed_by_customer")
    assert [type(change) for change in told] == [Append, KnowBy]


async def nobody_agreed(_contact: object) -> bool:
    return False


@pytest.mark.parametrize("sensitive", [True, False])
async def test_the_mail_of_a_discreet_shop_is_asked_for_as_such(
    *, sensitive: bool
) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await choose(rig)
    asked: list[Mapping[str, Any]] = []

    class Composing(FakeWorker):
        def compose_mail(
            self, params: Mapping[str, Any], body: bytes, *more: bytes
        ) -> Frame:
            asked.append(params)
            return Frame({}, (b"a mail",))

    composer = MailComposer(
        rig.shelf,
        Workshop(Composing(), "default", "FR", rig.reader),
        rig.clock,
        Letterhead("ticket@lucie.example", "Lucie", "tcp://p", sensitive=sensitive),
        lambda row: f"https://tickets.example/r/{row.token}",
        nobody_agreed,
    )
    (parcel,) = rig.shelf.parcels
    assert await composer.compose(parcel) == b"a mail"
    assert [params["sensitive"] for params in asked] == [sensitive]


@pytest.mark.parametrize("lang", ["fr", "en", "es", "de", "ar"])
async def test_the_sentence_that_is_recorded_is_the_one_on_the_screen(
    lang: Lang,
) -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document())
        ways = {way.channel: way for way in rig.counter.snapshot("display").ways}
        await choose(rig, lang=lang)
    asks = ways["email"].asks
    assert asks is not None
    (record,) = records(rig)
    shown = getattr(asks, lang)
    assert record.notice is not None
    assert record.notice.sha256 == sha256(shown.encode()).hexdigest()
    assert record.controller.name in shown
    assert ways["account"].asks is not None
    assert ways["paper"].asks is None
