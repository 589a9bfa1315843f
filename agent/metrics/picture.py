"""How every part stands at one moment, and which gauge each of it is.

A part that cannot be asked is ``None``, and its rows are left out: no row is better than
a zero that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from agent.events import PrinterState
from agent.metrics.table import PREFIX
from agent.metrics.tally import Labels

Values = Mapping[Labels, float]
NONE: Final[Values] = {}
PAPERS: Final = ("ok", "near_end", "out")
CIRCUITS: Final = ("closed", "half_open", "open")


@dataclass(frozen=True, slots=True)
class StoreSeen:
    """The open database, that has answered.  Times are Unix milliseconds."""

    tight: str = ""
    """Why nothing new is taken in; empty: it is."""
    reserve: bool = True
    refused: int = 0
    transactions: int = 0
    waiting: int = 0
    damaged: int = 0
    outbox: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    backlog: tuple[int, int | None] = (0, None)
    cursor: int = 0


@dataclass(frozen=True, slots=True)
class FeedSeen:
    """The downlink."""

    heard_s: float | None
    waiting: int = 0
    taken: int = 0
    skipped: int = 0
    up: bool = True
    """Not known to be away."""


@dataclass(frozen=True, slots=True)
class ProcessSeen:
    """From /proc."""

    cpu_s: float
    rss_bytes: int
    fds: int


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it.  Timestamps are Unix seconds; counts are since the start."""

    now_s: float
    printer: PrinterState = field(default_factory=PrinterState)
    printer_heard_s: float | None = None
    pulses: tuple[int, int] = (0, 0)
    """Drawer pulses that went out, and those that did not."""
    stuck: str = ""
    sheets: int = 0
    keeps: bool = True
    jobs_waiting: int = 0
    lines: int = 0
    refused_lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    worker_up: bool | None = None
    worker_deaths: int = 0
    worker_given_up: Mapping[str, int] = field(default_factory=dict)
    ocr_up: bool = False
    ocr: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[str, bool] = field(default_factory=dict)
    circuits: Mapping[str, str] = field(default_factory=dict)
    dead: Mapping[str, int] = field(default_factory=dict)
    store: StoreSeen | None = None
    store_bytes: int | None = None
    free_bytes: int | None = None
    sync: bool = False
    skew_s: float | None = None
    feed: FeedSeen | None = None
    watchdog_ok: bool = True
    certificates: Mapping[str, float] = field(default_factory=dict)
    loaded_s: float = 0.0
    generation: int = 0
    bypass_used_s: float | None = None
    processes: Mapping[str, ProcessSeen] = field(default_factory=dict)
    build: Mapping[str, str] = field(default_factory=dict)


Reading = Callable[[Picture], Values]


def _one(value: float | None) -> Values:
    return NONE if value is None else {(): float(value)}


def _by(values: Mapping[str, float]) -> Values:
    return {(key,): float(value) for key, value in values.items()}


def _states(now: str, known: tuple[str, ...]) -> Values:
    return {(each,): float(each == now) for each in known}


def _age_s(picture: Picture, since_ms: int | None) -> float:
    return 0.0 if since_ms is None else max(0.0, picture.now_s - since_ms / 1000)


def _store(read: Callable[[StoreSeen], float]) -> Reading:
    return lambda seen: NONE if seen.store is None else _one(read(seen.store))


def _synced(read: Callable[[Picture, StoreSeen], float]) -> Reading:
    """What only a till with an RCU has."""

    def reading(seen: Picture) -> Values:
        there = seen.sync and seen.store is not None
        return _one(read(seen, seen.store)) if there and seen.store else NONE

    return reading


def _feed(read: Callable[[FeedSeen], float | None]) -> Reading:
    return lambda seen: NONE if seen.feed is None else _one(read(seen.feed))


def _circuits(seen: Picture) -> Values:
    return {
        (channel, each): float(each == state)
        for channel, state in seen.circuits.items()
        for each in CIRCUITS
    }


def _queues(read: Callable[[Picture, int, int | None], float]) -> Reading:
    def reading(seen: Picture) -> Values:
        if seen.store is None:
            return NONE
        return {(each,): read(seen, *row) for each, row in seen.store.outbox.items()}

    return reading


def _processes(read: Callable[[ProcessSeen], float]) -> Reading:
    return lambda seen: {(name,): read(each) for name, each in seen.processes.items()}


