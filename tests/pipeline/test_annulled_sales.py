"""A paper says that a sale was annulled: a copy of it, or the document that does it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent.receipt.read import from_text
from hardware_sim.papers.generate import generate
from hardware_sim.papers.sheet import Paper
from tests.pipeline.rig import Rig, document

DAY = {"number": "4217", "till": "3", "date": "2026-07-13", "time": "17:40:00"}
LINES = ["Ticket 4217", "PAIN 42,17", "TOTAL 42,17"]
SALE = document(**DAY, lines=LINES)
HEADLINES = (
    "Ce ticket est annulé par le ticket n° 4218",
    "*** TICKET ANNULÉ ***",
    "VENTE ANNULEE",
    "Annulé par : Lucie",
    "DUPLICATA - TICKET ANNULE",
)


def told(rig: Rig) -> list[Any]:
    """The bodies of ``receipt.voided.v1``."""
    return [
        json.loads(entry.body)
        for entry in rig.shelf.entries
        if entry.type == "receipt.voided.v1"
    ]


def issued(rig: Rig) -> list[str]:
    return [
        json.loads(entry.body)["receipt_id"]
        for entry in rig.shelf.entries
        if entry.type == "receipt.issued.v1"
    ]


def job(lines: list[str]) -> bytes:
    """As the reading of those lines has it."""
    return from_text(lines).model_dump_json(exclude_defaults=True).encode()


def sale_on_paper(seed: int) -> Paper:
    """A French sale with all that tells it from others."""
    for each in range(seed, seed + 200):
        paper = generate(each, broken="", layout="supermarket")
        truth, plain = paper.truth, paper.axes.get("mark") == "none"
        if paper.country == "FR" and plain and truth.get("receipt_no"):
            return paper
    raise AssertionError("no such paper")


@pytest.mark.parametrize("headline", HEADLINES)
@pytest.mark.parametrize("seed", [1, 4000, 90_000])
async def test_a_reprint_that_says_annulled_is_a_copy_and_the_rcu_hears_of_it(
    seed: int, headline: str
) -> None:
    paper = sale_on_paper(seed)
    first, again = job([*paper.lines]), job([headline, *paper.lines])
    rig = Rig()
    async with rig.running():
        await rig.job(first)
        await rig.pass_time(8.1)
        await rig.job(again)
        await rig.job(again)
    assert len(issued(rig)) == 1
    assert rig.printer.printed == [again, again]  # as it is, without our mark
    number = "4218" if "4218" in headline else None
    said = {"receipt_id": issued(rig)[0], "by": None, "number": number}
    assert told(rig) == [said, said]
    # Whoever got it as a mail or an SMS is told, by a change that has effect once.
    assert {str(each) for each in rig.shelf.corrected} == set(issued(rig))
    assert {each.part for each in rig.shelf.papers} == {"duplicate"}


async def test_an_annulled_sale_that_is_not_known_is_a_receipt_that_says_so() -> None:
    paper = sale_on_paper(1)
    rig = Rig()
    async with rig.running():
        await rig.job(job([HEADLINES[0], *paper.lines]))
    assert told(rig) == []
    (entry,) = [e for e in rig.shelf.entries if e.type == "receipt.issued.v1"]
    receipt = json.loads(entry.body)["receipt"]
    assert receipt["links"]["annulled_by"] == "4218"
    assert "annulled" in receipt["mentions"]


@pytest.mark.parametrize("seed", [1, 4000, 90_000])
async def test_a_sale_that_replaces_another_is_a_sale_and_annuls_it(seed: int) -> None:
    paper = sale_on_paper(seed)
    old = paper.truth["receipt_no"]
    new = f"{old[:-1]}{(int(old[-1]) + 1) % 10}"
    lines = [line.replace(old, new) for line in paper.lines]
    head = f"Ce ticket annule et remplace le ticket n° {old}"
    rig = Rig()
    async with rig.running():
        await rig.job(job([*paper.lines]))
        await rig.job(job([head, *lines]))
    first, second = issued(rig)
    assert told(rig) == [{"receipt_id": first, "by": second, "number": new}]


@pytest.mark.parametrize(
    ("document_of", "annuls"),
    [
        ({"kind": "void", "total": -4217, "links": {"annuls": "4217"}}, True),
        ({"kind": "void", "total": -4217, "number": "4217"}, True),
        ({"kind": "refund", "total": -4217, "links": {"annuls": "4217"}}, True),
        ({"kind": "refund", "total": -1000, "links": {"annuls": "4217"}}, False),
        ({"kind": "refund", "total": -4217, "links": {"annuls": "17"}}, False),
        ({"kind": "void", "total": -4217, "till": "4",
          "links": {"annuls": "4217"}}, False),
        ({"kind": "void", "total": -4217, "date": "2026-07-16",
          "links": {"annuls": "4217"}}, False),
        ({"kind": "void", "total": -4217, "date": None,
          "links": {"annuls": "4217"}}, False),
    ],
)  # fmt: skip
async def test_a_document_that_annuls_the_whole_of_a_known_sale_is_told(
    document_of: dict[str, Any], annuls: bool
) -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        fields = {**DAY, "number": "4218", "date": "2026-07-15", **document_of}
        if document_of.get("number") == "4217":
            fields["date"] = DAY["date"]
        await rig.job(document(**{k: v for k, v in fields.items() if v is not None}))
    first, second = issued(rig)
    said = {"receipt_id": first, "by": second, "number": fields["number"]}
    assert told(rig) == ([said] if annuls else [])
    assert [str(each) for each in rig.shelf.corrected] == ([first] if annuls else [])


async def test_what_annuls_and_is_no_receipt_is_told_all_the_same() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        await rig.job(document(**DAY | {"number": "9"}, kind="void", total=None,
                               links={"annuls": "4217"}))  # fmt: skip
    assert len(issued(rig)) == 1
    assert told(rig) == [{"receipt_id": issued(rig)[0], "by": None, "number": "9"}]


async def test_a_void_under_the_sales_own_number_leaves_its_reprints_reprints() -> None:
    rig = Rig()
    void = document(**DAY, kind="void", total=-4217, lines=["ANNULATION", *LINES])
    async with rig.running():
        await rig.job(SALE)
        await rig.job(void)
        await rig.job(void)
        await rig.job(SALE)
    assert len(issued(rig)) == 2
    assert [each.part for each in rig.shelf.papers] == ["duplicate", "reprint"]


async def test_a_number_that_is_not_one_sales_annuls_none() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
        await rig.job(document(**DAY, lines=["another", "17:41"]))
        await rig.job(document(**DAY | {"number": "9"}, kind="void", total=-4217,
                               links={"annuls": "4217"}))  # fmt: skip
    assert told(rig) == []


async def test_a_restart_forgets_no_sale_that_may_be_annulled() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(SALE)
    rig.build()
    async with rig.running():
        await rig.job(document(**DAY | {"number": "9"}, kind="void", total=-4217,
                               links={"annuls": "4217"}))  # fmt: skip
    first, second = issued(rig)
    assert told(rig) == [{"receipt_id": first, "by": second, "number": "9"}]
