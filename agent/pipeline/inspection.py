"""What IT looks at: every part of the house, in words.

Looked at when the printer or a link changes, when somebody asks, every few seconds while a
screen is open, and else once a minute.  A part that cannot be asked says so; it never keeps
the others from the screen.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from agent.bus import Bus
from agent.clock import Clock
from agent.errors import StoreError
from agent.events import Event, LinkChanged, PrinterChanged, PrinterState
from agent.hands.hand import HandState
from agent.pipeline import rooms_said
from agent.pipeline.counter import Counter
from agent.pipeline.faults import Faults
from agent.pipeline.rooms_said import FeedState
from agent.pipeline.signs import lamps, trouble
from agent.screens.snapshot import Fact, Room, Rooms
from agent.store.reads import Backlog
from agent.store.records import SetAside
from agent.store.room import Room as DiskRoom
from agent.verbs import Words

log = logging.getLogger(__name__)

LOOK_S: Final = 5.0
"""Between looks while somebody looks."""
UNSEEN_S: Final = 60.0
"""Between looks while nobody does and nothing is heard."""
PATIENCE_S: Final = 1.0
"""Who asks once waits so long for a fresh look, and else sees the last one."""
DISK_FULL: Final = 32
"""MB that are free: the database needs that much for its own log."""
CHANNELS: Final[Mapping[str, Words]] = {
    "email": Words("E-mails en attente", "E-mails waiting"),
    "sms": Words("SMS en attente", "SMS waiting"),
    "account": Words("Comptes en attente", "Accounts waiting"),
    "paper": Words("Papier en attente", "Paper waiting"),
}


class Shelf(Protocol):
    """The part of the store that this looks into."""

    @property
    def room(self) -> DiskRoom: ...

    async def outbox(self) -> Mapping[str, tuple[int, int | None]]: ...

    async def backlog(self, destination: str) -> Backlog: ...

    async def set_aside(self, destination: str) -> list[SetAside]: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to look at besides the store.

    ``doors``: name and address of each, and whether it is open; ``hands``: keypads and
    scanners; ``keeps``: whether the store took the last job; ``certificates``: files
    by what they are for; ``ends`` reads the end of one.  Both may block.
    ``feed``: how the downlink stands, if there is one.
    """

    doors: Callable[[], Sequence[tuple[str, str, bool]]]
    printer: Callable[[], PrinterState]
    stuck: Callable[[], str]
    keeps: Callable[[], bool]
    certificates: Mapping[str, Path]
    ends: Callable[[Path], datetime]
    free_mb: Callable[[], int]
    store_mb: Callable[[], int]
    versions: Sequence[tuple[str, str]]
    sync: bool
    hands: Callable[[], Sequence[HandState]] = tuple
    feed: Callable[[], FeedState | None] = lambda: None
    sheets: Callable[[], int] = lambda: 0
    """Papers in line for the printer, whoever wanted them."""


