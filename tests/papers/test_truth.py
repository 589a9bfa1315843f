"""What the generated papers claim about themselves is so, recomputed here from their truth."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware_sim.papers.axes import AXES, BROKEN
from hardware_sim.papers.generate import CODE_PAGES, generate
from hardware_sim.papers.lands import LANDS
from hardware_sim.papers.layouts import CLOSING, LAYOUTS
from hardware_sim.papers.sheet import Paper, Row

SEEDS = st.integers(0, 10**9)
CENT = Decimal("0.01")


def money(text: str | None) -> Decimal:
    return Decimal(text or "0")


def added(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((money(row[name]) for row in rows), Decimal(0))


def gaps(truth: dict[str, Any]) -> list[str]:
    """The equations that do not close, from the truth alone."""
    failed = []
    total, rounding = money(truth["total"]), money(truth.get("rounding"))
    off = added(truth.get("discounts", []), "amount")
    if "items" in truth and added(truth["items"], "amount") + off + rounding != total:
        failed.append("items")
    if "payments" in truth:
        paid = added(truth["payments"], "amount") - money(truth.get("change"))
        failed += ["payments"] if paid != total else []
    rows = [row for row in truth.get("vat", []) if row["gross"] is not None]
    failed += ["vat sum"] if rows and added(rows, "gross") + rounding != total else []
    failed += [f"vat {row}" for row in truth.get("vat", []) if not _taxed(row)]
    failed += [
        f"quantity {item}" for item in truth.get("items", []) if not _multiplied(item)
    ]
    if "n_items" in truth and truth["n_items"] != _pieces(truth["items"]):
        failed.append("count")
    return failed


def _taxed(row: dict[str, Any]) -> bool:
    if row["net"] is None:
        return True
    net, vat, rate = money(row["net"]), money(row["vat"]), money(row["rate"])
    if row["gross"] is not None:
        exact = money(row["gross"]) * rate / (100 + rate)
        rounded = exact.quantize(CENT, ROUND_HALF_UP)
        return net + vat == money(row["gross"]) and vat == rounded
    return abs(net * rate / 100 - vat) <= CENT


def _multiplied(item: dict[str, Any]) -> bool:
    if item["unit_price"] is None or item["kind"] == "void":
        return True
    exact = Decimal(item["qty"]) * money(item["unit_price"])
    return exact.quantize(CENT, ROUND_HALF_UP) == money(item["amount"])


def _pieces(items: list[dict[str, Any]]) -> int:
    """Voids take back what the item above them had."""
    count, last = 0, 0
    for item in items:
        if item["kind"] == "item":
            last = 1 if "unit" in item else int(item["qty"])
            count += last
        elif item["kind"] == "void":
            count -= last
    return count


def closing(seed: int, broken: str) -> Paper:
    return generate(seed, layout=sorted(CLOSING)[seed % len(CLOSING)], broken=broken)


@given(SEEDS)
@settings(deadline=None, max_examples=300)
def test_the_sums_of_a_sale_close(seed: int) -> None:
    truth = closing(seed, "").truth

    assert gaps(truth) == []
    assert "must_flag" not in truth


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_made_to_be_caught_does_not_close(how: str) -> None:
    expected = {
        "missing_line": "items",
        "vat_row": "vat",
        "count": "count",
        "change": "payments",
        "total": "items",
        "unit_price": "quantity",
    }
    for seed in range(80):
        truth = closing(seed, how).truth
        assert truth["must_flag"], (seed, how)
        assert truth["broken"] == how
        found = gaps(truth)
        if how in expected:
            assert any(gap.startswith(expected[how]) for gap in found), seed


@pytest.mark.parametrize("layout", ["fuel", "refund", "refund_grocery"])
def test_other_trades_close_too(layout: str) -> None:
    for seed in range(60):
        assert gaps(generate(seed, layout=layout).truth) == [], seed


def test_an_invoice_adds_its_vat_once_for_each_rate() -> None:
    for seed in range(60):
        truth = generate(seed, layout="invoice").truth
        net = added(truth["items"], "amount")
        assert net == money(truth["subtotal"])
        assert net + added(truth["vat"], "vat") == money(truth["total"])


def test_at_the_pharmacy_only_the_clients_part_is_paid() -> None:
    for seed in range(60):
        truth = generate(seed, layout="pharmacy").truth
        assert added(truth["items"], "amount") == money(truth["subtotal"])
        assert (
            added(truth["payments"], "amount")
            == money(truth["total"])
            < money(truth["subtotal"])
        )


@given(SEEDS)
@settings(deadline=None, max_examples=200)
def test_no_line_is_wider_than_the_paper(seed: int) -> None:
    paper = generate(seed)

    for part in paper.parts:
        if isinstance(part, Row):
            assert len(part.text) * part.wide <= paper.columns, (seed, part)


@given(SEEDS)
@settings(deadline=None, max_examples=300)
def test_the_truth_holds_only_what_is_printed(seed: int) -> None:
    paper = generate(seed)
    whole = " ".join(" ".join(paper.lines).split())
    bare = whole.replace(" ", "")
    truth = paper.truth

    for name in (
        "receipt_no",
        "till",
        "cashier",
        "siret",
        "vat_id",
        "phone",
        "loyalty",
        "company",
    ):
        if name in truth:
            assert str(truth[name]).replace(" ", "") in bare, (seed, name, truth[name])
    if "time" in truth:
        assert truth["time"] in bare or truth["time"].replace(":", "h") in bare
    for item in truth.get("items", []):
        assert item["name"] in whole
        assert _printed(item["amount"], bare), (seed, item)
    for name in ("total", "subtotal", "change", "rounding"):
        if name in truth:
            assert _printed(truth[name], bare), (seed, name)


def _printed(amount: str, bare: str) -> bool:
    digits = amount.lstrip("-")
    return digits in bare or digits.replace(".", ",") in bare


def test_numbers_of_registers_bear_their_check_digits() -> None:
    for seed in range(600):
        truth = generate(seed).truth
        if "siret" in truth:
            assert _luhn(truth["siret"])
            assert _luhn(truth["siret"][:9])
        if str(truth.get("vat_id", "")).startswith("FR"):
            key, siren = int(truth["vat_id"][2:4]), int(truth["vat_id"][4:])
            assert key == (12 + 3 * (siren % 97)) % 97


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits)))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_every_layout_every_country_and_every_value_of_every_axis_is_met() -> None:
    met: set[tuple[str, str]] = set()
    for seed in range(2000):
        met |= set(generate(seed).axes.items())

    wanted = {(axis, value) for axis, values in AXES.items() for value in values}
    wanted |= {("layout", name) for name in LAYOUTS} | {
        ("land", name) for name in LANDS
    }
    wanted |= {("broken", how) for how in ("none", *BROKEN)}
    wanted |= {("code_page", page) for page in CODE_PAGES}
    assert wanted - met == set()


_DIGEST = """
import hashlib, json
from hardware_sim.papers.generate import generate
papers = [generate(seed) for seed in range(40)]
said = json.dumps([[p.lines, p.truth, p.axes] for p in papers])
print(hashlib.sha256(said.encode()).hexdigest())
"""


def test_a_seed_is_the_same_paper_in_every_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            env={"PYTHONHASHSEED": salt},
            check=True,
            capture_output=True,
        ).stdout
        for salt in ("1", "2")
    }

    assert len(digests) == 1
    assert len(digests.pop().strip()) == 2 * hashlib.sha256().digest_size
