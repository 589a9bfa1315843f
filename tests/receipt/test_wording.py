"""A compiled word list finds what the plain pattern finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.paper.strip import PaperLine
from agent.receipt import headlines, role_words
from agent.receipt.lines import prepare
from agent.receipt.wording import Wording, heads_of

PATTERNS = ["|".join(said) for _, said in role_words.SAID] + [
    pattern for _, pattern in headlines.WORDS
]
PIECES = st.sampled_from(
    ["TOTAL", "TVA", "TTC", "HT", "A", "PAYER", "SOUS-", "REMISE", "CB", "BAR", "XBAR", "CARTE", "CADEAU", "Z", "REPORT", "RENDU", "ROUND", "ING", "SUMME", "GEG.", "NET", "AMOUNT", "DUE", "INCL", "EX", "(", ")", "12,50", "€", "BON", "D'ACHAT", "CLOTURE", "ECHANGE"]
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@given(pieces=st.lists(PIECES, max_size=6), gap=st.sampled_from(["", " ", "  "]))
@settings(max_examples=40, deadline=None)
def test_meaning_is_unchanged(pattern: str, pieces: list[str], gap: str) -> None:
    text = gap.join(pieces)
    words = Wording(pattern)
    meant = bool(re.search(pattern, text))
    assert bool(words.search(text)) == meant
    assert bool(words.search_in(text, heads_of(text))) == meant
    assert [line.at for line, _ in prepare([PaperLine(text)]).saying(words)] == (
        [0] * meant
    )


def test_groups_and_classes_are_left_whole() -> None:
    number = Wording(r"\b(?:TICKET|TK)\s[A|B]?\(?(?P<id>\d+)").search("LE TK A(42")
    assert number is not None
    assert number["id"] == "42"
    assert Wording(r"\bT?OTAL").search("OTAL") is not None
    assert Wording(r"\b(?:GRAND\s)?TOTAL").search("LE GRAND TOTAL") is not None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bCB\b|RABATT", "SONDERRABATT"),
        (r"\bCB\b|[*X]{4}", "AUTRE ****"),
        (r"\bCB\b|^\W*+\d+ ARTICLES", "  3 ARTICLES"),
        (r"\b(?:GRAND\s)?TOTAL", "TOTAL"),
        (r"\bA PAYER", "NET A PAYER"),
        (r"\bCAFE", "(CAFE)"),
        (r"\bT?OTAL\b|\bDE?C?TO\.", "DTO. 5%"),
        (r"\bZ[- ]?(?:BON|BERICHT)\b", "DER Z-BERICHT"),
        (r"\bN[O°]\s*AUTO", "N°  AUTO"),
        (r"\bA0{5,}\d{2,}", "AID A0000000421010"),
        (r"\bTOTAL\b.{0,40}\bTTC|\bTOTAL\s*\(", "TOTAL NET TTC"),
        (r"^\W*+(?P<id>F[STR]\s\d+)|\bNO\s+(?P<no>\d+)", "NO 12 FS 4"),
        (r"^\s*(?:SOIT|DONT)\b", "  DONT"),
    ],
)
def test_a_line_is_searched_wherever_a_word_may_stand(pattern: str, text: str) -> None:
    words = Wording(pattern)
    assert words.search_in(text, heads_of(text)) is not None
    page = prepare([PaperLine("PAIN"), PaperLine(text)])
    assert [line.at for line, _ in page.saying(words)] == [1]


def test_a_line_whose_words_begin_otherwise_is_not_searched() -> None:
    words = Wording(r"\bCARTE\b|\bCB\b")
    assert words.search("CB") is not None
    assert words.search_in("CB", heads_of("PAIN COMPLET")) is None
