"""What is said of a decision when not all of its time is at hand any more."""

from __future__ import annotations

import json
from dataclasses import asdict
from uuid import UUID

import pytest

from agent import policy_explain, policy_file
from agent.choice.ledger import HandOver
from agent.ids import ReceiptId
from agent.policy_explain import Explained
from agent.policy_said import PHRASES
from agent.rules.decide import NO_RULES, Decision, decide, record, recorded
from agent.rules.facts import Facts
from agent.store.decisions import Happened
from agent.wire.goods import Goods
from agent.wire.receipt import DocKind
from tests.consent.builders import CONTROLLER, NOTICES, a_record

FRANCE = policy_file.load(policy_file.named("fr", "FR"))
FACTS = Facts(
    DocKind.SALE,
    4217,
    frozenset({"guarantee", "degraded"}),
    goods=(Goods("good", "toys", lines=2), Goods(weighed=True)),
    signs=frozenset({"map", "eco_fee"}),
    mode="degraded",
    link_up=False,
    choice="email",
)


def text(said: Explained) -> str:
    return "\n".join(policy_explain.lines(said, "en"))


def test_facts_and_decision_come_back_as_they_were_kept() -> None:
    decision = decide(FACTS, FRANCE)
    assert recorded(record(FACTS, decision)) == (FACTS, decision)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"facts":{"kind":"sale","colour":"red"},"decision":{}}',
        b'{"facts":{"kind":"sales"},"decision":{}}',
        b'{"facts":{"kind":"sale"},"decision":{"rule":"R10"}}',
    ],
)
def test_what_is_none_or_of_a_later_agent_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        recorded(body)


def test_without_rules_that_is_said() -> None:
    said = text(Explained("job 1", FACTS, NO_RULES, None))
    assert "R00, print" in said
    assert "none: the rules could not be read" in said
    assert "no article (judgement)" in said
    assert "Rows above" not in said


def test_without_the_pack_s_file_its_name_and_digest_are_left() -> None:
    decision = decide(FACTS, FRANCE)
    said = text(Explained("job 1", FACTS, decision, None))
    assert f"SHA-256 {FRANCE.digest}; its file is not at hand" in said
    assert "Rows above" not in said
    assert "Added to it" not in said
    assert "passed_over" not in policy_explain.whole(
        Explained("job 1", FACTS, decision, None)
    )


def test_what_retention_erased_is_said_and_no_secret_is() -> None:
    secret = {"receipt_id": "1", "kind": "email", "value": "anna@example.org"}
    channels = {"channels": ["qr", "paper"], "by": "customer", "detail": "anna"}
    events = (
        Happened(7, "receipt.issued.v1", 0, 1, 0, None),
        Happened(8, "identity.captured.v1", 0, 1, 0, json.dumps(secret).encode()),
        Happened(9, "choice.made.v1", 0, 1, 0, json.dumps(channels).encode()),
    )
    whole = Explained("r", FACTS, decide(FACTS, FRANCE), FRANCE, events=events)
    said = text(whole)
    assert "its content was erased by the retention" in said
    assert "identity.captured.v1  kind=email" in said
    assert "channels=qr,paper by=customer" in said
    assert "anna" not in said
    assert "anna" not in json.dumps(policy_explain.whole(whole))


def test_the_text_that_stood_there_is_said_with_the_proof_of_a_consent() -> None:
    record = a_record()
    body = {"purpose": "receipt_delivery", "record": record.kept().decode()}
    events = (Happened(9, "consent.recorded.v1", 0, 1, 0, json.dumps(body).encode()),)
    whole = Explained("r", FACTS, decide(FACTS, FRANCE), FRANCE, events=events)
    said = text(whole)
    assert FRANCE.display is not None
    assert f"displayed    {FRANCE.display.text.en}" in said
    assert f"shown_at={record.shown_at}" in said
    assert f"mono_ms={record.mono_ms} clock=synchronised" in said
    assert record.notice is not None
    assert f"lang=fr sha256={record.notice.sha256}" in said
    assert record.subject not in said
    object_ = policy_explain.whole(whole)
    assert object_["displayed"]["ar"] == FRANCE.display.text.ar
    assert record.subject not in json.dumps(object_)


