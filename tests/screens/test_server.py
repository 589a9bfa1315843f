"""The real server over real sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from agent.events import LinkChanged, LogGrew
from agent.screens import streams
from agent.screens.bodies import MAX_BODY
from agent.screens.settings import ScreensSettings
from agent.verbs import Refusal, Words
from tests.screens.counter import Asked, Screens, running
from tests.screens.states import IDLE, OFFER, STATES

OURS = {"X-Receipt-Agent": "1"}
CHOICE = {"receipt": "r-482", "choice": "paper", "by": "customer"}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Screens]:
    """One server for many tests: uvicorn takes a tenth of a second to stop."""
    async with running() as up:
        yield up


@pytest_asyncio.fixture(loop_scope="module")
async def screens(shared: Screens) -> Screens:
    shared.counter.forget()
    return shared


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(shared: Screens) -> AsyncIterator[httpx.AsyncClient]:
    """One client too: httpx takes as long to read its certificates."""
    async with httpx.AsyncClient(
        base_url=shared.url, trust_env=False, headers=OURS
    ) as http:
        yield http


@pytest_asyncio.fixture(loop_scope="module")
async def client(
    screens: Screens, pool: httpx.AsyncClient
) -> AsyncIterator[httpx.AsyncClient]:
    yield pool
    await _none_left(pool)


class Listener:
    """A page's stream, read event by event."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def event(self) -> tuple[str, Any]:
        """The next event's name and data; comments and retry are passed over."""
        name, data = "", ""
        async with asyncio.timeout(5):
            async for line in self._lines:
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    data = value
                elif not line and name:
                    return name, json.loads(data) if data else None
        return "end", None


def listening(client: httpx.AsyncClient, view: str = "cashier") -> Any:
    return client.stream("GET", "/api/events", params={"view": view})


async def test_a_page_gets_the_picture_and_then_each_change(
    screens: Screens, client: httpx.AsyncClient
) -> None:
    async with listening(client) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        page = Listener(response)
        name, first = await page.event()
        assert (name, first["revision"], first["shown"]) == ("snapshot", 1, None)
        screens.counter.show(OFFER)
        _, second = await page.event()
        assert second["revision"] == 2
        assert second["shown"]["total"] == "42,17\u00a0€"
        assert set(second["shown"]["reason"]) == {"fr", "en", "es", "de", "ar"}


async def test_each_view_gets_its_own_picture(client: httpx.AsyncClient) -> None:
    cashier = (await client.get("/api/snapshot", params={"view": "cashier"})).json()
    display = (await client.get("/api/snapshot", params={"view": "display"})).json()
    assert len(cashier["recent"]) == 10
    assert display["recent"] == []
    assert (await client.get("/api/snapshot", params={"view": "x"})).status_code == 400
    assert (await client.get("/api/events")).status_code == 400


async def test_the_house_hears_of_the_first_page_of_a_view_and_of_the_last(
    screens: Screens, client: httpx.AsyncClient
) -> None:
    with screens.bus.subscribe() as heard:
        async with listening(client, "display"), listening(client, "display") as two:
            await Listener(two).event()
        await _none_left(client)
        async with listening(client) as one:
            await Listener(one).event()
        await _none_left(client)
        screens.bus.publish(LogGrew())
        links = []
        async for event in heard:
            if isinstance(event, LogGrew):
                break
            if isinstance(event, LinkChanged):
                links.append((event.link, event.up))
    assert links == [
        ("display", True),
        ("display", False),
        ("cashier", True),
        ("cashier", False),
    ]


async def test_a_slow_page_skips_to_the_newest_picture(
    screens: Screens, client: httpx.AsyncClient
) -> None:
    async with listening(client) as response:
        page = Listener(response)
        await page.event()
        for _ in range(500):
            screens.counter.show(OFFER)
        seen: list[int] = []
        while not seen or seen[-1] < 501:
            seen.append((await page.event())[1]["revision"])
        assert len(seen) <= 3
        assert screens.counter.looks <= 5


