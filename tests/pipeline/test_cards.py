"""A loyalty card at the counter: what its holder prefers is applied, shown, undone."""

from __future__ import annotations

from agent.choice.preference import Preference
from agent.pipeline.accounts import Accounts
from agent.screens.snapshot import Shown
from agent.store.feed import FollowFeed
from agent.store.preferences import KeepPreference
from agent.wire.feed import Downward
from tests.pipeline.rig import Rig, document

CARD = "2991234567897"
OTHER = "2001234567893"
ACCOUNT = Preference("account", account_only=True, no_email=True)


def on_display(rig: Rig) -> Shown:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return shown


async def prefers(rig: Rig, preference: Preference, card: str = CARD) -> None:
    known = rig.cards.known(card)
    assert known is not None
    await rig.shelf.commit(KeepPreference(known.digest, preference, 1))


async def test_a_card_on_the_receipt_is_applied_silently_and_shown() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document(loyalty_card=CARD))
        shown = on_display(rig)
        assert shown.applied is not None
        assert (shown.applied.channel, shown.applied.undo) == ("account", "paper")
        assert shown.applied.says.fr.endswith("papier\u202f? touchez Imprimer")
        beside = rig.counter.snapshot("cashier").shown
        assert beside is not None
        assert beside.applied is not None
        said = "Ticket dans votre compte · papier\u202f? touche P"
        assert beside.applied.says.fr == said
        assert shown.phase == "offered"
        await rig.pass_time(8.1)
        shown = on_display(rig)
        assert (shown.phase, shown.choice) == ("delivering", "account")
        assert [(each.channel, each.state) for each in shown.states] == [
            ("account", "waiting")
        ]
        assert shown.outcome is not None
        assert shown.outcome.fr == "Bientôt dans votre compte"
    made = rig.body("choice.made.v1")
    assert (made["choice"], made["by"]) == ("account", "preference")
    known = rig.cards.known(CARD)
    assert known is not None
    assert rig.shelf.used_cards == [known.digest]  # so that it is not forgotten
    assert rig.printer.printed == []


async def test_the_account_has_it_once_the_service_has_all_of_it() -> None:
    rig = Rig(account=True)
    accounts = Accounts(rig.shelf, rig.counter, rig.clock)
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document(loyalty_card=CARD))
        await rig.pass_time(8.1)
        rig.shelf.acked["rcu"] = len(rig.shelf.entries)
        await accounts.look()
        assert on_display(rig).phase == "delivering"
        pushed = rig.body("account.pushed.v1")
        receipt = on_display(rig).id
        assert pushed == {"receipt_id": receipt, "number": 0}
        await answer(rig, accounts, receipt, "filled")
        shown = on_display(rig)
    assert shown.phase == "done"
    assert shown.outcome is not None
    assert shown.outcome.en == "Receipt in your account"
    (row,) = rig.shelf.handed.values()
    assert (row.mark, row.why, row.outcome) == ("ORIGINAL", "preference", "done")


async def answer(rig: Rig, accounts: Accounts, receipt: str, status: str) -> None:
    """What the RCU says of it, by the feed."""
    said = {"receipt_id": receipt, "number": 0, "status": status}
    event = Downward(
        id="a-1",
        type="account.answered.v1",
        time=rig.clock.now(),
        sequence="000000000001",
        data=said,
    )
    await accounts.take(event, FollowFeed("rcu", event.sequence))
    assert await rig.shelf.feed_cursor("rcu") == "000000000001"


async def test_a_card_that_no_account_knows_ends_on_paper_once() -> None:
    rig = Rig(account=True)
    accounts = Accounts(rig.shelf, rig.counter, rig.clock)
    async with rig.running():
        await rig.job(document(loyalty_card=CARD))
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "account", None, "customer")
        for _ in range(2):
            await answer(rig, accounts, receipt, "unknown")
            await rig.settle()
        states = [(each.channel, each.state) for each in on_display(rig).states]
    assert states == [("account", "failed"), ("paper", "done")]
    assert rig.printer.printed == [b"[duplicata 1]" + document(loyalty_card=CARD)]


