"""A print service that listens, and a reception that writes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.events import PrinterState
from agent.intake.doors.epos_http import EposHttp
from agent.intake.doors.json_http import JsonHttp
from agent.intake.http_server import HttpDoor, Reception
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.listening import listening
from agent.paper.text import lines
from hardware_sim.epos_pos import EposPos, receipt_as_text

POS = "https://pos.example"
WELL = PrinterState(known=True)
RECEIPT = receipt_as_text(["ÉPICERIE LUCIE", "TOTAL 9,50 €"])


@dataclass
class Desk:
    """A reception that writes down what it is handed; ``durable_s`` is how long."""

    state: PrinterState = WELL
    durable_s: float = 0.0
    fails: Exception | None = None
    jobs: list[bytes] = field(default_factory=list)

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
