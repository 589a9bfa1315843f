"""A whole shop on this machine: RCU, agent, printer, mail relay and POS.

Everything listens on free loopback ports; files go to one folder, secrets
readable by their owner only.  The agent and the RCU are started as programs
with configurations written here; leaving the shop ends them, whatever happened.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from hardware_sim.counter import ANSWER_S, Counter, answers
from hardware_sim.firmware import Options
from hardware_sim.mailbox import Mailbox
from hardware_sim.pos import Manner, Pos
from hardware_sim.postmaster import SECRET, Postmaster
from hardware_sim.printer import ThermalPrinter
from hardware_sim.programs import Program, free_port, run_once

START_S: Final = 60.0
"""Each program is ready within a second; a busy machine may need many."""
LONGEST_JOB_S: Final = 30.0
"""For a POS to get rid of a job."""
WIDTH_DOTS: Final = 512
"""42 columns of font A, as the profile below has them."""

OPERATOR: Final = (sys.executable, "-m", "rcu", "operator", "link")
EDGE: Final = "urn:edge:enseigne:S0042:T03"
NAME: Final = "Le Comptoir des Halles"

_RCU: Final = """\
[server]
host = "127.0.0.1"
port = {rcu}

[store]
directory = "rcu"

[mail]
hook_secret_file = "{folder}/mail.hook"
"""

_AGENT: Final = """\
[till]
tenant = "enseigne"
store = "S0042"
till = "T03"
shop = "{name}"
tickets_url = "http://127.0.0.1:{rcu}"
state_dir = "{folder}/agent"

[door.tcp]
listen = "127.0.0.1:{door}"

[printer]
link = "tcp://127.0.0.1:{printer}"
profile = "TM-T88IV"
poll_s = 1.0

[screens]
listen = "127.0.0.1:{screens}"

[choice]
window_s = {window_s}

[mail]
host = "127.0.0.1"
port = {mail}
security = "none"
sender = "tickets@comptoir.example"

[sync]
url = "http://127.0.0.1:{rcu}"
retry_base_s = 0.2
retry_cap_s = 1.0
"""


@dataclass(frozen=True, slots=True)
class Started:
    """How long each program took until it answered."""

    rcu_s: float
    agent_s: float


class Shop:
    """``async with Shop(folder) as shop:`` and it is open.

    Enter and leave it in one task.  ``window_s`` is how long a receipt waits
    for its customer.

    Attributes:
        printer, mailbox, counter, pos: the devices.
        postmaster: tells the RCU what became of a mail.
        rcu, agent: the programs.
        started: how long they took.
    """

    def __init__(self, folder: Path, window_s: float = 8.0, more: str = "") -> None:
        self.folder = folder.resolve()
        self.window_s = window_s
        self._more = more
        self._ports = {name: free_port() for name in ("rcu", "door", "screens")}
        self.rcu_url = f"http://127.0.0.1:{self._ports['rcu']}"
        self.door = self._ports["door"]
        self.rcu = self._program("rcu", "serve")
        self.agent = self._program("agent", "run")
        self.pos = Pos("127.0.0.1", self.door, Manner(deadline_s=LONGEST_JOB_S))
        self.counter = Counter(f"http://127.0.0.1:{self._ports['screens']}")
        self.started = Started(0.0, 0.0)
        self._open = AsyncExitStack()
        self._http = httpx.AsyncClient(timeout=ANSWER_S, trust_env=False, verify=False)
        self.postmaster = Postmaster(self.rcu_url, self._http)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.furnished())
            stack.push_async_callback(self._close)
            async with asyncio.TaskGroup() as group:  # each is a second of imports
                rcu = group.create_task(self.open_rcu())
                code = group.create_task(self._code())
            await self._enrol(code.result())
            self.started = Started(rcu.result(), await self.open_agent())
            self._open = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.__aexit__(kind, error, trace)

    @asynccontextmanager
    async def furnished(self) -> AsyncGenerator[None]:
        """The devices and the configurations alone, without any program."""
        options = Options(width_dots=WIDTH_DOTS)
        async with (
            self._http,
            self.counter,
            ThermalPrinter(options=options) as self.printer,
            Mailbox() as self.mailbox,
        ):
            self._furnish()
            yield

    async def open_rcu(self) -> float:
        """Start the RCU; the seconds until it answered.

        Raises:
            hardware_sim.programs.ProgramError: it does not.
        """
        healthz = f"{self.rcu_url}/healthz"
        return await self.rcu.start(lambda: answers(self._http, healthz), START_S)

    async def open_agent(self) -> float:
        """Start the agent; the seconds until its screens were served.

        Raises:
            hardware_sim.programs.ProgramError: they are not.
        """
        return await self.agent.start(self.counter.healthy, START_S)

    @property
    def configuration(self) -> Path:
        """The agent's."""
        return self.folder / "agent.toml"

    @property
    def operator(self) -> str:
        """What prints a link to the RCU's page of the fleet, to be typed in a shell."""
        configuration = self.folder / "rcu.toml"
        return f"{shlex.join(OPERATOR)} --config {shlex.quote(str(configuration))}"

    def issued(self, receipt: str) -> int:
        """How many times the RCU has taken that receipt in, by its own books."""
        books = self.folder / "rcu" / "rcu.db"
        question = (
            "SELECT count(*) FROM event WHERE receipt_id = ? AND type LIKE '%issued%'"
        )
        with closing(sqlite3.connect(f"{books.as_uri()}?mode=ro", uri=True)) as db:
            (count,) = db.execute(question, (receipt,)).fetchone()
        return int(count)

    # -- within ---------------------------------------------------------------

    def _program(self, name: str, verb: str) -> Program:
        configuration = self.folder / f"{name}.toml"
        arguments = ["-m", name, verb, "--config", str(configuration)]
        return Program(name, arguments, self.folder / f"{name}.log")

    def _furnish(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        values = {
            **self._ports,
            "printer": self.printer.port,
            "mail": self.mailbox.port,
            "folder": self.folder,
            "name": NAME,
            "window_s": self.window_s,
        }
        _write(self.folder / "rcu.toml", _RCU.format(**values))
        _write(self.folder / "mail.hook", SECRET)
        _write(self.configuration, _AGENT.format(**values) + self._more)

    async def _code(self) -> str:
        """What somebody reads at the RCU, to type it at the till."""
        arguments = ["-m", "rcu", "enrol-code", "--till", EDGE]
        arguments += ["--config", str(self.folder / "rcu.toml")]
        return (await run_once(arguments, self._enrolment, START_S)).strip()

    async def _enrol(self, code: str) -> None:
        arguments = ["-m", "agent", "enrol", self.rcu_url, code]
        arguments += ["--config", str(self.configuration)]
        await run_once(arguments, self._enrolment, START_S)

    @property
    def _enrolment(self) -> Path:
        return self.folder / "enrol.log"

    async def _close(self) -> None:
        """The agent first: what it still has to say, the RCU may hear."""
        await self.agent.stop()
        await self.rcu.stop()


def _write(path: Path, text: str) -> None:
    """Readable by its owner from the first moment on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
