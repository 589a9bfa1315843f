"""What a POS prints of one sale is one receipt; what it prints of two is two."""

from __future__ import annotations

from typing import Any

import pytest

from agent.store.records import JobState, KeepSale, PaperOf
from tests.pipeline.rig import Rig, document

DAY = {"number": "4217", "till": "3", "date": "2026-07-13", "time": "17:40:00"}
LINES = ["Ticket 4217", "PAIN 42,17", "TOTAL 42,17"]


def sale(**changed: Any) -> bytes:
    fields = {**DAY, "lines": LINES, **changed}
    return document(
        **{key: value for key, value in fields.items() if value is not None}
    )


def copy_of(**changed: Any) -> bytes:
    """As a POS marks it: other lines, the same sale."""
    lines = ["DUPLICATA", *LINES]
    return sale(kind="duplicate", copy_mark={"number": 1}, lines=lines, **changed)


async def choose_paper(rig: Rig) -> None:
    """For the receipt on offer."""
    shown = rig.counter.snapshot("display").shown
    assert shown
    await rig.counter.choose(shown.id, "paper", None, "cashier")
    await rig.settle()


def issued(rig: Rig) -> int:
    return rig.types.count("receipt.issued.v1")


async def test_a_reprint_while_it_is_offered_is_the_same_offer() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        before = rig.counter.snapshot("display").shown
        again = await rig.job(sale() + b" ")  # not the same bytes
        after = rig.counter.snapshot("display").shown
        assert before
        assert after
        assert after.id == before.id
        assert after.phase == "offered"
        await rig.counter.choose(after.id, "paper", None, "cashier")
        await rig.settle()
    assert rig.printer.printed == [sale()]
    assert issued(rig) == 1
    (row,) = rig.shelf.rows.values()
    assert rig.shelf.papers == [PaperOf(again, row.id, "reprint")]
    assert rig.shelf.jobs[again].state is JobState.NO_PAPER
    assert rig.shelf.rules[again] == "R92"


async def test_a_reprint_of_a_paperless_sale_is_its_first_paper() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        await rig.pass_time(8.1)
        assert rig.printer.printed == []
        again = await rig.job(sale())
        shown = rig.counter.snapshot("cashier").shown
    assert rig.printer.printed == [sale()]
    assert issued(rig) == 1
    assert rig.shelf.jobs[again].state is JobState.PRINTED
    assert shown
    assert shown.paper_copies == 1
    assert rig.body("delivery.status.v1")["channel"] == "paper"


async def test_a_reprint_of_what_somebody_has_is_marked_as_a_copy() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        await choose_paper(rig)
        await rig.job(sale())
        await rig.job(sale())
    assert rig.printer.printed == [
        sale(), b"[duplicata 1]" + sale(), b"[duplicata 2]" + sale(),
    ]  # fmt: skip
    assert rig.body("delivery.status.v1")["copy_number"] == 2
    assert issued(rig) == 1


async def test_a_reprint_while_the_printer_has_no_paper_is_the_sheet_that_waits() -> (
    None
):
    rig = Rig()
    rig.printer.trouble = "out of paper"
    async with rig.running():
        await rig.job(sale())
        await choose_paper(rig)
        again = await rig.job(sale())
        rig.printer.trouble = ""
        await rig.pass_time(30)
    assert rig.printer.printed == [sale()]
    assert rig.shelf.jobs[again].state is JobState.NO_PAPER
    assert issued(rig) == 1


async def test_a_restart_forgets_no_sale() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        await rig.pass_time(8.1)
    rig.build()
    async with rig.running():
        await rig.job(sale())
    assert issued(rig) == 1
    assert rig.printer.printed == [sale()]
    assert [each.part for each in rig.shelf.papers] == ["reprint"]


@pytest.mark.parametrize("marked", [False, True])
async def test_a_copy_that_was_due_at_a_crash_is_a_copy_after_it(
    marked: bool,
) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        await choose_paper(rig)
        rig.printer.trouble = "out of paper"
        again = copy_of() if marked else sale()
        await rig.job(again)
    rig.printer.trouble = ""
    rig.build()
    async with rig.running():
        await rig.pass_time(30)
    mark = b"" if marked else b"[duplicata 1]"
    assert rig.printer.printed == [sale(), mark + again]


