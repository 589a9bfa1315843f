"""What becomes of each event of a batch, and how far the log is held."""

from __future__ import annotations

import random
import sqlite3
from typing import Any

import pytest

from rcu.answers import URN
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import (
    EDGE,
    TOKEN,
    FakeEntropy,
    Till,
    captured,
    chosen,
    event,
    example,
    issued,
)


def _read(rcu: Rcu, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{rcu.directory}/rcu.db?mode=ro", uri=True) as reader:
        found = reader.execute(sql).fetchall()
    reader.close()
    return found


async def test_a_repeated_event_is_a_duplicate_and_changes_nothing(rcu: Rcu) -> None:
    await rcu.till.post([issued(), chosen(2)])
    answer = (await rcu.till.post([issued(), chosen(2), chosen(3)])).json()
    assert answer["counts"] == {"duplicate": 2, "accepted": 1}
    assert answer["ack"] == {"edge": EDGE, "contiguous": 3, "gaps": []}
    assert _read(rcu, "SELECT count(*) FROM receipt") == [(1,)]
    assert _read(rcu, "SELECT count(*) FROM choice") == [(2,)]


async def test_the_order_of_keys_and_the_blanks_do_not_make_another_event(
    rcu: Rcu,
) -> None:
    await rcu.till.post([chosen(1)])
    turned = dict(reversed(chosen(1).items()))
    assert (await rcu.till.post([turned])).json()["counts"] == {"duplicate": 1}


async def test_a_known_id_with_other_content_is_a_conflict_and_kept_apart(
    rcu: Rcu,
) -> None:
    await rcu.till.post([issued()])
    forged = issued()
    forged["data"]["receipt"]["total"] = 1
    answer = (await rcu.till.post([forged])).json()
    assert answer["counts"] == {"conflict": 1}
    assert answer["items"][0]["problem"]["type"] == URN + "id-conflict"
    assert "42,17" in (await rcu.client.get(f"/r/{TOKEN}")).text
    (status, body), *more = _read(rcu, "SELECT status, body FROM refusal")
    assert (status, more) == ("conflict", [])
    assert b'"total":1,' in body


async def test_a_conflict_inside_one_batch_is_seen(rcu: Rcu) -> None:
    answer = (await rcu.till.post([chosen(1), chosen(1), chosen(1, "none")])).json()
    assert [item["status"] for item in answer["items"]] == [
        "accepted",
        "duplicate",
        "conflict",
    ]


async def test_a_sequence_or_a_receipt_or_a_token_is_used_once(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    same_sequence = {**chosen(1), "id": "other"}
    same_token = issued(2, receipt_id="r-2")
    same_receipt = issued(3, token="B" * 26)
    answer = (await rcu.till.post([same_sequence, same_token, same_receipt])).json()
    assert [item["problem"]["type"].removeprefix(URN) for item in answer["items"]] == [
        "sequence-conflict",
        "receipt-conflict",
        "receipt-conflict",
    ]
    assert answer["ack"]["contiguous"] == 3  # refused is seen


def _without(key: str) -> dict[str, Any]:
    return {name: value for name, value in issued(2).items() if name != key}


def _receipt(**changes: Any) -> dict[str, Any]:
    return issued(2, receipt={**example(), **changes})


@pytest.mark.parametrize(
    ("bad", "kind", "pointer"),
    [
        ({**issued(2), "source": "urn:edge:other"}, "source", "/source"),
        (_without("source"), "source", "/source"),
        ({**issued(2), "sequence": "-1"}, "sequence", "/sequence"),
        ({**issued(2), "sequence": "000"}, "sequence", "/sequence"),
        ({**issued(2), "sequence": 2}, "sequence", "/sequence"),
        (_without("time"), "schema", "/time"),
        ({**issued(2), "time": "2026-11-21T17:42:05"}, "schema", "/time"),
        ({**issued(2), "specversion": "0.3"}, "schema", "/specversion"),
        ({**issued(2), "type": "a b"}, "schema", "/type"),
        ({**issued(2), "data": "x"}, "schema", "/data"),
        (_receipt(total="much"), "schema", "/data/receipt/total"),
        (_receipt(total=2**60), "schema", "/data/receipt/total"),
        (_receipt(surprise=1), "schema", "/data/receipt/surprise"),
        (_receipt(items=[{"amount": 1}]), "schema", "/data/receipt/items/0/label"),
        (_receipt(number="\ud800"), "schema", None),
        (event(2, "new.type.v9", {"\udfff": 1}), "schema", None),
        (issued(2, token="abc"), "schema", "/data/token"),
        (issued(2, receipt_id=" "), "schema", "/data/receipt_id"),
        (chosen(2, "gold"), "schema", "/data/choice"),
        (_receipt(lines=["x" * 66_000]), "event-size", None),
    ],
)
async def test_a_bad_event_is_rejected_alone_and_by_its_place(
    rcu: Rcu, bad: dict[str, Any], kind: str, pointer: str | None
) -> None:
    answer = (await rcu.till.post([chosen(1), bad, chosen(3)])).json()
    assert answer["counts"] == {"accepted": 2, "rejected": 1}
    refused = answer["items"][1]
    assert refused["status"] == "rejected"
    assert refused["problem"]["type"] == URN + kind
    assert refused["problem"].get("pointer") == pointer


async def test_a_rejected_event_does_not_hold_up_the_log(rcu: Rcu) -> None:
    bad = chosen(2, "gold")
    answer = (await rcu.till.post([chosen(1), bad, chosen(3)])).json()
    assert answer["ack"] == {"edge": EDGE, "contiguous": 3, "gaps": []}


async def test_another_tills_number_says_nothing_of_this_log(rcu: Rcu) -> None:
    foreign = {**chosen(2), "source": "urn:edge:other"}
    answer = (await rcu.till.post([chosen(1), foreign, chosen(3)])).json()
    assert answer["ack"] == {"edge": EDGE, "contiguous": 1, "gaps": [[2, 2]]}


async def test_holes_are_named_and_close_when_they_are_filled(rcu: Rcu) -> None:
    answer = (await rcu.till.post([chosen(n) for n in (1, 2, 5, 9)])).json()
    assert answer["ack"] == {"edge": EDGE, "contiguous": 2, "gaps": [[3, 4], [6, 8]]}
    answer = (await rcu.till.post([chosen(n) for n in (3, 4, 7)])).json()
    assert answer["ack"] == {"edge": EDGE, "contiguous": 5, "gaps": [[6, 6], [8, 8]]}
    answer = (await rcu.till.post([chosen(n) for n in (6, 8)])).json()
    assert answer["ack"] == {"edge": EDGE, "contiguous": 9, "gaps": []}


async def test_the_first_sixteen_holes_are_enough(rcu: Rcu) -> None:
    answer = (await rcu.till.post([chosen(n * 2) for n in range(1, 101)])).json()
    assert answer["ack"]["gaps"] == [[n * 2 - 1, n * 2 - 1] for n in range(1, 17)]


async def test_any_order_ends_at_the_same_height(rcu: Rcu) -> None:
    numbers = list(range(1, 61))
    random.Random(5).shuffle(numbers)
    answer: dict[str, Any] = {}
    for at in range(0, 60, 7):
        batch = [chosen(n) for n in numbers[at : at + 7]]
        answer = (await rcu.till.post(batch)).json()
    assert answer["ack"] == {"edge": EDGE, "contiguous": 60, "gaps": []}


async def test_an_unknown_type_is_kept_as_it_came(rcu: Rcu) -> None:
    new = event(1, "loyalty.burned.v3", {"points": [1, {"é": None}]})
    assert (await rcu.till.post([new])).json()["counts"] == {"accepted": 1}
    ((type_, body),) = _read(rcu, "SELECT type, body FROM event")
    assert type_ == "loyalty.burned.v3"
    assert '"points":[1,{"é":null}]'.encode() in body


async def test_a_minimal_answer_leaves_out_what_was_accepted(rcu: Rcu) -> None:
    batch = [chosen(1), chosen(2, "gold")]
    answer = (await rcu.till.post(batch, prefer="return=minimal")).json()
    assert [item["status"] for item in answer["items"]] == ["rejected"]
    assert answer["counts"] == {"accepted": 1, "rejected": 1}


async def test_an_empty_batch_asks_how_far_the_log_is(rcu: Rcu) -> None:
    await rcu.till.post([chosen(1)])
    answer = (await rcu.till.post([])).json()
    assert answer["ack"] == {"edge": EDGE, "contiguous": 1, "gaps": []}


async def test_every_fact_has_its_row(rcu: Rcu) -> None:
    consent = event(
        4,
        "consent.recorded.v1",
        {
            "receipt_id": "r-1",
            "purpose": "receipt_delivery",
            "channel": "email",
            "decision": "given",
            "method": "own_phone",
            "notice": "n1",
        },
    )
    delivery = event(
        5,
        "delivery.status.v1",
        {"receipt_id": "r-1", "channel": "email", "state": "delivered"},
    )
    batch = [issued(), captured(2, "email", "Marie@Example.FR"), chosen(3)]
    await rcu.till.post([*batch, consent, delivery])
    assert _read(rcu, "SELECT receipt_id, total, currency FROM receipt") == [
        ("r-1", 4217, "EUR")
    ]
    assert _read(rcu, "SELECT kind, value FROM identifier") == [
        ("email", "Marie@example.fr")
    ]
    assert _read(rcu, "SELECT choice, decided_by FROM choice") == [("qr", "customer")]
    assert _read(rcu, "SELECT channel, decision FROM consent") == [("email", "given")]
    assert _read(rcu, "SELECT channel, state FROM delivery") == [("email", "delivered")]


@pytest.mark.parametrize(
    ("mentions", "kind"),
    [
        ([], "sale"),
        (["guarantee"], "sale"),
        (["degraded"], "degraded"),
        (["guarantee", "training"], "training"),
        (["provisional", "duplicate"], "provisional"),
    ],
)
async def test_what_is_no_ordinary_sale_is_not_kept_as_one(
    rcu: Rcu, mentions: list[str], kind: str
) -> None:
    """R33: whoever adds up the sales of a day must not find it among them."""
    await rcu.till.post([issued(receipt={**example(), "mentions": mentions})])
    assert _read(rcu, "SELECT kind, total FROM receipt") == [(kind, 4217)]


async def test_two_tills_do_not_share_ids_or_numbers(rcu: Rcu) -> None:
    edge = "urn:edge:ENS1:S0042:T04"
    other = await rcu.store.keyring.enrol(edge, 0, FakeEntropy(2))
    second = Till(rcu.client, other.token)
    await rcu.till.post([chosen(1)])
    answer = (
        await second.post([{**chosen(1, "none"), "source": edge}], key="k1")
    ).json()
    assert answer["counts"] == {"accepted": 1}
    assert answer["ack"]["edge"] == edge


async def test_enrolling_again_shuts_the_old_key_out(rcu: Rcu) -> None:
    fresh = await rcu.store.keyring.enrol(EDGE, 0, FakeEntropy(3))
    assert (await rcu.till.post([chosen(1)])).status_code == 401
    assert (await Till(rcu.client, fresh.token).post([chosen(1)])).status_code == 200


async def test_refusals_are_bounded_and_never_become_a_hole(rcu: Rcu) -> None:
    answer: dict[str, Any] = {}
    for at in range(1, 2501, 500):
        batch = [chosen(n, "gold") for n in range(at, at + 500)]
        answer = (await rcu.till.post(batch)).json()
        rcu.clock.ms += 1
    assert answer["ack"] == {"edge": EDGE, "contiguous": 2500, "gaps": []}
    assert _read(rcu, "SELECT count(*), min(sequence) FROM refusal") == [(2000, 501)]
