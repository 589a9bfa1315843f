"""The real daemon, timed from outside as a POS and a screen see it.

* start to READY (sd_notify) and resident memory of relay and worker;
* cut to durable: the POS half-closes, the agent's hang-up says that the job is
  on disk; beside it ``write + fdatasync`` of the same bytes in the same folder;
* cut to QR: until the customer display's event stream holds that receipt's QR;
  beside it what ``qrcode`` with its defaults and its own SVG needs for a QR alone;
* DLE EOT, open loop every 5 ms, while receipts are processed; beside it the same
  questions to a bare asyncio server;
* the relay's longest slice of its event loop, in CPU time.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import qrcode
from qrcode.image.svg import SvgPathImage

from hardware_sim import library_bytes, receipts
from hardware_sim.goods import Trade
from hardware_sim.printer import ThermalPrinter

SALES = 120
ASK_EVERY_S = 0.005
CONFIG = """
[till]
tenant = "bench"
store = "S1"
till = "T1"
shop = "Le Comptoir des Halles"
tickets_url = "https://tickets.enseigne.example"
state_dir = "{folder}/state"
[door.tcp]
listen = "127.0.0.1:{door}"
[printer]
link = "tcp://127.0.0.1:{printer}"
[screens]
listen = "127.0.0.1:{screens}"
"""


def free_ports(count: int) -> list[int]:
    """Ports of this moment."""
    with contextlib.ExitStack() as stack:
        taken = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            for _ in range(count)
        ]
        return [each.getsockname()[1] for each in taken]


def say(what: str, figures: Sequence[float], beside: str = "") -> None:
    """p50, p99 and maximum, in milliseconds."""
    ordered = sorted(figures)
    p50, p99 = (ordered[int(len(ordered) * q)] * 1e3 for q in (0.5, 0.99))
    print(
        f"{what:44} p50 {p50:8.2f} ms  p99 {p99:8.2f} ms  "
        f"max {ordered[-1] * 1e3:8.2f} ms  {beside}"
    )


def resident_mb(pid: int) -> float:
    """VmRSS."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def child_of(pid: int) -> int:
    """The worker."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0])


class Daemon:
    """A running agent and where to reach it."""

    def __init__(self, pid: int, door: int, screens: int, ready_s: float) -> None:
        self.pid = pid
        self.door = door
        self.screens = screens
        self.ready_s = ready_s


@asynccontextmanager
async def daemon(
    folder: Path, printer: int, template: str = CONFIG, python: str = sys.executable
) -> AsyncGenerator[Daemon]:
    """Start it; READY is heard as systemd would hear it."""
    door, screens = free_ports(2)
    config = folder / "agent.toml"
    config.write_text(
        template.format(folder=folder, door=door, screens=screens, printer=printer)
    )
    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bell.bind(str(folder / "notify"))
    bell.setblocking(False)  # noqa: FBT003 -- socket's own signature
    environ = {**os.environ, "NOTIFY_SOCKET": str(folder / "notify")}
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(python, "-m", "agent", "run", "--config", str(config)),
        env=environ,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30):
            await asyncio.get_running_loop().sock_recv(bell, 4096)
        ready_s = time.perf_counter() - begun
        yield Daemon(process.pid, door, screens, ready_s)
    finally:
        process.terminate()
        await process.wait()
        bell.close()


class Display:
    """The customer display's event stream."""

    def __init__(self) -> None:
        self.shown: dict[str, float] = {}
        """When a receipt's QR was on it, by receipt number."""
        self.svgs: list[str] = []
        self._news = asyncio.Event()

    async def watch(self, port: int) -> None:
        """Read snapshots for ever."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        writer.write(
            b"GET /api/events?view=display HTTP/1.1\r\n"
            b"Host: 127.0.0.1:%d\r\n\r\n" % port
        )
        while line := await reader.readline():
            if line.startswith(b"data: "):  # a ping has none
                shown = json.loads(line[5:])["shown"]
                if shown and shown["qr_svg"]:
                    if shown["id"] not in self.shown:
                        self.svgs.append(shown["qr_svg"])
                    self.shown.setdefault(shown["id"], time.perf_counter())
                    self._news.set()

    async def after(self, count: int) -> float:
        """When the ``count``-th receipt was shown."""
        while len(self.shown) < count:
            self._news.clear()
            await self._news.wait()
        return list(self.shown.values())[count - 1]


async def ask_openly(port: int, until: asyncio.Event, answers: list[float]) -> None:
    """DLE EOT 1 at fixed times, whether or not the last was answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.get_extra_info("socket").setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )
    due: asyncio.Queue[float] = asyncio.Queue()

    async def hear() -> None:
        while True:
            asked = await due.get()
            await reader.readexactly(1)
            answers.append(time.perf_counter() - asked)

    async with asyncio.TaskGroup() as group:
        hearing = group.create_task(hear())
        next_s = time.perf_counter()
        while not until.is_set():
            next_s += ASK_EVERY_S
            await asyncio.sleep(max(0.0, next_s - time.perf_counter()))
            due.put_nowait(time.perf_counter())
            writer.write(b"\x10\x04\x01")
        hearing.cancel()
    writer.close()


