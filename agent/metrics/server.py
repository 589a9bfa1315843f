"""The service that is scraped: ``/metrics``, ``/healthz`` and ``/readyz``.

On a socket in the state directory, and on an address of this machine where one is named;
nothing can be changed here.  What is asked is looked at on the event loop, and written out on a thread.
A place that cannot be had is said and left: paper does not wait for a figure.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any, Final, cast

from agent.clock import Clock
from agent.errors import StoreError, StoreOverError
from agent.metrics.log_counts import LogCounts
from agent.metrics.page import Page, Pages
from agent.metrics.picture import Picture
from agent.metrics.readiness import Verdict, alive, ready
from agent.metrics.settings import OWN, MetricsSettings
from agent.metrics.tally import Tally

log = logging.getLogger(__name__)

BACKLOG: Final = 16
MODE: Final = 0o660
PROBE_S: Final = 2.0
"""For loop and store to answer ``/healthz``; a scraper waits ten."""
AGAIN_S: Final = 60.0
"""Between tries to have the place."""
MAX_PATH_BYTES: Final = 107
"""sun_path, unix(7), less its end."""

Listening = Callable[[], contextlib.AbstractContextManager[socket.socket]]
"""A bound socket; the file of one goes with it."""


class MetricsServer:
    """A service.  ``look`` makes the picture; ``probe`` is the watchdog's."""

    name = "metrics"

    def __init__(  # noqa: PLR0913 -- what is asked, and of whom
        self,
        settings: MetricsSettings,
        folder: Path,
        tally: Tally,
        look: Callable[[], Awaitable[Picture]],
        probe: Callable[[], Awaitable[object]],
        clock: Clock,
        *,
        opens: bool,
        accepting: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._tally = tally
        self._look = look
        self._probe = probe
        self._clock = clock
        self._opens = opens
        self._accepting = accepting
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Serve until cancelled."""
        counts = LogCounts(self._tally)
        logger = logging.getLogger("agent")
        logger.addHandler(counts)
        path = self._settings.path(self._folder)
        try:
            async with asyncio.TaskGroup() as group:
                if (address := self._settings.address) is None:
                    own = self._settings.listen
                else:
                    own = OWN
                    named = self._settings.listen
                    group.create_task(self._keep(named, lambda: _at(address)))
                group.create_task(self._keep(own, lambda: bound(path)))
        finally:
            logger.removeHandler(counts)

    async def _keep(self, listen: str, listening: Listening) -> None:
        while True:
            try:
                with listening() as port:
                    await self._serve(listen, port)
            except OSError as error:
                why = error.strerror or str(error)
                log.warning("nobody can scrape", extra={"why": why, "listen": listen})
            await self._clock.sleep(AGAIN_S)

    async def _serve(self, listen: str, port: socket.socket) -> None:
        pages = Pages(
            {
                "/metrics": self._metrics,
                "/healthz": self._alive,
                "/readyz": self._ready,
            },
            self._settings if port.family != socket.AF_UNIX else None,
        )
        protocol, hang_up = await asyncio.to_thread(_protocol, pages)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: cast("asyncio.Protocol", protocol()), sock=port, backlog=BACKLOG
        )
        log.info("metrics are served", extra={"listen": listen})
        try:
            await asyncio.Event().wait()
        finally:
            server.close()
            hang_up()

    # -- the pages ---------------------------------------------------------------

    async def _metrics(self, accept: str, _require: frozenset[str]) -> Page:
        async with self._turn:  # a thread at a time
            picture, counted = await self._look(), self._tally.counted()
            return await asyncio.to_thread(_written, picture, counted, accept)

    async def _alive(self, _accept: str, _require: frozenset[str]) -> Page:
        answers = True
        try:
            async with asyncio.timeout(PROBE_S):
                await self._probe()
        except (TimeoutError, StoreError, StoreOverError):
            answers = False
        return _said(alive(answers=answers, opens=self._opens))

    async def _ready(self, _accept: str, require: frozenset[str]) -> Page:
        async with self._turn:
            picture = await self._look()
        return _said(ready(picture, accepting=self._accepting(), require=require))


@contextlib.contextmanager
def _at(address: tuple[str, int]) -> Generator[socket.socket]:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as port:
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port.bind(address)
        port.setblocking(False)  # noqa: FBT003 -- socket's own signature
        yield port


@contextlib.contextmanager
def bound(path: Path) -> Generator[socket.socket]:
    """A socket of that name; one that an earlier process left is replaced.

    Raises:
        OSError: there is no such folder, or it may not be written.
    """
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as port,
        reached(path) as name,
    ):
        path.unlink(missing_ok=True)
        port.bind(name)
        path.chmod(MODE)
        port.setblocking(False)  # noqa: FBT003 -- socket's own signature
        try:
            yield port
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def reached(path: Path) -> Generator[str]:
    """A name for it that fits into an address: by its folder's descriptor if need be."""
    if len(os.fsencode(path)) <= MAX_PATH_BYTES:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _written(picture: Picture, counted: Any, accept: str) -> Page:
    from agent.metrics import exposition  # the library comes with the first scrape

    body, media_type = exposition.text(picture, counted, accept)
    return Page(200, body, media_type)


def _said(verdict: Verdict) -> Page:
    return Page.of_json(verdict.status, verdict.said)


def _protocol(pages: Pages) -> tuple[Callable[[], object], Callable[[], None]]:
    """uvicorn's, without its server, which would wake up ten times a second."""
    from agent.metrics import hosting

    return hosting.protocol(pages)
