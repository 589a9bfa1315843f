"""The longest single steps of the relay's event loop, in its thread's processor time.

While one of them runs nobody at any door is answered, so each is to stay below
``LIMIT_MS``; what takes longer belongs in the worker or on a thread.  Processor time,
so that a busy machine does not count.  ``python -m bench.steps agent ...`` is the agent
with a stopwatch at every step (a callback, or a task from one await to the next).
"""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from bench.between import configuration, program, runtime_directory
from bench.journey import free_ports
from bench.relay import hand_in
from bench.tokeniser import FLOODS
from hardware_sim import library_bytes, receipts

LIMIT_MS: Final = 1.0
MEASURED: Final = "BENCH_STEPS_FILE"
"""Where the agent with the stopwatch writes what it saw."""
FROM: Final = "BENCH_STEPS_FROM"
"""From how many seconds after its start on: the start itself is a row of its own."""
LONGEST: Final = 5
SETTLE_S: Final = 5.0
"""The agent is loaded, and nobody is starting anything any more."""
BAND: Final = b"\x1dv0\x00\x48\x00\xff\x00" + bytes(range(255)) * 72
"""GS v 0: 576 dots wide, 255 lines."""
HTTP: Final = """
[door.http]
listen = "127.0.0.1:{http}"
"""


# -- in the agent ---------------------------------------------------------------


def watch(path: Path) -> None:
    """Time every step; write the longest when the process ends, ``ms name`` a line."""
    handle = vars(asyncio.events)["Handle"]
    run, callback = vars(handle)["_run"], vars(handle)["_callback"].__get__
    longest = Counter[str]()

    begins = time.monotonic() + float(os.environ[FROM])

    def timed(self: Any) -> None:
        if time.monotonic() < begins:
            run(self)
            return
        name = _name(callback(self))
        begun = time.thread_time()
        run(self)
        took_us = round((time.thread_time() - begun) * 1e6)
        longest[name] = max(longest[name], took_us)

    setattr(handle, "_run", timed)  # noqa: B010 -- nobody else offers a stopwatch here

    def tell() -> None:
        rows = (f"{us} {name}\n" for name, us in longest.most_common(LONGEST))
        path.write_text("".join(rows))

    atexit.register(tell)


def _name(callback: Any) -> str:
    """Where the task goes on, by its outermost and innermost coroutine, or the function."""
    owner = getattr(callback, "__self__", None)
    if not isinstance(owner, asyncio.Task):
        return str(getattr(callback, "__qualname__", type(callback).__name__))
    outer = inner = owner.get_coro()
    while (deeper := getattr(inner, "cr_await", None)) is not None:
        if not hasattr(deeper, "cr_await"):
            break
        inner = deeper
    names = dict.fromkeys(getattr(each, "__qualname__", "?") for each in (outer, inner))
    return " ... ".join(names)


def agent(arguments: list[str]) -> int:
    """The agent's own main, watched."""
    from agent.cli import main as run

    watch(Path(os.environ[MEASURED]))
    sys.argv = ["agent", *arguments]
    return run()


# -- what is done to it -----------------------------------------------------------


def long_receipt(lines: int) -> bytes:
    """So many goods of one euro."""
    goods = b"".join(
        b"ARTICLE NUMERO %04d                   1,00\n" % n for n in range(lines)
    )
    return b"\x1b@LE COMPTOIR\n" + goods + b"TOTAL %32d,00\n\x1dV\x00" % lines


def picture(megabytes: float) -> bytes:
    """Nothing but bands."""
    count = int(megabytes * (1 << 20)) // len(BAND)
    return b"\x1b@" + BAND * count + b"\n\x1dV\x00"


def document(megabytes: float) -> bytes:
    """ePOS-Print XML with one line after the other."""
    line = b"<text>2 x CAFE CREME            5,00&#10;</text>"
    count = int(megabytes * (1 << 20)) // len(line)
    head = b'<epos-print xmlns="http://www.epson-pos.com/schemas/2011/03/epos-print">'
    return head + line * count + b'<cut type="feed"/></epos-print>'


