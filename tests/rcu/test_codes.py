"""A short code from the till's screen opens one page, for ten minutes, and no other."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.ids import page_token
from agent.wire import shortcode
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import issued
from tests.rcu.test_items import _read
from tests.rcu.test_wishes import invited

TOKEN = page_token(hashlib.sha256(b"a page").digest())
CODE = shortcode.code_of(TOKEN)


def coded(sequence: int = 2) -> dict[str, Any]:
    sealed = shortcode.seal(TOKEN)
    return invited(
        sequence,
        finder=sealed.finder,
        token=sealed.token,
        code_until="2026-11-21T17:52:00Z",
    )


async def enter(rcu: Rcu, code: str, address: str = "192.0.2.1") -> httpx.Response:
    came_by = {"x-forwarded-for": f"203.0.113.9, {address}"}
    return await rcu.client.post("/c?lang=fr", data={"code": code}, headers=came_by)


@pytest.mark.parametrize("typed", [CODE, shortcode.spaced(CODE).lower(), f" {CODE} "])
async def test_a_code_leads_to_its_receipt(rcu: Rcu, typed: str) -> None:
    await rcu.till.post([issued(token=TOKEN), coded()])
    assert 'name="code"' in (await rcu.client.get("/c")).text
    opened = await enter(rcu, typed)
    assert (opened.status_code, opened.headers["location"]) == (303, f"r/{TOKEN}")
    assert "no-store" in opened.headers["cache-control"]


async def test_after_ten_minutes_it_leads_nowhere(rcu: Rcu) -> None:
    await rcu.till.post([issued(token=TOKEN), coded()])
    rcu.clock.ms += 600_000
    assert (await enter(rcu, CODE)).status_code == 404


async def test_a_code_that_two_receipts_share_leads_to_neither(rcu: Rcu) -> None:
    await rcu.till.post([issued(token=TOKEN), coded(2), coded(3)])
    assert (await enter(rcu, CODE)).status_code == 404


async def test_an_address_has_five_tries_a_minute_even_with_the_right_one_last(
    rcu: Rcu,
) -> None:
    await rcu.till.post([issued(token=TOKEN), coded()])
    for number in range(5):
        assert (await enter(rcu, "wrong" * number)).status_code == 404
    assert (await enter(rcu, CODE)).status_code == 429
    assert (await enter(rcu, CODE, "192.0.2.2")).status_code == 303
    rcu.clock.ms += 60_001
    assert (await enter(rcu, CODE)).status_code == 303


async def test_many_addresses_share_sixty_wrong_tries(rcu: Rcu) -> None:
    await rcu.till.post([issued(token=TOKEN), coded()])
    for number in range(60):
        wrong = await enter(rcu, "nothing", f"2001:db8:0:{number:x}::1")
        assert wrong.status_code == 404
    assert (await enter(rcu, CODE, "2001:db8:1::1")).status_code == 429


async def test_of_ipv6_the_first_half_is_the_customer(rcu: Rcu) -> None:
    for number in range(5):
        assert (await enter(rcu, "x", f"2001:db8::{number}")).status_code == 404
    assert (await enter(rcu, "x", "2001:db8::ffff")).status_code == 429


async def test_neither_code_nor_token_is_kept(rcu: Rcu) -> None:
    sent = coded()
    await rcu.till.post([issued(token=TOKEN), sent])
    (body,) = _read(rcu, "SELECT body FROM event WHERE type = 'phone.invited.v1'")[0]
    assert sent["data"]["token"] not in body.decode()
    kept = await asyncio.to_thread(_bytes_of, rcu.directory)
    assert CODE.encode() not in kept
    assert TOKEN.encode() not in kept
    assert json.dumps(sent["data"]["finder"])[1:-1].encode() in kept


def _bytes_of(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.iterdir() if each.is_file())


@given(st.binary(min_size=16, max_size=16))
def test_only_its_own_letters_open_it(dice: bytes) -> None:
    token = page_token(dice)
    code = shortcode.code_of(token)
    assert shortcode.typed(shortcode.spaced(code)) == code
    assert len(set(shortcode.ALPHABET) & set("0O1IL2Z5S8BU")) == 0


def test_what_was_sealed_is_unsealed_by_its_code_alone() -> None:
    sealed = shortcode.seal(TOKEN)
    assert shortcode.unseal(CODE, sealed.token) == TOKEN
    other = shortcode.code_of(page_token(bytes(16)))
    assert shortcode.unseal(other, sealed.token) != TOKEN
    assert shortcode.finder_of(CODE) == sealed.finder
