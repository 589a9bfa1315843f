"""A small RCU on a real socket: keeps events by (source, id), says what it is told.

``script`` holds answers for the next posts; once it is used up, a post is
taken in: durable, per item, duplicates seen.  Headers and bodies are checked
as strictly as the protocol allows.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import socket
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "till-3-secret-token"

Scripted = Response | Callable[[], Response]


@dataclass
class FakeRcu:
    script: deque[Scripted] = field(default_factory=deque)
    poison: set[str] = field(default_factory=set)
    """Ids that make a whole batch unreadable: 400."""
    refuse: set[str] = field(default_factory=set)
    """Ids that are answered ``rejected``."""
    lose_answers: int = 0
    """So many posts are taken in and then answered 502."""
    largest: int = 500
    events: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    posts: list[list[str]] = field(default_factory=list)
    """The ids of every readable post, scripted ones too."""
    keys: list[str] = field(default_factory=list)
    duplicates: int = 0
    reached: set[int] = field(default_factory=set)
    """Last numbers of the batches that were taken in."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def take(self, request: Request) -> Response:
        content = await request.body()
        batch = _checked(request, content)
        ids = [event["id"] for event in batch]
        if not await self._in_turn(request):
            return problem(409, "out-of-turn")
        self.posts.append(ids)
        self.keys.append(request.headers["idempotency-key"])
        if self.script:
            scripted = self.script.popleft()
            return scripted if isinstance(scripted, Response) else scripted()
        if len(batch) > self.largest:
            return problem(413, "too-large")
        if self.poison & set(ids):
            return problem(400, "batch")
        answer = self._keep(batch)
        if self.lose_answers:
            self.lose_answers -= 1
            return Response("bad gateway", 502)
        return JSONResponse(answer)

    async def _in_turn(self, request: Request) -> bool:
        """Behind the batch that is in flight before it."""
        after = int(request.headers.get("batch-after", "0"))
        for _ in range(200):
            if not after or after in self.reached:
                return True
            await asyncio.sleep(0.005)
        return False

    def _keep(self, batch: list[dict[str, Any]]) -> dict[str, Any]:
        items = []
        for event in batch:
            key = (event["source"], event["id"])
            if event["id"] in self.refuse:
                why = {"type": "urn:receipt-agent:problem:schema", "title": "no"}
                items.append({"id": event["id"], "status": "rejected", "problem": why})
            elif key in self.events:
                self.duplicates += 1
                items.append({"id": event["id"], "status": "duplicate"})
            else:
                self.events[key] = event
        last = int(batch[-1]["sequence"])
        self.reached.add(last)
        return {
            "batch": "a key of a later RCU",
            "ack": {"edge": batch[0]["source"], "contiguous": last, "gaps": []},
            "counts": {"accepted": len(batch) - len(items)},
            "items": items,
        }

    @property
    def sequences(self) -> list[int]:
        """In the order of arrival."""
        return [int(event["sequence"]) for event in self.events.values()]


def problem(status: int, name: str, headers: dict[str, str] | None = None) -> Response:
    body = {"type": f"urn:receipt-agent:problem:{name}", "title": name}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _checked(request: Request, content: bytes) -> list[dict[str, Any]]:
    headers = request.headers
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["content-type"] == "application/cloudevents-batch+json"
    assert headers["content-encoding"] == "gzip"
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert headers["content-digest"] == f"sha-256=:{digest}:"
    key = headers["idempotency-key"]
    assert key[0] == key[-1] == '"'
    plain = gzip.decompress(content)
    assert len(plain) <= 1 << 20
    batch: list[dict[str, Any]] = json.loads(plain)
    return batch


@asynccontextmanager
async def serving(rcu: FakeRcu) -> AsyncGenerator[FakeRcu]:
    """Listen on a free port (the same one again when it was up before)."""
    listener = socket.create_server(("127.0.0.1", rcu.port))
    rcu.port = listener.getsockname()[1]
    app = Starlette(routes=[Route("/v1/events", rcu.take, methods=["POST"])])
    config = uvicorn.Config(app, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign]  # pytest's
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:  # noqa: ASYNC110 -- uvicorn's flag
            await asyncio.sleep(0.01)
        yield rcu
    finally:
        server.should_exit = True
        await task
        listener.close()


def _no_signals() -> Any:
    return nullcontext()
