"""The agent as a relay, beside socat and a bare asyncio pump.

* DLE EOT, open loop, while receipts are processed: through the agent (which knows
  the answer), through pump and socat (which ask a simulated printer), and that
  printer alone; all four at the same time on the same machine;
* jobs in a second, tokenised and durable: each client half-closes and waits;
* a second client's status while another prints pictures;
* in pass-through, how much later the last byte of a 4 KB and a 40 KB job is at
  the printer than without anything between.

Pump, printer and agent are processes of their own; TCP_NODELAY everywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from agent.config import load
from agent.errors import ConfigError
from bench.between import START_S, agent, configuration, program, ways
from bench.journey import fdatasync_s, free_ports, say
from hardware_sim import library_bytes, receipts
from hardware_sim.goods import Trade

TRADES: tuple[Trade, ...] = ("bakery", "supermarket", "fashion", "restaurant")
ASK_S = 8.0
ASK_EVERY_S = 0.005
SALE_EVERY_S = 0.1
"""A shop rings up one in half a minute; this keeps the worker busy all the time."""
JOBS = 200
RUNS = 150
PIECE_BYTES = 4096
BAND = b"\x1dv0\x00\x30\x00\xff\x00" + bytes(range(255)) * 48
"""GS v 0: 48 bytes wide, 255 lines."""
SO_TIMESTAMPNS = 35
"""asm-generic/socket.h; Python has no name for it."""
PASS_THROUGH = "[choice]\nhold = false"


# -- what is measured ---------------------------------------------------------


async def ask_openly(port: int, for_s: float, after_s: float) -> list[float]:
    """DLE EOT 1 at fixed times, whether or not the last was answered.

    From the moment of asking to the answer's coming in, as the kernel says it.
    """
    loop = asyncio.get_running_loop()
    took: list[float] = []
    due: deque[float] = deque()
    line = socket.socket()
    line.settimeout(0)
    await loop.sock_connect(line, ("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    line.send(b"\x10\x04\x01")  # the first one makes pumps dial
    await loop.sock_recv(line, 1)

    def hear() -> None:
        data, notes, _, _ = line.recvmsg(64, 64)
        came_at = _came_at(notes)
        took.extend(came_at - due.popleft() for _ in data)

    loop.add_reader(line, hear)
    next_s = time.perf_counter() + after_s
    end_s = next_s + for_s
    while next_s < end_s:
        await asyncio.sleep(max(0.0, next_s - time.perf_counter()))
        due.append(time.time())  # our own lateness is not theirs
        line.send(b"\x10\x04\x01")
        next_s += ASK_EVERY_S
    await asyncio.sleep(0.2)
    loop.remove_reader(line)
    line.close()
    return took


async def sell(port: int, jobs: Sequence[bytes], stop: asyncio.Event) -> int:
    """A sale at fixed times; how many."""
    sold, next_s = 0, time.perf_counter()
    while not stop.is_set():
        await hand_in(port, jobs[sold % len(jobs)])
        sold += 1
        next_s += SALE_EVERY_S
        await asyncio.sleep(max(0.0, next_s - time.perf_counter()))
    return sold


async def hand_in(port: int, raw: bytes) -> None:
    """As CUPS does: half-close, and the printer's FIN says that it has the job."""
    reader, writer = await connected(port)
    writer.write(raw)
    writer.write_eof()
    await reader.read()
    writer.close()


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return reader, writer


async def status(folder: Path, sales: Sequence[bytes]) -> None:
    """All ways at the same time, while the agent processes sales."""
    (port,) = free_ports(1)
    command = (sys.executable, "-m", "bench.between", "printer", str(port))
    async with (
        program(port, *command),
        agent(folder / "status", port) as door,
        ways(port) as found,
    ):
        await hand_in(door, sales[0])
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            selling = group.create_task(sell(door, sales, stop))
            asking = {
                name: group.create_task(
                    ask_openly(way, ASK_S, ASK_EVERY_S * at / (len(found) + 1))
                )
                for at, (name, way) in enumerate({"agent": door, **found}.items())
            }
            await asyncio.wait(asking.values())
            stop.set()
        took = {name: task.result() for name, task in asking.items()}
        print(f"DLE EOT every {ASK_EVERY_S * 1e3:.0f} ms, {selling.result()} sales")
        peer = at(took["pump"], 0.99)
        for name, figures in took.items():
            ratio = at(figures, 0.99) / peer
            say(f"  through: {name}", figures, f"{ratio:.2f}x the pump at p99")
        await beside_a_print(door)
    async with program(port, *command):
        await throughput(folder, port, sales)


async def beside_a_print(door: int) -> None:
    """A second client asks while the first sends one picture after the other."""
    picture = b"\x1b@" + BAND * 20 + b"\n\x1dV\x00"
    for speed, pause_s in (("400 KB/s", 0.01), ("as fast as it can", 0.0)):
        over = asyncio.Event()

        async def print_on(over: asyncio.Event = over, pause_s: float = pause_s) -> int:
            _, writer = await connected(door)
            sent = 0
            while not over.is_set():
                at_byte = sent % len(picture)
                writer.write(picture[at_byte : at_byte + PIECE_BYTES])
                sent += len(picture[at_byte : at_byte + PIECE_BYTES])
                await writer.drain()
                await asyncio.sleep(pause_s)
            writer.close()
            return sent

        async with asyncio.TaskGroup() as group:
            printing = group.create_task(print_on())
            took = await ask_openly(door, ASK_S / 2, 0.0)
            over.set()
        meant = f"{printing.result() / 1e6:.1f} MB of pictures, {speed}"
        say("status while another client prints", took, meant)


