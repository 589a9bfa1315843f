"""What tills print, of every kind that the generator has, in the other formats and back."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from agent.receipt.read import from_text
from agent.wire.holding import NotHeldError
from agent.wire.receipt import Attachment, DocKind, Receipt
from hardware_sim.papers.generate import generate
from hardware_sim.papers.layouts import LAYOUTS
from tests.wire.test_formats import RIGS, every_format

SEEDS = range(6)
HARD_TO_HOLD = {"EKaBS": {"date", "total"}, "ARTS-SE": set(), "schema.org": set()}
"""What a format cannot be without."""


@pytest.fixture(scope="module")
def papers() -> list[Receipt]:
    return [
        from_text(generate(seed, layout=layout, broken="").lines)
        for layout in LAYOUTS
        for seed in SEEDS
    ]


def holds(name: str, receipt: Receipt) -> bool:
    needed = (getattr(receipt, field) for field in HARD_TO_HOLD[name])
    return receipt.kind in RIGS[name].kinds and None not in needed


@every_format
def test_every_paper_comes_back_as_its_projection_or_is_refused(
    name: str, papers: list[Receipt]
) -> None:
    rig, written = RIGS[name], Counter[DocKind]()
    for receipt in papers:
        if not holds(name, receipt):
            with pytest.raises(NotHeldError):
                rig.write(receipt)
            with pytest.raises(NotHeldError):
                rig.projection(receipt)
            continue
        assert rig.read(rig.write(receipt)) == rig.projection(receipt)
        written[receipt.kind] += 1
    printed = {receipt.kind for receipt in papers}
    assert set(written) == rig.kinds & printed
    assert DocKind.SALE in written
    assert DocKind.REFUND in written


def test_the_generator_has_the_kinds_that_matter(papers: list[Receipt]) -> None:
    kinds = {receipt.kind for receipt in papers}
    assert kinds >= {
        *(DocKind.SALE, DocKind.REFUND, DocKind.VOID, DocKind.INVOICE, DocKind.GIFT),
        *(DocKind.CARD_SLIP, DocKind.MERCHANT_SLIP, DocKind.PROFORMA, DocKind.VOUCHER),
        *(DocKind.KITCHEN, DocKind.X_REPORT, DocKind.Z_REPORT, DocKind.EXIT_SLIP),
    }


@every_format
def test_a_slip_comes_back_with_its_sale_where_there_is_a_place(
    name: str, papers: list[Receipt]
) -> None:
    slips = [each for each in papers if each.kind is DocKind.CARD_SLIP]
    sales = [each for each in papers if each.kind is DocKind.SALE and holds(name, each)]
    held: defaultdict[bool, int] = defaultdict(int)
    for sale, slip in zip(sales, slips, strict=False):
        attached = Attachment(kind=slip.kind, lines=slip.lines)
        both = sale.model_copy(update={"attachments": (attached,)})
        back = RIGS[name].read(RIGS[name].write(both))
        assert back == RIGS[name].projection(both)
        kept = [each.lines for each in back.attachments]
        held[kept == [tuple(line.rstrip() for line in slip.lines)]] += 1
    assert slips
    assert held == {name != "schema.org": min(len(slips), len(sales))}
