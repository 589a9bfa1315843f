"""What a shop printed is read back exactly, and a changed digit is found."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.receipt.read import from_text
from agent.wire.receipt import DocKind, Level, Receipt
from tests.receipt.shop import Sale, printed, sales


def equation(receipt: Receipt, name: str) -> tuple[bool, int]:
    found = next(e for e in receipt.verdict.equations if e.name == name)
    return found.holds, found.gap


@given(sales())
@settings(deadline=None, max_examples=60)
def test_a_generated_sale_reads_back_exactly_and_proves_itself(sale: Sale) -> None:
    receipt = from_text(printed(sale).lines)

    assert receipt.kind is DocKind.SALE
    assert receipt.total == sale.total
    assert [(i.amount, i.kind) for i in receipt.items] == [
        pair
        for s in sale.sold
        for pair in [(s.amount, "item"), (-s.discount, "discount")]
        if pair[0]
    ]
    assert receipt.verdict.level is Level.V2, receipt.verdict


@given(sales())
@settings(deadline=None, max_examples=60)
def test_labels_quantities_and_codes_come_back(sale: Sale) -> None:
    receipt = from_text(printed(sale).lines)

    items = [i for i in receipt.items if i.kind == "item"]
    for item, sold in zip(items, sale.sold, strict=True):
        assert sold.label.startswith(item.label)
        assert len(item.label) >= min(len(sold.label), 4)
        assert (item.quantity or Decimal(1)) == sold.quantity
        if sale.layout != "cafe":
            assert item.vat_code == sale.code(sold.key)


@given(sales())
@settings(deadline=None, max_examples=60)
def test_vat_payment_date_and_number_come_back(sale: Sale) -> None:
    receipt = from_text(printed(sale).lines)

    assert [(v.rate, v.net, v.vat, v.gross) for v in receipt.vat] == [
        (r["rate"], r["HT"], r["TVA"], r["TTC"]) for r in sale.vat
    ]
    kind = "cash" if sale.tender == "ESPECES" else "card"
    assert [(p.kind, p.amount) for p in receipt.payments] == [(kind, sale.given)]
    assert (receipt.change or 0) == sale.change
    assert (receipt.date, receipt.time) == (sale.when.date(), sale.when.time())
    assert (receipt.number, receipt.till) == (str(sale.number), "02")
    assert receipt.merchant.name == "AU PANIER GARNI"
    assert receipt.merchant.siret == "73282932000074"


@given(sales(), st.data())
@settings(deadline=None, max_examples=60)
def test_a_changed_digit_of_an_item_is_named_with_its_gap(
    sale: Sale, data: st.DataObject
) -> None:
    paper = printed(sale)
    turn = data.draw(st.integers(0, len(sale.sold) - 1))
    line = paper.amounts_at[turn]
    text = paper.lines[line]
    place = max(i for i, mark in enumerate(text) if mark in ",.") + data.draw(
        st.sampled_from((-1, 1, 2))
    )
    digit = data.draw(st.sampled_from("0123456789"))
    assume(text[place] != digit)
    weight = {-1: 100, 0: 0, 1: 10, 2: 1}[
        place - max(i for i, mark in enumerate(text) if mark in ",.")
    ]
    delta = (int(digit) - int(text[place])) * weight
    assume(sale.sold[turn].amount + delta > 0)
    # Short by the whole tax, the lines read as prices without it: another gap is named.
    assume(delta != -sum(r["TVA"] for r in sale.vat))
    paper.lines[line] = text[:place] + digit + text[place + 1 :]

    receipt = from_text(paper.lines)

    assert receipt.verdict.level is Level.V0
    assert receipt.total == sale.total
    assert equation(receipt, "A1") == (False, delta)


@given(sales(), st.integers(1, 900))
@settings(deadline=None, max_examples=60)
def test_a_changed_total_is_never_proven(sale: Sale, delta: int) -> None:
    lines = printed(sale).lines
    at = next(i for i, text in enumerate(lines) if text.startswith("TOTAL A PAYER"))
    lines[at] = f"TOTAL A PAYER   {(sale.total + delta) / 100:.2f}"

    receipt = from_text(lines)

    proven = receipt.verdict.level is Level.V2
    assert not proven or receipt.total == sale.total


@given(sales())
@settings(deadline=None, max_examples=60)
def test_reading_is_a_function_of_the_lines(sale: Sale) -> None:
    lines = printed(sale).lines
    assert from_text(lines) == from_text(lines)
