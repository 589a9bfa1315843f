"""Papers that no generator made, read as the truth beside them says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from agent.receipt.read import from_text
from agent.wire.flat import doc_type, prediction
from agent.wire.receipt import Level

CORPUS = Path(__file__).parent.parent / "corpus" / "by_hand"
PAPERS = {p.stem: json.loads(p.read_text("utf-8")) for p in CORPUS.glob("*.json")}
AS_PRINTED = ("date", "receipt_no", "total")


def squeezed(text: str | None) -> str:
    return re.sub(r"\W", "", (text or "").lower())


def rows(said: list[dict[str, Any]], *names: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(row[name]) for name in names) for row in said)


def test_the_papers_are_there() -> None:
    assert len(PAPERS) >= 119


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_a_paper_is_read_as_a_person_reads_it(name: str) -> None:
    paper = PAPERS[name]
    truth = paper["truth"]
    receipt = from_text(paper["lines"], country=paper["country"])
    said = prediction(receipt)
    assert {n: said[n] for n in AS_PRINTED if n in truth} == {
        n: truth[n] for n in AS_PRINTED if n in truth
    }
    assert truth.get("doc_type", doc_type(receipt)) == doc_type(receipt)
    assert squeezed(truth.get("company", "")) in squeezed(said["company"])
    for field, columns in (
        ("items", ("name", "amount")),
        ("vat", ("rate", "vat")),
        ("payments", ("type", "amount")),
    ):
        if field in truth:
            assert rows(said[field], *columns) == rows(truth[field], *columns)
    counts = {(i["name"], i["amount"]): i["qty"] for i in said["items"]}
    counted = [i for i in truth.get("items", []) if i["qty"] is not None]
    assert all(counts[i["name"], i["amount"]] == i["qty"] for i in counted)
    if "proven" in paper:
        assert (receipt.verdict.level is Level.V2) is paper["proven"]