async def test_a_duplicata_is_printed_as_it_is_and_belongs_to_its_sale() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        await rig.pass_time(8.1)
        again = await rig.job(copy_of())
        (row,) = rig.shelf.rows.values()
        assert rig.printer.printed == [copy_of()]
        await rig.counter.reprint(str(row.id))
        await rig.settle()
    assert rig.shelf.papers == [PaperOf(again, row.id, "duplicate")]
    assert issued(rig) == 1
    # The customer has the POS's paper: ours is a copy of it.
    assert rig.printer.printed[1] == b"[duplicata 1]" + sale()


async def test_a_duplicata_while_its_sale_is_offered_leaves_the_offer() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        await rig.job(copy_of())
        shown = rig.counter.snapshot("display").shown
    assert rig.printer.printed == [copy_of()]
    assert shown
    assert shown.phase == "offered"


async def test_a_duplicata_of_an_unknown_sale_is_printed_and_nothing_more() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        await rig.job(copy_of(number="1"))
        await rig.job(copy_of(total=1))
    assert rig.printer.printed == [copy_of(number="1"), copy_of(total=1)]
    assert rig.shelf.papers == []


@pytest.mark.parametrize(
    "other",
    [
        {"number": "4218"},
        {"number": None},
        {"till": "4"},
        {"date": "2026-07-14"},
        {"date": None},
        {"total": 4218},
        {"lines": [*LINES, "17:41"]},
    ],
)
async def test_two_sales_alike_are_two(other: dict[str, Any]) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        await rig.job(sale(**other))
    assert issued(rig) == 2
    assert rig.shelf.papers == []


@pytest.mark.parametrize("missing", ["number", "date", "time"])
async def test_two_customers_without_a_number_or_a_time_are_two(missing: str) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale(**{missing: None}))
        await rig.job(sale(**{missing: None}))
    assert issued(rig) == 2


async def test_a_number_that_every_sale_bears_names_none() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale(lines=["COUVERTS 4217", "17:39"]))
        await rig.job(sale())
        await rig.job(sale())
    assert issued(rig) == 3


async def test_where_the_store_does_not_say_there_are_two() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(sale())
        rig.shelf.rows.clear()  # erased in between
        await rig.job(sale())
    assert issued(rig) == 2


async def test_a_shop_that_prints_all_prints_a_reprint_unchanged() -> None:
    rig = Rig(hold=False)
    async with rig.running():
        await rig.job(sale())
        await rig.job(sale())
    assert rig.printer.printed == [sale(), sale()]
    assert issued(rig) == 1


class TestCardSlips:
    PAID = sale(payments=[{"kind": "card", "label": "CB", "amount": 4000}])

    async def test_both_slips_belong_to_the_sale_before_or_after_it(self) -> None:
        rig = Rig()
        async with rig.running():
            before = await rig.job(document(kind="merchant_slip", total=4000))
            await rig.job(self.PAID)
            after = await rig.job(document(kind="card_slip", total=4000))
            await rig.job(document(kind="card_slip", total=999))
        first = next(iter(rig.shelf.rows.values()))
        assert rig.shelf.papers == [
            PaperOf(before, first.id, "merchant_slip"),
            PaperOf(after, first.id, "card_slip"),
        ]

    async def test_a_slip_goes_to_one_sale_and_a_sale_has_one_of_each(self) -> None:
        rig = Rig()
        async with rig.running():
            await rig.job(self.PAID)
            await rig.job(sale(number="4218", total=4000))
            for _ in range(3):
                await rig.job(document(kind="card_slip", total=4000))
        rows = [row for row in rig.shelf.rows.values() if row.gist.kind == "sale"]
        assert [each.receipt for each in rig.shelf.papers] == [rows[1].id, rows[0].id]

    async def test_a_slip_of_long_ago_belongs_to_no_sale(self) -> None:
        rig = Rig()
        async with rig.running():
            await rig.job(document(kind="merchant_slip", total=4217))
            await rig.pass_time(61)
            await rig.job(sale())
            await rig.pass_time(61)
            await rig.job(document(kind="merchant_slip", total=4217))
        assert rig.shelf.papers == []


async def test_what_is_kept_with_a_sale_is_in_its_own_commit() -> None:
    rig = Rig()
    async with rig.running():
        rig.shelf.breaks_on = KeepSale
        await rig.job(sale())
    assert rig.shelf.rows == {}
    assert rig.printer.printed == [sale()]  # paper always wins
