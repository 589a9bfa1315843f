"""The routes: two pages, their files, the live stream, the paper and three verbs.

Imported by the server on a thread, after the daemon is ready: Starlette costs
90 ms.  A verb's body is JSON of at most ``MAX_BODY`` bytes and is taken apart
by a model that refuses strangers.  Whether the verb makes sense now is the
counter's to say; its refusal goes back as 409 with words for the person.

There is no authentication on loopback, so ``by`` is what the page says of
itself: it keeps an honest display from reprinting, not a hostile program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from agent.screens.assets import Asset
from agent.screens.guard import App, Guard, Receive, Scope, Send
from agent.screens.ports import By, Counter, Refusal, View
from agent.screens.snapshot import Choice
from agent.screens.streams import EventStream, Streams, as_json

MAX_BODY: Final = 2048
"""Bytes: an address has 254 characters, the rest is names and braces."""

BODY_S: Final = 5.0
"""A page on this machine sends 2 KB in one piece."""

VIEWS: Final[Mapping[str, View]] = {"cashier": "cashier", "display": "display"}


class Body(BaseModel):
    """What every verb says: about which receipt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    receipt: str = Field(min_length=1, max_length=64)


class ChoiceBody(Body):
    """``POST /api/choice``."""

    choice: Choice
    email: str | None = Field(default=None, min_length=3, max_length=254)
    by: By

    @model_validator(mode="after")
    def _an_address_for_mail_only(self) -> Self:
        if (self.choice == "email") != (self.email is not None):
            raise ValueError("an address comes with the choice email, and only then")
        return self


class HoldBody(Body):
    """``POST /api/hold``: anyone at the counter may stop the countdown."""


class ReprintBody(Body):
    """``POST /api/reprint``: a second copy is the cashier's to give."""

    by: Literal["cashier"]


B = TypeVar("B", bound=Body)


def application(
    counter: Counter,
    streams: Streams,
    files: Mapping[str, Asset],
    names: frozenset[str],
) -> App:
    """The whole ASGI application, behind its guard."""
    site = Site(counter, streams, files)
    routes = [
        Route("/", site.page("index.html")),
        Route("/cashier", site.page("cashier.html")),
        Route("/display", site.page("display.html")),
        Route("/static/{name:path}", site.file),
        Route("/healthz", site.health),
        Route("/api/events", site.events),
        Route("/api/snapshot", site.snapshot),
        Route("/api/strip", site.strip),
        Route("/api/choice", site.choice, methods=["POST"]),
        Route("/api/hold", site.hold, methods=["POST"]),
        Route("/api/reprint", site.reprint, methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes), names)


class Site:
    """The handlers, and what they share."""

    def __init__(
        self, counter: Counter, streams: Streams, files: Mapping[str, Asset]
    ) -> None:
        self._counter = counter
        self._streams = streams
        self._files = files

    def page(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        asset = self._files[name]

        async def serve(_request: Request) -> Response:
            return Response(asset.body, media_type=asset.media_type)

        return serve

    async def file(self, request: Request) -> Response:
        asset = self._files.get(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("No such file.", 404)
        head = {"etag": asset.etag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == asset.etag:
            return Response(status_code=304, headers=head)
        return Response(asset.body, media_type=asset.media_type, headers=head)

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok", "streams": len(self._streams)})

    async def snapshot(self, request: Request) -> Response:
        picture = self._counter.snapshot(_view(request))
        return Response(as_json(picture), media_type="application/json")

    async def strip(self, request: Request) -> Response:
        """As plain text: a part of the page, and no page by itself."""
        paper = self._counter.strip(request.query_params.get("receipt", ""))
        if paper is None:
            return PlainTextResponse("No such receipt at the counter.", 404)
        return Response(paper, media_type="text/plain")

    async def events(self, request: Request) -> Response:
        view = _view(request)
        stream = EventStream(self._streams, lambda: self._counter.snapshot(view))
        return _Handed(stream)

    async def choice(self, request: Request) -> Response:
        said = await _said(request, ChoiceBody)
        return _answer(
            await self._counter.choose(said.receipt, said.choice, said.email, said.by)
        )

    async def hold(self, request: Request) -> Response:
        said = await _said(request, HoldBody)
        return _answer(await self._counter.hold(said.receipt))

    async def reprint(self, request: Request) -> Response:
        said = await _said(request, ReprintBody)
        return _answer(await self._counter.reprint(said.receipt))


class _Handed(Response):
    """A response that is an ASGI application of its own."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _view(request: Request) -> View:
    view = VIEWS.get(request.query_params.get("view", ""))
    if view is None:
        raise HTTPException(400, "view is cashier or display")
    return view


async def _said(request: Request, model: type[B]) -> B:
    """The body as ``model``, or the HTTP error that says what is wrong."""
    raw = b""
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > MAX_BODY:
                    raise HTTPException(413, f"at most {MAX_BODY} bytes")
        return model.model_validate_json(raw)
    except TimeoutError:
        raise HTTPException(408, "the body did not come") from None
    except ClientDisconnect:
        raise HTTPException(400, "the body did not come whole") from None
    except ValidationError as wrong:
        named = ", ".join(
            ".".join(str(at) for at in problem["loc"]) or "body"
            for problem in wrong.errors(include_input=False, include_url=False)
        )
        raise HTTPException(400, f"not understood: {named}") from None


def _answer(refusal: Refusal | None) -> Response:
    if refusal is None:
        return JSONResponse({"done": True})
    words = {"fr": refusal.words.fr, "en": refusal.words.en}
    return JSONResponse({"done": False, "code": refusal.code, "words": words}, 409)
