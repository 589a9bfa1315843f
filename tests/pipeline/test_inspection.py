"""What IT sees: every part in words, while somebody looks, whatever fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.events import LinkChanged, PrinterChanged, PrinterState
from agent.hands.hand import HandState
from agent.pipeline import rooms_said
from agent.pipeline.inspection import LOOK_S, UNSEEN_S, Inspection, Sight
from agent.pipeline.rooms_said import FeedState
from agent.screens.snapshot import Room, Rooms
from agent.store.reads import Backlog
from agent.store.records import SetAside
from agent.store.room import Room as DiskRoom
from agent.verbs import Words
from tests.pipeline.rig import Rig


class Cellar:
    """What waits in it, as a test says."""

    def __init__(self) -> None:
        self.waiting: dict[str, tuple[int, int | None]] = {}
        self.behind = Backlog(0, None)
        self.refused: list[SetAside] = []
        self.broken = False
        self.room = DiskRoom()
        self.looks = 0

    async def outbox(self) -> Mapping[str, tuple[int, int | None]]:
        self.looks += 1
        if self.broken:
            raise StoreError("told to fail")
        return self.waiting

    async def backlog(self, destination: str) -> Backlog:
        if self.broken:
            raise StoreError("told to fail")
        return self.behind

    async def set_aside(self, destination: str) -> list[SetAside]:
        return self.refused


def sight(rig: Rig) -> Sight:
    return Sight(
        doors=lambda: [
            ("tcp", "0.0.0.0:9100", True),
            ("serial", "/dev/ttyUSB0", False),
        ],
        printer=lambda: PrinterState(known=True),
        stuck=lambda: "",
        keeps=lambda: True,
        certificates={"door.http": Path("cert.pem")},
        ends=lambda _path: rig.clock.now() + timedelta(days=90, hours=1),
        free_mb=lambda: 12_340,
        store_mb=lambda: 7,
        versions=[("receipt-agent", "1.2.3")],
        sync=True,
    )


async def look(rig: Rig, cellar: Cellar | None, seen: Sight | None = None) -> Rooms:
    inspection = Inspection(cellar, seen or sight(rig), rig.counter, rig.bus, rig.clock)
    await inspection.look()
    rooms = rig.counter.snapshot("it").rooms
    assert rooms is not None
    return rooms


async def test_a_house_in_order() -> None:
    rooms = await look(Rig(), Cellar())
    assert [(door.state, door.detail) for door in rooms.doors] == [
        ("ok", "0.0.0.0:9100"),
        ("needs", "/dev/ttyUSB0"),
    ]
    every = [rooms.printer, rooms.store, rooms.sync, rooms.disk]
    every += [*rooms.outbox, *rooms.certificates]
    assert {room.state for room in every if room} == {"ok"}
    assert rooms.certificates[0].says.en == "90 more days"
    assert rooms.disk is not None
    assert rooms.disk.says.fr == "12,3\u00a0Go libres"
    assert rooms.versions[0].value == "1.2.3"


@pytest.mark.parametrize(
    ("state", "stuck", "expected"),
    [
        (PrinterState(mute=True), "", ("wait", "mute")),
        (PrinterState(mute=True), "stalled", ("needs", "stalled")),
        (PrinterState(), "", ("ok", "")),
        (PrinterState(online=False), "", ("needs", "unreachable")),
        (PrinterState(known=True, paper="out"), "", ("needs", "paper_out")),
        (PrinterState(known=True, paper="near_end"), "", ("wait", "near_end")),
    ],
)
async def test_a_printer_is_said_with_a_code_and_a_mute_one_is_not_called_ready(
    state: PrinterState, stuck: str, expected: tuple[str, str]
) -> None:
    rig = Rig()
    seen = replace(sight(rig), printer=lambda: state, stuck=lambda: stuck)
    room = (await look(rig, Cellar(), seen)).printer
    assert room is not None
    assert (room.state, room.detail) == expected


async def test_a_hand_that_is_lost_needs_a_person() -> None:
    rig = Rig()
    hands = [
        HandState("hands.keypad", True, 12, 1, ""),
        HandState("hands.scanner", False, 0, 0, "no such device"),
    ]
    rooms = await look(rig, Cellar(), replace(sight(rig), hands=lambda: hands))
    there, away = rooms.doors[-2:]
    assert (there.state, there.says.fr, there.detail) == (
        "ok",
        "Écouté\u00a0· 12 appuis ou codes",
        "lost 1",
    )
    assert (away.state, away.detail) == ("needs", "no such device")


async def test_what_waits_and_what_was_refused() -> None:
    rig, cellar = Rig(), Cellar()
    now_ms = int(rig.clock.now().timestamp() * 1000)
    cellar.waiting = {"email": (2, now_ms - 7_200_000), "paper": (1, now_ms - 60_000)}
    cellar.behind = Backlog(5, now_ms - 120_000)
    rooms = await look(rig, cellar)
    found = {room.name.en: room for room in rooms.outbox}
    assert found["E-mails waiting"].state == "needs"
    assert found["Paper waiting"].state == "wait"
    assert rooms.sync is not None
    assert (rooms.sync.state, rooms.sync.says.en) == ("wait", "5 waiting, for 2 min")
    cellar.refused = [SetAside("rcu", 12, "schema: total")]
    rooms = await look(rig, cellar)
    assert rooms.sync is not None
    assert (rooms.sync.state, rooms.sync.detail) == ("needs", "12: schema: total")


async def test_what_cannot_be_asked_says_so_and_hides_nothing_else() -> None:
    rig, cellar = Rig(), Cellar()
    cellar.broken = True

    def gone() -> int:
        raise OSError

    def unread(_path: Path) -> datetime:
        raise ValueError

    seen = replace(sight(rig), free_mb=gone, store_mb=gone, ends=unread)
    rooms = await look(rig, cellar, seen)
    unreadable: list[Room | None] = [rooms.disk, rooms.sync]
    unreadable += [*rooms.outbox, *rooms.certificates]
    assert {room.says.en for room in unreadable if room} == {"Cannot be read"}
    assert rooms.printer is not None
    assert len(rooms.doors) == 2


async def test_without_a_database_it_says_what_to_do() -> None:
    rooms = await look(Rig(), None)
    assert rooms.store is not None
    assert rooms.store.state == "needs"
    assert rooms.sync is None


@pytest.mark.parametrize(
    ("free_mb", "keeps", "says"),
    [
        (12_340, True, "Fine"),
        (0, True, "The disk is full: make room"),
        (12_340, False, "The till can no longer keep anything: call support"),
    ],
)
async def test_the_store_is_not_in_order_when_it_can_keep_nothing(
    free_mb: int, keeps: bool, says: str
) -> None:
    rig = Rig()
    seen = replace(sight(rig), free_mb=lambda: free_mb, keeps=lambda: keeps)
    rooms = await look(rig, Cellar(), seen)
    assert rooms.store is not None
    assert (rooms.store.says.en, rooms.store.detail) == (f"{says} · 7 MB", "")
    assert rooms.store.state == ("ok" if says == "Fine" else "needs")


@pytest.mark.parametrize(("days", "state"), [(90, "ok"), (20, "needs"), (-1, "needs")])
async def test_a_certificate_that_ends_needs_a_person(days: int, state: str) -> None:
    rig = Rig()
    until = rig.clock.now() + timedelta(days=days)
    rooms = await look(rig, Cellar(), replace(sight(rig), ends=lambda _: until))
    assert rooms.certificates[0].state == state


async def test_before_anybody_looks_there_is_something_to_paint() -> None:
    rig, cellar = Rig(), Cellar()
    inspection = Inspection(cellar, sight(rig), rig.counter, rig.bus, rig.clock)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(inspection.run())
        await first_look(rig)
        assert cellar.looks == 1
        await rig.pass_time(UNSEEN_S - 1)
        assert cellar.looks == 1
        await rig.pass_time(2)
        await looked(cellar, 2)
        task.cancel()


async def test_who_looks_sees_it_at_once_and_errors_are_kept() -> None:
    rig, cellar = Rig(), Cellar()
    inspection = Inspection(cellar, sight(rig), rig.counter, rig.bus, rig.clock)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(inspection.run())
        await first_look(rig)
        logging.getLogger("agent.delivery.printer").error("printer %s", "waits")
        rig.bus.publish(LinkChanged("it", up=True))
        await looked(cellar, 2)
        await rig.settle()
        rooms = rig.counter.snapshot("it").rooms
        assert rooms is not None
        assert [(each.room, each.says) for each in rooms.faults] == [
            ("delivery.printer", "printer waits")
        ]
        await rig.pass_time(LOOK_S + 1)
        await looked(cellar, 3)
        rig.bus.publish(LinkChanged("it", up=False))
        await rig.settle()
        await rig.pass_time(LOOK_S * 3)
        assert cellar.looks <= 4
        task.cancel()


@pytest.mark.parametrize(
    "event",
    [
        PrinterChanged(PrinterState(known=True, paper="out")),
        LinkChanged("rcu", up=False),
    ],
)
async def test_what_the_printer_and_the_links_say_is_looked_at_at_once(
    event: PrinterChanged | LinkChanged,
) -> None:
    rig, cellar = Rig(), Cellar()
    inspection = Inspection(cellar, sight(rig), rig.counter, rig.bus, rig.clock)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(inspection.run())
        await first_look(rig)
        rig.bus.publish(event)
        await looked(cellar, 2)  # with no time passed
        task.cancel()


async def test_who_asks_once_gets_what_is_now_and_when_it_was_looked_at() -> None:
    rig, cellar = Rig(), Cellar()
    inspection = Inspection(cellar, sight(rig), rig.counter, rig.bus, rig.clock)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(inspection.run())
        await first_look(rig)
        await rig.pass_time(7)
        cellar.behind = Backlog(7, None)
        await rig.counter.look()
        seen = rig.counter.snapshot("it")
        assert seen.rooms is not None
        assert seen.rooms.sync is not None
        assert seen.rooms.sync.says.en.startswith("7 waiting")
        assert datetime.fromisoformat(seen.looked_at) == rig.clock.now().replace(
            microsecond=0
        )
        assert rig.counter.snapshot("cashier").looked_at == ""
        task.cancel()


async def test_a_look_that_does_not_end_keeps_nobody_waiting() -> None:
    rig, cellar = Rig(), Cellar()
    Inspection(cellar, sight(rig), rig.counter, rig.bus, rig.clock)  # does not run
    async with asyncio.timeout(30):
        await rig.counter.look()
    assert rig.counter.snapshot("it").rooms is None


async def test_paper_that_a_rule_prints_waits_too() -> None:
    rig, cellar = Rig(), Cellar()
    stuck = replace(sight(rig), sheets=lambda: 1, stuck=lambda: "unreachable")
    paper = (await look(rig, cellar, stuck)).outbox[-1]
    assert (paper.state, paper.says.fr, paper.detail) == (
        "wait",
        "1 en attente",
        "unreachable",
    )
    now_ms = int(rig.clock.now().timestamp() * 1000)
    cellar.waiting = {"paper": (1, now_ms - 7_200_000)}
    paper = (await look(rig, cellar, replace(stuck, sheets=lambda: 3))).outbox[-1]
    assert (paper.state, paper.says.en) == ("needs", "3 waiting, for 120 min")


async def test_a_service_that_stopped_answering_is_not_heard_just_now() -> None:
    rig = Rig()
    heard = rig.clock.now() - timedelta(seconds=30)
    gone = FeedState(heard, problem="ConnectError")
    feed = (await look(rig, Cellar(), replace(sight(rig), feed=lambda: gone))).feed
    assert feed is not None
    assert (feed.state, feed.says.en) == ("wait", "Does not answer now, heard 30 s ago")


async def first_look(rig: Rig) -> None:
    async with asyncio.timeout(5):
        while rig.counter.snapshot("it").rooms is None:  # noqa: ASYNC110 -- a thread looks
            await asyncio.sleep(0.01)
    await rig.settle()


async def looked(cellar: Cellar, times: int) -> None:
    async with asyncio.timeout(5):
        while cellar.looks < times:  # noqa: ASYNC110 -- a thread looks
            await asyncio.sleep(0.01)


async def test_every_door_and_hand_has_a_name_that_people_know() -> None:
    assert rooms_said.DOORS["tcp"].fr == "Entrée réseau (TCP)"
    for name in ("tcp", "star", "serial", "device", "folder", "http"):
        room = rooms_said.door(name, "", opened=True)
        assert name not in room.name.fr.split()
        assert room.name.fr.startswith("Entrée ")
    said = rooms_said.size(Words("En ordre", "Fine"), 0)
    assert (said.fr, said.en) == ("En ordre · 0\u00a0Mo", "Fine · 0 MB")


async def test_the_feed_says_when_it_was_heard_and_what_waits() -> None:
    rig = Rig()
    now = rig.clock.now()

    async def told(state: FeedState | None) -> Room | None:
        seen = replace(sight(rig), feed=lambda: state)
        return (await look(rig, Cellar(), seen)).feed

    assert await told(None) is None
    never = await told(FeedState(None, problem="refused"))
    assert never is not None
    assert (never.state, never.says.fr, never.detail) == (
        "needs",
        "Pas encore de contact",
        "refused",
    )
    busy = await told(FeedState(now - timedelta(minutes=3), 2))
    assert busy is not None
    assert (busy.state, busy.says.fr) == (
        "wait",
        "Dernier contact il y a 3\u00a0min · 2 à faire",
    )
    fine = await told(FeedState(now))
    assert fine is not None
    assert (fine.state, fine.says.en) == ("ok", "Heard just now")
    away = await told(FeedState(now - timedelta(hours=2), problem="no route"))
    assert away is not None
    assert away.state == "needs"


async def test_a_disk_without_room_says_that_nothing_is_kept() -> None:
    cellar = Cellar()
    cellar.room = DiskRoom(tight="the disk is full")
    rooms = await look(Rig(), cellar)
    assert rooms.store is not None
    assert (rooms.store.state, rooms.store.detail) == ("needs", "the disk is full")
    assert "sans être gardés" in rooms.store.says.fr
