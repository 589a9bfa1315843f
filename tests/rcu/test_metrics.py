"""The RCU's own figures: requests by kind, no path, on a port of this machine."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from rcu.errors import ConfigError
from rcu.metrics import Figures, door_of, served

TOKEN = "A" * 26


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/v1/events", "events"),
        ("/v1/edges/urn:edge:a:b:c/feed", "feed"),
        (f"/r/{TOKEN}/wish", "page"),
        ("/me/r/1.json", "account"),
        ("/fleet/till/x", "fleet"),
        (f"/{TOKEN}", "other"),
        ("/v1", "other"),
        ("/", "other"),
    ],
)
def test_a_path_is_known_by_its_kind_only(path: str, door: str) -> None:
    assert door_of(path) == door


async def shown(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def broken(_request: Request) -> PlainTextResponse:
    raise OSError("why")


def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def scraped(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as said:
        return str(said.read().decode())


async def test_requests_are_counted_and_served_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "rcu.db").write_bytes(b"x" * 100)
    (tmp_path / "rcu.db-wal").write_bytes(b"x" * 20)
    figures, port = Figures(tmp_path), free()
    routes = [Route("/r/{token}", shown), Route("/v1/edges/{e}/feed", broken)]
    app = figures.counted(Starlette(routes=routes))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://rcu") as http:
        await http.get(f"/r/{TOKEN}")
        await http.get("/nothing")
        await http.get("/v1/edges/urn:edge:a:b:c/feed")
        await http.request("BREW", "/r/x")
    with served(port, figures):
        text = scraped(port)
    name = "receipt_rcu_requests_total"
    assert f'{name}{{door="page",method="GET",status="2xx"}} 1.0' in text
    assert f'{name}{{door="page",method="other",status="4xx"}} 1.0' in text
    assert f'{name}{{door="other",method="GET",status="4xx"}} 1.0' in text
    assert f'{name}{{door="feed",method="GET",status="5xx"}} 1.0' in text
    assert 'receipt_rcu_request_seconds_count{door="page"} 2.0' in text
    assert 'request_seconds_count{door="feed"}' not in text
    assert 'receipt_rcu_store_size_bytes{store="rcu"} 120.0' in text
    assert TOKEN not in text
    assert "urn:edge" not in text


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = pytest.raises(ConfigError, match="metrics_port")
        with said, served(port, Figures(tmp_path)):
            pass
    with served(0, Figures(tmp_path)):
        pass