class Inspection:
    """A service.  ``shelf`` is ``None`` when there is no database."""

    name = "inspection"

    def __init__(
        self,
        shelf: Shelf | None,
        sight: Sight,
        counter: Counter,
        bus: Bus[Event],
        clock: Clock,
    ) -> None:
        self._shelf = shelf
        self._sight = sight
        self._counter = counter
        self._bus = bus
        self._clock = clock
        self._faults = Faults()
        self._watched = False
        self._due = asyncio.Event()
        self._asked: list[asyncio.Future[None]] = []
        counter.picture.look = self.fresh

    async def run(self) -> None:
        """Look, often while somebody does, until cancelled."""
        logger = logging.getLogger("agent")
        logger.addHandler(self._faults)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen())
                while True:
                    self._due.clear()
                    asked, self._asked = self._asked, []
                    await self.look()
                    for each in asked:
                        if not each.done():
                            each.set_result(None)
                    await self._pause()
        finally:
            logger.removeHandler(self._faults)

    async def _pause(self) -> None:
        """Until the next look is due, by the clock or by what is heard."""
        pause_s = LOOK_S if self._watched else UNSEEN_S
        async with asyncio.TaskGroup() as group:
            slept = group.create_task(self._clock.sleep(pause_s))
            heard = group.create_task(self._due.wait())
            await asyncio.wait({slept, heard}, return_when=asyncio.FIRST_COMPLETED)
            slept.cancel()
            heard.cancel()

    async def _listen(self) -> None:
        with self._bus.subscribe() as events:
            async for event in events:
                match event:
                    case LinkChanged(link="it", up=up):
                        self._watched = up
                        if up:
                            self._due.set()
                    case PrinterChanged() | LinkChanged(link="rcu" | "mail" | "sms"):
                        self._due.set()
                    case _:
                        pass

    async def fresh(self) -> None:
        """Wait for a look that begins after this, :data:`PATIENCE_S` at most."""
        asked = asyncio.get_running_loop().create_future()
        self._asked.append(asked)
        self._due.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await asked

    async def look(self) -> None:
        """Once."""
        began = self._clock.now()
        rooms = await self._rooms()
        picture = self._counter.picture
        picture.looked_at = began.isoformat(timespec="seconds")
        if rooms != picture.rooms:
            picture.rooms = rooms
            self._counter.changed()

    async def _rooms(self) -> Rooms:
        sight = self._sight
        certificates, free_mb, store_mb = await asyncio.to_thread(self._on_disk)
        return Rooms(
            doors=(
                *(rooms_said.door(*door) for door in sight.doors()),
                *(rooms_said.hand(state) for state in sight.hands()),
            ),
            printer=self._printer(),
            store=self._store(store_mb, free_mb),
            outbox=await self._outbox(),
            sync=await self._sync(),
            feed=self._feed(),
            certificates=certificates,
            disk=rooms_said.disk(free_mb),
            versions=tuple(Fact(name, value) for name, value in sight.versions),
            faults=self._faults.last,
        )

    def _on_disk(self) -> tuple[tuple[Room, ...], int | None, int | None]:
        now = self._clock.now()
        certificates = tuple(
            rooms_said.certificate(name, path, self._sight.ends, now)
            for name, path in self._sight.certificates.items()
        )
        return certificates, _asked(self._sight.free_mb), _asked(self._sight.store_mb)

    def _printer(self) -> Room:
        state, stuck = self._sight.printer(), self._sight.stuck()
        notice = trouble(state, stuck=bool(stuck), keeps=True)
        return rooms_said.printer(lamps(state, notice, {})[0], state, stuck)

    def _store(self, size_mb: int | None, free_mb: int | None) -> Room:
        name = Words("Base de la caisse", "The till’s database")
        opens = self._shelf is not None
        notice = trouble(
            PrinterState(), stuck=False, keeps=self._sight.keeps(), opens=opens
        )
        if notice is not None:
            known = size_mb if opens else None
            return Room(name, "needs", rooms_said.size(notice.remedy, known))
        if self._shelf is not None and (tight := self._shelf.room.tight):
            return Room(name, "needs", rooms_said.NOT_KEPT, tight)
        if free_mb is not None and free_mb < DISK_FULL:
            return Room(name, "needs", rooms_said.size(rooms_said.NO_ROOM, size_mb))
        return Room(name, "ok", rooms_said.size(Words("En ordre", "Fine"), size_mb))

    async def _outbox(self) -> tuple[Room, ...]:
        if self._shelf is None:
            return ()
        try:
            found = await self._shelf.outbox()
        except StoreError:
            return (Room(CHANNELS["email"], "needs", rooms_said.UNREADABLE),)
        sight = self._sight
        return tuple(
            rooms_said.queue(name, *found.get(channel, (0, None)), self._now_ms())
            if channel != "paper"
            else rooms_said.papers(
                name,
                *found.get(channel, (0, None)),
                self._now_ms(),
                (sight.sheets(), sight.stuck()),
            )
            for channel, name in CHANNELS.items()
        )

    async def _sync(self) -> Room | None:
        name = Words("Envoi au service central", "Upload to the central service")
        if not self._sight.sync or self._shelf is None:
            return None
        try:
            backlog = await self._shelf.backlog("rcu")
            aside = await self._shelf.set_aside("rcu")
        except StoreError:
            return Room(name, "needs", rooms_said.UNREADABLE)
        if aside:
            says = Words(
                f"{len(aside)} refusés par le service\u00a0: prévenez le support",
                f"{len(aside)} refused by the service: call support",
            )
            last = aside[-1]
            return Room(name, "needs", says, f"{last.seq}: {last.problem[:120]}")
        return rooms_said.queue(
            name, backlog.pending, backlog.oldest_ms, self._now_ms()
        )

    def _feed(self) -> Room | None:
        state = self._sight.feed()
        return None if state is None else rooms_said.feed(state, self._clock.now())

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _asked(question: Callable[[], int]) -> int | None:
    try:
        return question()
    except OSError:
        return None