async def test_a_page_that_reads_nothing_costs_one_picture_and_is_dropped(
    screens: Screens, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STALL_S", 0.2)
    with socket.create_connection(("127.0.0.1", screens.port)) as asleep:
        host = f"Host: 127.0.0.1:{screens.port}"
        asleep.sendall(
            f"GET /api/events?view=cashier HTTP/1.1\r\n{host}\r\n\r\n".encode()
        )
        for shown in range(4000):  # until the system's buffers are full
            screens.counter.show(OFFER)
            await asyncio.sleep(0)
            if screens.counter.looks and screens.counter.looks < shown - 100:
                break
        await _none_left(client)
    assert screens.counter.looks < screens.counter.showing.revision


async def _none_left(client: httpx.AsyncClient) -> None:
    for _ in range(100):
        if not await _streams(client):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a stream is still open")


async def _streams(client: httpx.AsyncClient) -> int:
    count: int = (await client.get("/healthz")).json()["streams"]
    return count


async def test_a_silent_line_is_pinged(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PING_S", 0.02)
    async with listening(client) as response:
        page = Listener(response)
        await page.event()
        assert await page.event() == ("ping", None)


async def test_a_page_that_leaves_gives_its_place_back(
    client: httpx.AsyncClient,
) -> None:
    async with listening(client) as response:
        await Listener(response).event()
        assert await _streams(client) == 1
    await _none_left(client)


async def test_too_many_pages_close_the_oldest_not_the_newest(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MAX_STREAMS", 1)
    async with listening(client) as old, listening(client) as new:
        assert (await Listener(old).event())[0] in {"snapshot", "end"}
        assert (await Listener(new).event())[0] == "snapshot"
        assert await _streams(client) == 1


async def test_it_stops_at_once_with_pages_listening() -> None:
    async with (
        running() as screens,
        httpx.AsyncClient(base_url=screens.url, trust_env=False) as client,
        listening(client) as one,
        listening(client, "display") as two,
    ):
        first, second = Listener(one), Listener(two)
        await first.event()
        await second.event()
        start = time.perf_counter()
        screens.task.cancel()
        assert await first.event() == ("end", None)
        assert await second.event() == ("end", None)
        await asyncio.wait([screens.task])
        assert time.perf_counter() - start < 15


async def test_the_socket_that_was_handed_in_survives_a_restart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        for _ in range(2):
            async with running(door) as up, httpx.AsyncClient(trust_env=False) as http:
                answer = await http.get(f"{up.url}/healthz")
                assert answer.json()["status"] == "ok"
        assert door.fileno() >= 0


# -- the paper ---------------------------------------------------------------


async def test_the_paper_comes_by_itself_and_only_of_the_receipt_at_the_counter(
    screens: Screens, client: httpx.AsyncClient
) -> None:
    screens.counter.show(OFFER)
    answer = await client.get("/api/strip", params={"receipt": "r-482"})
    assert answer.status_code == 200
    assert answer.text == screens.counter.paper
    # Opened by itself it is no page, so nothing in it could run.
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    for other in ({"receipt": "r-481"}, {"receipt": ""}, {}):
        answer = await client.get("/api/strip", params=other)
        assert (answer.status_code, answer.content) == (204, b"")


# -- verbs -------------------------------------------------------------------


async def test_the_three_verbs_reach_the_counter(
    screens: Screens, client: httpx.AsyncClient
) -> None:
    mail = {**CHOICE, "choice": "email", "contact": "marie@gmail.com", "by": "cashier"}
    for path, body in (
        ("choice", CHOICE),
        ("choice", mail),
        ("hold", {"receipt": "r-482"}),
        ("reprint", {"receipt": "r-480", "by": "cashier"}),
    ):
        answer = await client.post(f"/api/{path}", json=body)
        assert (answer.status_code, answer.json()) == (200, {"done": True})
    assert screens.counter.asked == [
        Asked("choose", "r-482", "paper", None, "customer"),
        Asked("choose", "r-482", "email", "marie@gmail.com", "cashier"),
        Asked("hold", "r-482"),
        Asked("reprint", "r-480", by="cashier", reason="asked"),
    ]


async def test_a_refusal_comes_back_with_words(
    screens: Screens, client: httpx.AsyncClient
) -> None:
    screens.counter.refusal = Refusal("gone", Words("Vente suivante", "Next sale"))
    answer = await client.post("/api/choice", json=CHOICE)
    assert answer.status_code == 409
    assert answer.json() == {
        "done": False,
        "code": "gone",
        "hint": "",
        "words": {
            "fr": "Vente suivante",
            "en": "Next sale",
            "es": "Next sale",
            "de": "Next sale",
            "ar": "Next sale",
        },
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("choice", {**CHOICE, "choice": "carrier pigeon"}),
        ("choice", {**CHOICE, "choice": "email"}),
        ("choice", {**CHOICE, "contact": "marie@gmail.com"}),
        ("choice", {**CHOICE, "by": "silence"}),
        ("choice", {**CHOICE, "more": 1}),
        ("choice", {**CHOICE, "receipt": ""}),
        ("choice", {**CHOICE, "receipt": "r" * 65}),
        ("hold", {}),
        ("reprint", {"receipt": "r-482"}),
        ("reprint", {"receipt": "r-482", "by": "customer"}),
        ("reprint", []),
    ],
)
async def test_what_is_no_verb_never_reaches_the_counter(
    screens: Screens, client: httpx.AsyncClient, path: str, body: Any
) -> None:
    answer = await client.post(f"/api/{path}", json=body)
    assert answer.status_code == 400
    assert screens.counter.asked == []


async def test_an_error_does_not_repeat_what_was_typed(
    client: httpx.AsyncClient,
) -> None:
    body = {**CHOICE, "contact": "marie@gmail.com"}
    answer = await client.post("/api/choice", json=body)
    assert "marie" not in answer.text


async def test_a_body_has_a_bound(screens: Screens, client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/hold", json={"receipt": "r" * MAX_BODY})
    assert answer.status_code == 413
    assert screens.counter.asked == []


# -- attacks ------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""],
)
async def test_a_name_that_was_bound_to_us_is_not_ours(
    screens: Screens, client: httpx.AsyncClient, host: str
) -> None:
    headers = {"Host": host.format(port=screens.port)}
    for path in ("/", "/cashier", "/api/snapshot?view=cashier", "/static/live.js"):
        assert (await client.get(path, headers=headers)).status_code == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:{other}"}, 403),
        ({"Origin": "https://127.0.0.1:{port}"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_only_our_own_pages_may_choose(
    screens: Screens, client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    said = {
        "Content-Type": "application/json",
        **{
            name: value.format(port=screens.port, other=screens.port + 1)
            for name, value in headers.items()
        },
    }
    answer = await client.post("/api/choice", content=json.dumps(CHOICE), headers=said)
    assert answer.status_code == status
    assert len(screens.counter.asked) == (status == 200)


async def test_a_header_that_stands_twice_is_no_way_around(
    screens: Screens, client: httpx.AsyncClient
) -> None:
    answer = await client.post(
        "/api/choice",
        content=json.dumps(CHOICE),
        headers=[
            ("Content-Type", "application/json"),
            ("Origin", "http://evil.example"),
            ("Origin", screens.url),
        ],
    )
    assert answer.status_code == 400
    assert screens.counter.asked == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_are_refused(
    client: httpx.AsyncClient, method: str
) -> None:
    assert (await client.request(method, "/api/choice")).status_code == 405


async def test_no_page_runs_what_is_written_into_it(client: httpx.AsyncClient) -> None:
    for path in ("/", "/cashier", "/display"):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http://127.0.0.1:*" in policy.partition("frame-ancestors")[2]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert " style=" not in answer.text
        assert "<script>" not in answer.text
        assert "<style" not in answer.text
        assert "://" not in answer.text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(
    "name",
    [
        "display.html",
        "../server.py",
        "..%2fserver.py",
        "%2e%2e/server.py",
        "/etc/passwd",
        "",
    ],
)
async def test_no_path_leaves_the_room(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/static/{name}")).status_code == 404


async def test_a_file_that_did_not_change_is_not_sent_again(
    client: httpx.AsyncClient,
) -> None:
    first = await client.get("/static/live.js")
    etag = first.headers["etag"]
    again = await client.get("/static/live.js", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["content-type"].startswith("text/javascript")


# -- settings ----------------------------------------------------------------


@pytest.mark.parametrize(
    "listen", ["0.0.0.0:8080", "192.168.1.4:8080", "till:8080", "127.0.0.1", "[::]:1"]
)
async def test_screens_stay_on_this_machine(listen: str) -> None:
    with pytest.raises(ValueError, match=r"listen = .*for example listen") as refused:
        ScreensSettings(listen=listen)
    assert "127.0.0.1:8080" in str(refused.value)


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("127.0.0.2:0", ("127.0.0.2", 0)),
        ("[::1]:8080", ("::1", 8080)),
    ],
)
async def test_any_address_of_this_machine_will_do(
    listen: str, address: tuple[str, int]
) -> None:
    assert ScreensSettings(listen=listen).address == address


async def test_every_state_can_be_sent() -> None:
    for snapshot in (IDLE, *STATES.values()):
        assert b"\n" not in streams.as_json(snapshot)
