"""What may happen to an offered receipt, row by row."""

from __future__ import annotations

from itertools import product
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.choice.session import (
    TRANSITIONS,
    Happening,
    Held,
    NextSale,
    Phase,
    Picked,
    Session,
    Settle,
    Silence,
    step,
)
from agent.ids import ReceiptId

RECEIPT = ReceiptId(UUID(int=1))
HAPPENINGS: list[Happening] = [
    Picked("paper", "cashier"),
    Picked("qr", "customer"),
    Picked("email", "customer"),
    Picked("none", "cashier"),
    Silence(),
    NextSale(),
    Held(),
]


def offered(on_silence: Literal["none", "paper"] = "none") -> Session:
    return Session(RECEIPT, on_silence, closes_at_s=8.0)


@pytest.mark.parametrize("on_silence", ["none", "paper"])
@pytest.mark.parametrize(
    ("happening", "by"), [(Silence(), "silence"), (NextSale(), "next_sale")]
)
def test_no_answer_means_what_the_rule_said(
    happening: Happening, by: str, on_silence: Literal["none", "paper"]
) -> None:
    session, settle = step(offered(on_silence), happening)
    assert settle == Settle(on_silence, by, again=False)  # type: ignore[arg-type]  # literals
    assert session.phase is Phase.SETTLED
    assert session.closes_at_s is None


def test_a_touch_stops_the_countdown_and_settles_nothing() -> None:
    session, settle = step(offered(), Held())
    assert settle is None
    assert session.closes_at_s is None
    assert session.phase is Phase.OFFERED


def test_paper_after_silence_is_printed_as_something_asked_for_again() -> None:
    session, _ = step(offered(), Silence())
    session, settle = step(session, Picked("paper", "cashier"))
    assert settle == Settle("paper", "cashier", again=True)
    assert session.choice == "paper"


def test_the_qr_picked_after_silence_changes_nothing_since_it_was_never_hidden() -> (
    None
):
    before, _ = step(offered(), Silence())
    after, settle = step(before, Picked("qr", "customer"))
    assert (after, settle) == (before, None)


def test_every_phase_knows_every_happening() -> None:
    kinds = {type(happening) for happening in HAPPENINGS}
    assert set(TRANSITIONS) == set(product(Phase, kinds))


@given(st.lists(st.sampled_from(HAPPENINGS), max_size=12))
def test_a_receipt_is_settled_for_the_first_time_at_most_once(
    happenings: list[Happening],
) -> None:
    session, firsts = offered(), 0
    for happening in happenings:
        session, settle = step(session, happening)
        firsts += settle is not None and not settle.again
        assert session.receipt == RECEIPT
    decisive = [h for h in happenings if not isinstance(h, Held)]
    assert firsts == bool(decisive)
    assert (session.phase is Phase.SETTLED) == bool(decisive)
