"""SMS gateways on loopback: one like any other, Twilio's API, OVHcloud's API.

One HTTP server speaks all three, each at its own paths, and checks what each would
check: the token, the basic credentials, OVHcloud's signature.  What was taken is in
``taken``; what goes wrong is set in ``weather``.  No byte is shared with the client.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

MAX_BODY = 64 * 1024
Cut = Literal["", "before", "after", "middle"]


@dataclass
class Weather:
    """What is wrong now.

    Attributes:
        status: answered instead of taking it; 0 takes it.
        retry_after: the header that comes with it.
        said: the body that comes with it.
        stall_s: it waits so long before it does anything.
        cut: the connection ends before it took it, after it took it, or in the middle
            of the answer.
        clock_s: its clock before ours.
    """

    status: int = 0
    retry_after: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    stall_s: float = 0.0
    cut: Cut = ""
    clock_s: int = 0


@dataclass(frozen=True)
class Taken:
    """A message that will be sent.  ``key``: the client's own id of it, if it gave one."""

    number: str
    text: str
    key: str
    id: str


@dataclass(frozen=True)
class Request:
    """What came in; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Gateways:
    """``async with Gateways() as gateways:``; its address is ``gateways.url``."""

    token = "open sesame"
    account, auth_token = "AC" + "0" * 32, "twilio secret"
    application, application_secret = "app0key0", "ovh secret"
    consumer, service = "ovh consumer", "sms-xx00000-1"

    def __init__(self, secured_by: ssl.SSLContext | None = None) -> None:
        self._tls = secured_by
        self.weather = Weather()
        self.taken: list[Taken] = []
        self.requests: list[Request] = []
        self.port = 0
        self.dedupes = True
        """The plain one sends one message for one Idempotency-Key."""
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.shut()

    async def open(self) -> None:
        """Listen, at the same port as before if there was one."""
        self._server = await asyncio.start_server(
            self._call, "127.0.0.1", self.port, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Nobody listens, and what was being said ends."""
        if self._server is not None:
            self._server.close()
        for call in list(self._calls):
            call.cancel()
        await asyncio.sleep(0)

    async def _call(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        try:
            await self._answer(await _read(reader), writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._calls.discard(task)
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.requests.append(request)
        weather = self.weather
        await asyncio.sleep(weather.stall_s)
        sends = request.method == "POST"
        if sends and weather.cut == "before":
            writer.transport.abort()
            return
        if sends and weather.status:
            status, answer = weather.status, dict(weather.said)
        else:
            status, answer = self._done(request)
        if sends and weather.cut == "after":
            writer.transport.abort()
            return
        body = json.dumps(answer).encode()
        extra = f"Retry-After: {weather.retry_after}\r\n" if weather.retry_after else ""
        head = (
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{extra}Connection: close\r\n\r\n"
        ).encode()
        middle = sends and weather.cut == "middle"
        writer.write(head + (body[: len(body) // 2] if middle else body))
        await writer.drain()
        if middle:
            writer.transport.abort()

    def _done(self, request: Request) -> tuple[int, Any]:
        path = urlsplit(request.target).path
        if path == "/send":
            return self._plain(request)
        if path == f"/2010-04-01/Accounts/{self.account}/Messages.json":
            return self._twilio(request)
        if path == "/1.0/auth/time":
            return 200, int(time.time()) + self.weather.clock_s
        if path.startswith(f"/1.0/sms/{self.service}/"):
            return self._ovh(request, path.rsplit("/", 1)[1])
        return 404, {"message": "no such thing"}

    def _take(self, number: str, text: str, key: str) -> str:
        made = f"id{len(self.taken) + 1:06}"
        self.taken.append(Taken(number, text, key, made))
        return made

    def _plain(self, request: Request) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return 401, {"error": "who are you"}
        found = json.loads(request.body)
        key = request.headers.get("idempotency-key", "")
        same = [each for each in self.taken if each.key == key] if key else []
        if same and self.dedupes:
            return 200, {"messages": [{"id": same[0].id}], "status": "queued"}
        made = self._take(found["to"], found["text"], key)
        return 202, {"messages": [{"id": made}], "status": "queued"}

    def _twilio(self, request: Request) -> tuple[int, Any]:
        pair = f"{self.account}:{self.auth_token}".encode()
        wanted = "Basic " + base64.b64encode(pair).decode()
        if request.headers.get("authorization") != wanted:
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if request.method == "GET":
            query = parse_qs(urlsplit(request.target).query)
            return 200, {
                "messages": [
                    {"sid": each.id, "to": each.number, "body": each.text}
                    for each in reversed(self.taken)
                    if each.number == query["To"][0]
                ]
            }
        form = {
            key: values[0] for key, values in parse_qs(request.body.decode()).items()
        }
        if not ("From" in form or "MessagingServiceSid" in form):
            return 400, {"code": 21603, "message": "A 'From' is required"}
        made = self._take(form["To"], form["Body"], "")
        return 201, {"sid": made, "status": "queued", "error_code": None}

    def _ovh(self, request: Request, what: str) -> tuple[int, Any]:
        at = request.headers.get("x-ovh-timestamp", "0")
        if abs(int(at) - time.time() - self.weather.clock_s) > 30:
            return 400, {"class": "Client::BadRequest", "message": "Query out of time"}
        pieces = [
            self.application_secret,
            self.consumer,
            request.method,
            self.url + request.target,
            request.body.decode(),
            at,
        ]
        digest = hashlib.sha1("+".join(pieces).encode()).hexdigest()
        given = [
            request.headers.get(f"x-ovh-{name}")
            for name in ("application", "consumer", "signature")
        ]
        if given != [self.application, self.consumer, f"$1${digest}"]:
            return 400, {"class": "Client::BadRequest", "message": "Invalid signature"}
        if request.method == "GET" and what == "outgoing":
            tag = parse_qs(urlsplit(request.target).query)["tag"][0]
            return 200, [int(each.id[2:]) for each in self.taken if each.key == tag]
        job = json.loads(request.body)
        (number,) = job["receivers"]
        made = self._take(number, job["message"], job["tag"])
        return 200, {
            "totalCreditsRemoved": 1,
            "invalidReceivers": [],
            "validReceivers": [number],
            "ids": [int(made[2:])],
            "tag": job["tag"],
        }


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.lower()] = value.strip()
    length = min(int(headers.get("content-length", "0")), MAX_BODY)
    return Request(method, target, headers, await reader.readexactly(length))