Deed = Callable[["Ports"], Awaitable[None]]


class Ports:
    """Where the agent listens."""

    def __init__(self) -> None:
        self.door, self.screens, self.http, self.printer = free_ports(4)


async def sales(ports: Ports) -> None:
    for seed in range(20):
        sale = receipts.sale("supermarket", seed, columns=42)
        await hand_in(ports.door, library_bytes.encode(sale))


async def flood(what: bytes, ports: Ports) -> None:
    await hand_in(ports.door, what * ((4 << 10) // len(what)))


async def long_one(ports: Ports) -> None:
    """Its choice is open, so the screens show it."""
    await hand_in(ports.door, long_receipt(400))
    await asyncio.sleep(SETTLE_S)
    base = f"http://127.0.0.1:{ports.screens}"
    async with httpx.AsyncClient(base_url=base) as client:
        seen = await client.get("/api/snapshot", params={"view": "cashier"})
        receipt = seen.json()["shown"]["id"]
        for _ in range(5):
            await client.get("/api/snapshot", params={"view": "display"})
            await client.get("/api/strip", params={"receipt": receipt})


async def big_picture(ports: Ports) -> None:
    await hand_in(ports.door, picture(3.9))


async def big_document(ports: Ports) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        await client.post(
            f"http://127.0.0.1:{ports.http}/cgi-bin/epos/service.cgi",
            content=document(2.8),
            headers={"content-type": "text/xml; charset=utf-8"},
        )


async def nothing(_ports: Ports) -> None:
    """For what the start takes."""


DEEDS: dict[str, tuple[str, Deed]] = {
    "nothing but the start": ("", nothing),
    "20 sales": ("", sales),
    **{
        f"4 KB of {name}": ("", partial(flood, FLOODS[name]))
        for name in ("x GS V 0", "ESC D NUL", "GS r 1", "ESC p", "x LF")
    },
    "receipt of 400 lines, snapshots, strip": ("", long_one),
    "picture of 3.9 MB": ("", big_picture),
    "picture of 3.9 MB, pass-through": ("[choice]\nhold = false", big_picture),
    "document of 2.8 MB over HTTP": ("", big_document),
}


@asynccontextmanager
async def watched(folder: Path, more: str, from_s: float) -> AsyncIterator[Ports]:
    """An agent before a printer that swallows."""
    ports = Ports()
    more += HTTP.format(http=ports.http)
    config = configuration(folder, ports.door, ports.printer, ports.screens, more)
    command = (sys.executable, "-m", "bench.steps", "agent", "run", "--config", config)
    printer = (sys.executable, "-m", "bench.between", "printer", str(ports.printer))
    with runtime_directory() as runtime:
        environment = {
            "RUNTIME_DIRECTORY": runtime,
            MEASURED: str(folder / "steps"),
            FROM: str(from_s),
        }
        async with (
            program(ports.printer, *printer),
            program(ports.screens, *command, **environment),
        ):
            yield ports


async def measure(folder: Path, wanted: str) -> None:
    """A fresh agent for each; its start is the first row."""
    for number, (name, (more, deed)) in enumerate(DEEDS.items()):
        if wanted not in name:
            continue
        room = folder / str(number)
        from_s = 0.0 if deed is nothing else SETTLE_S
        async with watched(room, more, from_s) as ports:
            await asyncio.sleep(SETTLE_S)
            await deed(ports)
            await asyncio.sleep(SETTLE_S)
        print(name)
        for row in (room / "steps").read_text().splitlines():
            took_us, _, step = row.partition(" ")
            ratio = int(took_us) / 1000 / LIMIT_MS
            print(f"  {int(took_us) / 1000:7.2f} ms {ratio:6.2f}x the limit  {step}")


def main(wanted: str) -> None:
    """Measure in a folder of this disk, what has ``wanted`` in its name."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        asyncio.run(measure(Path(folder), wanted))


if __name__ == "__main__":
    if sys.argv[1:2] == ["agent"]:
        sys.exit(agent(sys.argv[2:]))
    main(" ".join(sys.argv[1:]))
