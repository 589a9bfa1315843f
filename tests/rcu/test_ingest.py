"""Each answer of ``POST /v1/events``, as WIRE 2.1 lists them."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from rcu.answers import URN
from rcu.app import build
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import TOKEN, chosen, event, issued

PROBLEM = "application/problem+json"


def _kind(body: dict[str, Any]) -> str:
    return str(body["type"]).removeprefix(URN)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        "Basic dXNlcjpwYXNz",
        "Bearer 00.11",
        "Bearer " + "a" * 9000,
    ],
)
async def test_a_stranger_is_401_with_a_problem(
    rcu: Rcu, authorization: str | None
) -> None:
    answer = await rcu.till.post([issued()], authorization=authorization)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert _kind(answer.json()) == "unauthorised"
    assert (await rcu.client.get(f"/r/{TOKEN}")).status_code == 404


async def test_the_right_key_id_with_a_wrong_secret_is_401(rcu: Rcu) -> None:
    wrong = rcu.key[:-1] + ("0" if rcu.key[-1] != "0" else "1")
    answer = await rcu.till.post([issued()], authorization=f"Bearer {wrong}")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({"content_type": "application/json"}, 415, "media-type"),
        ({"content_encoding": "zstd"}, 415, "media-type"),
        ({"idempotency_key": None}, 400, "idempotency-key-missing"),
        ({"idempotency_key": '""'}, 400, "idempotency-key"),
        ({"idempotency_key": "k" * 129}, 400, "idempotency-key"),
        ({"content_digest": f"sha-256=:{'A' * 43}=:"}, 400, "digest"),
        ({"content_digest": "sha-256=:A:"}, 400, "digest"),
        ({"content_digest": f"sha-512=:{'A' * 86}==:"}, 400, "digest"),
        ({"content_length": "2000000"}, 413, "too-large"),
    ],
)
async def test_a_request_that_breaks_the_protocol(
    rcu: Rcu, headers: dict[str, str | None], status: int, kind: str
) -> None:
    answer = await rcu.till.post([issued()], **headers)
    assert (answer.status_code, _kind(answer.json())) == (status, kind)
    assert answer.headers["content-type"] == PROBLEM
    assert (await rcu.client.get(f"/r/{TOKEN}")).status_code == 404


async def test_content_without_coding_or_digest_is_welcome(rcu: Rcu) -> None:
    answer = await rcu.till.post([issued()], content_encoding=None, content_digest=None)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", None),
        (b"{", None),
        (b"\xff\xfe", None),
        (b"[NaN]", None),
        (b'[{"id":"x","data":{"a":1e999}}]', None),
        (b'{"id":"x"}', ""),
        (b"[1]", "/0/id"),
        (b'[{"id":"x","source":"y"},{"id":7}]', "/1/id"),
        (b'[{"id":"a b"}]', "/0/id"),
        (b"[" * 100_000 + b"]" * 100_000, None),
        (b'[{"id":"x","n":' + b"9" * 5000 + b"}]", None),
    ],
)
async def test_what_is_no_batch_is_400_so_that_the_till_can_bisect(
    rcu: Rcu, body: bytes, pointer: str | None
) -> None:
    answer = await rcu.till.post_raw(body)
    assert (answer.status_code, _kind(answer.json())) == (400, "batch")
    assert answer.json().get("pointer") == pointer


async def test_a_bomb_is_413_and_costs_a_megabyte(rcu: Rcu) -> None:
    bomb = gzip.compress(b" " * (64 << 20))
    assert len(bomb) < 100_000
    answer = await rcu.till.post_raw(b"", content_encoding="gzip", content_digest=None)
    assert answer.status_code == 400
    answer = await _raw(rcu, bomb)
    assert (answer.status_code, _kind(answer.json())) == (413, "too-large")


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"[]", mtime=0)[:-4],
        gzip.compress(b"[]", mtime=0) + b"more",
        b"[]",
    ],
)
async def test_a_harmed_gzip_stream_is_400(rcu: Rcu, content: bytes) -> None:
    answer = await _raw(rcu, content)
    assert (answer.status_code, _kind(answer.json())) == (400, "encoding")


async def test_too_many_events_are_413(rcu: Rcu) -> None:
    assert (await rcu.till.post([chosen(n + 1) for n in range(501)])).status_code == 413
    assert (await rcu.till.post([chosen(n + 1) for n in range(500)])).status_code == 200


async def test_a_body_without_end_is_413_and_is_not_kept(rcu: Rcu) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    answer = await _raw(rcu, endless())
    assert answer.status_code == 413
    assert sent < 2 << 20


async def test_the_same_key_and_payload_get_the_stored_answer(rcu: Rcu) -> None:
    first = await rcu.till.post([issued()], key="same")
    await rcu.till.post([chosen(2)])
    second = await rcu.till.post([issued()], key="same")
    assert second.content == first.content  # 'accepted', not 'duplicate'
    assert second.status_code == 200


async def test_the_same_key_with_another_payload_is_422(rcu: Rcu) -> None:
    await rcu.till.post([issued()], key="same")
    answer = await rcu.till.post([chosen(2)], key="same")
    assert (answer.status_code, _kind(answer.json())) == (422, "key-reused")


async def test_the_same_key_at_the_same_time_is_409(rcu: Rcu) -> None:
    database = rcu.store.ledger._database
    async with asyncio.TaskGroup() as group, database.transaction():
        # Somebody else is writing, so the first one has to wait its turn.
        first = group.create_task(rcu.till.post([issued()], key="same"))
        async with asyncio.timeout(5):
            while not database._writing._waiters:  # noqa: ASYNC110 -- a lock tells nobody that somebody waits
                await asyncio.sleep(0.001)
        second = await rcu.till.post([issued()], key="same")
    assert (second.status_code, _kind(second.json())) == (409, "in-flight")
    assert second.headers["retry-after"] == "1"
    assert first.result().status_code == 200


async def test_a_full_disk_is_503_and_nothing_is_half_done(rcu: Rcu) -> None:
    async with rcu.store.ledger._database.transaction() as tx:
        cursor = await tx.execute("PRAGMA page_count")
        row = await cursor.fetchone()
        assert row is not None
        await tx.execute(f"PRAGMA max_page_count = {row[0] + 1}")
    batch = [issued(), *(chosen(n) for n in range(2, 200))]
    answer = await rcu.till.post(batch, key="full")
    assert (answer.status_code, _kind(answer.json())) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    async with rcu.store.ledger._database.transaction() as tx:
        await tx.execute("PRAGMA max_page_count = 1000000")
    again = await rcu.till.post(batch, key="full")
    assert again.json()["counts"] == {"accepted": 199}


async def test_an_answered_batch_is_in_the_file(rcu: Rcu) -> None:
    answer = await rcu.till.post([issued()])
    assert answer.status_code == 200
    # Both files as they lie on the disk at this moment.
    kept = b"".join(path.read_bytes() for path in rcu.directory.glob("rcu.db*"))
    assert b"Le Petit March" in kept


async def test_another_method_is_405(rcu: Rcu) -> None:
    assert (await rcu.client.get("/v1/events")).status_code == 405


async def test_an_event_deeper_than_python_can_copy_is_answered(rcu: Rcu) -> None:
    for depth in (100, 200, 300, 400, 480, 500):
        data = json.loads('{"token":' * depth + "1" + "}" * depth)
        answer = await rcu.till.post([event(depth, "new.type.v9", data)])
        assert answer.status_code in (200, 400)


async def _raw(rcu: Rcu, content: bytes | AsyncIterator[bytes]) -> Any:
    return await rcu.client.post(
        "/v1/events",
        content=content,
        headers={
            "authorization": f"Bearer {rcu.key}",
            "content-type": "application/cloudevents-batch+json",
            "content-encoding": "gzip",
            "idempotency-key": "raw",
        },
    )


async def test_a_till_that_stalls_in_the_middle_is_let_go(rcu: Rcu) -> None:
    server = rcu.settings.server.model_copy(update={"body_timeout_s": 0.05})
    settings = rcu.settings.model_copy(update={"server": server})
    transport = httpx.ASGITransport(app=build(rcu.store, settings, rcu.clock))

    async def stalling() -> AsyncIterator[bytes]:
        yield b"["
        await asyncio.Event().wait()

    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await _raw(replace(rcu, client=client), stalling())
    assert (answer.status_code, _kind(answer.json())) == (408, "timeout")
