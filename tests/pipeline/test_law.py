"""Each decision is kept whole; without rules everything is printed, and it is said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from agent import policy_file
from agent.events import PrinterState
from agent.ids import JobId
from agent.pipeline.law import Law
from agent.pipeline.settings import PolicySettings
from agent.pipeline.signs import ailing, trouble
from agent.rules.decide import recorded
from agent.rules.facts import Facts
from agent.rules.pack import Pack
from agent.wire.receipt import DocKind
from tests.pipeline.rig import PACK, PACK_TEXT, Rig, document


def why(rig: Rig, job: JobId) -> Any:
    return json.loads(rig.shelf.decisions[job])


async def test_an_offer_is_kept_whole_in_the_commit_that_settles_its_job() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document(mentions=["guarantee"]))
        said = why(rig, job)
    assert said["decision"]["rule"] == "R10"
    assert said["decision"]["pack"] == "fr"
    assert said["decision"]["version"] == PACK.version
    assert said["decision"]["digest"] == PACK.digest
    assert "D. 211-7" in said["decision"]["legal_ref"]
    assert said["decision"]["reason_fr"]
    assert said["facts"]["total"] == 4217
    facts, decision = recorded(rig.shelf.decisions[job])
    assert facts.mentions == {"guarantee"}
    assert decision.mentions == ("guarantee",)
    assert rig.shelf.packs == {bytes.fromhex(PACK.digest): PACK_TEXT}


async def test_no_word_of_the_paper_is_in_it() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(
            document(
                lines=["SECRET WORDS"],
                merchant={"name": "SECRET WORDS"},
                items=[{"label": "SECRET WORDS", "amount": 4217}],
                loyalty_card="SECRET WORDS",
            )
        )
        assert b"SECRET" not in rig.shelf.decisions[job]


async def test_what_nobody_could_read_is_kept_as_r00() -> None:
    rig = Rig()
    rig.worker.broken.add("understand")
    async with rig.running():
        job = await rig.job(document())
        said = why(rig, job)["decision"]
    assert (said["rule"], said["paper"], said["pack"]) == ("R00", "pass", "fr")
    assert rig.printer.printed


async def test_commands_that_print_nothing_have_a_reason_too() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(b"\x1b@", shape="control")
        said = why(rig, job)["decision"]
    assert said["rule"] == "R01"
    assert "tiroir" in said["reason_fr"]


async def test_a_guarantee_good_with_a_refused_card_is_printed_and_recorded() -> None:
    rig = Rig()
    async with rig.running():
        job = await rig.job(document(mentions=["guarantee", "card_refused"]))
        assert why(rig, job)["decision"]["rule"] == "R12"
        assert len(rig.printer.printed) == 1
        assert "receipt.issued.v1" in rig.types


def test_the_surroundings_are_facts_as_well() -> None:
    settings = PolicySettings(terminal="kiosk", vertical="hotel", needed=True)
    law = Law(PACK, settings, "FR", link_up=lambda: False, printer_ok=lambda: False)
    ruling = law.rule(Facts(DocKind.SALE, 500))
    assert ruling.facts.terminal == "kiosk"
    assert ruling.facts.vertical == "hotel"
    assert not ruling.facts.link_up
    assert not ruling.facts.printer_ok
    assert ruling.decision.rule == "R13"


def test_without_a_pack_everything_is_paper_and_the_reason_is_the_rules() -> None:
    law = Law(None, PolicySettings(), "FR")
    for kind in DocKind:
        decision = law.rule(Facts(kind, 500)).decision
        assert (decision.action, decision.rule) == ("print", "R00")
        assert "illisibles" in decision.reason_fr
    assert law.why("R10")[0]


def test_the_screens_say_that_there_are_no_rules() -> None:
    notice = trouble(PrinterState(), stuck=False, keeps=True, rules=False)
    assert notice is not None
    assert notice.says.fr == "Tous les tickets s’impriment"
    assert "règles" in notice.remedy.fr
    assert trouble(PrinterState(), stuck=False, keeps=True, rules=True) is None


def test_what_else_ails_is_said_beside_a_printer_that_ails_too() -> None:
    (rules,) = ailing(opens=True, keeps=True, rules=False)
    assert (rules.name.fr, rules.state) == ("Règles", "needs")
    assert rules.says.fr == "Illisibles\u00a0: tout s’imprime"
    full, _ = ailing(opens=True, keeps=False, rules=False)
    assert full.says.fr == "Pleine"
    gone, _ = ailing(opens=False, keeps=False, rules=False)
    assert gone.says.fr == "Illisible"
    assert ailing(opens=True, keeps=True, rules=True) == ()


async def test_the_printer_s_lamp_speaks_of_the_printer() -> None:
    rig = Rig()
    async with rig.running():
        rig.lane.say_keeps(keeps=False)
        lamps = rig.counter.snapshot("cashier").lamps
    assert [(each.name.fr, each.state) for each in lamps] == [
        ("Imprimante", "ok"),
        ("Base de la caisse", "needs"),
    ]


def test_the_reason_beside_an_offer_is_that_of_the_offer() -> None:
    """R02 has two rows, and after a restart a reason is looked up by its rule."""
    law = Law(PACK, PolicySettings(), "FR")
    assert "image" in law.why("R02")[0]
    assert "Garantie" in law.why("R10")[0]


def test_what_the_law_wants_displayed_is_the_pack_s_in_every_language() -> None:
    (display,) = Law(PACK, PolicySettings(), "FR").legal
    assert display.id == "display-fr"
    assert display.version == PACK.version
    assert "qu’à\u00a0votre demande" in display.says.fr
    assert (
        len({display.says.fr, display.says.en, display.says.de, display.says.ar}) == 4
    )
    services = Law(PACK, PolicySettings(services=True), "FR").legal
    assert [each.id for each in services] == ["display-fr", "display-fr-services"]
    assert Law(None, PolicySettings(), "FR").legal == ()
    assert Law(pack_of("de"), PolicySettings(), "DE").legal == ()


def pack_of(country: str) -> Pack:
    return policy_file.load(policy_file.named(country, ""))


def under(rig: Rig, law: Law) -> None:
    rig.corridor._law = law


async def test_in_austria_a_sale_is_printed_at_once_when_the_link_is_down() -> None:
    rig, up = Rig(), [True]
    under(rig, Law(pack_of("at"), PolicySettings(), "AT", link_up=lambda: up[0]))
    async with rig.running():
        await rig.job(document())
        assert rig.printer.printed == []
        up[0] = False
        job = await rig.job(document(total=500))
        assert why(rig, job)["decision"]["rule"] == "R40"
        # The one before is settled by it: in Austria silence means paper.
        assert rig.printer.printed == [document(), document(total=500)]
        assert rig.types.count("receipt.issued.v1") == 2, (
            "it is the customer's all the same"
        )


async def test_a_coupon_waits_with_its_sale_and_does_not_go_up() -> None:
    """R20, R50: nobody gave permission for promotion."""
    rig = Rig()
    rig.worker.promotion = True
    async with rig.running():
        job = await rig.job(document(kind="voucher", total=None))
        assert why(rig, job)["decision"]["rule"] == "R20"
        assert rig.printer.printed == []
        assert "receipt.issued.v1" not in rig.types


async def test_an_avoir_is_printed_at_once() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(kind="voucher", total=500))
        assert len(rig.printer.printed) == 1


async def test_in_degraded_mode_nobody_is_identified() -> None:
    """R33: no sale and no consent, and the ban on automatic printing holds."""
    rig = Rig()
    async with rig.running():
        job = await rig.job(
            document(mentions=["degraded"], loyalty_card="4006381333931")
        )
        assert why(rig, job)["decision"]["also"] == ["R30", "R33", "R50"]
        assert rig.printer.printed == []
        assert "identity.captured.v1" not in rig.types
        await rig.job(document(total=500, loyalty_card="4006381333931"))
        assert "identity.captured.v1" in rig.types


async def test_after_a_restart_the_reason_is_the_one_that_was_kept() -> None:
    """Also if other rules hold by now; of an older receipt: as its rule says it now."""
    rig = Rig()
    async with rig.running():
        await rig.job(document(mentions=["guarantee"]))
    (key,) = rig.shelf.rows
    for kept, shown in ((("Alors", "Then"), "Alors"), (("", ""), "Garantie légale")):
        rig.shelf.rows[key] = replace(rig.shelf.rows[key], why=kept)
        rig.build()
        async with rig.running():
            at = rig.counter.snapshot("cashier").shown
            assert at is not None
            assert at.reason.fr.startswith(shown)
