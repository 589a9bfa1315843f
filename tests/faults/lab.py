"""A shop whose agent, RCU and line can be hurt, and who knows the truth about it.

The tills of this shop send a sale, wait for the printer's FIN behind its answer to
GS r, and note the time.  One that hears nothing sends the same bytes again, as a POS
does.  What they heard is what the agent accepted; the paper and the RCU's books say
what became of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from hardware_sim import library_bytes
from hardware_sim.flaky_net import FlakyNet
from hardware_sim.pos import Manner, Pos
from hardware_sim.programs import Program
from hardware_sim.receipts import sale
from hardware_sim.shop import Shop

ROOT: Final = Path(__file__).parents[2]
PATIENT_S: Final = 300.0
"""A customer who never decides: the next sale settles the one before."""
DRAINED_S: Final = 900.0
QUIET_S: Final = 1.0
"""After the last entry is at the RCU: were anything sent twice, it would be now."""
NUMBER: Final = re.compile(rb"\b[1-9]\d{2}-\d{5}\b")

_TEMPLATE: Final = library_bytes.encode(sale("bakery", 2))
_OLD: Final = sale("bakery", 2).truth.number.encode()


def sale_bytes(number: str) -> bytes:
    """A sale like no other: some 2 KB with its logo."""
    assert _TEMPLATE.count(_OLD) == 1
    return _TEMPLATE.replace(_OLD, number.encode())


@dataclass(slots=True)
class Tills:
    """What the shop's POS know."""

    host: str
    port: int
    offered: set[str] = field(default_factory=set)
    accepted: dict[str, float] = field(default_factory=dict)
    """Number to the time (Unix, s) at which its POS had its answer."""
    repeated: int = 0
    waits_s: list[float] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(10_000_001))
    _closed: bool = False

    @asynccontextmanager
    async def selling(
        self, tills: int = 3, pause_s: float = 0.0, *, again: bool = True
    ) -> AsyncGenerator[None]:
        """So many tills sell, one sale after the other, while the block runs.

        ``again``: what was not acknowledged is sent once more, until it is.
        """
        self._closed = False
        async with asyncio.TaskGroup() as group:
            for _ in range(tills):
                group.create_task(self._sell(pause_s, again=again))
            try:
                yield
            finally:
                self._closed = True

    async def sell(self, sales: int) -> None:
        """So many, one after the other."""
        for _ in range(sales):
            await self._one(self._next(), again=True)

    async def _sell(self, pause_s: float, *, again: bool) -> None:
        while not self._closed:
            await self._one(self._next(), again=again)
            await asyncio.sleep(pause_s)

    async def _one(self, number: str, *, again: bool) -> None:
        raw = sale_bytes(number)
        pos = Pos(self.host, self.port, Manner(ask_done=True, deadline_s=60.0))
        self.offered.add(number)
        while True:
            began = time.monotonic()
            played = await pos.play(raw)
            if not played.failure:
                self.accepted[number] = time.time()
                self.waits_s.append(time.monotonic() - began)
                return
            if not again:
                return
            self.repeated += played.connected_s is not None
            await asyncio.sleep(0.05)

    def _next(self) -> str:
        n = next(self._numbers)
        return f"{n // 100_000:03d}-{n % 100_000:05d}"


