"""Every row of the table, and that doubt means paper."""

from __future__ import annotations

import pytest

from agent import policy_file
from agent.rules.decide import decide
from agent.rules.facts import Facts, stated
from agent.wire.receipt import DocKind

CASES = [
    (Facts(DocKind.KITCHEN), "print", "R01"),
    (Facts(DocKind.X_REPORT), "print", "R01"),
    (Facts(DocKind.Z_REPORT, 100_00), "print", "R01"),
    (Facts(DocKind.MERCHANT_SLIP, 12_00), "print", "R01"),
    (Facts(DocKind.OTHER), "print", "R01"),
    (Facts(DocKind.VOID, -5_00), "print", "R02"),
    (Facts(DocKind.CASH_REPORT), "print", "R01"),
    (Facts(DocKind.EXIT_SLIP), "print", "R02"),
    (Facts(DocKind.INVOICE, 99_00), "print", "R02"),
    (Facts(DocKind.DRAWER), "print", "R01"),
    (Facts(DocKind.TEST_PAGE), "print", "R01"),
    (Facts(DocKind.LABEL), "print", "R01"),
    (Facts(DocKind.VOUCHER, 5_00), "print", "R02"),
    (Facts(DocKind.REFUND, -5_00), "print", "R02"),
    (Facts(DocKind.PROFORMA, 30_00), "print", "R02"),
    (Facts(DocKind.DUPLICATE, 5_00), "print", "R03"),
    (Facts(DocKind.GIFT), "print", "R03"),
    (Facts(DocKind.CARD_SLIP, 5_00, frozenset({"card_refused"})), "print", "R12"),
    (Facts(DocKind.CARD_SLIP, 5_00), "attach", "R21"),
    (Facts(DocKind.SALE, 5_00, frozenset({"training"})), "print", "R33"),
    (Facts(DocKind.SALE, 5_00, frozenset({"provisional"})), "print", "R33"),
    (Facts(DocKind.SALE, 499_00, frozenset({"guarantee"})), "offer", "R10"),
    (Facts(DocKind.SALE, 5_00), "offer", "R21"),
    (Facts(DocKind.SALE, 0), "offer", "R21"),
    (Facts(DocKind.SALE), "print", "R00"),
    (Facts(DocKind.UNKNOWN, 5_00), "print", "R00"),
    (Facts(DocKind.UNKNOWN, unread=True), "offer", "R02"),
    (Facts(DocKind.SALE, 5_00, unread=True), "offer", "R21"),
    (Facts(DocKind.REFUND, -5_00, unread=True), "print", "R02"),
    (Facts(DocKind.KITCHEN, unread=True), "print", "R01"),
]


FRANCE = policy_file.load(policy_file.named("fr", "FR"))


@pytest.mark.parametrize(("facts", "action", "rule"), CASES)
def test_the_row_that_fits(facts: Facts, action: str, rule: str) -> None:
    decision = decide(stated(facts), FRANCE)
    assert (decision.action, decision.rule) == (action, rule)


def test_silence_means_paper_for_goods_under_guarantee_and_pictures_nobody_read() -> (
    None
):
    by_rule = {
        rule: decide(stated(facts), FRANCE).on_silence
        for facts, action, rule in CASES
        if action == "offer"
    }
    assert by_rule == {"R02": "paper", "R10": "paper", "R21": "none"}


def test_every_kind_has_a_case_and_no_mention_makes_a_guess() -> None:
    assert {facts.kind for facts, _, _ in CASES} == set(DocKind)
    doubtful = Facts(DocKind.UNKNOWN, 1, frozenset({"guarantee"}))
    assert decide(doubtful, FRANCE).rule == "R00"
