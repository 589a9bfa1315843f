"""What is kept for a card, and when it is applied."""

from __future__ import annotations

from typing import get_args

import pytest

from agent.choice.preference import KEEPABLE, Kept, Preference, Situation, applied
from agent.verbs import Choice


@pytest.mark.parametrize(
    ("kept", "now", "choice"),
    [
        (None, Situation(), None),
        (Preference("account"), Situation(), "account"),
        (Preference("account"), Situation(account=False), None),
        (Preference("account"), Situation(paper_due=True), None),
        (Preference("none"), Situation(), "none"),
        (Preference("none"), Situation(paper_due=True), None),
        (Preference("paper"), Situation(), "paper"),
        (Preference("paper"), Situation(paper_due=True), "paper"),
        (Preference("qr"), Situation(), None),
    ],
)
def test_what_is_kept_never_takes_away_paper_that_is_due(
    kept: Preference | None, now: Situation, choice: Choice | None
) -> None:
    assert applied(kept, now) == choice


def test_every_choice_can_be_kept_without_an_address() -> None:
    assert set(KEEPABLE) == set(get_args(Choice))
    assert set(KEEPABLE.values()) <= set(get_args(Kept))
    assert (KEEPABLE["email"], KEEPABLE["sms"]) == ("account", "account")
