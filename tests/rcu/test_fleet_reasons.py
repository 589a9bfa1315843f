"""What a proof says, on the French page: no English is left of what our code can say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.wire import orderable
from rcu.fleet import reasons, troubles
from rcu.fleet.view import Stands
from rcu.fleet.words import Lang

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = re.compile(
    r"\b(the|this|is|are|could|does|not|and|that|which|by|of|at|takes|nothing)\b"
)
PLACES = {
    "agent/pulse.py": {"look", "_reached"},
    "agent/sync/configuring.py": {"_refused", "_on_trial", "_again"},
    "rcu/reconciling.py": {"_day", "_chain", "_signature"},
}


def words(node: ast.expr) -> str:
    """As they come out, with a number or a name in each place."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            "7" if isinstance(each, ast.FormattedValue) else words(each)
            for each in node.values
        )
    return str(node.value) if isinstance(node, ast.Constant) else ""


def sentences(file: str, functions: set[str]) -> Iterator[str]:
    for each in ast.walk(ast.parse((ROOT / file).read_text())):
        if getattr(each, "name", "") in functions:
            there = [
                inner
                for inner in ast.walk(each)
                if isinstance(inner, ast.Constant | ast.JoinedStr)
            ]
            parts = {id(part) for one in there for part in ast.walk(one) if part != one}
            yield from (words(one) for one in there if id(one) not in parts)


def said() -> list[str]:
    found = [
        text
        for file, functions in PLACES.items()
        for text in sentences(file, functions)
        if re.match(r"[a-z7][\w.]* [a-z]", text) and not text.startswith("an ordered")
    ]
    never = (start for start, _ in orderable._NEVER)
    values = {f"{start}x" if start.endswith(".") else start: 1 for start in never}
    wrong = dict.fromkeys(orderable.ORDERABLE, "½")
    refused = orderable.refusals({**values, **wrong, "nowhere.x": 1})
    return [*found, *(f"{key} {why}" for key, why in refused.items())]


@pytest.mark.parametrize("why", said())
def test_a_reason_is_french_on_the_french_page(why: str) -> None:
    french = reasons.shown(why, "fr")
    assert french != why
    assert not ENGLISH.search(french.partition("(Code de")[0]), french
    assert reasons.shown(why, "en") == why


def test_there_are_many() -> None:
    assert len(said()) > 60


def test_the_table_of_tills_says_it_too() -> None:
    stands = Stands(troubles.ROLLED_BACK, 2, 0, "the RCU is not reached (not yet)")
    assert stands.says("fr").endswith("le service central n’est pas joint (pas encore)")
    assert stands.says("en").endswith("the RCU is not reached (not yet)")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_order_that_was_good_is_not_to_be_corrected(lang: Lang) -> None:
    why = "the printer does not answer any more"
    remedy = Stands(troubles.ROLLED_BACK, 2, 0, why).remedy(lang)
    assert ("imprimante" if lang == "fr" else "printer") in remedy
    wrong = Stands(troubles.ROLLED_BACK, 2, 0, "sync.x is no key that may be ordered")
    assert ("corrigez" if lang == "fr" else "correct") in wrong.remedy(lang)
    more = ("this till knows no key of the RCU; enrol it", "generation 7 is on trial")
    known = "\n".join([*said(), *more])
    assert all(re.search(told, known) for told, *_ in reasons._REMEDIES)


def test_a_command_says_a_reason_in_french_first_and_in_english() -> None:
    both = reasons.both("urn:edge:A:B:C: nothing proved within the time")
    assert both.startswith("urn:edge:A:B:C: rien de prouvé dans le délai (")
    assert both.endswith("nothing proved within the time)")


def test_what_a_stranger_wrote_stays_as_it_is() -> None:
    assert reasons.shown("<b>printer on fire</b>", "fr") == "<b>printer on fire</b>"


def test_what_follows_a_colon_keeps_the_space_of_its_language() -> None:
    why = "urn:edge:e:S1:T1: rolled back: the till does not answer"
    assert reasons.shown(why, "fr").endswith("reprise : la caisse ne répond pas")
