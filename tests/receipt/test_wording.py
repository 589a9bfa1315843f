"""A compiled word list finds what the plain pattern finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.receipt import kinds, roles
from agent.receipt.wording import Wording

PATTERNS = [pattern for _, pattern in roles._TABLE] + [
    pattern for _, pattern in kinds._HEADLINES
]
PIECES = st.sampled_from(
    ["TOTAL", "TVA", "TTC", "HT", "A", "PAYER", "SOUS-", "REMISE", "CB", "BAR", "XBAR", "CARTE", "CADEAU", "Z", "REPORT", "RENDU", "ROUND", "ING", "SUMME", "GEG.", "NET", "AMOUNT", "DUE", "INCL", "EX", "(", ")", "12,50", "€", "BON", "D'ACHAT", "CLOTURE", "ECHANGE"]
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@given(pieces=st.lists(PIECES, max_size=6), gap=st.sampled_from(["", " ", "  "]))
@settings(max_examples=40, deadline=None)
def test_meaning_is_unchanged(pattern: str, pieces: list[str], gap: str) -> None:
    text = gap.join(pieces)
    assert bool(Wording(pattern).search(text)) == bool(re.search(pattern, text))


def test_groups_and_classes_are_left_whole() -> None:
    number = Wording(r"\b(?:TICKET|TK)\s[A|B]?\(?(?P<id>\d+)").search("LE TK A(42")
    assert number is not None
    assert number["id"] == "42"
    assert Wording(r"\bT?OTAL").search("OTAL") is not None