async def test_an_answer_that_says_nothing_is_passed_over() -> None:
    rig = Rig(account=True)
    accounts = Accounts(rig.shelf, rig.counter, rig.clock)
    async with rig.running():
        await rig.job(document(loyalty_card=CARD))
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "account", None, "customer")
        await answer(rig, accounts, receipt, "perhaps")
        await answer(rig, accounts, "no receipt", "filled")
        assert on_display(rig).phase == "delivering"


async def test_paper_undoes_it_and_is_the_original() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document(loyalty_card=CARD))
        await rig.counter.choose(on_display(rig).id, "paper", None, "cashier")
        await rig.settle()
        shown = on_display(rig)
    assert shown.applied is None
    assert [each.channel for each in shown.states] == ["paper"]
    assert rig.printer.printed == [document(loyalty_card=CARD)]


async def test_the_next_sale_applies_it_at_once() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await prefers(rig, Preference("paper"))
        await rig.job(document(loyalty_card=CARD))
        await rig.job(document(total=1))
        await rig.settle()
    assert rig.printer.printed == [document(loyalty_card=CARD)]


async def test_who_wants_no_e_mail_is_not_asked_for_an_address() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document(loyalty_card=CARD))
        picture = rig.counter.snapshot("display")
        refusal = await rig.counter.choose(
            on_display(rig).id, "email", "a@b.fr", "customer"
        )
    assert "email" not in picture.channels
    (email,) = [way for way in picture.ways if way.channel == "email"]
    assert email.says is not None
    assert refusal is not None


async def test_a_choice_is_kept_for_the_card_and_forgotten_again() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document(loyalty_card=CARD))
        receipt = on_display(rig).id
        early = await rig.counter.keep_preference(receipt, keep=True)
        assert early is not None
        assert early.code == "nothing_chosen"
        await rig.counter.choose(receipt, "account", None, "customer")
        assert not on_display(rig).kept
        assert await rig.counter.keep_preference(receipt, keep=True) is None
        assert on_display(rig).kept
        await rig.job(document(loyalty_card=CARD, total=2))
        assert on_display(rig).applied is not None
        receipt = on_display(rig).id
        assert await rig.counter.keep_preference(receipt, keep=False) is None
        assert on_display(rig).applied is None
        await rig.job(document(loyalty_card=CARD, total=3))
        assert on_display(rig).applied is None


async def test_what_nobody_chose_is_not_kept_for_the_card() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document(loyalty_card=CARD, mentions=["guarantee"]))
        assert on_display(rig).card
        await rig.pass_time(8.1)
        shown = on_display(rig)
        assert (shown.phase, shown.choice, shown.card) == ("timed_out", "paper", False)
        refusal = await rig.counter.keep_preference(shown.id, keep=True)
        assert refusal is not None
        assert refusal.code == "nothing_chosen"
        # What a person asks for afterwards is a choice again.
        await rig.counter.choose(shown.id, "account", None, "customer")
        assert on_display(rig).card
        assert await rig.counter.keep_preference(shown.id, keep=True) is None


async def test_a_choice_cannot_be_kept_for_nobody() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.choose(receipt, "paper", None, "customer")
        refusal = await rig.counter.keep_preference(receipt, keep=True)
        assert not on_display(rig).card
    assert refusal is not None
    assert refusal.code == "no_card"


async def test_a_card_that_is_scanned_belongs_to_the_open_receipt() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document())
        assert "account" not in rig.counter.snapshot("display").channels
        assert await rig.counter.identify(CARD, "scanned") is None
        assert "account" in rig.counter.snapshot("display").channels
        assert on_display(rig).applied is not None
    captured = rig.body("identity.captured.v1")
    assert (captured["kind"], captured["provenance"]) == ("loyalty", "scanned")
    assert captured["value"] == CARD


