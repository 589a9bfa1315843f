"""A code before the receipt: one phone takes it, the page fills itself, nobody else's does."""

from __future__ import annotations

from typing import Any

import pytest

from agent.wire import upfront
from rcu.store.retention import Horizons
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import EDGE, event, example, issued

CODE, PAGE = "CODECODECODECODECODECODECO", "PAGEPAGEPAGEPAGEPAGEPAGEPA"
NUMBER = upfront.number_of(CODE)


def reserved(sequence: int = 1, code: str = CODE, page: str = PAGE) -> dict[str, Any]:
    data = {
        "finder": upfront.finder_of(code),
        "sealed": upfront.seal(code, page),
        "number": upfront.number_of(code),
        "until": "2026-11-21T17:45:00Z",
    }
    return event(sequence, "page.reserved.v1", data)


async def feed(rcu: Rcu) -> list[dict[str, Any]]:
    answer = await rcu.client.get(
        f"/v1/edges/{EDGE}/feed", headers={"authorization": f"Bearer {rcu.key}"}
    )
    return answer.json() if answer.status_code == 200 else []


def test_the_seal_opens_with_its_code_and_with_no_other() -> None:
    sealed = upfront.seal(CODE, PAGE)
    assert upfront.unseal(CODE, sealed) == PAGE
    assert upfront.unseal("B" + CODE[1:], sealed) != PAGE
    assert 10 <= int(NUMBER) <= 99


async def test_a_phone_that_presses_gets_the_page_and_it_fills_itself(rcu: Rcu) -> None:
    await rcu.till.post([reserved()])
    asks = await rcu.client.get(f"/u/{CODE}?lang=fr")
    assert asks.status_code == 200
    assert f"affiche bien {NUMBER}" in asks.text
    assert PAGE not in asks.text
    assert await feed(rcu) == []  # looking takes nothing

    taken = await rcu.client.post(f"/u/{CODE}?lang=fr")
    assert (taken.status_code, taken.headers["location"]) == (303, f"/r/{PAGE}?lang=fr")
    (told,) = await feed(rcu)
    assert (told["type"], told["data"]) == (
        "page.claimed.v1",
        {"finder": upfront.finder_of(CODE)},
    )
    waits = await rcu.client.get(f"/r/{PAGE}?lang=fr&n=500")
    assert f"Téléphone {NUMBER}" in waits.text
    assert 'http-equiv="refresh"' in waits.text

    await rcu.till.post([issued(2, token=PAGE)])
    filled = await rcu.client.get(f"/r/{PAGE}?lang=fr")
    assert filled.status_code == 200
    assert example()["merchant"]["name"] in filled.text


async def test_a_second_phone_gets_nothing(rcu: Rcu) -> None:
    await rcu.till.post([reserved()])
    await rcu.client.post(f"/u/{CODE}")
    for method in ("GET", "POST"):
        late = await rcu.client.request(method, f"/u/{CODE}?lang=fr")
        assert late.status_code == 404
        assert "ne sert plus" in late.text
        assert PAGE not in late.text
    assert len(await feed(rcu)) == 1


async def test_a_photograph_of_a_code_grows_old(rcu: Rcu) -> None:
    await rcu.till.post([reserved()])
    rcu.clock.ms += upfront.VALID_S * 1000
    assert (await rcu.client.post(f"/u/{CODE}")).status_code == 404
    assert await feed(rcu) == []


async def test_a_phone_does_not_wait_for_ever(rcu: Rcu) -> None:
    await rcu.till.post([reserved()])
    await rcu.client.post(f"/u/{CODE}")
    rcu.clock.ms += upfront.CLAIM_S * 1000
    late = await rcu.client.get(f"/r/{PAGE}?lang=fr&n=99")
    assert "Téléphone" not in late.text
    assert 'http-equiv="refresh"' not in late.text


async def test_nothing_that_opens_a_page_is_kept(rcu: Rcu) -> None:
    await rcu.till.post([reserved()])
    await rcu.client.post(f"/u/{CODE}")
    kept = b"".join(each.read_bytes() for each in rcu.directory.glob("rcu.db*"))
    for secret in (CODE.encode(), PAGE.encode()):
        assert secret not in kept


@pytest.mark.parametrize("code", ["x", "A" * 25, "A" * 27, "a1" * 13])
async def test_what_is_no_code_is_none(rcu: Rcu, code: str) -> None:
    assert (await rcu.client.post(f"/u/{code}")).status_code == 404


async def test_another_site_takes_none(rcu: Rcu) -> None:
    await rcu.till.post([reserved()])
    foreign = {"sec-fetch-site": "cross-site"}
    await rcu.client.post(f"/u/{CODE}", headers=foreign)
    assert await feed(rcu) == []


async def test_old_ones_are_forgotten(rcu: Rcu) -> None:
    await rcu.till.post([reserved()])
    rcu.clock.ms += 3_600_000
    gone = await rcu.store.retention.sweep(rcu.clock.now_ms(), Horizons(0, 0))
    assert gone == 1