_READINGS: Final[Mapping[str, Reading]] = {
    "jobs_waiting": lambda seen: _one(seen.jobs_waiting),
    "connections": lambda seen: _one(seen.lines),
    "connections_refused_total": lambda seen: {
        labels: float(count) for labels, count in seen.refused_lines.items()
    },
    "worker_up": lambda seen: _one(seen.worker_up),
    "worker_deaths_total": lambda seen: _one(seen.worker_deaths),
    "worker_given_up_total": lambda seen: _by(seen.worker_given_up),
    "ocr_up": lambda seen: _one(seen.ocr_up),
    "ocr_pictures_total": lambda seen: _by(seen.ocr),
    "printer_online": lambda seen: _one(seen.printer.online),
    "printer_answers": lambda seen: _one(seen.printer.known),
    "printer_paper": lambda seen: _states(seen.printer.paper, PAPERS),
    "printer_cover_open": lambda seen: _one(seen.printer.cover_open),
    "printer_error": lambda seen: _one(seen.printer.error),
    "printer_drawer_open": lambda seen: _one(seen.printer.drawer_open),
    "printer_backup_active": lambda seen: _one(seen.printer.backup),
    "printer_last_answer_timestamp_seconds": lambda seen: _one(seen.printer_heard_s),
    "paper_waiting_sheets": lambda seen: _one(seen.sheets),
    "paper_stuck": lambda seen: {(seen.stuck or "none",): float(bool(seen.stuck))},
    "drawer_pulses_total": lambda seen: _one(seen.pulses[0]),
    "drawer_pulses_dropped_total": lambda seen: _one(seen.pulses[1]),
    "queue_entries": _queues(lambda _seen, count, _since: count),
    "queue_oldest_seconds": _queues(lambda seen, _count, since: _age_s(seen, since)),
    "dead_letters": lambda seen: _by(seen.dead),
    "circuit_state": _circuits,
    "link_up": lambda seen: _by(seen.links),
    "sync_enabled": lambda seen: _one(seen.sync),
    "sync_backlog_entries": _synced(lambda _seen, store: store.backlog[0]),
    "sync_backlog_oldest_seconds": _synced(
        lambda seen, store: _age_s(seen, store.backlog[1])
    ),
    "sync_cursor": _synced(lambda _seen, store: store.cursor),
    "rcu_clock_offset_seconds": lambda seen: _one(seen.skew_s),
    "feed_last_answer_timestamp_seconds": _feed(lambda feed: feed.heard_s),
    "feed_waiting_events": _feed(lambda feed: feed.waiting),
    "feed_events_total": lambda seen: (
        _by({"taken": seen.feed.taken, "skipped": seen.feed.skipped})
        if seen.feed
        else NONE
    ),
    "store_up": lambda seen: _one(seen.store is not None),
    "store_taking_in": lambda seen: _one(
        bool(seen.store and not seen.store.tight and seen.keeps)
    ),
    "store_size_bytes": lambda seen: _one(seen.store_bytes),
    "disk_free_bytes": lambda seen: _one(seen.free_bytes),
    "store_reserve": _store(lambda store: store.reserve),
    "store_refused_commits_total": _store(lambda store: store.refused),
    "store_transactions_total": _store(lambda store: store.transactions),
    "store_waiting_commits": _store(lambda store: store.waiting),
    "store_damaged_records_total": _store(lambda store: store.damaged),
    "watchdog_ok": lambda seen: _one(seen.watchdog_ok),
    "certificate_expiry_timestamp_seconds": lambda seen: _by(seen.certificates),
    "config_loaded_timestamp_seconds": lambda seen: _one(seen.loaded_s),
    "config_generation": lambda seen: _one(seen.generation),
    "bypass_last_used_timestamp_seconds": lambda seen: _one(seen.bypass_used_s),
    "process_cpu_seconds_total": _processes(lambda each: each.cpu_s),
    "process_resident_memory_bytes": _processes(lambda each: each.rss_bytes),
    "process_open_fds": _processes(lambda each: each.fds),
    "build_info": lambda seen: {
        tuple(
            seen.build.get(each, "?")
            for each in ("version", "rules", "schema", "python")
        ): 1.0
    },
}
READINGS: Final = {PREFIX + name: read for name, read in _READINGS.items()}
"""By full name: what each gauge, and each count that its owner keeps, is now."""


def values(picture: Picture) -> dict[str, Values]:
    """All of them, by name."""
    return {name: read(picture) for name, read in READINGS.items()}
