"""The tables of docs/delivery-faults.md, paper and SMS: nothing lost, nothing doubled."""

from __future__ import annotations

import pytest

from tests.delivery import faults
from tests.delivery.faults import PAPER, SMS, Carrier, Fault, Paper, Sms

ONCE = (1, 0)
WHOLE = {
    **{fault.name: ONCE for fault in PAPER},
    # What was on the old roll, or out when it was switched off, has no end.
    "paper out within a job, nobody comes; a roll later": (1, 1),
    "switched off with the job in its buffer, on again": (1, 1),
    # Nobody can know what it printed behind a line that broke: paper always wins.
    "the line is reset within a job, the printer goes on printing": (2, 0),
    "no paper, a second printer": (0, 0),
    "paper out within a job, a second printer": (0, 1),
}
SECOND = {"no paper, a second printer", "paper out within a job, a second printer"}
SAYS = {
    "none": "",
    "slow (700 bytes a second)": "",
    "mute: it answers no question": "",
    "no paper; a roll is put in": "plus de papier",
    "paper out within a job; a roll": "plus de papier",
    "paper out within a job that its buffer does not hold; a roll": "plus de papier",
    "cover opened within a job; shut": "capot",
    "no paper, a second printer": "la seconde imprime",
}
ENDS = {
    ("takes it, cuts before its answer, no key", "http, no key"): ("sent", 2),
    ("number refused", "twilio"): ("paper", 0),
    ("number refused", "ovh"): ("paper", 0),
    ("network refuses the number", "modem"): ("paper", 0),
}
"""All others: sent, one message."""


@pytest.mark.timeout(90)
@pytest.mark.parametrize("fault", PAPER, ids=lambda fault: fault.name)
async def test_a_receipt_comes_out_whole_and_once(fault: Fault) -> None:
    out = await faults.play_paper(fault)
    assert (out.whole, out.torn) == WHOLE[fault.name]
    assert out.elsewhere == (1 if fault.name in SECOND else 0)
    said = SAYS.get(fault.name, "imprimante")
    if said:
        assert any(said in each for each in out.said), out.said
    else:
        assert out.said == []


@pytest.mark.timeout(90)
@pytest.mark.parametrize("fault", SMS, ids=lambda each: f"{each.name} ({each.way})")
async def test_an_sms_ends_where_it_should(fault: Carrier) -> None:
    out = await faults.play_sms(fault)
    assert (out.end, out.taken) == ENDS.get((fault.name, fault.way), ("sent", 1))


def test_the_document_has_a_row_for_each() -> None:
    text = faults.DOCUMENT.read_text(encoding="utf-8")
    for fault in PAPER:
        assert f"| {fault.name} |" in text
    for carrier in SMS:
        assert f"| {carrier.name} | {carrier.way} |" in text


def test_rows_say_how_it_went() -> None:
    paper = Paper(1, 1, 0, ["lost"], ["L’imprimante ne répond pas"])
    assert faults.paper_row("cut", paper) == (
        "| cut | 1 | 1 | `lost` | L’imprimante ne répond pas |"
    )
    carrier = Carrier("cut", "http", lambda _way: None)
    row = faults.sms_row(carrier, Sms(["sms_doubt:1", "id1"], 1, "sent"))
    assert row.startswith("| cut | http | `sms_doubt:1` | 2 | 1 | SMS |")