def test_a_consent_s_sentence_is_told_word_for_word_while_it_is_the_one_shown() -> None:
    record = a_record()
    body = {"purpose": "receipt_delivery", "record": record.kept().decode()}
    event = Happened(9, "consent.recorded.v1", 0, 1, 0, json.dumps(body).encode())
    assert record.notice is not None
    sentence = NOTICES.text(record.notice, CONTROLLER.name)
    assert sentence is not None
    assert CONTROLLER.name in sentence
    decision = decide(FACTS, FRANCE)
    whole = Explained("r", FACTS, decision, FRANCE, events=(event,), notices=NOTICES)
    assert f"“{sentence}”" in text(whole)
    assert policy_explain.whole(whole)["events"][0]["sentence"] == sentence
    # A sentence that was edited since is not what was shown.
    edited = record.model_copy(
        update={"notice": record.notice.model_copy(update={"sha256": "0" * 64})}
    )
    body["record"] = edited.kept().decode()
    other = Happened(9, "consent.recorded.v1", 0, 1, 0, json.dumps(body).encode())
    whole = Explained("r", FACTS, decision, FRANCE, events=(other,), notices=NOTICES)
    assert "“" not in text(whole)
    assert policy_explain.whole(whole)["events"][0]["sentence"] is None


def test_the_first_row_has_none_above_it() -> None:
    elsewhere = Facts(DocKind.SALE, 500, country="BE")
    said = text(Explained("r", elsewhere, decide(elsewhere, FRANCE), FRANCE))
    assert "R60, print" in said
    assert "Rows above" not in said


def test_bounds_are_said_in_words() -> None:
    sale = Facts(DocKind.SALE, None, goods=(Goods("service"),), mode="live")
    said = text(Explained("r", sale, decide(sale, FRANCE), FRANCE))
    assert "total is none, wanted: at least 2500" in said
    assert "total is none, wanted: below 2500" in said
    good = Facts(DocKind.SALE, None, frozenset({"guarantee"}))
    said = text(Explained("r", good, decide(good, FRANCE), FRANCE))
    assert "total is none, wanted: a number" in said


def test_a_decision_says_where_its_words_come_from() -> None:
    decision = decide(FACTS, FRANCE)
    assert isinstance(decision, Decision)
    assert decision.also == ("R30", "R33", "R40", "R50")


def test_what_is_offered_is_forced_only_when_its_rule_printed_it() -> None:
    """R32 is a figure of papers, not of receipts that might have become one."""
    decision = decide(FACTS, FRANCE)
    assert (decision.rule, decision.action) == ("R10", "offer")
    assert "forced_print" not in decision.marks
    unanswered = decide(FACTS, FRANCE, unanswered=True)
    assert unanswered.also == ("R30", "R32", "R33", "R40", "R50")
    assert "forced_print" in unanswered.marks
    receipt = ReceiptId(UUID(int=1))
    qr = HandOver(receipt, 0, "qr", "chosen", "customer", 1)
    copy = HandOver(receipt, 1, "paper", "asked", "cashier", 2)
    chose = text(Explained("r", FACTS, decision, FRANCE, handed=(qr, copy)))
    assert "forced_print" not in chose
    rule = HandOver(receipt, 0, "paper", "rule", "agent", 1)
    silent = Explained("r", FACTS, decision, FRANCE, handed=(rule,))
    assert "R32  forced_print" in text(silent)
    assert policy_explain.whole(silent)["printed_unasked"] is True


def test_counsel_reads_it_in_french() -> None:
    said = "\n".join(
        policy_explain.lines(Explained("r", FACTS, decide(FACTS, FRANCE), FRANCE))
    )
    assert "sans réponse paper" in said
    assert "weighed = non, attendu\u00a0: oui" in said
    assert "en vigueur depuis le 2023-08-01" in said
    assert "Lignes au-dessus" in said
    for phrase in asdict(PHRASES["fr"]).values():
        assert "'" not in phrase
        assert " :" not in phrase
