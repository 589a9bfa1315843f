"""The corridor with a shelf, a printer and a worker that do as they are told."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agent import policy_file
from agent.bus import Bus
from agent.delivery.flow import Flow
from agent.delivery.outcome import Deferred, Delivered, Outcome
from agent.errors import WorkerError
from agent.events import Event, PrinterState
from agent.ids import JobId
from agent.ocr.engine import Table
from agent.pipeline.cards import Cards
from agent.pipeline.codes import Codes
from agent.pipeline.consents import Consents
from agent.pipeline.corridor import Corridor
from agent.pipeline.counter import Counter
from agent.pipeline.entries import Scribe
from agent.pipeline.hatch import Hatch
from agent.pipeline.lane import PaperLane
from agent.pipeline.law import Law
from agent.pipeline.place import LONGEST_S, Place
from agent.pipeline.printing import Desk
from agent.pipeline.reading import Reading
from agent.pipeline.recollection import Recollection
from agent.pipeline.resends import Resends
from agent.pipeline.rooms import Rooms
from agent.pipeline.settings import PolicySettings
from agent.pipeline.settling import Settling
from agent.pipeline.torn import Torn
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.whole import Head, Whole
from agent.pipeline.workshop import Workshop
from agent.store.records import Evidence, Job, Shape
from agent.wire import sameness
from agent.wire.receipt import Receipt
from agent.worker.frames import Frame
from tests.consent.builders import NOTICES, TILL
from tests.fakes.clock import FakeClock
from tests.fakes.ring import FakeRing
from tests.fakes.shelf import FakeShelf

PRINTER = "tcp://192.168.1.50:9100"
PACK_TEXT = policy_file.text_of(policy_file.named("fr", "FR"))
PACK = policy_file.read(PACK_TEXT, "fr.toml")


class Dice:
    """Entropy that can be told apart, not guessed from."""

    def __init__(self) -> None:
        self._drawn = 0

    def draw(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.sha256(str(self._drawn).encode()).digest()[:count]


@dataclass
class FakePrinter:
    """Takes what it is given, or says why not."""

    printed: list[bytes] = field(default_factory=list)
    kicks: list[bytes] = field(default_factory=list)
    trouble: str = ""
    tears: bytes | None = None
    free: bool = False
    """It takes jobs as they come."""
    state: PrinterState = field(default_factory=PrinterState)
    deadlines_s: list[float] = field(default_factory=list)

    async def print(self, raw: bytes, *, deadline_s: float) -> Outcome:
        self.deadlines_s.append(deadline_s)
        await asyncio.sleep(0)
        if raw == self.tears:
            return Deferred("stalled")
        if self.trouble:
            return Deferred(self.trouble)
        self.printed.append(raw)
        return Delivered()

    def kick(self, raw: bytes) -> bool:
        self.kicks.append(raw)
        return True

    def flow(self) -> Flow | None:
        return Flow() if self.free else None


@dataclass
class FakeWorker:
    """Understands a job that is a line of JSON: the receipt it stands for."""

    broken: set[str] = field(default_factory=set)
    hung: set[str] = field(default_factory=set)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    memories: list[bytes] = field(default_factory=list)
    defines: bool = False
    promotion: bool = False
    passes: bytes = b""
    left_out: tuple[tuple[int, int], ...] = ()
    signed: list[bytes] = field(default_factory=list)

    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame:
        self.asked.append((task, params))
        await asyncio.sleep(0)
        if task in self.broken:
            raise WorkerError("told to fail")
        if task in self.hung:
            await asyncio.Event().wait()
        answer: Frame = getattr(self, task)(params, body, *more)
        return answer

    def understand(
        self, params: Mapping[str, Any], body: bytes, memory: bytes
    ) -> Frame:
        self.memories.append(memory)
        if body.startswith(PICTURE):
            done = self._understood(Receipt(), unread=True)
            to_read = (b"a picture of text",) if params["reads"] else ()
            return Frame(done.header, (*done.parts, *to_read))
        return self._understood(
            Receipt.model_validate(json.loads(body.removeprefix(INIT)))
        )

    def understand_read(
        self, params: Mapping[str, Any], body: bytes, tsv: bytes, memory: bytes
    ) -> Frame:
        """The text of a picture is what stands behind its mark."""
        content = json.loads(body.removeprefix(PICTURE).removeprefix(INIT))
        reading = {"engine": params["engine"], "confidence": 0.9}
        receipt = Receipt.model_validate({**content, "reading": reading})
        return self._understood(receipt, unread=tsv == b"doubtful")

    def _understood(self, receipt: Receipt, *, unread: bool = False) -> Frame:
        facts = {
            "gist": receipt.gist,
            "printed": sameness.printed(receipt),
            "left_out": self.left_out,
            "mentions": list(receipt.mentions),
            "loyalty_card": receipt.loyalty_card,
            "defines": self.defines,
            "paper_mm": 120,
            "unread": unread,
            "goods": (),
            "signs": (),
            "promotion": self.promotion,
        }
        document = receipt.model_dump_json(exclude_defaults=True).encode()
        return Frame(facts, (document, b"<p>strip</p>", self.passes))

    def learn(self, params: Mapping[str, Any], body: bytes, memory: bytes) -> Frame:
        """What comes behind ``define`` is remembered from then on."""
        _, define, logo = body.partition(b"define ")
        return Frame({}, (logo if define and logo != memory else b"",))

    def draw_qr(self, params: Mapping[str, Any], body: bytes) -> Frame:
        return Frame({}, (b"<svg/>",))

    def warm_qr(self, params: Mapping[str, Any], body: bytes) -> Frame:
        return Frame({})

    def pack_qr(
        self, params: Mapping[str, Any], body: bytes, dictionary: bytes
    ) -> Frame:
        """One of number ``picture`` is one that no symbol holds."""
        if json.loads(body).get("number") == "picture":
            return Frame({"why": "picture"})
        said = {"why": "", "fit": [17, "L", 5], "left": 0}
        return Frame(said, (b"told:" + params["token"].encode(),))

    def draw_whole(self, params: Mapping[str, Any], body: bytes) -> Frame:
        self.signed.append(body)
        return Frame({}, (b"<svg>whole</svg>",))

    def render_slip(self, params: Mapping[str, Any], body: bytes) -> Frame:
        number = params["fields"].get("number", "")
        return Frame({}, (f"[{params['slip']} {number}]".encode(),))


INIT = b"\x1b@"
"""Most jobs begin so."""
PICTURE = b"picture of "
"""Before a document: the POS printed it as dots."""


@dataclass
class FakeReader:
    """An engine whose table is ``tsv``; ``None``: it could not read."""

    tsv: bytes | None = b"a table"
    version: str = "engine 1"
    asked: list[bytes] = field(default_factory=list)

    async def read(self, picture: bytes) -> Table | None:
        self.asked.append(picture)
        await asyncio.sleep(0)
        return None if self.tsv is None else Table(self.version, self.tsv)


def document(**fields: Any) -> bytes:
    """A job that the fake worker understands."""
    return INIT + json.dumps({"kind": "sale", "total": 4217, **fields}).encode()


class Rig:
    """Everything, and verbs to drive it."""

    def __init__(
        self,
        *,
        email: bool = True,
        qr_slip: bool = False,
        phone_code: bool = False,
        hold: bool = True,
        account: bool = False,
        paper_for_s: float = LONGEST_S,
    ) -> None:
        self.clock = FakeClock()
        self.shelf = FakeShelf()
        self.printer = FakePrinter()
        self.worker = FakeWorker()
        self.reader = FakeReader()
        self.bus: Bus[Event] = Bus()
        self._jobs = 0
        self._dice = Dice()
        self._hold = hold
        self.place = Place(
            "Halles",
            "T03",
            "https://tickets.example",
            8.0,
            180.0,
            email,
            qr_slip,
            phone_code,
            account=account,
            paper_for_s=paper_for_s,
        )
        self.build()

    def build(self) -> None:
        """Also a second time: the same store, as after a restart."""
        scribe = Scribe(self.clock, self._dice)
        workshop = Workshop(self.worker, "default", "FR", self.reader)
        self.workshop = workshop
        self.lane = PaperLane(self.printer, self.shelf, scribe, self.clock, self.bus)
        place = self.place
        whereabouts = Whereabouts()
        self.consents = Consents(
            TILL, NOTICES, FakeRing(), self.shelf, scribe, self.clock, self._dice
        )
        desk = Desk(self.shelf, self.lane, workshop, scribe, whereabouts, self.consents)
        self.codes = Codes(place, workshop, self.whole(workshop), self.is_online)
        settling = Settling(place, desk, self.clock, self.bus, self.codes)
        self.cards = Cards(
            self.shelf, b"a secret of 32 bytes, or nearly.", scribe.now_ms
        )
        self.counter = Counter(
            place, settling, self.clock, self.bus, PrinterState, self.cards
        )
        recollection = Recollection(self.shelf, workshop, PRINTER)
        reading = Reading(workshop, recollection, {})
        self.torn = Torn(self.clock)
        self.hatch = Hatch(
            self.shelf,
            self.lane,
            reading,
            self.printer,
            self.torn,
            scribe.now_ms,
            hold=self._hold,
        )
        rooms = Rooms(
            self.shelf,
            self.counter,
            self.lane,
            workshop,
            scribe,
            self.bus,
            self.hatch,
            reading,
            whereabouts,
            recollection,
            Resends(self.shelf, self.clock),
            Law(PACK, PolicySettings(), "FR", text=PACK_TEXT),
            self.codes,
        )
        self.corridor = Corridor(rooms)

    def is_online(self) -> bool:
        """As the house asks it."""
        return self.counter.picture.is_up("rcu")

    def whole(self, workshop: Workshop) -> Whole:
        """With keys that prove nothing."""
        head = Head("https://tickets.example/r#")
        return Whole(head, 480, workshop, FakeRing(), self.clock)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(service.run())
                for service in (self.corridor, self.torn, self.lane, self.counter)
            ]
            await self.settle()
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    async def settle(self) -> None:
        """Let everything run until it waits for time or for us."""
        for _ in range(60):
            await asyncio.sleep(0)
        async with self.counter._turn:  # what signs a record does so on a thread
            pass
        for _ in range(60):
            await asyncio.sleep(0)

    async def job(
        self,
        raw: bytes,
        *,
        shape: Shape = "document",
        evidence: Evidence = "cut",
        follows: JobId | None = None,
        forwarded: tuple[tuple[int, int], ...] = (),
        door: str = "door",
        source: str = "",
    ) -> JobId:
        """A job comes in by the door."""
        self._jobs += 1
        job = Job(
            JobId(UUID(int=self._jobs)),
            door,
            int(self.clock.now().timestamp() * 1000) + self._jobs,
            evidence,
            shape,
            follows,
            forwarded,
            source=source,
        )
        await self.hatch.accept(job, raw)
        await self.settle()
        return job.id

    async def pass_time(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.settle()

    @property
    def types(self) -> list[str]:
        return [entry.type for entry in self.shelf.entries]

    def body(self, kind: str) -> Any:
        """The last entry of that type."""
        return json.loads(
            next(e.body for e in reversed(self.shelf.entries) if e.type == kind)
        )
