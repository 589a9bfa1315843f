"""A till is enrolled by a code, once; what signs for it is admitted, and nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization as out
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.wire import enrolment, signatures
from agent.wire.enrolment import AnnouncedKey, EnrolAnswer, EnrolRequest
from agent.wire.signatures import Message
from rcu.config import TillSettings
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import EDGE, FakeEntropy, run_command

FEED = f"/v1/edges/{EDGE}/feed"
URL = "http://rcu.test"


class Key:
    """A till's transport key."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        der = self.private.public_key().public_bytes(
            out.Encoding.DER, out.PublicFormat.SubjectPublicKeyInfo
        )
        self.public = AnnouncedKey(
            kid=enrolment.kid_of(der),
            purpose="transport",
            alg="Ed25519",
            public=b64encode(der).decode(),
        )

    def signed(
        self,
        message: Message,
        covered: tuple[str, ...],
        created: int,
        **more: str | int,
    ) -> dict[str, str]:
        said: dict[str, str | int] = {
            "created": created,
            "keyid": self.public.kid,
            "alg": "ed25519",
            "nonce": "n1",
            "tag": "receipt-agent",
            **more,
        }
        made = signatures.sign(message, covered, "till", said, self.private.sign)
        return {**message.fields, **made}


async def code_for(rcu: Rcu, edge: str = EDGE, minutes: int = 15) -> str:
    code = enrolment.make_code(FakeEntropy(7).draw)
    now_ms = rcu.clock.now_ms()
    await rcu.store.tills.put_code(
        edge,
        enrolment.finder_of(code),
        enrolment.secret_of(code),
        now_ms + minutes * 60_000,
        now_ms,
    )
    return code


async def announce(
    rcu: Rcu, code: str, key: Key, edge: str = EDGE, **changed: str
) -> httpx.Response:
    asked = EnrolRequest(
        edge=edge,
        finder=enrolment.finder_of(code),
        nonce="0" * 32,
        keys=(key.public,),
    )
    body = asked.model_dump_json().encode()
    fields = {
        "content-digest": signatures.content_digest(body),
        enrolment.PROOF: enrolment.till_proof(enrolment.secret_of(code), body),
        **changed,
    }
    message = Message(fields, "POST", f"{URL}/v1/enrol")
    covered = ('"@method"', '"content-digest"')
    headers = key.signed(message, covered, rcu.clock.now_ms() // 1000)
    return await rcu.client.post("/v1/enrol", content=body, headers=headers)


async def ask(
    rcu: Rcu, key: Key, target: str = FEED, later_s: int = 0, **more: str | int
) -> httpx.Response:
    message = Message({}, "GET", URL + target)
    covered = ('"@method"', '"@target-uri"')
    created = rcu.clock.now_ms() // 1000 + later_s
    headers = key.signed(message, covered, created, **more)
    return await rcu.client.get(FEED, headers=headers)


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


async def test_a_code_enrols_a_till_and_its_signature_is_believed(rcu: Rcu) -> None:
    code, key = await code_for(rcu), Key()
    answer = await announce(rcu, code, key)
    assert answer.status_code == 200
    said = EnrolAnswer.model_validate_json(answer.content)
    proof = enrolment.rcu_proof(
        enrolment.secret_of(code), answer.request.content, answer.content
    )
    assert answer.headers[enrolment.PROOF] == proof
    assert answer.headers["cache-control"] == "no-store"
    assert said.edge == EDGE
    assert (await ask(rcu, key)).status_code == 204
    assert await rcu.store.keyring.edge_of(said.token) == EDGE


async def test_a_lost_answer_may_be_asked_for_again_by_the_same_key_only(
    rcu: Rcu,
) -> None:
    code, key = await code_for(rcu), Key()
    assert (await announce(rcu, code, key)).status_code == 200
    assert (await announce(rcu, code, key)).status_code == 200
    other = await announce(rcu, code, Key())
    assert (other.status_code, kind(other)) == (403, "enrolment")
    assert (await ask(rcu, key)).status_code == 204


async def test_a_code_is_good_for_its_minutes_and_its_till(rcu: Rcu) -> None:
    code = await code_for(rcu)
    other = await announce(rcu, code, Key(), edge="urn:edge:ENS1:S0042:T04")
    assert other.status_code == 403
    rcu.clock.ms += 15 * 60_000
    assert (await announce(rcu, code, Key())).status_code == 403


async def test_who_does_not_know_the_code_gets_nothing(rcu: Rcu) -> None:
    code = await code_for(rcu)
    wrong = await announce(rcu, code, Key(), **{enrolment.PROOF: "0" * 64})
    assert (wrong.status_code, kind(wrong)) == (403, "enrolment")
    unknown = "A" * 16
    assert (await announce(rcu, unknown, Key())).status_code == 403


async def test_who_has_not_the_private_key_is_not_enrolled(rcu: Rcu) -> None:
    code, key, other = await code_for(rcu), Key(), Key()
    key.private = other.private
    answer = await announce(rcu, code, key)
    assert (answer.status_code, kind(answer)) == (401, "signature")


async def test_codes_cannot_be_tried_fast(rcu: Rcu) -> None:
    told = [(await announce(rcu, "A" * 16, Key())).status_code for _ in range(12)]
    assert told[:10] == [403] * 10
    assert told[10:] == [429, 429]


async def test_the_code_is_nowhere(rcu: Rcu, tmp_path: Path) -> None:
    code = await code_for(rcu)
    await announce(rcu, code, Key())
    kept = (rcu.directory / "keys.db").read_bytes()
    assert code.encode() not in kept
    assert enrolment.tidy(enrolment.shown(code).lower()) == code
    assert enrolment.tidy("ABCD") is None


# -- admission -------------------------------------------------------------------


@pytest.fixture
async def key(rcu: Rcu) -> Key:
    key = Key()
    assert (await announce(rcu, await code_for(rcu), key)).status_code == 200
    return key


async def test_an_answer_is_signed_over_the_question(rcu: Rcu, key: Key) -> None:
    answer = await ask(rcu, key)
    fields = {**answer.headers}
    signed = signatures.read(fields, "rcu")
    assert signed is not None
    assert signed.covered == (
        '"@status"',
        '"content-digest"',
        '"signature";req;key="till"',
    )
    assert signed.created == rcu.clock.now_ms() // 1000
    asked = Message({**answer.request.headers}, "GET")
    from rcu.admission import verifies
    from rcu.signing import load

    public = load(rcu.directory).public

    def by_rcu(text: bytes, given: bytes) -> bool:
        from base64 import b64decode

        return verifies(b64decode(public.public), text, given)

    said = Message(fields, status=answer.status_code, request=asked)
    assert signatures.holds(said, signed, by_rcu)
    other = Message({"signature": "till=:AAAA:"}, "GET")
    again = Message(fields, status=answer.status_code, request=other)
    assert not signatures.holds(again, signed, by_rcu)


async def test_a_question_is_answered_once(rcu: Rcu, key: Key) -> None:
    assert (await ask(rcu, key)).status_code == 204
    replayed = await ask(rcu, key)
    assert (replayed.status_code, kind(replayed)) == (401, "signature")
    assert (await ask(rcu, key, nonce="n2")).status_code == 204


@pytest.mark.parametrize("later_s", [-301, 301])
async def test_a_signature_is_of_these_minutes_and_the_answer_has_the_time(
    rcu: Rcu, key: Key, later_s: int
) -> None:
    answer = await ask(rcu, key, later_s=later_s)
    assert (answer.status_code, kind(answer)) == (401, "clock")
    signed = signatures.read({**answer.headers}, "rcu")
    assert signed is not None
    assert signed.created == rcu.clock.now_ms() // 1000


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("signature", {"target": "/v1/edges/other/feed"}),
        ("signature", {"tag": "another"}),
        ("unauthorised", {"keyid": "0" * 16}),
    ],
)
async def test_what_is_signed_has_to_fit(
    rcu: Rcu, key: Key, what: str, more: Mapping[str, Any]
) -> None:
    answer = await ask(rcu, key, **more)
    assert (answer.status_code, kind(answer)) == (401, what)


