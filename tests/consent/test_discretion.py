"""Which receipts are nobody's business."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.consent.discretion import document_is_discreet, trade_is_discreet
from agent.wire.receipt import Merchant, Receipt


@pytest.mark.parametrize(
    ("naf", "discreet"),
    [
        ("4773Z", True),
        ("47.73Z", True),
        ("47.74 z", True),
        ("4778A", True),
        ("4778C", False),
        ("8621Z", True),
        ("8710A", True),
        ("4711D", False),
        ("", False),
        (None, False),
    ],
)
def test_health_is_by_its_code(naf: str | None, *, discreet: bool) -> None:
    assert trade_is_discreet(naf) is discreet
    receipt = Receipt(merchant=Merchant(naf=naf))
    document = receipt.model_dump_json(exclude_defaults=True).encode()
    assert document_is_discreet(document) is discreet


def test_a_receipt_that_names_no_trade_is_not() -> None:
    assert not document_is_discreet(b"{}")


@given(st.binary(max_size=40))
def test_what_cannot_be_read_is_treated_with_discretion(document: bytes) -> None:
    assert document_is_discreet(document) in {True, False}
    assert document_is_discreet(b"\xff" + document)
