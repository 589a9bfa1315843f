"""Receipts found again, and today's figures, by what the store keeps."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from agent.choice.figures import Counts
from agent.pipeline.figures import Today
from agent.screens.snapshot import MAX_FOUND, Figures, Forced, Share
from tests.pipeline.rig import Rig, document

SLIP = ["CB VISA", "************1234", "MONTANT 42,17 EUR"]


async def test_it_is_found_by_number_amount_time_and_card() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(total=4217, number="2026-000482", lines=SLIP))
        await rig.job(document(total=999, number="2026-000999"))
        newest = rig.counter.snapshot("cashier").recent[0].at
        for query in ("000482", "42,17", "1234", f"482 {newest}"):
            (found,) = await rig.counter.search(query)
            assert found.total == "42,17\u00a0€"
            assert found.number == "2026-000482"
        assert await rig.counter.search("7777") == ()
        assert await rig.counter.search("") == ()
        assert len(await rig.counter.search("2026")) == 2


@pytest.mark.parametrize(
    ("line", "bears"),
    [
        ("************1234", True),
        ("XXXX XXXX XXXX 1234", True),
        ("•••• 1234", True),
        ("####-1234", True),
        ("************12345", False),
        ("CARTE 1234", False),
        ("x" * 60_000 + "1235", False),
    ],
)
async def test_only_what_is_masked_is_a_card(line: str, bears: bool) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(total=1, lines=[line]))
        found = await rig.counter.search("1234")
    assert bool(found) == bears


async def test_what_is_found_can_be_printed_though_the_list_has_forgotten_it() -> None:
    rig = Rig()
    async with rig.running():
        for number in range(30):
            await rig.job(document(total=number * 100 + 1, number=f"A{number:03d}"))
        (found,) = await rig.counter.search("A003")
        assert found.id not in {
            line.id for line in rig.counter.snapshot("cashier").recent
        }
        assert found.mark == "ORIGINAL"
        await rig.counter.reprint(found.id, "lost")
        await rig.settle()
        (again,) = await rig.counter.search("A003")
    assert rig.printer.printed == [document(total=301, number="A003")]
    assert again.mark == "DUPLICATA 1"
    assert [each.channel for each in again.states] == ["paper"]


async def test_the_answer_is_bounded_and_newest_first() -> None:
    rig = Rig()
    async with rig.running():
        for number in range(60):
            await rig.job(document(total=number + 1, number=f"B{number:03d}"))
        found = await rig.counter.search("B0")
    assert len(found) == MAX_FOUND
    assert [line.number for line in found[:2]] == ["B059", "B058"]


async def test_that_somebody_searched_is_logged_and_not_for_what(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="agent")
    rig = Rig()
    async with rig.running():
        await rig.counter.search("1234", by="cashier:tablet-2")
    (said,) = [each for each in caplog.records if each.msg == "receipts searched"]
    assert vars(said)["by"] == "cashier:tablet-2"
    assert "1234" not in caplog.text


async def test_a_store_that_fails_finds_nothing() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document(number="C1"))
        rig.shelf.broken = True
        assert await rig.counter.search("C1") == ()
        rig.shelf.broken = False


async def test_figures_are_told_to_the_cashier_and_to_nobody_else() -> None:
    rig = Rig()
    day = Counts(
        receipts=40,
        mix={"none": 20, "qr": 20},
        forced={"R10": 6},
        took_ms=[1000] * 9,
        unprinted=40,
        avoided_mm=8_000,
    )
    today = Today(_Shelf(day), rig.counter, rig.bus, rig.clock, lambda: 0)
    async with rig.running():
        before = rig.counter.snapshot("cashier").revision
        await today.look()
        await today.look()
        assert rig.counter.snapshot("cashier").figures == Figures(
            receipts=40,
            mix=(Share("qr", 20), Share("none", 20)),
            paper_avoided_m=8.0,
            captured=0,
            valid=None,
            p50_ms=1000,
            p95_ms=1000,
            forced=(Forced("R10", 6),),
        )
        assert rig.counter.snapshot("cashier").revision == before + 1
        assert rig.counter.snapshot("cashier").printed_today is None
        assert rig.counter.snapshot("display").figures is None
        assert rig.counter.snapshot("it").figures is None


class _Shelf:
    def __init__(self, day: Counts) -> None:
        self._day = day

    async def day(self, since_ms: int) -> Counts:
        return replace(self._day)


async def test_it_sees_no_receipt_of_anybody() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        picture = rig.counter.snapshot("it")
    assert (picture.shown, picture.recent) == (None, ())


async def test_how_long_a_person_took_to_choose_is_kept_and_silence_is_not() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.pass_time(2)
        shown = rig.counter.snapshot("display").shown
        assert shown is not None
        await rig.counter.choose(shown.id, "qr", None, "customer")
        await rig.pass_time(1)
        await rig.counter.choose(shown.id, "paper", None, "customer")
        await rig.job(document(total=2))
        await rig.pass_time(8.1)
    assert list(rig.shelf.took_ms.values()) == [2000]
