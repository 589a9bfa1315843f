"""A counter that shows what it is told to, and remembers what was asked of it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from agent.bus import Bus
from agent.choice.preference import Kept
from agent.clock import Clock, SystemClock
from agent.entropy import SystemEntropy
from agent.errors import StoreError
from agent.events import CounterChanged, Event
from agent.pipeline import offers
from agent.screens.around import Around
from agent.screens.ports import View
from agent.screens.server import ScreensServer
from agent.screens.settings import ScreensSettings
from agent.screens.snapshot import Recent, Snapshot
from agent.store.devices import Device, DeviceChange, PairDevice
from agent.verbs import By, Channel, Choice, Lang, Provenance, Reason, Refusal
from tests.screens.states import IDLE, strip


@dataclass(frozen=True)
class Asked:
    """A verb that reached the counter."""

    verb: str
    receipt: str
    choice: Choice | None = None
    email: str | None = None
    by: str | None = None
    reason: Reason | None = None


class FakeCounter:
    """Implements ``agent.screens.ports.Counter``."""

    def __init__(self, bus: Bus[Event]) -> None:
        self._bus = bus
        self.showing = IDLE
        self.paper = strip()
        self.asked: list[Asked] = []
        self.spoken: list[tuple[Lang, str | None]] = []
        self.refusal: Refusal | None = None
        self.looks = 0

    def forget(self) -> None:
        """As new."""
        self.showing = IDLE
        self.paper = strip()
        self.asked.clear()
        self.spoken.clear()
        self.refusal = None
        self.looks = 0

    def show(self, snapshot: Snapshot) -> None:
        """Put this on the screens, as the next revision."""
        self.showing = replace(snapshot, revision=self.showing.revision + 1)
        self._bus.publish(CounterChanged())

    def snapshot(self, view: View) -> Snapshot:
        self.looks += 1
        if view == "display":
            shown = self.showing.shown
            if shown is not None and shown.applied is not None:
                # No keys there: each view is told in its own words.
                applied = replace(
                    shown.applied,
                    says=offers.APPLIED_TOUCH[cast("Kept", shown.applied.channel)],
                )
                shown = replace(shown, applied=applied)
            return replace(
                self.showing, shown=shown, recent=(), figures=None, rooms=None, dead=()
            )
        if view == "it":
            return replace(self.showing, shown=None, recent=(), figures=None)
        return replace(self.showing, rooms=None)

    async def look(self) -> None:
        pass

    def here(self) -> str | None:
        return self.showing.shown.id if self.showing.shown else None

    def strip(self, receipt: str) -> bytes | None:
        shown = self.showing.shown
        return self.paper.encode() if shown and shown.id == receipt else None

    async def choose(
        self,
        receipt: str,
        choice: Choice,
        contact: str | None,
        by: By,
        lang: Lang = "fr",
    ) -> Refusal | None:
        self.asked.append(Asked("choose", receipt, choice, contact, by))
        return self.refusal

    async def hold(self, receipt: str) -> Refusal | None:
        self.asked.append(Asked("hold", receipt))
        return self.refusal

    async def extend(self, receipt: str) -> Refusal | None:
        self.asked.append(Asked("extend", receipt))
        return self.refusal

    async def reprint(
        self, receipt: str, reason: Reason = "asked", by: str = "cashier"
    ) -> Refusal | None:
        self.asked.append(Asked("reprint", receipt, by=by, reason=reason))
        return self.refusal

    async def resend(
        self,
        receipt: str,
        channel: Channel,
        contact: str | None,
        reason: Reason,
        by: str = "cashier",
    ) -> Refusal | None:
        self.asked.append(Asked("resend", receipt, channel, contact, by, reason))
        return self.refusal

    async def replay(
        self, receipt: str, channel: Channel, by: str = "cashier"
    ) -> Refusal | None:
        self.asked.append(Asked("replay", receipt, channel, by=by))
        return self.refusal

    async def exit_slip(self, receipt: str, by: str = "cashier") -> Refusal | None:
        self.asked.append(Asked("exit_slip", receipt, by=by))
        return self.refusal

    async def not_me(self, receipt: str, by: By = "customer") -> Refusal | None:
        self.asked.append(Asked("not_me", receipt, by=by))
        return self.refusal

    async def keep_preference(self, receipt: str, *, keep: bool) -> Refusal | None:
        self.asked.append(Asked("keep" if keep else "forget", receipt))
        return self.refusal

    async def identify(self, value: str, provenance: Provenance) -> Refusal | None:
        self.asked.append(Asked("identify", value))
        return self.refusal

    async def gift(self, receipt: str, by: str = "cashier") -> Refusal | None:
        self.asked.append(Asked("gift", receipt, by=by))
        return self.refusal

    async def speak(self, lang: Lang, receipt: str | None = None) -> Refusal | None:
        self.spoken.append((lang, receipt))
        return None

    async def search(self, query: str, by: str = "cashier") -> tuple[Recent, ...]:
        return tuple(
            line for line in self.showing.recent if query in (line.total or "")
        )


@dataclass
class FakeStore:
    """What was paired, as long as the test."""

    kept: list[Device] = field(default_factory=list)
    changes: list[DeviceChange] = field(default_factory=list)
    broken: bool = False

    async def devices(self) -> list[Device]:
        return list(self.kept)

    async def commit(self, *changes: DeviceChange) -> None:
        if self.broken:
            raise StoreError("the disk is full")
        self.changes += changes
        self.kept += [each.device for each in changes if isinstance(each, PairDevice)]


@dataclass
class Screens:
    """A running server and the counter behind it."""

    counter: FakeCounter
    bus: Bus[Event]
    port: int
    task: asyncio.Task[None]
    port_tls: int = 0
    store: FakeStore = field(default_factory=FakeStore)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url_tls(self) -> str:
        return f"https://127.0.0.1:{self.port_tls}"


@contextlib.asynccontextmanager
async def running(
    given: socket.socket | None = None,
    *,
    folder: Path | None = None,
    settings: ScreensSettings | None = None,
    clock: Clock | None = None,
) -> AsyncGenerator[Screens]:
    """The real server, on a free port if none is given, stopped at the end.

    With a ``folder`` for its certificate it serves tablets as well.
    """
    bus: Bus[Event] = Bus()
    counter, store = FakeCounter(bus), FakeStore()
    with contextlib.ExitStack() as closing:
        door = given or closing.enter_context(socket.create_server(("127.0.0.1", 0)))
        tls = [closing.enter_context(socket.create_server(("127.0.0.1", 0)))]
        around = Around(
            clock or SystemClock(), SystemEntropy(), store, folder or Path("nowhere")
        )
        server = ScreensServer(
            settings or ScreensSettings(),
            counter,
            bus,
            around,
            [door],
            tls if folder else (),
        )
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(server.run())
            numbers = [each.getsockname()[1] for each in (door, *tls)]
            yield Screens(counter, bus, numbers[0], task, numbers[1], store)
            task.cancel()
