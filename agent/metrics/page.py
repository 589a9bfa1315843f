"""Which page is asked for, by whom, and what is refused.  ASGI."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import parse_qs

from agent.metrics.settings import MetricsSettings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asked = Callable[[str, frozenset[str]], Awaitable["Page"]]
"""What the caller accepts, and which parts it requires."""

PLAIN: Final = "text/plain; charset=utf-8"
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    body: bytes
    media_type: str = PLAIN

    @classmethod
    def of_json(cls, status: int, said: Mapping[str, Any]) -> Self:
        return cls(status, json.dumps(said).encode() + b"\n", JSON)


class Pages:
    """``settings``: who may come in over the network; ``None``: a socket.

    A socket's mode says who.
    """

    def __init__(
        self, pages: Mapping[str, Asked], settings: MetricsSettings | None
    ) -> None:
        self._pages = pages
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive  # nobody has anything to say
        if scope["type"] != "http":  # web sockets and lifespan: we have neither
            return
        page = self._refused(scope) or await self._asked(scope)
        headers = [
            (b"content-type", page.media_type.encode()),
            (b"content-length", str(len(page.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        start = {
            "type": "http.response.start",
            "status": page.status,
            "headers": headers,
        }
        await send(start)
        body = b"" if scope["method"] == "HEAD" else page.body
        await send({"type": "http.response.body", "body": body})

    def _refused(self, scope: Scope) -> Page | None:
        settings = self._settings
        if settings is None:
            return None
        client = scope.get("client")
        if client is None or not settings.admits(str(client[0])):
            return Page(403, b"see metrics.allow_from\n")
        # A web page on this machine could lead its own name here and read the answer.
        host = _header(scope, b"host").rpartition(":")[0].strip("[]")
        address = settings.address
        known = {"127.0.0.1", "localhost", "::1", address[0] if address else ""}
        return None if host in known else Page(421, b"ask by the address\n")

    async def _asked(self, scope: Scope) -> Page:
        if scope["method"] not in {"GET", "HEAD"}:
            return Page(405, b"GET only\n")
        page = self._pages.get(scope["path"])
        if page is None:
            return Page(404, b"/metrics, /healthz or /readyz\n")
        query = parse_qs(scope["query_string"].decode("latin-1"))
        require = ",".join(query.get("require", [])).split(",")
        return await page(_header(scope, b"accept"), frozenset(filter(None, require)))


def _header(scope: Scope, name: bytes) -> str:
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else ""
