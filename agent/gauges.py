"""What the metrics are read from, and the services that count and show them: wiring.

A look takes a few attributes and three short reads of the store's reading thread; files
and /proc are read on a thread of their own.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from agent import cellar, sight
from agent.bypass_note import USED
from agent.clock import Clock
from agent.config import Config
from agent.delivery.dispatcher import Dispatcher
from agent.delivery.printer_backup import Printers
from agent.errors import StoreError
from agent.health import Watchdog
from agent.intake.http_server import HttpDoor
from agent.intake.surroundings import Held
from agent.metrics import processes
from agent.metrics.counting import Counting, code_of
from agent.metrics.lag import Lag
from agent.metrics.picture import FeedSeen, Picture, ProcessSeen, StoreSeen
from agent.metrics.server import MetricsServer
from agent.metrics.tally import Tally
from agent.ocr.engine import Engine
from agent.pipeline.counter import Counter as AtCounter
from agent.pipeline.hatch import Hatch
from agent.pipeline.lane import PaperLane
from agent.rules.pack import Pack
from agent.store.absent import AbsentStore
from agent.store.schema import MIGRATIONS
from agent.store.store import Store
from agent.supervisor import Service
from agent.sync import overlay
from agent.sync.downlink import Downlink
from agent.sync.uplink import DESTINATION, Uplink
from agent.worker.client import Worker

STORE_S: Final = 3.0
"""For the store to say how it is; then its rows are missing, and ``store_up`` is 0."""
T = TypeVar("T")
CHANNELS: Final = ("paper", "qr", "email", "sms", "account")


@dataclass(frozen=True, slots=True)
class House:
    """Who is asked."""

    printer: Printers
    lane: PaperLane
    hatch: Hatch
    workers: Sequence[Worker]
    """One, or none."""
    engine: Engine
    counter: AtCounter
    held: Held
    doors: Sequence[Service]
    links: Sequence[Service]
    watchdog: Watchdog
    pack: Pack | None


def services(
    config: Config,
    store: Store | AbsentStore,
    clock: Clock,
    house: House,
    probe: Callable[[], Awaitable[object]],
) -> list[Service]:
    """Those that count and show; none where that is switched off."""
    if not config.metrics.enabled:
        return []
    tally = Tally()
    store.watch(Counting(tally, clock, DESTINATION))
    server = MetricsServer(
        config.metrics,
        config.till.state_dir,
        tally,
        Gauges(config, store, clock, house).look,
        probe,
        clock,
        opens=isinstance(store, Store),
        accepting=lambda: house.hatch.resumed,
    )
    return [server, Lag(tally)]


class Gauges:
    """Looks at all of it.  Made on a thread: it reads which configuration is in force."""

    def __init__(
        self, config: Config, store: Store | AbsentStore, clock: Clock, house: House
    ) -> None:
        self._config = config
        self._store = store if isinstance(store, Store) else None
        self._clock = clock
        self._house = house
        self._loaded_s = clock.now().timestamp()
        self._generation = overlay.read(config.till.state_dir).now.number
        facts = dict(sight.versions(house.pack))
        self._build = {
            "version": facts["receipt-agent"],
            "rules": facts["rules"],
            "schema": str(len(MIGRATIONS)),
            "python": platform.python_version(),
        }
        self._uplink = _first(house.links, Uplink)
        self._downlink = _first(house.links, Downlink)
        self._dispatchers = [
            each for each in house.links if isinstance(each, Dispatcher)
        ]
        self._http = _first(house.doors, HttpDoor)

    async def look(self) -> Picture:
        """How it stands, now."""
        stored = await self._stored()
        worker = _first(self._house.workers, Worker)
        pid = worker.pid if worker else None
        on_disk = await asyncio.to_thread(_on_disk, self._config, pid)
        return self._picture(stored, on_disk)

    async def _stored(self) -> StoreSeen | None:
        store = self._store
        if store is None:
            return None
        try:
            async with asyncio.timeout(STORE_S):
                outbox = await store.outbox()
                backlog = await store.backlog(DESTINATION)
                cursor = await store.cursor(DESTINATION)
        except (TimeoutError, StoreError):
            return None
        rows = {each: outbox.get(each, (0, None)) for each in (*CHANNELS, *outbox)}
        return StoreSeen(
            store.room.tight,
            store.room.reserve,
            store.room.refused,
            store.transactions,
            store.queued,
            store.damaged,
            rows,
            (backlog.pending, backlog.oldest_ms),
            cursor,
        )

    def _picture(self, stored: StoreSeen | None, on_disk: _OnDisk) -> Picture:
        house, now_s = self._house, self._clock.now().timestamp()
        figures = house.printer.figures()
        ago_s = asyncio.get_running_loop().time() - figures.said_at
        worker, seen = _first(house.workers, Worker), house.counter.picture
        dead = Counter[str](each.channel for each in seen.dead)
        return Picture(
            now_s=now_s,
            printer=house.printer.state,
            printer_heard_s=now_s - ago_s if figures.said_at > 0 else None,
            pulses=(figures.pulses, figures.dropped),
            stuck=code_of(house.lane.stuck),
            sheets=house.lane.waiting,
            keeps=house.lane.keeps,
            jobs_waiting=house.hatch.waiting,
            lines=house.held.lines,
            refused_lines=self._refused(),
            worker_up=worker.warm if worker else None,
            worker_deaths=worker.deaths if worker else 0,
            worker_given_up=dict(worker.given_up) if worker else {},
            ocr_up=bool(house.engine.version),
            ocr=dict(house.engine.outcomes),
            links=dict(seen.links),
            circuits=dict(each.circuit for each in self._dispatchers),
            dead={each: dead[each] for each in ("email", "sms")},
            store=stored,
            store_bytes=on_disk.store_bytes,
            free_bytes=on_disk.free_bytes,
            sync=self._config.sync.enabled,
            skew_s=self._uplink.skew_s if self._uplink else None,
            feed=self._feed(),
            watchdog_ok=house.watchdog.well,
            certificates=on_disk.certificates,
            loaded_s=self._loaded_s,
            generation=self._generation,
            bypass_used_s=on_disk.bypass_used_s,
            processes=on_disk.processes,
            build=self._build,
        )

    def _refused(self) -> Mapping[tuple[str, str], int]:
        found = dict(self._house.held.refused)
        if self._http is not None:
            found |= {("http", why): n for why, n in self._http.refused.items()}
        return found

    def _feed(self) -> FeedSeen | None:
        if self._downlink is None:
            return None
        state = self._downlink.state()
        heard_s = state.heard.timestamp() if state.heard else None
        counts = (state.waiting, state.taken, state.skipped)
        return FeedSeen(heard_s, *counts, up=state.up is not False)


@dataclass(frozen=True, slots=True)
class _OnDisk:
    """What blocks."""

    store_bytes: int | None
    free_bytes: int | None
    certificates: Mapping[str, float]
    bypass_used_s: float | None
    processes: Mapping[str, ProcessSeen]


def _on_disk(config: Config, worker: int | None) -> _OnDisk:
    folder = config.till.state_dir
    found = {"relay": processes.seen("self")}
    if worker is not None:
        found["worker"] = processes.seen(worker)
    ends = {}
    for use, path in sight.certificates(config).items():
        with suppress(OSError, ValueError):
            ends[use] = sight.ends(path).timestamp()
    return _OnDisk(
        _asked(lambda: sight.size(cellar.database(config))),
        _asked(lambda: shutil.disk_usage(folder).free),
        ends,
        _asked(lambda: (folder / USED).stat().st_mtime),
        {name: each for name, each in found.items() if each is not None},
    )


def _asked(question: Callable[[], T]) -> T | None:
    try:
        return question()
    except OSError:
        return None


def _first(services: Collection[object], kind: type[T]) -> T | None:
    return next((each for each in services if isinstance(each, kind)), None)
