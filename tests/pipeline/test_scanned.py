"""A receipt whose code is scanned comes back onto the cashier's list."""

from __future__ import annotations

import json
import logging

import pytest

from agent.pipeline import words
from agent.pipeline.scanned import Scanned
from tests.pipeline.rig import Rig, document

RETURN = "9900012345678"
BARCODE = [{"system": "code128", "text": RETURN, "role": "receipt"}]


async def days_later(rig: Rig, **first: object) -> None:
    """The receipt, and so many after it that the list has forgotten it."""
    await rig.job(document(**{"total": 4217, "number": "000482", **first}))
    for number in range(30):
        await rig.job(document(total=number + 1, number=f"A{number:03d}"))


def listed(rig: Rig) -> list[str | None]:
    return [line.number for line in rig.counter.snapshot("cashier").recent]


@pytest.mark.parametrize("by", ["number", "bar code", "page"])
async def test_it_is_found_by_its_number_its_bar_code_and_its_page(by: str) -> None:
    rig = Rig()
    async with rig.running():
        await days_later(rig, codes=BARCODE)
        assert "000482" not in listed(rig)
        rows = (await rig.shelf.receipts_before(None, 50)).rows
        row = next(each for each in rows if each.gist.number == "000482")
        code = {
            "number": "000482",
            "bar code": RETURN,
            "page": rig.counter.page_url(row),
        }[by]
        assert await Scanned(rig.shelf, rig.counter).find(code, "cashier") is None
        assert listed(rig)[0] == "000482"
        on_top, *others = rig.counter.snapshot("cashier").recent
        assert on_top.scanned
        assert not any(line.scanned for line in others)
        await Scanned(rig.shelf, rig.counter).find("A029", "cashier")
        assert listed(rig)[:2] == ["A029", "000482"]
        lit = [line.scanned for line in rig.counter.snapshot("cashier").recent]
        assert lit == [True] + [False] * (len(lit) - 1)
        await rig.job(document(total=9999, number="Z1"))
        assert not any(line.scanned for line in rig.counter.snapshot("cashier").recent)


async def test_a_number_elsewhere_on_the_paper_is_not_its_code() -> None:
    rig = Rig()
    async with rig.running():
        await days_later(rig, loyalty_card=RETURN)
        refusal = await Scanned(rig.shelf, rig.counter).find(RETURN, "cashier")
        assert refusal == words.GONE


async def test_what_is_not_there_or_cannot_be_read_is_gone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    rig = Rig()
    async with rig.running():
        finds = Scanned(rig.shelf, rig.counter)
        assert await finds.find(RETURN, "cashier") == words.GONE
        await rig.job(document(codes=BARCODE))
        rig.shelf.broken = True
        assert await finds.find(RETURN, "cashier") == words.GONE
        rig.shelf.broken = False
    assert RETURN not in caplog.text
    assert all(RETURN not in json.dumps(str(vars(r))) for r in caplog.records)
