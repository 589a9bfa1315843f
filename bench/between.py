"""What stands between in bench.relay: the agent, a bare asyncio pump, socat.

``python -m bench.between pump PORT TARGET`` and ``printer PORT`` are the processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench.journey import free_ports
from hardware_sim.firmware import Options
from hardware_sim.printer import ThermalPrinter

START_S = 30.0
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
{asks}
[screens]
listen = "127.0.0.1:{screens}"
{more}
"""


@asynccontextmanager
async def program(
    port: int, *command: str | Path, **environment: str
) -> AsyncIterator[None]:
    """Running and listening on ``port``; ended with the context."""
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *command, stderr=quiet, env={**os.environ, **environment}
    )
    try:
        async with asyncio.timeout(START_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break
        yield
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def agent(
    folder: Path, printer: int, more: str = "", asks: str = ""
) -> AsyncIterator[int]:
    """Its door.  ``asks``: the key of that name under ``[printer]``."""
    door, screens = free_ports(2)
    config = configuration(folder, door, printer, screens, more, asks)
    command = (sys.executable, "-m", "agent", "run", "--config", config)
    with runtime_directory() as runtime:
        async with program(screens, *command, RUNTIME_DIRECTORY=runtime):
            yield door


@contextlib.contextmanager
def runtime_directory() -> Iterator[str]:
    """As systemd gives one (/run/receipt-agent): in memory, for what outlives no power cut."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield name


def configuration(
    folder: Path, door: int, printer: int, screens: int, more: str, asks: str = ""
) -> Path:
    folder.mkdir(mode=0o700)
    path = folder / "agent.toml"
    path.write_text(
        CONFIG.format(
            folder=folder,
            door=door,
            printer=printer,
            screens=screens,
            more=more,
            asks=asks and f'asks = "{asks}"',
        )
    )
    return path


@asynccontextmanager
async def ways(target: int) -> AsyncIterator[dict[str, int]]:
    """Ports that lead to ``target``: straight, by pump, by socat."""
    pump, socat = free_ports(2)
    async with contextlib.AsyncExitStack() as stack:
        found = {"nothing between": target, "pump": pump}
        command = (
            sys.executable,
            "-m",
            "bench.between",
            "pump",
            str(pump),
            str(target),
        )
        await stack.enter_async_context(program(pump, *command))
        if shutil.which("socat"):
            found["socat"] = socat
            listen = f"TCP4-LISTEN:{socat},bind=127.0.0.1,fork,reuseaddr,nodelay"
            connect = f"TCP4:127.0.0.1:{target},nodelay"
            await stack.enter_async_context(program(socat, "socat", listen, connect))
        else:
            print("no socat here: apt-get install socat")
        yield found


class Far(asyncio.Protocol):
    """One side of a bare pump: what comes in goes out at the other, no more."""

    def __init__(self, other: asyncio.Transport | None, target: int) -> None:
        self.other = other
        self._target = target
        self._early = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport
        if self.other is None:
            loop = asyncio.get_running_loop()
            self._dialling = loop.create_task(self._dial(transport))

    async def _dial(self, near: asyncio.Transport) -> None:
        loop = asyncio.get_running_loop()
        far, _ = await loop.create_connection(
            lambda: Far(near, 0), "127.0.0.1", self._target
        )
        self.other = far
        far.write(self._early)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self._early += data
        else:
            self.other.write(data)

    def eof_received(self) -> bool:
        if self.other is not None and self.other.can_write_eof():
            self.other.write_eof()
        return True

    def connection_lost(self, _error: Exception | None) -> None:
        if self.other is not None:
            self.other.close()


async def pump(port: int, target: int) -> None:
    """For ever."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Far(None, target), "127.0.0.1", port)
    await server.serve_forever()


async def printer(port: int) -> None:
    """The simulated one, with places for everybody; for ever."""
    async with ThermalPrinter(port, Options(clients=16)):
        await asyncio.Event().wait()


def main(arguments: Sequence[str]) -> None:
    """One of them, for ever."""
    match arguments:
        case ["pump", port, target]:
            asyncio.run(pump(int(port), int(target)))
        case ["printer", port]:
            asyncio.run(printer(int(port)))
        case _:
            sys.exit("pump PORT TARGET, or printer PORT")


if __name__ == "__main__":
    main(sys.argv[1:])
