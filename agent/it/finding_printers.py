"""Which printers there are: on USB, on serial lines, on the network.

Bounded: the neighbours that the kernel knows and the networks that were named, at most
``MAX_ADDRESSES``; each address half a second.  All that is said to any of them is DLE EOT 1.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from agent import progress
from agent.delivery.settings import BAUDS, RAW_PRINT_PORT, SerialLink, TcpLink
from agent.delivery.transports.base import TransportError
from agent.delivery.transports.opening import transport_for
from agent.it.probes.printer import asked

MAX_ADDRESSES: Final = 1024
AT_ONCE: Final = 64
CONNECT_S: Final = 0.5
USB: Final = "/dev/usb/lp*"
SERIAL: Final = ("/dev/serial/by-id/*", "/dev/ttyUSB*", "/dev/ttyACM*")
ARP: Final = Path("/proc/net/arp")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Found:
    """``answers``: it said how it is, as an ESC/POS printer does."""

    link: str
    answers: bool


async def printers(
    networks: Iterable[str], port: int = RAW_PRINT_PORT, *, shows: bool = True
) -> list[Found]:
    """Those that answer first.  ``shows``: how many places were asked, on a terminal.

    Raises:
        ValueError: a network is none, or too large.
    """
    addresses = [*dict.fromkeys([*_neighbours(), *_inside(networks)])]
    found = [Found(f"file://{path}", answers=False) for path in _paths(USB)]
    room = asyncio.Semaphore(AT_ONCE)

    async def at(address: str) -> Found | None:
        async with room:
            return await _at(address, port)

    lines, done = _lines(), 0

    async def told(looking: Awaitable[Answer]) -> Answer:
        nonlocal done
        answer = await looking
        done += 1
        at_now(done)
        return answer

    total = len(lines) + len(addresses)
    with progress.counted("imprimantes (printers)", total, shows=shows) as at_now:
        async with asyncio.TaskGroup() as group:
            serial = [group.create_task(told(_on_line(path))) for path in lines]
            network = [group.create_task(told(at(each))) for each in addresses]
    found += [task.result() for task in serial]
    found += [each for task in network if (each := task.result()) is not None]
    return sorted(found, key=lambda each: not each.answers)


async def _at(address: str, port: int) -> Found | None:
    transport = transport_for(TcpLink(address, port))
    try:
        await transport.open(within_s=CONNECT_S)
        return Found(f"tcp://{address}:{port}", bool(await asked(transport, (1,))))
    except TransportError:
        return None
    finally:
        transport.close()


async def _on_line(path: str) -> Found:
    for baud in reversed(BAUDS):
        transport = transport_for(SerialLink(path, baud))
        try:
            await transport.open(within_s=CONNECT_S)
            if await asked(transport, (1,)):
                return Found(f"serial://{path}?baud={baud}", answers=True)
        except TransportError:
            break
        finally:
            transport.close()
    return Found(f"serial://{path}", answers=False)


def _paths(pattern: str) -> list[str]:
    return sorted(map(str, Path("/").glob(pattern.lstrip("/"))))


def _lines() -> list[str]:
    """Each line once, by the name that stays."""
    seen: dict[Path, str] = {}
    for pattern in SERIAL:
        for path in _paths(pattern):
            seen.setdefault(Path(path).resolve(), path)
    return [*seen.values()]


def _neighbours() -> Iterator[str]:
    try:
        lines = ARP.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return
    for line in lines[:MAX_ADDRESSES]:
        yield line.split()[0]


def _inside(networks: Iterable[str]) -> list[str]:
    found: list[str] = []
    for each in networks:
        network = ipaddress.ip_network(each, strict=False)
        if network.num_addresses + len(found) > MAX_ADDRESSES:
            raise ValueError(f"{each}: more than {MAX_ADDRESSES} addresses")
        found += map(str, network.hosts())
    return found
