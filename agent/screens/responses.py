"""The answers that Starlette has no class for, and who may have which."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.screens.access import Caller
from agent.screens.guard import App, Receive, Scope, Send
from agent.screens.ports import View
from agent.verbs import Refusal

PIECE_BYTES: Final = 64 << 10


class Handed(Response):
    """A response that is an ASGI application of its own."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class InPieces(Response):
    """A megabyte at once would hold the loop for milliseconds."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        head = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **head})
        for at in range(0, len(self.body), PIECE_BYTES):
            piece = self.body[at : at + PIECE_BYTES]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})


def caller(request: Request, *roles: View) -> Caller:
    """Who asks, if they have one of these roles.

    Raises:
        HTTPException: 403, they have not.
    """
    found: Caller = request.scope["caller"]
    if not found.may(*roles):
        raise HTTPException(403, "This screen was not paired for that.")
    return found


def done(refusal: Refusal | None) -> Response:
    """200, or 409 with words for the person, in five languages."""
    if refusal is None:
        return JSONResponse({"done": True})
    words = dataclasses.asdict(refusal.words)
    said = {"done": False, "code": refusal.code, "words": words, "hint": refusal.hint}
    return JSONResponse(said, 409)
