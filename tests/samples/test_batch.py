"""A question a line, an answer a line."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from agent.samples import batch
from agent.samples.paper import Sample
from agent.wire.flat import prediction
from agent.wire.receipt import Level, Receipt

BREAD = {"id": "a", "lines": ["PAIN 1,00", "TOTAL 1,00"], "country": "FR"}


def asked(*lines: bytes) -> list[dict[str, Any]]:
    questions = io.BytesIO(b"\n".join(lines))
    said = batch.answers(questions, lambda sample: sample.read(), prediction)
    return [json.loads(line) for line in said]


def test_an_answer_has_its_id_and_the_fields_of_the_scorer() -> None:
    (answer,) = asked(json.dumps(BREAD).encode())
    assert answer["id"] == "a"
    assert answer["total"] == "1.00"
    assert [item["name"] for item in answer["items"]] == ["PAIN"]


def test_a_number_as_an_id_stays_a_number() -> None:
    (answer,) = asked(json.dumps({**BREAD, "id": 7}).encode())
    assert answer["id"] == 7


def test_a_bad_line_costs_its_own_answer_only() -> None:
    good = json.dumps(BREAD).encode()
    said = asked(b"{", b"", good, b'{"id": "b", "lines": 3}', b"\xff\xfe", good)
    assert [answer.get("id") for answer in said] == [None, "a", "b", None, "a"]
    assert ["error" in answer for answer in said] == [True, False, True, True, False]
    assert said[0]["error"].startswith("line 1: ")
    assert said[2]["error"].startswith("line 4: lines")


@pytest.mark.parametrize("depth", [b"[" * 200_000, b'{"lines":' * 100_000])
def test_deep_nesting_is_a_bad_line(depth: bytes) -> None:
    assert [sorted(answer) for answer in asked(depth)] == [["error", "id"]]


def test_a_line_without_an_end_is_dropped_and_the_next_is_answered() -> None:
    good = json.dumps(BREAD).encode()
    long = b"x" * (2 * batch.MAX_LINE_BYTES + 5)
    said = asked(long, good)
    assert said[0] == {"id": None, "error": "line 1: over 4194304 bytes"}
    assert said[1]["id"] == "a"


def test_a_line_that_is_just_too_long_takes_no_other_with_it() -> None:
    for size in (batch.MAX_LINE_BYTES, batch.MAX_LINE_BYTES + 1):
        said = asked(b"x" * size, json.dumps(BREAD).encode())
        assert [answer.get("total") for answer in said] == [None, "1.00"]


def test_a_fault_of_ours_is_an_answer_too() -> None:
    def reads(_sample: Sample) -> Receipt:
        raise RuntimeError("what a customer bought")

    said = list(batch.answers(io.BytesIO(json.dumps(BREAD).encode()), reads, dict))
    assert json.loads(said[0]) == {"id": "a", "error": "line 1: RuntimeError"}


def test_hostile_text_leaves_as_ascii() -> None:
    lines = ["\x1b]0;x\x07\x9b31m PAIN é 1,00", "\u202eTOTAL 1,00"]
    questions = io.BytesIO(json.dumps({**BREAD, "lines": lines}).encode())
    (said,) = batch.answers(questions, lambda sample: sample.read(), prediction)
    assert said.isascii()
    assert said.isprintable()


def test_whoever_is_warmed_has_read_a_sale_and_answered_nobody() -> None:
    read: list[Sample] = []

    def reads(sample: Sample) -> Receipt:
        read.append(sample)
        return sample.read()

    batch.warm(reads, prediction)
    (sale,) = read
    receipt = sale.read()
    assert (receipt.total, receipt.verdict.level) == (360, Level.V2)