class Lab(Shop):
    """The shop with its RCU behind a bad line; either program may be a broken one."""

    def __init__(
        self,
        folder: Path,
        *,
        agent: str = "",
        rcu: str = "",
        more: str = "",
        seed: int = 0,
    ) -> None:
        super().__init__(folder, PATIENT_S, more)
        self.net = FlakyNet("127.0.0.1", self._ports["rcu"], seed)
        self.tills = Tills("127.0.0.1", self.door)
        self._broken = agent
        self.by_itself = False
        """There is no RCU: what the agent still holds is in its store."""
        for program, broken in ((self.agent, agent), (self.rcu, rcu)):
            if broken:
                break_promise(program, broken)

    @asynccontextmanager
    async def furnished(self) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.net)
            await stack.enter_async_context(super().furnished())
            yield

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """The agent with its printer, without any RCU."""
        async with self.furnished():
            text = self.configuration.read_text()
            start, end = text.index("[sync]"), text.index("retry_cap_s = 1.0\n")
            self.configuration.write_text(
                text[:start] + text[end + len("retry_cap_s = 1.0\n") :]
            )
            self.by_itself = True
            try:
                yield
            finally:
                if self.agent.running:
                    await killed(self.agent)

    @asynccontextmanager
    async def open(self, *, alone: bool) -> AsyncGenerator[None]:
        """The whole shop, or the agent and its printer."""
        if alone:
            async with self.alone():
                await self.open_agent()
                yield
        else:
            async with self:
                yield

    def _furnish(self) -> None:
        super()._furnish()
        text = self.configuration.read_text()
        head, sync = text.split("[sync]")
        direct = f'url = "{self.rcu_url}"'
        through = f'url = "http://127.0.0.1:{self.net.port}"\ntransfer_timeout_s = 5.0'
        assert direct in sync
        self.configuration.write_text(f"{head}[sync]{sync.replace(direct, through)}")

    @property
    def state(self) -> Path:
        """The agent's folder."""
        return self.folder / "agent"

    # -- what became of it ------------------------------------------------------

    async def drained(self) -> float:
        """Until the agent has nothing left to send; how long that took (s)."""
        if self._broken == "ack-early":
            # It rang for what it had not written, and nobody rings again: a start looks.
            await self.agent.stop()
            await self.open_agent()
        since = time.monotonic()
        async with asyncio.timeout(DRAINED_S):
            while not await asyncio.to_thread(self._level):  # noqa: ASYNC110 -- books know no bell
                await asyncio.sleep(0.1)
        took_s = time.monotonic() - since
        await asyncio.sleep(QUIET_S)
        return took_s

    async def understood(self) -> None:
        """Until the agent has no job left that it only took in."""
        async with asyncio.timeout(DRAINED_S):
            while await asyncio.to_thread(self.waiting):  # noqa: ASYNC110 -- books know no bell
                await asyncio.sleep(0.1)

    def waiting(self) -> int:
        """Jobs that the agent took in, or prints, and has not settled."""
        sql = "SELECT count(*) FROM job WHERE state IN ('accepted', 'paper_due')"
        return int(rows(self.state / "agent.db", sql)[0][0])

    def taken_in(self) -> int:
        """Jobs that the agent's store ever held."""
        found = rows(self.state / "agent.db", "SELECT max(n) FROM job")
        return int(found[0][0] or 0) if found else 0

    def _level(self) -> bool:
        """By the agent's own word, for that is what a control breaks."""
        sql = """SELECT coalesce((SELECT acked FROM cursor WHERE dest = 'rcu'), 0) >=
            coalesce((SELECT max(seq) FROM event), 0)"""
        return not self.waiting() and bool(rows(self.state / "agent.db", sql)[0][0])

    @property
    def books(self) -> Path:
        """The RCU's."""
        return self.folder / "rcu" / "rcu.db"

    def issued_numbers(self) -> Counter[str]:
        """How often the RCU holds each sale."""
        found = rows(self.books, "SELECT body FROM event WHERE type LIKE '%issued%'")
        counted: Counter[str] = Counter()
        for (body,) in found:
            counted.update({match.decode() for match in NUMBER.findall(body or b"")})
        return counted

    def on_paper(self) -> set[str]:
        """Sales that the printer was given."""
        return {m.decode() for m in NUMBER.findall(bytes(self.printer.received))}

    def out_of_order(self) -> int:
        """Entries that the RCU took in before one with a lower number."""
        numbers = [
            n for (n,) in rows(self.books, "SELECT sequence FROM event ORDER BY rowid")
        ]
        highest, behind = 0, 0
        for number in numbers:
            behind += number < highest
            highest = max(highest, number)
        return behind

    def dead_lettered(self) -> int:
        """Entries that the RCU refused, by its books."""
        return int(rows(self.books, "SELECT count(*) FROM refusal")[0][0])

    def integrity(self, database: Path) -> str:
        """What SQLite says of the whole file."""
        return str(rows(database, "PRAGMA integrity_check(1)")[0][0])

    def duplicate_arrivals(self) -> int:
        """Entries that came again to an RCU that had them, by its own log."""
        return sum(map(int, re.findall(r"'duplicate': (\d+)", self.rcu.said())))


async def killed(program: Program) -> None:
    """Dead; and its worker after it, as the service manager clears a unit's processes."""
    assert await program.stop(signal.SIGKILL) == -signal.SIGKILL
    assert program.process is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.process.pid, signal.SIGKILL)


def break_promise(program: Program, broken: str) -> None:
    """The same program, started through the control of that name."""
    module, *rest = program.arguments[1:]
    program.arguments = ["-m", "tests.faults.controls", broken, module, *rest]
    program.environment["PYTHONPATH"] = str(ROOT)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read beside the program that writes; empty while there is nothing to read."""
    with (
        contextlib.suppress(sqlite3.OperationalError),
        closing(
            sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10.0)
        ) as db,
    ):
        return db.execute(sql).fetchall()
    return []
