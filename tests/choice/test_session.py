"""What may happen to an offered receipt, row by row."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Literal, get_args
from uuid import UUID

import pytest

from agent.choice.session import (
    TRANSITIONS,
    AskedAgain,
    Extended,
    Failed,
    Handed,
    Happening,
    Held,
    Leg,
    NextSale,
    Ordered,
    Phase,
    Picked,
    Preferred,
    Session,
    Settle,
    Silence,
    Withdrawn,
    step,
)
from agent.ids import ReceiptId

RECEIPT = ReceiptId(UUID(int=1))


def offered(on_silence: Literal["none", "paper"] = "none") -> Session:
    return Session(RECEIPT, on_silence, closes_at_s=8.0)


def after(session: Session, *happenings: Happening) -> Session:
    """What it comes to, whatever had to be done on the way."""
    for happening in happenings:
        session, _ = step(session, happening)
    return session


def mailed() -> Session:
    return after(
        offered(), Picked("email", "customer", "m•••@b.fr"), Ordered("email", 0)
    )


def test_every_phase_knows_every_happening() -> None:
    kinds = get_args(Happening)
    assert set(TRANSITIONS) == set(product(Phase, kinds))
    assert len(TRANSITIONS) == len(Phase) * 11


@pytest.mark.parametrize("on_silence", ["none", "paper"])
@pytest.mark.parametrize(
    ("happening", "by", "phase"),
    [
        (Silence(), "silence", Phase.TIMED_OUT),
        (NextSale(), "next_sale", Phase.SUPERSEDED),
    ],
)
def test_no_answer_means_what_the_rule_said(
    happening: Happening,
    by: str,
    phase: Phase,
    on_silence: Literal["none", "paper"],
) -> None:
    session, settle = step(offered(on_silence), happening)
    assert settle == Settle(on_silence, by, again=False)  # type: ignore[arg-type]  # literals
    assert (session.phase, session.closes_at_s) == (phase, None)
    assert [leg.channel for leg in session.legs] == ["paper"] * (on_silence == "paper")


def test_a_choice_goes_from_chosen_to_delivering_to_done() -> None:
    session, settle = step(offered(), Picked("email", "customer", "m•••@b.fr"))
    assert settle == Settle("email", "customer", again=False)
    assert session.phase is Phase.CHOSEN
    session = after(session, Ordered("email", 0))
    assert session.phase is Phase.DELIVERING
    assert session.leg("email") == Leg("email", "waiting", 0, "m•••@b.fr")
    assert after(session, Handed("email")).phase is Phase.DONE


def test_several_channels_at_once_are_done_when_the_last_one_is() -> None:
    session = after(mailed(), Picked("paper", "cashier"), Ordered("paper", 1))
    session = after(session, Handed("paper"))
    assert session.phase is Phase.DELIVERING
    assert after(session, Handed("email")).phase is Phase.DONE


def test_nothing_is_a_choice_that_is_done_at_once() -> None:
    session, settle = step(offered(), Picked("none", "cashier"))
    assert settle == Settle("none", "cashier", again=False)
    assert (session.phase, session.legs) == (Phase.DONE, ())


def test_a_touch_stops_the_countdown_and_more_time_begins_it_again() -> None:
    session, settle = step(offered(), Held())
    assert (session.closes_at_s, session.phase, settle) == (None, Phase.OFFERED, None)
    assert after(session, Extended(23.0)).closes_at_s == 23.0


@pytest.mark.parametrize("first", [Silence(), NextSale(), Picked("none", "customer")])
def test_paper_may_still_be_asked_for_afterwards(first: Happening) -> None:
    session = after(offered(), first)
    session, settle = step(session, Picked("paper", "cashier"))
    assert settle == Settle("paper", "cashier", again=True)
    assert (session.phase, session.choice) == (Phase.CHOSEN, "paper")


@pytest.mark.parametrize("progress", ["asked", "waiting", "done"])
def test_paper_that_comes_or_came_is_not_ordered_twice_by_a_second_touch(
    progress: Literal["asked", "waiting", "done"],
) -> None:
    session = after(offered(), Picked("paper", "customer"))
    session = replace(session, legs=(Leg("paper", progress),))
    assert step(session, Picked("paper", "cashier")) == (session, None)


def test_paper_after_an_e_mail_after_paper_is_asked_for_again() -> None:
    session = after(offered(), Picked("paper", "customer"), Ordered("paper", 0))
    session = after(session, Handed("paper"), Picked("email", "customer"))
    _, settle = step(session, Picked("paper", "customer"))
    assert settle == Settle("paper", "customer", again=True)


def test_another_address_may_be_given_while_the_first_waits() -> None:
    session, settle = step(mailed(), Picked("email", "customer", "n•••@b.fr"))
    assert settle == Settle("email", "customer", again=True)
    assert session.leg("email") == Leg("email", "asked", None, "n•••@b.fr")


def test_nothing_is_taken_back_by_pressing_nothing() -> None:
    session = mailed()
    assert step(session, Picked("none", "cashier")) == (session, None)


def test_a_channel_that_fails_falls_back_to_paper() -> None:
    session, settle = step(mailed(), Failed("email"))
    assert settle == Settle("paper", "rule", again=True)
    assert session.leg("email") == Leg("email", "failed", 0, "m•••@b.fr")
    assert session.phase is Phase.CHOSEN


@pytest.mark.parametrize("other", ["qr", "account"])
def test_it_does_not_while_another_channel_reaches_the_customer(
    other: Literal["qr", "account"],
) -> None:
    session = after(mailed(), Picked(other, "customer"), Ordered(other, 1))
    session, settle = step(session, Failed("email"))
    assert settle is None
    _, settle = step(session, Failed(other))
    assert settle == Settle("paper", "rule", again=True)


def test_what_arrived_does_not_fail_and_paper_has_nothing_to_fall_back_to() -> None:
    arrived = after(mailed(), Handed("email"))
    assert step(arrived, Failed("email")) == (arrived, None)
    session = after(offered(), Picked("paper", "customer"), Ordered("paper", 0))
    session, settle = step(session, Failed("paper"))
    assert (session.phase, settle) == (Phase.DONE, None)


def test_not_me_takes_back_what_has_not_arrived_and_prints_nothing() -> None:
    session, settle = step(mailed(), Withdrawn("email"))
    assert settle is None
    assert session.phase is Phase.DONE


def test_what_reached_another_is_withdrawn_too_and_may_be_sent_anew() -> None:
    session, settle = step(after(mailed(), Handed("email")), Withdrawn("email"))
    assert settle is None
    leg = session.leg("email")
    assert leg is not None
    assert (leg.progress, leg.contact) == ("failed", "")
    _, again = step(session, Picked("email", "customer", "m•••@gmail.com"))
    assert again == Settle("email", "customer", again=True)
    scanned = after(offered(), Picked("qr", "customer"), Ordered("qr", 0), Handed("qr"))
    assert step(scanned, Withdrawn("qr")) == (scanned, None)


@pytest.mark.parametrize("first", [None, Silence()])
def test_a_page_that_was_fetched_was_chosen(first: Happening | None) -> None:
    session = after(offered(), *([first] if first else []))
    session, settle = step(session, Handed("qr"))
    assert settle == Settle("qr", "customer", again=first is not None)
    session = after(session, Ordered("qr", 0), Handed("qr"))
    assert session.phase is Phase.DONE
    assert step(session, Handed("qr"))[1] is None


def test_a_kept_choice_is_what_silence_means_and_paper_undoes_it() -> None:
    session = after(offered(), Preferred("account"))
    assert session.phase is Phase.OFFERED
    applied, settle = step(session, Silence())
    assert settle == Settle("account", "preference", again=False)
    assert applied.phase is Phase.CHOSEN
    undone, settle = step(session, Picked("paper", "cashier"))
    assert settle == Settle("paper", "cashier", again=False)
    assert undone.leg("account") is None


def test_a_card_that_was_another_s_leaves_silence_as_it_was() -> None:
    session = after(offered("paper"), Preferred("none"), Preferred(None))
    assert step(session, NextSale())[1] == Settle("paper", "next_sale", again=False)


def test_once_more_by_name_is_done_and_no_choice() -> None:
    session = after(mailed(), Handed("email"))
    session, settle = step(session, AskedAgain("email", "x•••@y.fr"))
    assert settle == Settle("email", "cashier", again=True)
    assert session.choice == "email"
    assert step(offered(), AskedAgain("email"))[1] is None


def test_what_silence_decided_stays_said_while_its_paper_comes() -> None:
    session = after(offered("paper"), Silence(), Ordered("paper", 0))
    assert session.phase is Phase.TIMED_OUT
    assert after(session, Handed("paper")).phase is Phase.TIMED_OUT
