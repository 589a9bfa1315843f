"""Any text gives a receipt, in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.paper.strip import PaperLine, Symbol
from agent.receipt.codes import MAX_CODES
from agent.receipt.lines import MAX_CHARACTERS, MAX_COLUMNS, MAX_LINES
from agent.receipt.read import from_text, read
from agent.wire.receipt import DocKind

WORDS = st.sampled_from(
    ["TOTAL", "CB", "TVA", "20,00%", "12,50", "REMISE", "RENDU", "5,00", "x", "2", "SOUS-TOTAL", "ARRONDI", "-1,23", "ESPECES", "01/02/2020", "TICKET", "N°", "0,47-", "(", ")", "kg", "EUR/kg", "SIRET", "DUPLICATA", "AVOIR", "Z", "HT", "TTC", "99", ",", ".", ":"]
)  # fmt: skip
LINES = st.lists(st.lists(WORDS, max_size=9).map(" ".join), max_size=40)
BOUND_S = 1.0
"""The promise for a whole job; a till is slower than this, and lines are fewer."""

UNITS = {
    "digits": "1", "amounts": "12,50 ", "totals": "TOTAL ", "spaced": "A B C ",
    "stars": "*", "rates": "TVA 20% ", "dates": "01/01/2020 ", "prices": "1,20 x ",
}  # fmt: skip


LONG = {
    "a family's sum after each": ["PAIN {a}", "TOTAL DIVERS {a}", "LAIT {a}"],
    "products called a total": ["PAIN {a}", "AU LIEU DE 3,00", "TOTAL NETTOYANT {a}", "  0,50"],
    "counts and sums": ["{k} x 1,10 {a}", "CARTE FIDELITE 12345678", "TOTAL DIVERS {a}"],
}  # fmt: skip
"""Lines that one after the other fill a paper: each may ask for all those above it."""


def _paper(units: list[str]) -> list[str]:
    """As long as is analysed; a price, a sum and a tender at its ends."""
    body = (
        units[n % len(units)].format(
            a=f"{n // 100 + 1},{n % 100:02d}", n=n // len(units) + 1, k=10_000 + n
        )
        for n in range(MAX_LINES - 4)
    )
    return ["PAIN 1,00", *body, "TOTAL A PAYER 9,99", "CB 9,99"]


@given(st.lists(st.text(max_size=80), max_size=30))
@settings(deadline=None)
def test_any_text_gives_a_receipt(lines: list[str]) -> None:
    assert from_text(lines).lines == tuple(lines)


@given(LINES, st.sampled_from(["FR", "DE", "BE", "US", "MY", "??"]))
@settings(deadline=None)
def test_any_heap_of_receipt_words_gives_a_receipt(
    lines: list[str], country: str
) -> None:
    receipt = from_text(lines, country=country)
    assert (receipt.total is None) <= (receipt.kind is not DocKind.SALE)


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_hostile_lines_stay_within_the_bound(unit: str) -> None:
    line = (unit * 10_000)[:10_000]
    count = MAX_CHARACTERS // MAX_COLUMNS
    for lines in ([line] * count, [line] * 20_000, [line[:64]] * MAX_LINES):
        begun = time.process_time()
        from_text(lines)
        assert time.process_time() - begun < BOUND_S


@pytest.mark.parametrize("units", LONG.values(), ids=LONG.keys())
def test_long_papers_of_one_kind_stay_within_the_bound(units: list[str]) -> None:
    lines = _paper(units)
    begun = time.process_time()
    receipt = from_text(lines)
    assert time.process_time() - begun < BOUND_S
    assert receipt.lines == tuple(lines)


def test_a_job_beyond_the_bounds_is_not_understood_and_keeps_its_first_lines() -> None:
    sale = ["PAIN   1,00", "TOTAL   1,00", "CB   1,00"]
    receipt = from_text(sale + [""] * MAX_LINES)
    assert receipt.kind is DocKind.UNKNOWN
    assert receipt.total is None
    assert receipt.lines[:3] == tuple(sale)


def test_symbols_are_kept_as_codes_up_to_a_bound() -> None:
    symbol = Symbol(system="EAN13", data=b"3612345678904", text="3612345678904")
    receipt = read([PaperLine("x")], [symbol] * (MAX_CODES + 5))
    assert len(receipt.codes) == MAX_CODES
    assert (receipt.codes[0].system, receipt.codes[0].text) == (
        "EAN13", "3612345678904",
    )  # fmt: skip


def test_a_lone_surrogate_is_replaced_not_raised() -> None:
    lines = ["CAF\ud800   1,00", "TOTAL   1,00", "CB   1,00"]
    symbol = Symbol(system="QR", data=b"", text="\udfff")
    receipt = read([PaperLine(line) for line in lines], [symbol])
    assert receipt.items[0].label == "CAF?"
    assert receipt.model_dump_json()
