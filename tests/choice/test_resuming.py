"""A session as bytes, and back."""

from __future__ import annotations

from uuid import UUID

import pytest

from agent.choice.ledger import Ledger
from agent.choice.resuming import SHORTEST_MS, Kept, left_ms, read, session, write
from agent.choice.session import Leg, Phase
from agent.ids import ReceiptId

RECEIPT = ReceiptId(UUID(int=1))


def test_everything_that_is_kept_comes_back() -> None:
    kept = Kept(
        Phase.DELIVERING,
        "email",
        "customer",
        "account",
        1,
        2,
        3,
        "ar",
        "00ff",
        "•••217",
        {"email": "m•••@gmail.com"},
        {"email": "00ff"},
        "sms",
        ("guarantee",),
    )
    assert read(write(kept)) == kept


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"no", b'{"phase":"elsewhere"}'])
def test_what_cannot_be_read_is_as_if_it_were_not_there(raw: bytes) -> None:
    assert read(raw) is None


def test_a_field_that_a_newer_version_wrote_is_left_out() -> None:
    assert read(b'{"phase":"offered","tomorrow":1}') == Kept(Phase.OFFERED)


def test_the_ledger_says_what_the_channels_have_come_to_since() -> None:
    ledger, first = Ledger(RECEIPT).order("email", "chosen", "customer", 1)
    ledger, second = ledger.order("paper", "chosen", "cashier", 2)
    ledger, third = ledger.order("email", "not_arrived", "cashier", 3)
    ledger = ledger.end(first.number, "failed", 4).end(second.number, "done", 5)
    kept = Kept(Phase.CHOSEN, "email", "customer", contacts={"email": "x•••@y.fr"})
    again = session(RECEIPT, "none", kept, ledger, 9.0)
    assert again.legs == (
        Leg("email", "waiting", third.number, "x•••@y.fr"),
        Leg("paper", "done", 1),
    )
    assert (again.phase, again.closes_at_s) == (Phase.DELIVERING, None)
    done = session(RECEIPT, "none", kept, ledger.end(2, "done", 6), None)
    assert done.phase is Phase.DONE


@pytest.mark.parametrize(
    ("closes_ms", "now_ms", "left"),
    [
        (None, 0, None),
        (6_000, 1_000, 5_000),
        (1_000, 60_000, SHORTEST_MS),
        (999_999, 0, 8_000),
    ],
)
def test_a_countdown_goes_on_with_what_was_left_of_it(
    closes_ms: int | None, now_ms: int, left: int | None
) -> None:
    kept = Kept(Phase.OFFERED, closes_ms=closes_ms)
    assert left_ms(kept, now_ms, 8_000) == left
