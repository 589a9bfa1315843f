"""What the daemon holds in memory, with TCP door, screens, e-mail and sync on.

The relay at READY, 15 s after it with both screens open in one client, and after 100
sales, of which every tenth is mailed; the worker beside it; their processor time while
nothing happens.  Peer: a Python that has only imported the libraries, in the same run.

RSS counts pages of files that other programs hold as well; PSS counts a share of them,
so it falls while another Python runs beside; "own" counts none: what nobody else could
have, and what a till that gets short of memory cannot get back from us.  ``python -m bench.memory PYTHON`` measures
the agent by another interpreter, such as the one of ``requirements.lock`` alone: this one
has what the tests need as well, and some libraries load it when they find it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx

from agent.config import load
from bench.backlog import AGENT, RCU, enrol, rcu_up
from bench.journey import (
    Daemon,
    Display,
    child_of,
    daemon,
    free_ports,
    jobs,
    send,
    until_listening,
)
from bench.start import cpu_ms
from hardware_sim.counter import Counter
from hardware_sim.mailbox import Mailbox
from hardware_sim.printer import ThermalPrinter

LIMIT_MB: Final = 64.0
WORKER_LIMIT_MB: Final = 80.0
IDLE_LIMIT: Final = 0.5
"""Percent of one core."""
SETTLED_S: Final = 15.0
IDLE_S: Final = 20.0
SALES: Final = 100
MAILED: Final = 10
"""Each of so many."""
MAIL: Final = """
[mail]
host = "127.0.0.1"
port = {mail}
security = "none"
sender = "tickets@shop.example"
"""
LIBRARIES: Final = (
    "asyncio, aiosqlite, pydantic, starlette.applications, uvicorn, httpx,"
    " aiosmtplib, cryptography.hazmat.primitives.ciphers.aead"
)
BARE: Final = f"import {LIBRARIES}; input()"


def megabytes(pid: int) -> tuple[float, ...]:
    """RSS, PSS and what is no page of a file."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    names = ("Rss", "Pss", "Anonymous")
    return tuple(int(text.split(f"\n{name}:")[1].split()[0]) / 1024 for name in names)


def say(what: str, pid: int, limit_mb: float = LIMIT_MB) -> None:
    rss, pss, own = megabytes(pid)
    print(
        f"{what:44} RSS {rss:5.1f} MB  PSS {pss:5.1f}  own {own:5.1f}"
        f"  {rss / limit_mb:5.2f}x the limit",
        flush=True,
    )


def bare(python: str) -> None:
    """The peer."""
    with subprocess.Popen(
        (python, "-c", BARE), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as peer:
        seen = 0.0
        while (now := megabytes(peer.pid)[0]) > seen or now < 1:
            seen = now
            time.sleep(1)
        say("peer: a Python that imported the libraries", peer.pid)
        peer.communicate(b"\n")


async def sell(agent: Daemon, display: Display) -> None:
    """One sale after the other, each until its QR is on the display."""
    async with Counter(f"http://127.0.0.1:{agent.screens}") as counter:
        for number, raw in enumerate(jobs()[:SALES], start=1):
            await send(agent.door, raw)
            await display.after(number)
            if number % MAILED == 0:
                receipt = list(display.shown)[-1]
                await counter.choose(receipt, "email", f"anna{number}@example.org")


@asynccontextmanager
async def screens(port: int) -> AsyncGenerator[Display]:
    """Both, as one client holds them open."""
    await until_listening(port)
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, timeout=None) as client:
        for page in ("cashier", "display", "it"):
            (await client.get(f"/{page}")).raise_for_status()
        async with (
            client.stream("GET", "/api/events", params={"view": "cashier"}) as cashier,
            asyncio.TaskGroup() as group,
        ):
            display = Display()
            both = (display.watch(port), _swallow(cashier))
            watching = [group.create_task(each) for each in both]
            yield display
            for each in watching:
                each.cancel()


async def _swallow(stream: httpx.Response) -> None:
    async for _ in stream.aiter_raw():
        pass


async def idle(agent: Daemon) -> None:
    """Percent of one core."""
    pids = {"relay": agent.pid, "worker": child_of(agent.pid)}
    before = {name: cpu_ms(pid) for name, pid in pids.items()}
    await asyncio.sleep(IDLE_S)
    for name, pid in pids.items():
        share = (cpu_ms(pid) - before[name]) / IDLE_S / 10
        print(f"{name} idle: {share:.2f} % of a core, limit {IDLE_LIMIT} %")


async def measured(folder: Path, python: str) -> None:
    """One till with its RCU, mail relay and printer."""
    rcu, *others = free_ports(3)
    text = (AGENT + MAIL).replace("{rcu}", str(rcu))
    async with Mailbox() as mailbox, ThermalPrinter() as printer:
        text = text.replace("{mail}", str(mailbox.port))
        names = dict(zip(("door", "screens"), others, strict=False))
        config = folder / "agent.toml"
        config.write_text(text.format(folder=folder, printer=printer.port, **names))
        (folder / "rcu.toml").write_text(RCU.format(rcu=rcu))
        async with rcu_up(folder, rcu):
            await enrol(folder, load(config))
            async with daemon(folder, printer.port, text, python) as agent:
                await looked_at(agent, mailbox)


async def looked_at(agent: Daemon, mailbox: Mailbox) -> None:
    say("relay at READY", agent.pid)
    async with screens(agent.screens) as display:
        await asyncio.sleep(SETTLED_S)
        say(f"relay after {SETTLED_S:.0f} s, both screens open", agent.pid)
        say("worker", child_of(agent.pid), WORKER_LIMIT_MB)
        await idle(agent)
        await sell(agent, display)
        await mailbox.wait(SALES // MAILED, 60)
        say(f"relay after {SALES} sales", agent.pid)
        say("worker", child_of(agent.pid), WORKER_LIMIT_MB)


def main(python: str = sys.executable) -> None:
    """In a folder of this disk."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # as the agent does
    os.environ["MALLOC_ARENA_MAX"] = "2"  # as its unit does
    bare(python)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        asyncio.run(measured(Path(folder), python))


if __name__ == "__main__":
    main(*sys.argv[1:])