async def test_a_card_that_is_scanned_among_the_goods_belongs_to_the_next_receipt() -> (
    None
):
    rig = Rig(account=True)
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document(total=1))
        await rig.counter.choose(on_display(rig).id, "none", None, "cashier")
        await rig.counter.identify(CARD, "scanned")
        assert on_display(rig).applied is None
        await rig.job(document(total=2))
        assert on_display(rig).applied is not None
        await rig.job(document(total=3))
        assert on_display(rig).applied is None
        await rig.counter.choose(on_display(rig).id, "none", None, "cashier")
        await rig.counter.identify(CARD, "scanned")
        await rig.pass_time(121)
        await rig.job(document(total=4))
        assert on_display(rig).applied is None


async def test_what_is_no_card_is_refused_in_words() -> None:
    rig = Rig(account=True)
    async with rig.running():
        refusal = await rig.counter.identify("2991234567898", "scanned")
    assert refusal is not None
    assert refusal.words.fr == "Un chiffre du numéro de carte est faux"


async def test_not_me_unlinks_the_card() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document(loyalty_card=CARD))
        await rig.counter.not_me(on_display(rig).id)
        shown = on_display(rig)
        assert (shown.card, shown.applied) == (False, None)
        await rig.pass_time(8.1)
        assert on_display(rig).phase == "timed_out"
    assert rig.shelf.handed == {}


async def test_no_preference_takes_away_paper_that_a_rule_demands() -> None:
    rig = Rig(account=True)
    guarantee = ["Garantie légale de conformité"]
    async with rig.running():
        await prefers(rig, Preference("none"))
        sale = document(loyalty_card=CARD, mentions=["guarantee"], lines=guarantee)
        await rig.job(sale)
        shown = on_display(rig)
        assert shown.on_silence == "paper"
        assert shown.applied is None
        await rig.pass_time(8.1)
    assert rig.printer.printed == [sale]


async def test_the_card_is_known_again_after_a_restart() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document(loyalty_card=CARD))
    rig.build()
    async with rig.running():
        assert on_display(rig).applied is not None
        await rig.pass_time(8.1)
        assert on_display(rig).choice == "account"


async def test_two_cards_are_two_people() -> None:
    rig = Rig()
    first, second = rig.cards.known(CARD), rig.cards.known(OTHER)
    again = rig.cards.known(f" {CARD[:6]} {CARD[6:]} ")
    assert first is not None
    assert second is not None
    assert first.digest != second.digest
    assert again == first
    assert CARD not in repr(first)


async def test_how_a_card_came_here_is_said_as_it_was() -> None:
    rig = Rig(account=True)
    async with rig.running():
        await rig.job(document())
        await rig.counter.identify(CARD, "typed")
        assert rig.body("identity.captured.v1")["provenance"] == "typed_by_cashier"
        await rig.job(document(total=2))
        await rig.counter.identify(CARD, "looked_up")
    assert rig.body("identity.captured.v1")["provenance"] == "looked_up"


async def test_goods_that_are_nobody_s_business_go_into_no_account() -> None:
    rig = Rig(account=True)
    pharmacy = {"naf": "4773Z"}
    async with rig.running():
        await prefers(rig, ACCOUNT)
        await rig.job(document(loyalty_card=CARD, merchant=pharmacy))
        shown = on_display(rig)
        assert shown.applied is None
        assert "account" not in rig.counter.snapshot("display").channels
        refusal = await rig.counter.choose(shown.id, "account", None, "customer")
    assert refusal is not None


async def test_an_account_that_the_service_refuses_ends_on_paper() -> None:
    rig = Rig(account=True)
    accounts = Accounts(rig.shelf, rig.counter, rig.clock)
    async with rig.running():
        for number in (1, 2):
            await rig.job(document(loyalty_card=CARD, total=number))
            receipt = on_display(rig).id
            await rig.counter.choose(receipt, "account", None, "customer")
        rig.shelf.refused = set(rig.shelf.rows)
        await accounts.look()
        await accounts.look()
        await rig.settle()
        assert [(each.channel, each.state) for each in on_display(rig).states] == [
            ("account", "failed"),
            ("paper", "done"),
        ]
    assert sorted(rig.printer.printed) == [
        b"[duplicata 1]" + document(loyalty_card=CARD, total=1),
        b"[duplicata 1]" + document(loyalty_card=CARD, total=2),
    ]
    assert {row.outcome for row in rig.shelf.handed.values()} == {"failed", "done"}
