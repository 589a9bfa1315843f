"""What the verdict says to people."""

from __future__ import annotations

import pytest

from agent.receipt.verdict import _TRIED
from agent.wire import proof
from agent.wire.money import Lang
from agent.wire.receipt import Equation


def said(name: str, gap: int, lang: Lang = "fr") -> str:
    sentence = proof.said(Equation(name=name, holds=False, gap=gap), "EUR", lang)
    return sentence.replace("\u00a0", " ")


def test_a_gap_is_missing_or_too_much() -> None:
    assert said("A1", -36) == "Articles et total : il manque 0,36 €"
    assert said("A1", 36) == "Articles et total : 0,36 € de trop"
    assert said("A5", -100, "en") == "Payment and total: €1.00 missing"


def test_counts_and_days_are_no_money() -> None:
    assert said("A6", -1) == "Nombre d’articles : il manque 1 article"
    assert said("A6", 2, "en") == "Number of items: 2 items too much"
    assert said("A7", 3) == "Date du ticket carte : 3 jours"


def test_what_holds_has_no_gap() -> None:
    assert proof.said(Equation(name="A3", holds=True), "EUR", "fr") == "TVA et total"


def test_an_equation_may_fail_without_a_gap_or_have_a_new_name() -> None:
    assert said("A6", 0) == "Nombre d’articles : écart"
    assert said("B1", -1, "en") == "B1: €0.01 missing"


def test_what_fails_stands_first() -> None:
    equations = [Equation(name="A1", holds=True), Equation(name="A3", holds=False)]
    assert [each.name for each in proof.ordered(equations)] == ["A3", "A1"]


@pytest.mark.parametrize("lang", proof.PHRASES)
def test_every_equation_has_a_sentence(lang: Lang) -> None:
    known = {tried.__name__.strip("_").upper() for tried in _TRIED}
    assert known <= set(proof.PHRASES[lang].equations)
