"""The receipt model: what it refuses, and that what was written before is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from agent.wire.brief import gist_in
from agent.wire.receipt import Receipt
from tests.wire.receipts import FULL, at_leisure, receipts

GOLDEN = Path(__file__).with_name("batch_golden.json")


@at_leisure
@given(receipts())
def test_a_receipt_survives_its_own_json(receipt: Receipt) -> None:
    for defaults in (True, False):
        document = receipt.model_dump_json(exclude_defaults=defaults)
        assert Receipt.model_validate_json(document) == receipt
        assert gist_in(document.encode()) == receipt.gist


def test_what_a_till_wrote_before_is_read_and_says_nothing_new() -> None:
    data = json.loads(GOLDEN.read_bytes())[0]["data"]["receipt"]
    receipt = Receipt.model_validate_json(json.dumps(data))
    assert json.loads(receipt.model_dump_json(exclude_unset=True)) == data
    assert (receipt.fiscal, receipt.loyalty, receipt.attachments) == (None, None, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"surprise": 1},
        {"mentions": ["<script>"]},
        {"kind": "love_letter"},
        {"kind_evidence": ["Any text of the paper"]},
        {"merchant": {"country": "France"}},
        {"items": [{"label": "x", "amount": 1, "gtin": "12345"}]},
        {"items": [{"label": "x", "amount": 1, "gtin": "12345678\n"}]},
        {"items": [{"label": "x", "amount": 1, "of": 1}]},
        {"items": [{"label": "x", "amount": 1, "of": -1}]},
        {"fiscal": {"regime": "nf203"}},
        {"loyalty": {"card": "1"}},
    ],
)
def test_what_the_model_has_no_word_for_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Receipt.model_validate_json(json.dumps(wrong))


def test_the_full_receipt_has_every_field_set() -> None:
    """What is left out of it, no test of a format would miss."""
    document = FULL.model_dump(mode="json", exclude_unset=True)
    told = set(_paths(document))
    assert told == {p for p in _paths(FULL.model_dump(mode="json")) if p in told}
    absent = [p for p, value in _leaves(FULL.model_dump(mode="json")) if value is None]
    # Fields of one line that stand on the other.
    assert {p for p in absent if p not in told} <= {
        f"items.{name}"
        for name in (
            *("quantity", "unit", "unit_price", "unit_price_exact"),
            *("vat_code", "gtin", "sku", "of"),
        )
    }


def _leaves(value: Any, above: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in _leaves(v, f"{above}.{k}")]
    if isinstance(value, list):
        return [p for each in value for p in _leaves(each, above)]
    return [(above.removeprefix("."), value)]


def _paths(value: Any) -> list[str]:
    return [path for path, _ in _leaves(value)]
