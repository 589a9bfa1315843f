"""The shop's page: one look at everything, and the buttons of everybody in it.

Served on the loopback only, from files of its own.  It answers nobody who names
another host, takes orders only from its own page, and shows strangers' HTML
(receipt page, messages) in sandboxes that run no script.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from hardware_sim.day import BUTTONS, SWITCHES, Day

STATIC: Final = Path(__file__).parent / "static"
KINDS: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
}
LARGEST_ORDER_BYTES: Final = 1024
PING_S: Final = 15.0
"""A silent stream says so, and notices a page that has gone."""
STOP_S: Final = 1
"""Whole seconds for a page that does not read its last words."""

OURS: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; frame-src 'self' http://127.0.0.1:*; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STRANGERS: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'"
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
NOBODY_FR: Final = """<!doctype html><html lang="fr"><meta charset="utf-8">
<body style="font:16px system-ui,sans-serif;color:#555;text-align:center;padding-top:40%">
<p>Page injoignable pour le moment</p>
<p lang="en" style="font-size:14px;color:#777">The page cannot be reached right now</p>"""

Handler = Callable[[Request], Awaitable[Response]]


def door(port: int) -> socket.socket:
    """Where the page will be served; 0 takes a free port.

    Raises:
        OSError: the port is taken, or not ours to open.
    """
    return socket.create_server(("127.0.0.1", port))


class Page:
    """``run`` serves the page of a day at ``door`` until cancelled."""

    def __init__(self, day: Day, door: socket.socket) -> None:
        self._day = day
        self._closed = False
        self._socket = door
        bound: int = door.getsockname()[1]
        self._names = {f"127.0.0.1:{bound}", f"localhost:{bound}"}
        self.url = f"http://127.0.0.1:{bound}/"
        self._files = {
            path.relative_to(STATIC).as_posix(): (path.read_bytes(), KINDS[path.suffix])
            for path in STATIC.rglob("*")
            if path.suffix in KINDS
        }
        self._orders: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "sell": self._sell,
            "turn": self._turn,
            "scan": lambda _order: day.scan(),
            "clock": self._clock,
            "rcu": lambda order: day.switch_rcu(on=order.get("on") is True),
        }

    async def run(self) -> None:
        """Serve; closes its port at the end."""
        server = _Quiet(
            uvicorn.Config(
                self._application(),
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=STOP_S,
            )
        )
        with self._socket:
            try:
                await server.serve([self._socket])
            finally:
                self._closed = True
                self._day.ring()
                if server.started:
                    await server.shutdown([self._socket])

    def _application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._guarded(self._home)),
                Route("/static/{name:path}", self._guarded(self._file)),
                Route("/events", self._guarded(self._events)),
                Route("/sheet/{number:int}.png", self._guarded(self._sheet)),
                Route("/mail/{number:int}", self._guarded(self._mail)),
                Route("/phone/{path:path}", self._guarded(self._phone)),
                Route("/do", self._guarded(self._do), methods=["POST"]),
            ]
        )

    def _guarded(self, handler: Handler) -> Handler:
        """Only this machine's own pages (DNS rebinding, forms of other sites)."""

        async def judged(request: Request) -> Response:
            host = request.headers.get("host", "")
            origin = request.headers.get("origin", f"http://{host}")
            fine = host in self._names and origin == f"http://{host}"
            answer = await handler(request) if fine else _no(403)
            answer.headers.setdefault("Content-Security-Policy", OURS)
            for name, value in HEADERS.items():
                answer.headers[name] = value
            return answer

        return judged

    async def _home(self, _request: Request) -> Response:
        body, _ = self._files["shop.html"]
        return Response(body, media_type="text/html")

    async def _file(self, request: Request) -> Response:
        found = self._files.get(request.path_params["name"])
        return Response(found[0], media_type=found[1]) if found else _no(404)

    async def _events(self, _request: Request) -> Response:
        return StreamingResponse(self._told(), media_type="text/event-stream")

    async def _told(self) -> AsyncIterator[bytes]:
        """The whole picture each time something changed, the newest only."""
        while not self._closed:
            picture = json.dumps(self._day.picture(), ensure_ascii=False)
            yield f"data: {picture}\n\n".encode()
            try:
                async with asyncio.timeout(PING_S):
                    await self._day.changed()
            except TimeoutError:
                yield b": still here\n\n"

    async def _sheet(self, request: Request) -> Response:
        number = request.path_params["number"]
        for paper in self._day.papers:
            if paper.number == number:
                return Response(paper.png, media_type="image/png")
        return _no(404)

    async def _mail(self, request: Request) -> Response:
        html = self._day.mail_html(request.path_params["number"])
        return _no(404) if html is None else _stranger(html)

    async def _phone(self, request: Request) -> Response:
        path = f"/{request.path_params['path']}"
        page = await self._day.phone.page(path, request.url.query)
        return _stranger(NOBODY_FR if page is None else page.html)

    async def _do(self, request: Request) -> Response:
        raw = await request.body()
        if len(raw) > LARGEST_ORDER_BYTES:
            return _no(413)
        try:
            order = json.loads(raw)
            act = self._orders[order["what"]]
        except (ValueError, KeyError, TypeError):
            return _no(400)
        await act(order)
        return Response(status_code=204)

    async def _sell(self, order: dict[str, Any]) -> None:
        kind = str(order.get("kind"))
        if kind in BUTTONS:
            await self._day.sell(*BUTTONS[kind])

    async def _turn(self, order: dict[str, Any]) -> None:
        switch = order.get("switch")
        if switch in SWITCHES:
            self._day.turn(str(switch), on=order.get("on") is True)

    async def _clock(self, order: dict[str, Any]) -> None:
        self._day.by_clock = order.get("on") is True
        self._day.ring()


class _Quiet(uvicorn.Server):
    """Leaves signals to the shop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _stranger(html: str) -> Response:
    return Response(
        html, media_type="text/html", headers={"Content-Security-Policy": STRANGERS}
    )


def _no(status: int) -> Response:
    return PlainTextResponse("No.", status)
