"""What can be said, and what there is no way to say (DOMAIN G01, G03)."""

from __future__ import annotations

from dataclasses import fields
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.consent.acts import Agreed, Declined, Told, basis
from agent.consent.purposes import PURPOSES, TERMS, boxes
from agent.consent.standing import Said, last, may
from agent.wire.consent import ConsentRecord, Purpose
from tests.consent.builders import a_record


def test_every_box_begins_unticked() -> None:
    assert boxes(PURPOSES) == dict.fromkeys(PURPOSES, False)
    assert boxes({"receipt_delivery"}) == {"receipt_delivery": False}


def test_the_eight_purposes_are_apart() -> None:
    assert len(PURPOSES) == 8
    assert [each for each in PURPOSES if TERMS[each].primary] == ["receipt_delivery"]
    assert set(TERMS) == set(PURPOSES)


def test_what_is_told_to_a_cashier_has_no_purpose_to_set() -> None:
    assert [each.name for each in fields(Told)] == ["channel"]
    told = Told("email")
    assert (told.purpose, told.decision, told.method) == (
        "receipt_delivery",
        "given",
        "cashier_oral",
    )


@pytest.mark.parametrize("purpose", [p for p in PURPOSES if p != "receipt_delivery"])
def test_no_record_can_say_that_it_gave_anything_else(purpose: str) -> None:
    said = a_record(Told("email")).model_dump()
    ConsentRecord.model_validate(said)
    with pytest.raises(ValidationError, match="gives receipt_delivery only"):
        ConsentRecord.model_validate(said | {"purpose": purpose})
    # To say no to a cashier is always possible.
    for decision in ("refused", "withdrawn", "objected"):
        ConsentRecord.model_validate(said | {"purpose": purpose, "decision": decision})


def test_a_purpose_has_its_channels() -> None:
    with pytest.raises(ValueError, match="marketing_sms does not go by email"):
        Agreed("marketing_sms", "email", "customer_screen")
    with pytest.raises(ValueError, match="does not go by"):
        Declined("profiling_360", "sms", "withdrawn", "account")


def test_an_objection_is_to_what_needs_no_consent() -> None:
    assert basis(Told("email")) == "consent"
    objected = Declined("marketing_email", "email", "objected", "own_phone")
    assert basis(objected) == "legit_interest"


def test_a_withdrawal_holds_until_it_is_given_again() -> None:
    given_ = Said(1, "marketing_email", "email", "given", 1000)
    withdrawn = Said(2, "marketing_email", "email", "withdrawn", 1000)
    again = Said(3, "marketing_email", "email", "given", 1000)
    assert may([given_], "marketing_email", "email", 999)
    assert not may([given_], "marketing_email", "email", 1000)
    assert not may([withdrawn, given_], "marketing_email", "email", 0)
    assert may([given_, withdrawn, again], "marketing_email", "email", 0)
    assert last([given_, again, withdrawn], "marketing_email", "email") == again


DECISIONS: tuple[Literal["given", "refused"], ...] = ("given", "refused")


@given(st.lists(st.tuples(st.sampled_from(PURPOSES), st.sampled_from(DECISIONS))))
def test_one_purpose_never_stands_for_another(
    said: list[tuple[Purpose, Literal["given", "refused"]]],
) -> None:
    rows = [
        Said(seq, purpose, TERMS[purpose].channels[0], decision, 10)
        for seq, (purpose, decision) in enumerate(said)
    ]
    for purpose in PURPOSES:
        own = [decision for each, decision in said if each == purpose]
        allowed = may(rows, purpose, TERMS[purpose].channels[0], 0)
        assert allowed == (bool(own) and own[-1] == "given")
