"""uvicorn's HTTP/1.1 for a handful of scrapers.  Loaded on a thread, after READY."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from agent.metrics.page import Pages

CONNECTIONS: Final = 8
"""A Prometheus keeps one; a health gate and a person come now and then."""
SILENT_S: Final = 10.0
"""Who connects and asks nothing is hung up on."""


class Scraped(H11Protocol):
    """A connection, if there is room for it, that says something soon."""

    def connection_made(  # type: ignore[override]
        self, transport: asyncio.Transport
    ) -> None:
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            transport.abort()
        self.loop.call_later(SILENT_S, self._must_have_spoken)

    def _must_have_spoken(self) -> None:
        if vars(self).get("cycle") is None:
            self.transport.abort()


def protocol(pages: Pages) -> tuple[Callable[[], object], Callable[[], None]]:
    """What makes the protocol of one connection, and what hangs up on all of them."""
    config = uvicorn.Config(
        cast("Any", pages),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
    )
    config.load()
    state = ServerState()

    def hang_up() -> None:
        for each in list(state.connections):
            cast("Scraped", each).transport.abort()

    return lambda: Scraped(config, state, {}), hang_up
