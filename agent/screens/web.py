"""The routes: pages, their files, the live stream, the paper, the verbs.

Imported by the server on a thread, after the daemon is ready: Starlette costs
90 ms.  Who may have what: :mod:`agent.screens.guard` and ``caller``.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from agent.pieces import breath
from agent.screens.access import AT_THE_TILL, Access
from agent.screens.assets import Asset
from agent.screens.desk import ANYBODY, Desk
from agent.screens.entrance import Entrance
from agent.screens.first_paint import Look, painted, plain
from agent.screens.guard import App
from agent.screens.ports import Counter, View
from agent.screens.responses import Handed, InPieces, caller
from agent.screens.streams import EventStream, Streams, as_json

VIEWS: Final[Mapping[str, View]] = {
    "cashier": "cashier",
    "display": "display",
    "it": "it",
}
PAIRED_FOR_S: Final = 3600.0
"""A paired screen's stream ends then and comes back, and is judged again."""


def application(
    counter: Counter,
    streams: Streams,
    files: Mapping[str, Asset],
    access: Access,
    look: Look,
    tls: dict[str, str],
) -> App:
    """The whole ASGI application, to be put behind a guard for each port."""
    site = Site(counter, streams, files, look)
    routes = [
        Route("/", site.index),
        *(Route(f"/{view}", site.page(view)) for view in VIEWS.values()),
        Route("/pair", site.pair),
        Route("/static/{name:path}", site.file),
        Route("/healthz", site.health),
        Route("/api/events", site.events),
        Route("/api/snapshot", site.snapshot),
        Route("/api/strip", site.strip),
        *Desk(counter).routes(),
        *Entrance(access, streams, tls).routes(),
    ]
    return Starlette(routes=routes)


class Site:
    """The handlers that show, and what they share."""

    def __init__(
        self,
        counter: Counter,
        streams: Streams,
        files: Mapping[str, Asset],
        look: Look,
    ) -> None:
        self._counter = counter
        self._streams = streams
        self._files = files
        self._look = look

    async def index(self, request: Request) -> Response:
        """Where one may go; a screen of one role has only one way."""
        roles = caller(request, *VIEWS.values()).roles
        if len(roles) == 1:
            (role,) = roles
            return Response(status_code=303, headers={"location": f"/{role}"})
        return self._plain("index.html")

    async def pair(self, _request: Request) -> Response:
        return self._plain("pair.html")

    def page(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        text = self._files[f"{view}.html"].body.decode()

        async def serve(request: Request) -> Response:
            caller(request, view)
            await self._look_first(view)
            snapshot = self._counter.snapshot(view)
            body = painted(view, text, snapshot, self._look)
            return Response(body, media_type="text/html; charset=utf-8")

        return serve

    async def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        asset = None if name.endswith(".html") else self._files.get(name)
        if asset is None:
            return PlainTextResponse("No such file.", 404)
        head = {"etag": asset.etag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == asset.etag:
            return Response(status_code=304, headers=head)
        return Response(asset.body, media_type=asset.media_type, headers=head)

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok", "streams": len(self._streams)})

    async def snapshot(self, request: Request) -> Response:
        view = _view(request)
        await self._look_first(view)
        picture = self._counter.snapshot(view)
        await breath()  # four hundred lines are work for more than one step
        body = as_json(picture)
        await breath()
        return Response(body, media_type="application/json")

    async def strip(self, request: Request) -> Response:
        """As plain text: a part of the page, and no page by itself."""
        caller(request, *ANYBODY)
        paper = self._counter.strip(request.query_params.get("receipt", ""))
        if paper is None:
            # The sale left while the page asked: no error that a browser would log.
            return Response(status_code=204)
        await breath()
        return InPieces(paper, media_type="text/plain")

    async def events(self, request: Request) -> Response:
        view = _view(request)
        who: str = request.scope["caller"].name
        picture = functools.partial(self._counter.snapshot, view)
        longest_s = None if who == AT_THE_TILL.name else PAIRED_FOR_S
        stream = EventStream(self._streams, view, picture, who, longest_s)
        return Handed(stream)

    async def _look_first(self, view: View) -> None:
        """Who asks once sees what is, not what was a minute ago."""
        if view == "it":
            await self._counter.look()

    def _plain(self, name: str) -> Response:
        asset = self._files[name]
        body = plain(asset.body.decode(), self._look)
        return Response(body, media_type=asset.media_type)


def _view(request: Request) -> View:
    """Which picture is wanted, and may be had."""
    view = VIEWS.get(request.query_params.get("view", ""))
    if view is None:
        raise HTTPException(400, "view is cashier, display or it")
    caller(request, view)
    return view