async def throughput(folder: Path, printer: int, sales: Sequence[bytes]) -> None:
    """Clients that wait for durable, one and eight at a time, each at a fresh agent."""
    limit = fdatasync_s(folder, sales[:50])
    alone = len(limit) / sum(limit)
    for clients in (1, 8):
        queue = [sales[number % len(sales)] for number in range(JOBS)]
        async with agent(folder / f"durable-{clients}", printer) as door:

            async def work(door: int = door, queue: list[bytes] = queue) -> None:
                while queue:
                    await hand_in(door, queue.pop())

            await hand_in(door, sales[0])
            begun = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for _ in range(clients):
                    group.create_task(work())
            rate = JOBS / (time.perf_counter() - begun)
        print(
            f"jobs a second, durable, {clients} client(s)    {rate:8.0f} /s  "
            f"{rate / alone:.2f}x one fdatasync each ({alone:.0f} /s)"
        )


class Sink:
    """A printer that only counts: when a job's mark came, and DLE EOT answered.

    When it came is what the kernel wrote down as the packet came in (SO_TIMESTAMPNS,
    socket(7)): a printer has a processor of its own, this process shares two with an
    agent that reads a job once it is out, and would wait for its turn.
    """

    def __init__(self) -> None:
        self.seen: dict[bytes, float] = {}
        self.news = asyncio.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._listener.settimeout(0)
        self.port: int = self._listener.getsockname()[1]

    async def serve(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            peer, _ = await loop.sock_accept(self._listener)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            loop.add_reader(peer, self._read, peer, bytearray())

    def _read(self, peer: socket.socket, tail: bytearray) -> None:
        try:
            data, notes, _, _ = peer.recvmsg(1 << 18, 64)
        except OSError:
            data, notes = b"", []
        if not data:
            asyncio.get_running_loop().remove_reader(peer)
            peer.close()
            return
        answers = (tail + data).count(b"\x10\x04") - tail.count(b"\x10\x04")
        with contextlib.suppress(OSError):
            peer.send(b"\x12" * answers)
        tail += data
        found = tail.rfind(b"MARK")
        if found >= 0 and len(tail) >= found + 10:
            self.seen.setdefault(bytes(tail[found : found + 10]), _came_at(notes))
            self.news.set()
        del tail[:-16]


def _came_at(notes: Sequence[tuple[int, int, bytes]]) -> float:
    """In seconds, as time.time(); now, where the kernel does not say."""
    for _, kind, value in notes:
        if kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", value)
            return float(seconds + nanoseconds / 1e9)
    return time.time()


def marked(size: int, number: int) -> bytes:
    """A job of that many bytes whose end can be seen."""
    mark = b"MARK%06d\n\x1dV\x00" % number
    line = b"2 x CAFE CREME            5,00\n"
    text = b"\x1b@" + line * (size // len(line) + 1)
    return text[: size - len(mark) - 1] + b"\n" + mark


async def through(folder: Path) -> None:
    """Pass-through: the last byte at the printer, by each way in turn."""
    try:
        load(configuration(folder / "probe", 1, 2, 3, PASS_THROUGH))
    except ConfigError as error:
        print(f"no pass-through: the configuration does not know it: {error}")
        return
    sink = Sink()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(sink.serve())
        async with (
            agent(folder / "through", sink.port, PASS_THROUGH) as door,
            ways(sink.port) as found,
        ):
            found["agent"] = door
            await asyncio.sleep(1.0)  # its first interview with the printer
            for size in (4 << 10, 40 << 10):
                await _in_turn(size, found, sink)
        serving.cancel()


async def _in_turn(size: int, found: dict[str, int], sink: Sink) -> None:
    lines = {name: await connected(port) for name, port in found.items()}
    took: dict[str, list[float]] = {name: [] for name in found}
    number = size
    for _ in range(RUNS):
        for name, (_, writer) in lines.items():
            number += 1
            raw = marked(size, number)
            mark = b"MARK%06d" % number
            begun = time.time()
            writer.write(raw)
            async with asyncio.timeout(START_S):
                while mark not in sink.seen:
                    sink.news.clear()
                    await sink.news.wait()
            took[name].append(sink.seen[mark] - begun)
            await asyncio.sleep(0.01)
    for _, writer in lines.values():
        writer.close()
    straight = at(took["nothing between"], 0.5)
    for name, figures in took.items():
        added_us = (at(figures, 0.5) - straight) * 1e6
        say(
            f"{size >> 10} KB job, pass-through: {name}",
            figures,
            f"+{added_us:.0f} us at p50",
        )


def at(figures: Sequence[float], quantile: float) -> float:
    return sorted(figures)[int(len(figures) * quantile)]


async def relay(folder: Path) -> None:
    """All of it."""
    sales = [
        library_bytes.encode(receipts.sale(TRADES[seed % 4], seed, columns=42))
        for seed in range(100)
    ]
    async with asyncio.timeout(300):
        await status(folder, sales)
        await through(folder)


def main() -> None:
    """Measure in a folder of this disk."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        asyncio.run(relay(Path(folder)))


if __name__ == "__main__":
    main()
