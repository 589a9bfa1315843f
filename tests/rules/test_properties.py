"""Whatever the facts: a decision, one that holds together, and kept as it was."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from agent import policy_cases, policy_file
from agent.errors import ConfigError
from agent.rules.decide import decide, record, recorded
from agent.rules.facts import (
    Asked,
    Facts,
    Mode,
    Payment,
    Sign,
    Terminal,
    Vertical,
    stated,
)
from agent.rules.pack import Pack
from agent.wire.goods import Category, Goods, Nature, gathered
from agent.wire.receipt import DocKind, Mention

PACKS = [policy_file.load(path) for path in policy_file.shipped().values()]
FRANCE = policy_file.text_of(policy_file.named("fr", "FR")).decode()


def one_of(vocabulary: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(vocabulary))


goods = st.builds(
    Goods,
    one_of(Nature),
    st.none() | one_of(Category),
    st.booleans(),
    st.integers(1, 99),
)
facts = st.builds(
    Facts,
    kind=st.sampled_from(DocKind),
    total=st.none() | st.integers(-(10**9), 10**9),
    mentions=st.frozensets(one_of(Mention)),
    unread=st.booleans(),
    currency=st.sampled_from(["EUR", "CHF"]),
    country=st.sampled_from(["", "FR", "DE", "AT", "BE"]),
    terminal=one_of(Terminal),
    vertical=one_of(Vertical),
    goods=st.lists(goods, max_size=4).map(gathered),
    signs=st.frozensets(one_of(Sign)),
    payment=one_of(Payment),
    mode=one_of(Mode),
    b2b=st.booleans(),
    link_up=st.booleans(),
    printer_ok=st.booleans(),
    later=st.booleans(),
    promotion=st.booleans(),
    may_promote=st.booleans(),
    scale=st.booleans(),
    needed=st.booleans(),
    choice=st.none() | one_of(Asked),
)


@given(facts, st.sampled_from(PACKS))
@settings(max_examples=200, deadline=None)
def test_a_decision_holds_together(facts: Facts, pack: Pack) -> None:
    decision = decide(facts, pack)
    assert decision.digest == pack.digest
    at_once = decision.action == "print"
    due = decision.paper in {"must", "pass"}
    # What is due on paper is printed now, or when nobody answers.
    assert not due or decision.on_silence == "paper"
    # Nothing is printed at once that is not due.
    assert not at_once or due
    # Nobody is asked for what nothing may take the place of.
    offered = decision.action == "offer"
    assert not offered or decision.electronic == "substitutes" or not due
    # A slip or coupon is dropped with its sale only if it is not due.
    assert decision.action != "attach" or not due
    assert decision.reason_fr
    assert decision.reason_en


@given(facts)
@settings(max_examples=150, deadline=None)
def test_no_guarantee_good_in_france_goes_without_paper_in_silence(
    facts: Facts,
) -> None:
    (france,) = (pack for pack in PACKS if pack.id == "fr")
    decision = decide(facts, france)
    sold = facts.kind is DocKind.SALE and facts.country in {"", "FR"}
    if sold and facts.guarantee:
        assert decision.on_silence == "paper"


@given(facts, st.sampled_from(PACKS))
@settings(max_examples=150, deadline=None)
def test_it_is_kept_as_it_was(facts: Facts, pack: Pack) -> None:
    decision = decide(facts, pack)
    assert recorded(record(facts, decision)) == (facts, decision)


@given(facts)
@settings(max_examples=150, deadline=None)
def test_facts_are_written_as_they_are_read(facts: Facts) -> None:
    facts = Facts(**{**as_said(facts), "country": facts.country or "FR"})
    again = policy_cases.facts_of(policy_cases.notation(facts))
    assert again == facts


def as_said(facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in Facts.__slots__}


@given(facts)
@settings(max_examples=150, deadline=None)
def test_what_a_paper_states_is_one_payment_and_one_mode(facts: Facts) -> None:
    said = stated(facts)
    assert said.payment in get_args(Payment)
    assert said.mode in get_args(Mode)
    assert stated(said) == said


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_pack_that_was_spoilt_loads_or_is_said_to_be_wrong(
    data: st.DataObject,
) -> None:
    """Never anything else: IT reads a sentence and not a traceback."""
    lines = FRANCE.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "twice", "value", "key"])):
            case "drop":
                lines.pop(at)
            case "twice":
                lines.insert(at, lines[at])
            case "value":
                key, equals, _ = lines[at].partition("=")
                wrong = data.draw(
                    st.sampled_from(
                        [
                            "5",
                            "[]",
                            "{}",
                            '""',
                            "true",
                            "[[1]]",
                            "{ x = 1 }",
                            "1979-05-27",
                        ]
                    )
                )
                lines[at] = f"{key}= {wrong}" if equals else wrong
            case _:
                lines[at] = f"x{lines[at]}"
    problem = wrong_with("\n".join(lines))
    assert all(line.startswith("fr.toml: ") for line in problem.splitlines())


def wrong_with(text: str) -> str:
    try:
        policy_file.read(text.encode(), "fr.toml")
    except ConfigError as error:
        return str(error) or "nothing said"
    return ""


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_text_but_facts_is_read_as_facts(text: str) -> None:
    with suppress(ValueError):
        facts = policy_cases.facts_of(text)
        assert policy_cases.facts_of(policy_cases.notation(facts)) == facts
