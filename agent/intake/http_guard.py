"""Who may print over HTTP: this machine, named tills, and pages of named origins.

A browser sends a page's request to a printer of the LAN, or of this machine, for any
page that the till opens, and Odoo's needs no preflight: it is ``text/plain``.  So each
request passes here before any routing:

* it comes from an address that may print;
* Host is an address, ``localhost`` or a name from the settings.  A page that made its
  own name point here (DNS rebinding) has a name that we do not know;
* Origin, where a browser sends it, is one from the settings or our own.

A page that may print is told so (CORS, Private Network Access); nothing of us is cached.
Refused requests get 400, 403 or 421 and one line of text, and touch nothing.  An answer
that comes before the request's body was read ends the connection: else the rest of the
body would be waited for, however long it is.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from agent.intake.http_settings import HttpDoorSettings

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_JUDGED: Final = frozenset({"host", "origin", "content-length", "authorization"})
_METHODS: Final = "POST, GET, OPTIONS"
_ASKED_HEADERS: Final = "content-type, soapaction, if-modified-since, authorization"
_REMEMBER_S: Final = "600"
"""How long a browser need not ask again; long enough for a queue at the till."""
_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"origin"),
)


@dataclass(frozen=True, slots=True)
class Denied:
    """Why a request goes no further."""

    status: int
    says: str


class Guard:
    """ASGI: judges each request, answers preflights, adds our headers to answers."""

    def __init__(self, app: App, settings: HttpDoorSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # web sockets and lifespan: we have neither
            return
        headers = _single(scope["headers"])
        denied = (
            Denied(400, "A header came twice.")
            if headers is None
            else self._judge(scope, headers)
        )
        headers = headers or {}
        heard = _Heard(receive, headers)
        if denied is not None:
            log.warning("a print request was refused", extra={"why": denied.says})
            await _answer(denied.status, denied.says, _with_headers(send, heard))
            return
        sending = _with_headers(send, heard, headers.get("origin"))
        if scope["method"] == "OPTIONS":
            await _answer(204, "", sending, _permits(headers))
        else:
            await self._app(scope, heard, sending)

    def _judge(self, scope: Scope, headers: dict[str, str]) -> Denied | None:
        """``None`` lets it pass.  ``headers`` have lower-case names."""
        client = scope.get("client")
        if client is None or not self._settings.admits(str(client[0])):
            return Denied(403, "This address may not print.")
        host = headers.get("host", "").lower()
        if not self._is_ours(host):
            return Denied(421, "This host name is not ours; see door.http.names.")
        origin = headers.get("origin")
        ours = f"{scope['scheme']}://{host}"
        if origin not in {None, ours, *self._settings.origins}:
            return Denied(403, "This page may not print; see door.http.origins.")
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.rpartition(":")[0] if _has_port(host) else host
        if name == "localhost" or name in self._settings.names:
            return True
        try:
            ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return True


def _has_port(host: str) -> bool:
    return ":" in host and not host.endswith("]")


def _single(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str] | None:
    """The headers by name; ``None`` if one that we judge by stands twice."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        if key in headers and key in _JUDGED:
            return None
        headers[key] = value.decode("latin-1")
    return headers


def _permits(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """The answer to a browser that asks before it prints."""
    permits = [
        (b"access-control-allow-methods", _METHODS.encode()),
        (b"access-control-allow-headers", _ASKED_HEADERS.encode()),
        (b"access-control-max-age", _REMEMBER_S.encode()),
    ]
    if headers.get("access-control-request-private-network", "").lower() == "true":
        permits.append((b"access-control-allow-private-network", b"true"))
    return permits


class _Heard:
    """What comes of a request; ``whole`` when there is nothing left of its body."""

    def __init__(self, receive: Receive, headers: dict[str, str]) -> None:
        self._receive = receive
        told = headers.get("content-length", "0")
        self.whole = told == "0" and "transfer-encoding" not in headers

    async def __call__(self) -> Message:
        message = await self._receive()
        if not message.get("more_body", False):
            self.whole = True
        return message


def _with_headers(send: Send, heard: _Heard, origin: str | None = None) -> Send:
    """``origin`` was judged and may read the answer."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = [*message.get("headers", ()), *_HEADERS]
            if origin is not None:
                given.append((b"access-control-allow-origin", origin.encode()))
            if not heard.whole:
                given.append((b"connection", b"close"))
            message["headers"] = given
        await send(message)

    return sending


async def _answer(
    status: int, says: str, send: Send, more: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    body = says.encode()
    head = [(b"content-length", str(len(body)).encode()), *more]
    if body:
        head.append((b"content-type", b"text/plain; charset=utf-8"))
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
