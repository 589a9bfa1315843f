"""A print service that listens, and a reception that writes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from agent.errors import WorkerError
from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.events import PrinterState
from agent.intake.doors.epos_http import EposHttp
from agent.intake.doors.json_http import JsonHttp
from agent.intake.http_documents import Reception, Refused, Tongue, Translated
from agent.intake.http_server import HttpDoor
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.listening import listening
from agent.paper.text import lines
from agent.pipeline.workshop import Worker, Workshop
from agent.worker import __main__ as child
from agent.worker.frames import Frame, pack, parse_header
from hardware_sim.epos_pos import EposPos, receipt_as_text

POS = "https://pos.example"
WELL = PrinterState(known=True)
RECEIPT = receipt_as_text(["ÉPICERIE LUCIE", "TOTAL 9,50 €"])


class Inside:
    """The worker's tasks in this process: one at a time, and only data come back."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame:
        request = Frame({"task": task, "params": dict(params)}, (body, *more))
        async with self._turn:
            answer = await asyncio.to_thread(child.answer, request)
        head = pack(Frame(answer.header))[8:]
        header = parse_header(head)
        if "done" not in header:
            raise WorkerError(str(header))
        return Frame(header["done"], answer.parts)


class Gone:
    """There is no worker."""

    async def call(self, *_asked: Any) -> Frame:
        raise WorkerError("the worker died")


class Hung:
    """A worker that answers nobody before it is ``let_go``."""

    def __init__(self) -> None:
        self.asked = 0
        self.let_go = asyncio.Event()

    async def call(self, *_asked: Any) -> Frame:
        self.asked += 1
        await self.let_go.wait()
        raise WorkerError("overran 5.0 s")


async def translated(
    worker: Worker, tongue: Tongue, body: bytes, dots_per_inch: int
) -> Translated | Refused:
    workshop = Workshop(worker, "default", "FR")
    return await workshop.translated(tongue, body, dots_per_inch)


@dataclass
class Desk:
    """A reception that writes down what it is handed; ``durable_s`` is how long."""

    state: PrinterState = WELL
    durable_s: float = 0.0
    worker: Worker = field(default_factory=Inside)
    fails: Exception | None = None
    jobs: list[bytes] = field(default_factory=list)

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        return await translated(self.worker, tongue, body, dots_per_inch)

    async def document(self, raw: bytes) -> None:
        await asyncio.sleep(self.durable_s)
        if self.fails is not None:
            raise self.fails
        self.jobs.append(raw)

    def printed(self) -> list[str]:
        return [
            line.text
            for raw in self.jobs
            for line in lines(interpret(raw, Printer()))
            if line.text
        ]


@dataclass
class Shop:
    """A door that listens."""

    reception: Reception
    port: int
    tls_port: int
    service: asyncio.Task[None]

    @property
    def desk(self) -> Desk:
        assert isinstance(self.reception, Desk)
        return self.reception

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pos(self, **manner: Any) -> EposPos:
        return EposPos(self.url, **manner)


@asynccontextmanager
async def shop(
    reception: Reception | None = None, **settings: Any
) -> AsyncGenerator[Shop]:
    reception = reception or Desk()
    said = HttpDoorSettings(**settings)
    plain, tls = listening("127.0.0.1", 0), listening("127.0.0.1", 0)
    door = HttpDoor(
        said,
        [EposHttp(said, reception), JsonHttp(said, reception)],
        [plain],
        [tls] if said.listen_tls else [],
    )
    try:
        async with asyncio.TaskGroup() as group:
            service = group.create_task(door.run())
            number, tls_number = plain.getsockname()[1], tls.getsockname()[1]
            yield Shop(reception, number, tls_number, service)
            service.cancel()
    finally:
        plain.close()
        tls.close()
