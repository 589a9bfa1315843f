"""Papers of lands whose tills we have no paper of: read, proven, and none with a lie."""

from __future__ import annotations

import pytest

from agent.paper.strip import PaperLine
from agent.receipt.read import read
from agent.wire.flat import prediction
from agent.wire.receipt import Level, Receipt
from hardware_sim.papers.abroad import ABROAD
from hardware_sim.papers.axes import BROKEN
from hardware_sim.papers.generate import generate
from hardware_sim.papers.sheet import Paper

SEEDS = range(40)


def understood(paper: Paper) -> Receipt:
    lines = [PaperLine(line) for line in paper.lines]
    return read(lines, country=paper.country)


@pytest.mark.parametrize("land", ABROAD)
def test_what_is_true_is_read_and_proven(land: str) -> None:
    for seed in SEEDS:
        paper = generate(seed, land=land, broken="")
        receipt = understood(paper)
        told = prediction(receipt)
        assert told["total"] == paper.truth["total"], seed
        assert told["date"] in paper.truth["date_ok"], seed
        paid = sorted(row["amount"] for row in paper.truth["payments"])
        assert sorted(row["amount"] for row in told["payments"]) == paid, seed
        assert receipt.verdict.level is Level.V2, seed


@pytest.mark.parametrize("land", ABROAD)
def test_no_lie_is_proven(land: str) -> None:
    for seed in SEEDS[:8]:
        for lie in BROKEN:
            paper = generate(seed, land=land, broken=lie)
            told = "must_flag" in paper.truth  # tax on top has no table to lie in
            proven = understood(paper).verdict.level is Level.V2
            assert not (told and proven), (seed, lie)
