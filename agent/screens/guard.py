"""Who may speak to the screens: pages of this machine that we served ourselves.

A port on loopback is still within reach of every web page that the till's
browser opens.  So each request passes here first, before any routing:

* Host must name this machine and our port, which stops DNS rebinding;
* a POST must come from a page of ours (Origin and Sec-Fetch-Site, where the
  browser sends them) and be ``application/json``, which no HTML form can send;
* answers are never stored, never sniffed, run no script and no style that is
  written into a page, and are framed by pages of this machine only (the
  simulated shop shows the screens in frames).

Refused requests get 403, 415 or 421 and one line of text, and touch nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*"
)

HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
NO_STORE: Final = (b"cache-control", b"no-store")

OUR_SITES: Final = frozenset({"same-origin", "none"})
READING: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Denied:
    """Why a request goes no further."""

    status: int
    says: str


def names_of(addresses: Iterable[tuple[str, int]]) -> frozenset[str]:
    """Every ``Host`` that means these listening addresses of this machine."""
    return frozenset(
        name
        for host, port in addresses
        for shown in ("127.0.0.1", "localhost", "[::1]", _bracketed(host))
        for name in ((f"{shown}:{port}", shown) if port == 80 else (f"{shown}:{port}",))
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def judge(method: str, headers: dict[str, str], names: frozenset[str]) -> Denied | None:
    """``None`` lets it pass.  ``headers`` have lower-case names."""
    host = headers.get("host", "").lower()
    if host not in names:
        return Denied(421, "This address is not ours.")
    if method in READING:
        return None
    if method != "POST":
        return Denied(405, "GET and POST are all there is.")
    return _judge_post(headers, f"http://{host}")


def _judge_post(headers: dict[str, str], ours: str) -> Denied | None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if headers.get("origin", ours).lower() != ours:
        return Denied(403, "Only our own pages may do that.")
    if headers.get("sec-fetch-site", "none") not in OUR_SITES:
        return Denied(403, "Only our own pages may do that.")
    if kind != "application/json":
        return Denied(415, "Send application/json.")
    return None


class Guard:
    """ASGI: judges each request, and adds our headers to each answer."""

    def __init__(self, app: App, names: frozenset[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # web sockets and lifespan: we have neither
            return
        headers = _single(scope["headers"])
        denied = (
            Denied(400, "A header came twice.")
            if headers is None
            else judge(scope["method"], headers, self._names)
        )
        if denied is None:
            await self._app(scope, receive, _with_headers(send))
        else:
            await _answer(denied, _with_headers(send))


def _single(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str] | None:
    """The headers by name; ``None`` if one that we judge by stands twice."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        if key in headers and key in {"host", "origin", "content-type"}:
            return None
        headers[key] = value.decode("latin-1")
    return headers


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            cached = any(name.lower() == NO_STORE[0] for name, _ in given)
            message["headers"] = [*given, *HEADERS, *(() if cached else (NO_STORE,))]
        await send(message)

    return sending


async def _answer(denied: Denied, send: Send) -> None:
    body = denied.says.encode()
    head = [(b"content-type", b"text/plain; charset=utf-8")]
    head.append((b"content-length", str(len(body)).encode()))
    start = {"type": "http.response.start", "status": denied.status, "headers": head}
    await send(start)
    await send({"type": "http.response.body", "body": body})
