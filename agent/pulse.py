"""How this till is, for the RCU and for a configuration on trial: wiring, no judgement.

A beat holds states, counts and versions; no address, no text of a receipt, no person.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter as Counted
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from agent import bypass_note
from agent.app import Outside
from agent.clock import Clock
from agent.config import Config
from agent.errors import StoreError
from agent.events import PrinterState
from agent.pipeline.counter import Counter
from agent.pipeline.inspection import Sight
from agent.store import pulse
from agent.store.absent import AbsentStore
from agent.store.store import Store
from agent.sync import overlay
from agent.sync.downlink import Downlink
from agent.sync.heartbeat import Heart
from agent.sync.overlay import OnTrial
from agent.sync.trial import Hands, Look, Trial
from agent.sync.uplink import DESTINATION, Uplink
from agent.wire.heartbeat import (
    MAX_WARNINGS,
    Backlog,
    ConfigPulse,
    DoorPulse,
    Heartbeat,
    PrinterPulse,
)
from agent.worker.client import Worker

CONNECT_S: Final = 2.0
STATUS: Final = b"\x10\x04\x01"
"""DLE EOT 1: asks how the printer is, and is no job."""
BUILD: Final = Path("/opt/receipt-agent/BUILD")
"""The package's own name, where it leaves one."""


class Warnings(logging.Handler):
    """Counts records of level warning and above by the module that wrote them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._counted: Counted[str] = Counted()

    def emit(self, record: logging.LogRecord) -> None:
        """One more; the texts stay in the journal."""
        name = record.name[:48]
        full = len(self._counted) >= MAX_WARNINGS and name not in self._counted
        self._counted["" if full else name] += 1

    @property
    def counted(self) -> dict[str, int]:
        return dict(self._counted)


@dataclass(frozen=True, slots=True)
class Around:
    """What is looked at."""

    config: Config
    sight: Sight
    store: Store | AbsentStore
    counter: Counter
    services: Sequence[object]
    clock: Clock
    worker: object = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    warnings: Warnings = field(default_factory=Warnings)


def listen(around: Around) -> None:
    """Have a heart, if there is one, tell of it."""
    logging.getLogger("agent").addHandler(around.warnings)
    for each in around.services:
        if isinstance(each, Heart):
            each.report = lambda: beat(around)


async def beat(around: Around) -> Heartbeat:
    """How it is, now.

    Raises:
        StoreError: the store does not answer.
    """
    sight, config = around.sight, around.config
    ordered, on_disk = await asyncio.to_thread(_on_disk, around)
    versions = dict(sight.versions)
    deaths = around.worker.deaths if isinstance(around.worker, Worker) else 0
    return Heartbeat(
        sent_at=around.clock.now(),
        started_at=around.started,
        every_s=config.sync.heartbeat_s,
        version=versions.get("receipt-agent", "?")[:32],
        rules=versions.get("rules", "")[:64],
        config=ConfigPulse(
            generation=ordered.now.number,
            digest=overlay.digest(config),
            trial=ordered.now.order if ordered.trial else "",
        ),
        printer=printer(sight.printer(), stuck=bool(sight.stuck())),
        doors=tuple(DoorPulse(name=name, open=at) for name, _, at in sight.doors()),
        worker_deaths=deaths,
        warnings=around.warnings.counted,
        **on_disk,
        **await _store(around.store),
        **_line(around.services),
    )


def printer(state: PrinterState, *, stuck: bool = False) -> PrinterPulse:
    """In the words of the wire; what hinders paper most is said."""
    said = {
        "offline": not state.online,
        "cover": state.cover_open,
        "out": state.paper == "out",
        "error": state.error,
        "low": state.paper != "ok",
    }
    name = next((name for name, holds in said.items() if holds), "ok")
    return PrinterPulse(
        state=name, answers=state.known, backup=state.backup, stuck=stuck
    )


def _on_disk(around: Around) -> tuple[overlay.Overlay, dict[str, Any]]:
    found: dict[str, Any] = {
        "build": _first_line(BUILD),
        "bypassed_at": bypass_note.went_past(around.config.till.state_dir),
    }
    for name, ask in (
        ("free_mb", around.sight.free_mb),
        ("store_mb", around.sight.store_mb),
    ):
        try:
            found[name] = ask()
        except OSError:
            continue
    return overlay.read(around.config.till.state_dir), found


def _first_line(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").partition("\n")[0][:64]
    except OSError:
        return ""


async def _store(store: Store | AbsentStore) -> dict[str, Any]:
    if not isinstance(store, Store):
        return {"store": "absent"}
    backlog = await store.backlog(DESTINATION)
    aside = await store.set_aside(DESTINATION)
    newest_ms = await store.ask(pulse.newest_receipt_ms)
    return {
        "store": "tight" if store.room.tight else "ok",
        "backlog": Backlog(
            entries=backlog.pending,
            oldest_at=_moment(backlog.oldest_ms),
            aside=len(aside),
        ),
        "last_receipt_at": _moment(newest_ms),
    }


def _line(services: Sequence[object]) -> dict[str, Any]:
    for each in services:
        if isinstance(each, Downlink) and (skew_s := each.skew_s) is not None:
            return {"skew_s": round(skew_s, 1)}
    return {}


def _moment(unix_ms: int | None) -> datetime | None:
    return None if unix_ms is None else datetime.fromtimestamp(unix_ms / 1000, UTC)


# -- a configuration on trial ---------------------------------------------------------


def trial(config: Config, outside: Outside, around: Callable[[], Around]) -> Trial:
    """Who looks after one; ``around`` is there when the house stands."""
    hands = Hands(
        _looking(around),
        outside.begin_anew,
        lambda: around().sight.printer().online,
        lambda: _is_calm(around().counter),
    )
    return Trial(config.till.state_dir, hands, outside.clock)


def _is_calm(counter: Counter) -> bool:
    """No customer is being asked."""
    shown = counter.snapshot("cashier").shown
    return shown is None or shown.phase != "offered"


def _looking(around: Callable[[], Around]) -> Look:
    """The doors, the store, the printer, the RCU."""

    async def look(trial: OnTrial) -> str:
        at = around()
        shut = [name for name, _, is_open in at.sight.doors() if not is_open]
        if shut:
            return f"door.{shut[0]} is shut"
        if not await accepts(at.config.door.tcp.address):
            return "door.tcp does not accept"
        if not isinstance(at.store, Store):
            return "there is no database"
        try:
            await at.store.ping()
        except StoreError:
            return "the store does not answer"
        if trial.printer and not at.sight.printer().online:
            return "the printer does not answer any more"
        return _reached(at.services)

    return look


def _reached(services: Sequence[object]) -> str:
    for each in services:
        if isinstance(each, Downlink):
            state = each.state()
            if state.up is not True:
                return f"the RCU is not reached ({state.problem or 'not yet'})"
        if isinstance(each, Uplink) and each.up is False:
            return "the RCU takes nothing"
        if isinstance(each, Heart) and each.reached is False:
            return "the RCU does not hear how we are"
    return ""


async def accepts(address: tuple[str, int]) -> bool:
    """Whether the door takes a line and does not hang up on it."""
    try:
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(*address)
    except (OSError, TimeoutError):
        return False
    try:
        writer.write(STATUS)
        async with asyncio.timeout(CONNECT_S):
            return bool(await reader.read(1))
    except TimeoutError:
        return True  # a printer that is off answers nothing either
    except OSError:
        return False
    finally:
        writer.close()