async def test_a_signature_has_to_cover_what_is_sent(rcu: Rcu, key: Key) -> None:
    message = Message({}, "POST", f"{URL}/v1/events")
    headers = key.signed(
        message, ('"@method"', '"@target-uri"'), rcu.clock.now_ms() // 1000
    )
    answer = await rcu.client.post("/v1/events", content=b"[]", headers=headers)
    assert (answer.status_code, kind(answer)) == (401, "signature")


async def test_a_token_is_enough_only_where_it_is_configured_and_there_is_no_key(
    rcu: Rcu,
) -> None:
    headers = {"Authorization": f"Bearer {rcu.key}"}
    assert (await rcu.client.get(FEED, headers=headers)).status_code == 204
    answer = await announce(rcu, await code_for(rcu), Key())
    token = EnrolAnswer.model_validate_json(answer.content).token
    headers = {"Authorization": f"Bearer {token}"}
    refused = await rcu.client.get(FEED, headers=headers)
    assert (refused.status_code, kind(refused)) == (401, "unsigned")
    assert TillSettings().unsigned is False


async def test_who_is_shut_out_is_shut_out_at_once(rcu: Rcu, key: Key) -> None:
    assert (await ask(rcu, key)).status_code == 204
    assert await rcu.store.tills.revoke(EDGE, rcu.clock.now_ms())
    assert (await ask(rcu, key, nonce="n2")).status_code == 401
    assert not await rcu.store.tills.revoke(EDGE, rcu.clock.now_ms())


async def test_enrolled_again_the_old_key_counts_no_more(rcu: Rcu, key: Key) -> None:
    new = Key()
    assert (await announce(rcu, await code_for(rcu), new)).status_code == 200
    assert (await ask(rcu, key, nonce="n2")).status_code == 401
    assert (await ask(rcu, new, nonce="n3")).status_code == 204
    kept = await rcu.store.tills.keys(EDGE)
    assert [each.ended_ms is None for each in kept if each.kid == key.public.kid] == [
        False
    ]


# -- commands ----------------------------------------------------------------------


def test_a_code_and_a_revocation_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "rcu.toml"
    config.write_text('[store]\ndirectory = "data"\n')
    asked = ("--till", EDGE, "--config", str(config))
    assert run_command("enrol-code", *asked) == 0
    said = capsys.readouterr()
    assert enrolment.tidy(said.out.strip()) is not None
    assert "receipt-agent enrol" in said.err
    assert (tmp_path / "data" / "rcu.pem").stat().st_mode & 0o777 == 0o600
    assert run_command("revoke", *asked) == 0
    assert run_command("revoke", *asked) == 1
    assert run_command("tills", "--config", str(config)) == 0
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        run_command("enrol-code", "--till", "T03", "--config", str(config))
    assert ended.value.code == 64
