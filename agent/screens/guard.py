"""Who may speak to the screens: pages that we served ourselves, to those we know.

A port on loopback is still within reach of every web page that the till's
browser opens, and one on the network of everybody there.  So each request passes
here first, before any routing:

* Host must name us and our port, which stops DNS rebinding;
* a POST must come from a page of ours (Origin and Sec-Fetch-Site, where the browser
  sends them), be ``application/json`` and carry ``X-Receipt-Agent``, neither of which
  an HTML form can send;
* from elsewhere than this machine it must be a paired screen, or is shown where to
  be paired; nobody may ask too often;
* answers are never stored, never sniffed, run no script and no style that is
  written into a page, and are framed by pages of this machine only (the
  simulated shop shows the screens in frames).

Refused requests get 401, 403, 405, 415, 421 or 429 and one line of text, and touch
nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from agent.screens.access import AT_THE_TILL, Access, Caller
from agent.screens.doors import Door

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
FRAMED_HERE: Final = " http://127.0.0.1:* http://localhost:*"

HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
NO_STORE: Final = (b"cache-control", b"no-store")

OUR_SITES: Final = frozenset({"same-origin", "none"})
READING: Final = frozenset({"GET", "HEAD"})
MARK: Final = "x-receipt-agent"
"""A header that a page of elsewhere cannot send without asking us first (CORS)."""
ONCE: Final = frozenset({"host", "origin", "content-type", "cookie", MARK})

PAIR_PAGE: Final = "/pair"
TO_STRANGERS: Final = frozenset({PAIR_PAGE, "/api/pair/enter"})
STATIC: Final = "/static/"


@dataclass(frozen=True, slots=True)
class Denied:
    """Why a request goes no further; ``goes_to``: where to instead."""

    status: int
    says: str
    goes_to: str = ""


def judge(method: str, headers: dict[str, str], door: Door) -> Denied | None:
    """``None`` lets it pass.  ``headers`` have lower-case names."""
    host = headers.get("host", "").lower()
    if not door.is_ours(host):
        return Denied(421, "This address is not ours.")
    if method in READING:
        return None
    if method != "POST":
        return Denied(405, "GET and POST are all there is.")
    return _judge_post(headers, f"{door.scheme}://{host}")


def _judge_post(headers: dict[str, str], ours: str) -> Denied | None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if headers.get("origin", ours).lower() != ours:
        return Denied(403, "Only our own pages may do that.")
    if headers.get("sec-fetch-site", "none") not in OUR_SITES:
        return Denied(403, "Only our own pages may do that.")
    if MARK not in headers:
        return Denied(
            403, "Only our own pages may do that: X-Receipt-Agent is missing."
        )
    if kind != "application/json":
        return Denied(415, "Send application/json.")
    return None


class Guard:
    """ASGI: judges each request, says who asks, and adds our headers to each answer."""

    def __init__(self, app: App, door: Door, access: Access) -> None:
        self._app = app
        self._door = door
        self._access = access
        policy = POLICY + (FRAMED_HERE if door.local else "")
        self._headers = ((b"content-security-policy", policy.encode()), *HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # web sockets and lifespan: we have neither
            return
        sending = _with_headers(send, self._headers)
        headers = _single(scope["headers"])
        if headers is None:
            await _answer(Denied(400, "A header came twice."), sending)
            return
        denied = judge(scope["method"], headers, self._door)
        if denied is None:
            caller = await self._caller(scope, headers)
            denied = self._judge_caller(scope, caller)
            scope["caller"] = caller
        if denied is None:
            await self._app(scope, receive, sending)
        else:
            await _answer(denied, sending)

    async def _caller(self, scope: Scope, headers: dict[str, str]) -> Caller:
        if self._door.local:
            return AT_THE_TILL
        address = scope["client"][0] if scope.get("client") else ""
        return await self._access.caller(headers.get("cookie", ""), address)

    def _judge_caller(self, scope: Scope, caller: Caller) -> Denied | None:
        path, verb = scope["path"], scope["method"] not in READING
        if not self._access.admits(caller, verb=verb):
            return Denied(429, "That was often enough for now.")
        if caller.roles or path in TO_STRANGERS or path.startswith(STATIC):
            return None
        if verb or path.startswith("/api/"):
            return Denied(401, "This screen is not paired.")
        return Denied(303, "This screen is not paired.", PAIR_PAGE)


def _single(raw: Iterable[Header]) -> dict[str, str] | None:
    """The headers by name; ``None`` if one that we judge by stands twice."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        if key in headers and key in ONCE:
            return None
        headers[key] = value.decode("latin-1")
    return headers


def _with_headers(send: Send, ours: tuple[Header, ...]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            cached = any(name.lower() == NO_STORE[0] for name, _ in given)
            message["headers"] = [*given, *ours, *(() if cached else (NO_STORE,))]
        await send(message)

    return sending


async def _answer(denied: Denied, send: Send) -> None:
    body = denied.says.encode()
    head = [(b"content-type", b"text/plain; charset=utf-8")]
    head.append((b"content-length", str(len(body)).encode()))
    if denied.goes_to:
        head.append((b"location", denied.goes_to.encode()))
    start = {"type": "http.response.start", "status": denied.status, "headers": head}
    await send(start)
    await send({"type": "http.response.body", "body": body})