async def bare_server() -> asyncio.Server:
    """What one byte costs asyncio itself."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.get_extra_info("socket").setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        with contextlib.suppress(asyncio.CancelledError):
            while data := await reader.read(4096):
                writer.write(b"\x16" * data.count(b"\x10"))
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


def fdatasync_s(folder: Path, jobs: Sequence[bytes]) -> list[float]:
    """The limit: the same bytes appended to a file."""
    took = []
    with (folder / "limit").open("ab") as file:
        for job in jobs:
            begun = time.perf_counter()
            file.write(job)
            file.flush()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - begun)
    return took


def qr_alone_s() -> list[float]:
    """The anchor: ``qrcode`` as its manual shows it."""
    took = []
    for number in range(10):
        begun = time.perf_counter()
        made = qrcode.make(
            f"https://tickets.enseigne.example/r/{number:026d}",
            image_factory=SvgPathImage,
        )
        made.save(io.BytesIO())
        took.append(time.perf_counter() - begun)
    return took


async def send(port: int, raw: bytes) -> tuple[float, float]:
    """When the last byte left, and when the agent hung up: it is durable."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    writer.write_eof()
    sent_s = time.perf_counter()
    await reader.read()
    done_s = time.perf_counter()
    writer.close()
    return sent_s, done_s


def jobs() -> list[bytes]:
    """Sales of every trade, with logo, QR and cut, by python-escpos."""
    trades: tuple[Trade, ...] = ("bakery", "supermarket", "fashion", "restaurant")
    return [
        library_bytes.encode(receipts.sale(trades[seed % 4], seed, columns=42))
        for seed in range(SALES)
    ]


async def journey(folder: Path) -> None:
    """One daemon, all figures."""
    all_jobs = jobs()
    print(f"{SALES} sales, {sum(map(len, all_jobs)) // SALES} bytes each")
    async with (
        ThermalPrinter() as printer,
        daemon(folder, printer.port) as agent,
    ):
        ready_mb = resident_mb(agent.pid)
        display, over = Display(), asyncio.Event()
        durable, shown, answers = list[float](), list[float](), list[float]()
        async with asyncio.timeout(300), asyncio.TaskGroup() as group:
            await until_listening(agent.screens)
            watching = group.create_task(display.watch(agent.screens))
            await send(agent.door, all_jobs[0])
            await display.after(1)
            asking = group.create_task(ask_openly(agent.door, over, answers))
            for number, raw in enumerate(all_jobs[1:], start=2):
                sent_s, done_s = await send(agent.door, raw)
                durable.append(done_s - sent_s)
                shown.append(await display.after(number) - sent_s)
                await asyncio.sleep(0.02)
            over.set()
            await asking
            watching.cancel()
        limit = fdatasync_s(folder, all_jobs)
        print(
            f"start to READY {agent.ready_s * 1e3:.0f} ms; resident at READY "
            f"{ready_mb:.0f} MB, at the end relay {resident_mb(agent.pid):.0f} MB, "
            f"worker {resident_mb(child_of(agent.pid)):.0f} MB"
        )
    ratio = sorted(durable)[len(durable) // 2] / sorted(limit)[len(limit) // 2]
    say("cut to durable", durable, f"{ratio:.1f}x the limit at p50")
    say("  limit: append and fdatasync", limit)
    say("cut to QR on the display's stream", shown)
    say("  anchor: qrcode, defaults, QR alone", qr_alone_s())
    say("DLE EOT, open loop, while processing", answers)
    bare = list[float]()
    async with await bare_server() as server:
        quiet = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            port = server.sockets[0].getsockname()[1]
            group.create_task(ask_openly(port, quiet, bare))
            await asyncio.sleep(3)
            quiet.set()
    say("  peer: a bare asyncio server, idle", bare)


async def until_listening(port: int) -> None:
    """That port."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def main() -> None:
    """Measure in a folder of this disk."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        asyncio.run(journey(Path(folder)))


if __name__ == "__main__":
    main()
