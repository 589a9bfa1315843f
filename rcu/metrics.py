"""How the RCU itself is, for Prometheus: requests by kind, how long they took, sizes.

On a loopback port of its own (``server.metrics_port``), since what is on the other one a
reverse proxy may pass on.  A path holds tokens, so no path is a label: a request is
counted under the kind of page that its first segments name, and anything else as
``other``.  How each till is stands in the fleet view, not here.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Generator, Iterable, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import start_wsgi_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rcu.errors import ConfigError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PREFIX: Final = "receipt_rcu"
LOOPBACK: Final = "127.0.0.1"
OTHER: Final = "other"
FEED: Final = "feed"
"""It waits for news: how long says nothing, and is not timed."""
DOORS: Final = {
    "v1/events": "events",
    "v1/heartbeat": "heartbeat",
    "v1/edges": FEED,
    "v1/enrol": "enrol",
    "v1/mail": "mail",
    "v1/sms": "sms",
    "r": "page",
    "R": "page",
    "c": "code",
    "u": "code",
    "U": "code",
    "me": "account",
    "fleet": "fleet",
    "healthz": "health",
}
"""By the first segments of the path."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def door_of(path: str) -> str:
    """Which kind of page a path is of."""
    first, _, rest = path.strip("/").partition("/")
    name = f"{first}/{rest.partition('/')[0]}" if first == "v1" else first
    return DOORS.get(name, OTHER)


class Figures:
    """Counts requests; a registry of its own."""

    def __init__(self, directory: Path) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            f"{PREFIX}_requests",
            "Requests, by kind of page, method and class of answer.",
            ("door", "method", "status"),
            registry=self.registry,
        )
        self._took = Histogram(
            f"{PREFIX}_request_seconds",
            "From a request to its whole answer; the waiting feed is left out.",
            ("door",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Sizes(directory))
        ProcessCollector(registry=self.registry)

    def counted(self, app: App) -> App:
        """The application, counted."""

        async def counting(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            began_s, status = time.monotonic(), 500

            async def seen(message: MutableMapping[str, Any]) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, seen)
            finally:
                self._note(scope, status, time.monotonic() - began_s)

        return counting

    def _note(self, scope: Scope, status: int, took_s: float) -> None:
        door = door_of(scope["path"])
        method = scope["method"] if scope["method"] in METHODS else OTHER
        self._requests.labels(door, method, f"{status // 100}xx").inc()
        if door != FEED:
            self._took.labels(door).observe(took_s)


class _Sizes(Collector):
    """Of the databases, with their logs."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(
            f"{PREFIX}_store_size_bytes",
            "A database with its log.",
            labels=("store",),
            unit="bytes",
        )
        for path in sorted(self._directory.glob("*.db")):
            beside = (path, path.with_name(f"{path.name}-wal"))
            size = sum(each.stat().st_size for each in beside if each.exists())
            family.add_metric((path.stem,), size)
        yield family


@contextmanager
def served(port: int, figures: Figures) -> Generator[None]:
    """On a thread of its own, as long as the block lasts; port 0: not at all.

    Raises:
        ConfigError: the port is taken.
    """
    if not port:
        yield
        return
    try:
        server, thread = start_wsgi_server(port, LOOPBACK, figures.registry)
    except OSError as error:
        raise ConfigError(
            f"server.metrics_port: cannot listen on {LOOPBACK} port {port} "
            f"({error.strerror}); stop what holds it or name another port"
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
