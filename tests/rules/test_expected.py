"""Every pack against the separately written table, row by row and in products."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from agent import policy_cases, policy_file
from agent.rules.decide import decide
from agent.rules.facts import Facts, Payment
from agent.rules.pack import Pack
from agent.wire.goods import CATEGORIES, Category, Goods
from agent.wire.receipt import DocKind

TABLE = Path(__file__).parent / "expected.csv"
CASES = policy_cases.read(TABLE)
PACKS = {name: policy_file.load(path) for name, path in policy_file.shipped().items()}
RULES = (
    {f"R0{n}" for n in range(4)}
    | {f"R1{n}" for n in range(6)}
    | {*("R20", "R21", "R30", "R31", "R32", "R33", "R40", "R50", "R60")}
)
"""The rows of the design's table."""


def of(pack: str) -> list[policy_cases.Case]:
    return [case for case in CASES if case.pack == pack]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"line{case.line}")
def test_a_pack_decides_as_the_table_says(case: policy_cases.Case) -> None:
    assert list(policy_cases.differences([case], PACKS[case.pack])) == []


def test_the_table_covers_every_row_of_the_law_and_every_pack() -> None:
    expected = {case.expected["rule"] for case in CASES}
    added = {rule for case in CASES for rule in case.expected.get("also", "").split()}
    assert expected | added - {policy_cases.NOTHING} == RULES
    assert {case.pack for case in CASES} == set(PACKS)


def test_every_line_says_more_than_a_rule() -> None:
    for case in CASES:
        assert len(case.expected) > 1
        assert case.ground


def without_each_row() -> Iterator[tuple[str, str, Pack]]:
    for name, pack in PACKS.items():
        for at, row in enumerate(pack.row):
            rest = pack.row[:at] + pack.row[at + 1 :]
            yield name, f"row {at + 1} {row.id}", pack.model_copy(update={"row": rest})
        for at, also in enumerate(pack.also):
            rest_of_it = pack.also[:at] + pack.also[at + 1 :]
            update = {"also": rest_of_it}
            yield name, f"also {at + 1} {also.id}", pack.model_copy(update=update)


@pytest.mark.parametrize(
    ("name", "what", "pack"),
    list(without_each_row()),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_row_that_is_taken_out_turns_the_table_red(
    name: str, what: str, pack: Pack
) -> None:
    assert list(policy_cases.differences(of(name), pack)), what


BASKETS: dict[str, tuple[Goods, ...]] = {
    "alone": (),
    "with food": (Goods("good", lines=12),),
    "with a service": (Goods("service"),),
    "with what is unknown": (Goods(),),
    "with another such good": (Goods("good", "furniture"), Goods("good", "toys")),
    "with a weighed line": (Goods("unknown", weighed=True),),
}
HINDERED = frozenset({"declined", "cancelled", "preauth", "credit"})
"""D. 541-371, 3°."""


@pytest.mark.parametrize("category", get_args(Category))
@pytest.mark.parametrize("basket", BASKETS)
@pytest.mark.parametrize("payment", get_args(Payment))
@pytest.mark.parametrize("scale", [False, True])
def test_twelve_categories_in_mixed_baskets_however_paid(
    category: Category, basket: str, payment: Payment, *, scale: bool
) -> None:
    goods = (*BASKETS[basket], Goods("good", category))
    facts = Facts(
        DocKind.SALE,
        49_900,
        goods=goods,
        signs=frozenset({"map"}),
        payment=payment,
        scale=scale,
    )
    decision = decide(facts, PACKS["fr"])
    # Whatever it is mixed with and however paid: paper unless the customer agrees, and
    # paper without a choice where an exception leaves none.
    assert decision.paper == "must"
    assert decision.on_silence == "paper"
    # What is offered is printed unasked only if nobody answers.
    assert ("forced_print" in decision.marks) is (decision.action == "print")
    weighed = scale and basket == "with a weighed line"
    expected = "R11" if weighed else "R12" if payment in HINDERED else "R10"
    assert decision.rule == expected
    assert (decision.action == "offer") is (expected == "R10")
    if expected == "R10":
        assert decision.mentions == ("guarantee",)


@pytest.mark.parametrize("kind", list(DocKind))
@pytest.mark.parametrize("payment", get_args(Payment))
def test_no_kind_however_paid_is_kept_from_paper_but_a_receipt_its_slip_and_a_coupon(
    kind: DocKind, payment: Payment
) -> None:
    held = {
        decide(Facts(kind, total, payment=payment, promotion=promotion), pack).action
        for pack, total, promotion in product(
            PACKS.values(), (None, 500), (False, True)
        )
    } - {"print"}
    if kind in {DocKind.SALE, DocKind.CARD_SLIP, DocKind.VOUCHER}:
        assert held or payment in HINDERED
    else:
        assert held == set()


@pytest.mark.parametrize("name", sorted(set(PACKS) - {"fr"}))
def test_silence_is_paper_everywhere_but_in_france(name: str) -> None:
    sale = decide(Facts(DocKind.SALE, 500), PACKS[name])
    assert (sale.action, sale.on_silence) == ("offer", "paper")
    assert decide(Facts(DocKind.SALE, 500), PACKS["fr"]).on_silence == "none"


def test_only_austria_and_germany_print_a_sale_at_once_when_the_link_is_down() -> None:
    down = Facts(DocKind.SALE, 500, link_up=False)
    at_once = {
        name for name, pack in PACKS.items() if decide(down, pack).action == "print"
    }
    assert at_once == {"at", "de"}


def test_the_categories_have_names_in_both_languages() -> None:
    assert list(CATEGORIES) == list(get_args(Category))
    assert len(CATEGORIES) == 12
    assert all(fr and en for fr, en in CATEGORIES.values())
