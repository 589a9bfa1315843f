"""The pictures show what can come to be: the states are held to rules and counter."""

from __future__ import annotations

from typing import get_args

import pytest

from agent import policy_file
from agent.choice.session import Leg
from agent.pipeline import words
from agent.rules.decide import decide
from agent.rules.facts import Facts
from agent.screens.snapshot import Shown, Snapshot
from agent.verbs import Choice
from agent.wire.receipt import DocKind, Mention
from tests.screens.extremes import EXTREMES
from tests.screens.states import STATES

ALL = STATES | EXTREMES
FRANCE = policy_file.load(policy_file.named("fr", "FR"))
EACH = pytest.mark.parametrize("name", ALL)


def shown_in(name: str) -> tuple[Snapshot, Shown]:
    snapshot = ALL[name]
    if snapshot.shown is None:
        pytest.skip("nobody is served")
    return snapshot, snapshot.shown


@EACH
def test_what_may_be_chosen_are_the_ways_that_are_ready(name: str) -> None:
    snapshot = ALL[name]
    ready = [way.channel for way in snapshot.ways if way.ready]
    assert list(snapshot.channels) == ready
    assert {way.channel for way in snapshot.ways} <= set(get_args(Choice))


@EACH
def test_it_is_offered_and_why_as_the_rules_decide(name: str) -> None:
    _, shown = shown_in(name)
    said: set[Mention] = {"guarantee"} if shown.guarantee else set()
    facts = Facts(DocKind(shown.kind), 4217, frozenset(said), mode=shown.mode)
    decision = decide(facts, FRANCE)
    assert decision.action == "offer"
    assert shown.total is not None
    assert (shown.rule, shown.on_silence) == (decision.rule, decision.on_silence)
    reason = shown.reason.fr.replace("\u00a0", " ")
    assert reason == decision.reason_fr.replace("\u00a0", " ")


@EACH
def test_what_is_open_has_no_answer_and_what_is_answered_no_countdown(
    name: str,
) -> None:
    _, shown = shown_in(name)
    if shown.phase == "offered":
        assert (shown.choice, shown.states, shown.progress) == (None, (), "none")
        assert shown.leaves_ms is None
        return
    assert shown.choice is not None
    assert shown.left_ms is None
    assert shown.leaves_ms is not None
    assert shown.outcome is not None
    waits = any(each.state in {"asked", "waiting"} for each in shown.states)
    assert waits == (shown.phase in {"chosen", "delivering"})


@EACH
def test_each_channel_is_said_as_the_counter_says_it(name: str) -> None:
    snapshot, shown = shown_in(name)
    for each in shown.states:
        assert each.channel in {way.channel for way in snapshot.ways}
        leg = Leg(each.channel, each.state, each.copy, each.contact)
        says = {words.state(leg, later=later) for later in (False, True)}
        assert each.says in says or each.channel == shown.taken_back
    chosen = [each for each in shown.states if each.channel == shown.choice]
    if chosen:
        assert shown.progress == chosen[0].state
    refused = [each for each in shown.states if each.state == "failed"]
    if refused and shown.taken_back is None:
        # What never arrives is printed, unless something else brings it.
        assert any(each.state != "failed" for each in shown.states)
