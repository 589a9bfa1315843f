"""Only what the RCU signed, to what we asked, is an answer; dice and gate."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as out
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from agent.keyring.index import PublicKey, kid_of
from agent.sync.answers import ClockOff, Failed, NotAdmitted, Reply, TooLarge, judge
from agent.sync.credentials import Credentials
from agent.sync.gate import Gate
from agent.sync.jitter import Jitter
from agent.sync.pace import LEAST_BYTES, Pace
from agent.sync.speaker import Heard, Speaker
from agent.wire import signatures
from agent.wire.orders import order_text
from agent.wire.signatures import Message
from tests.fakes.clock import EPOCH, FakeClock
from tests.fakes.entropy import FakeEntropy

SOURCE = "urn:edge:ENS1:S0042:T03"
TARGET = "https://rcu.example/v1/events"
COVERED = ('"@status"', '"content-digest"', '"signature";req;key="till"')
NOW_S = int(EPOCH.timestamp())


class Key:
    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        der = self.private.public_key().public_bytes(
            out.Encoding.DER, out.PublicFormat.SubjectPublicKeyInfo
        )
        public = b64encode(der).decode()
        self.public = PublicKey(kid_of(der), "transport", "Ed25519", public, "")

    @property
    def kid(self) -> str:
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


TILL, RCU = Key(), Key()


def speaker(clock: FakeClock | None = None) -> Speaker:
    known = Credentials(SecretStr("a.token"), TILL, {RCU.kid: RCU.public})
    return Speaker(known, SOURCE, clock or FakeClock(), FakeEntropy())


def asked(who: Speaker) -> dict[str, str]:
    return who.headers("POST", TARGET, {"Content-Digest": "sha-256=:x:"})


def answered(
    sent: dict[str, str],
    key: Key = RCU,
    covered: tuple[str, ...] = COVERED,
    created: int = NOW_S,
    tag: str = "receipt-rcu",
) -> Heard:
    fields = {"content-digest": signatures.content_digest(b"{}")}
    request = Message({"signature": sent["signature"]}, "POST")
    message = Message(fields, status=200, request=request)
    said: dict[str, str | int] = {"created": created, "keyid": key.kid, "tag": tag}
    made = signatures.sign(message, covered, "rcu", said, key.sign)
    return Heard(200, {**fields, **made}, b"{}")


def test_a_request_is_signed_over_what_it_carries() -> None:
    who = speaker()
    fields = {"Content-Digest": "sha-256=:x:", "Idempotency-Key": '"k"'}
    said = who.headers("POST", TARGET, fields)
    lower = {name.lower(): value for name, value in fields.items()}
    signed = signatures.read({**lower, **said}, "till")
    assert signed is not None
    assert set(signed.covered) >= {
        *('"@method"', '"@target-uri"', '"content-digest"', '"idempotency-key"')
    }
    assert signed.created == NOW_S
    message = Message({**lower, **said}, "POST", TARGET)
    assert signatures.holds(message, signed, TILL.public.verifies)
    assert said["authorization"] == "Bearer a.token"


def test_the_rcus_own_answer_is_known_and_tells_the_time() -> None:
    who = speaker()
    sent = asked(who)
    assert who.knows(sent, answered(sent, created=NOW_S + 90)) is True
    assert who.skew_s == 90
    again = signatures.read(asked(who), "till")
    assert again is not None
    assert again.created == NOW_S + 90


def test_what_is_not_the_rcus_answer_to_us_is_none() -> None:
    who = speaker()
    sent, before = asked(who), asked(speaker())
    before["signature"] = before["signature"].replace("till=:", "till=:AA")
    good = answered(sent)
    for heard in (
        Heard(200, {}, b"{}"),
        answered(sent, key=TILL),
        answered(sent, covered=COVERED[:2]),
        answered(sent, tag="another"),
        answered(before),
        replace(good, content=b'{"counts":{}}'),
        replace(good, status=503),
        Heard(200, {**good.headers, "content-digest": "sha-256=:x:"}, b"{}"),
    ):
        assert who.knows(sent, heard) is False
    assert who.skew_s is None


def test_a_till_without_a_pinned_key_cannot_say() -> None:
    who = Speaker(Credentials(SecretStr("t")), SOURCE, FakeClock(), FakeEntropy())
    said = who.headers("GET", TARGET, {})
    assert said == {"authorization": "Bearer t"}
    assert who.knows(said, Heard(200, {}, b"")) is None
    assert who.ordered({}) is None


def test_an_order_is_the_rcus_for_this_till_as_it_stands() -> None:
    event: dict[str, Any] = {
        "id": "1",
        "type": "resend.request.v1",
        "time": "2026-11-29T10:00:00Z",
        "sequence": "000000000001",
        "data": {"first": 1, "é": ["x", None, 1.5]},
    }

    def signed(edge: str) -> dict[str, str]:
        signature = b64encode(RCU.sign(order_text(edge, event))).decode()
        return {"kid": RCU.kid, "sig": signature}

    who = speaker()
    good = {**event, "signature": signed(SOURCE)}
    assert who.ordered(json.loads(json.dumps(good))) is True
    assert who.ordered({**event, "signature": signed("urn:edge:a:b:c")}) is False
    for name, value in (("data", {"first": 2}), ("sequence", "2"), ("id", "2")):
        assert who.ordered({**good, name: value}) is False


# -- what a stranger's answer may do -------------------------------------------------


@pytest.mark.parametrize("status", [200, 400, 401, 403, 409, 422, 500])
def test_a_strangers_answer_is_a_failure_whatever_it_says(status: int) -> None:
    body = (
        b'{"ack":{"edge":"e","contiguous":9},"counts":{},"type":"x:batch","title":"x"}'
    )
    verdict = judge(Reply(status, {}, body, ours=False))
    assert isinstance(verdict, Failed)
    assert "captive portal" in verdict.reason


def test_a_stranger_may_ask_for_later_and_for_less() -> None:
    later = judge(Reply(503, {"retry-after": "30"}, b"", ours=False))
    assert isinstance(later, Failed)
    assert later.at_least_s == 30
    assert judge(Reply(413, {}, b"", ours=False)) == TooLarge(ours=False)


def test_a_clock_that_is_off_is_not_a_till_that_is_not_admitted() -> None:
    body = b'{"type":"urn:receipt-agent:problem:clock","title":"x"}'
    assert judge(Reply(401, {}, body, ours=True)) == ClockOff()
    assert judge(Reply(401, {}, b"{}", ours=True)) == NotAdmitted(401)


# -- pace --------------------------------------------------------------------------


def test_what_flies_grows_by_one_and_falls_to_one() -> None:
    pace = Pace(500, 600_000, 4)
    seen = []
    for last in range(5):
        seen.append(pace.in_flight)
        pace.passed(last)
    assert seen == [1, 2, 3, 4, 4]
    pace.calm()
    assert pace.in_flight == 1


def test_one_flies_alone_while_a_poison_is_cornered() -> None:
    pace = Pace(500, 600_000, 4)
    pace.passed(1)
    pace.passed(2)
    pace.suspect(60, 50)
    pace.passed(20)
    assert pace.in_flight == 1
    pace.passed(60)
    assert pace.in_flight == 2


def test_a_batch_weighs_what_the_line_carries_in_two_seconds() -> None:
    slow = Pace(500, 600_000, 4)
    for _ in range(20):
        slow.measured(slow.max_bytes, slow.max_bytes / 24_000, 1)
    assert slow.max_bytes == pytest.approx(48_000, rel=0.05)
    fast = Pace(500, 600_000, 4)
    fast.measured(20_000, 0.02, 1)
    assert fast.max_bytes == 600_000
    dead = Pace(500, 600_000, 4)
    for _ in range(20):
        dead.measured(16_000, 60, 1)
    assert dead.max_bytes == LEAST_BYTES


# -- dice, gate ---------------------------------------------------------------


def test_equal_dice_fall_differently_for_each_till() -> None:
    throws = {
        Jitter(f"urn:edge:a:b:T{till}", FakeEntropy()).throw() for till in range(100)
    }
    assert len(throws) == 100
    assert max(throws) - min(throws) > 0.9
    assert all(0 <= throw < 1 for throw in throws)


async def test_a_gate_says_why_it_is_shut() -> None:
    gate = Gate(is_open=False)
    gate.shut("ConnectError")
    assert (gate.is_open, gate.problem) == (False, "ConnectError")
    gate.open()
    assert (gate.is_open, gate.problem) == (True, "")
