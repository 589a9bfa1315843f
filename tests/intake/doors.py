"""Every door with a POS on the other side of it, for one conformance suite.

A rig is the door as a service, and a POS that can do what its kind of line allows:
``send`` a job, ``ask`` a question, ``let_go``, ``unplug`` and ``plug``.
"""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

from agent.bus import Bus
from agent.clock import SystemClock
from agent.entropy import SystemEntropy
from agent.escpos.status import Identity
from agent.events import Event, PrinterState
from agent.intake.dialect import escpos
from agent.intake.doors.char_device import device_door
from agent.intake.doors.folder import FolderDoor
from agent.intake.doors.raw_tcp import RawTcpDoor
from agent.intake.doors.serial_line import serial_door
from agent.intake.listening import listening
from agent.intake.reception import Reception
from agent.intake.settings import (
    DeviceDoorSettings,
    FolderDoorSettings,
    SerialDoorSettings,
    TcpDoorSettings,
)
from agent.intake.surroundings import Surroundings
from agent.supervisor import Finishing, Service
from tests.intake.book import Book

SETTLE_S = 0.1


class Pos(Protocol):
    """What is at the other end."""

    async def send(self, data: bytes) -> None: ...

    async def ask(self, question: bytes, count: int) -> bytes: ...

    async def let_go(self) -> None: ...


@dataclass
class Here:
    """A door that is open."""

    book: Book
    pos: Pos
    state: PrinterState = field(default_factory=lambda: PrinterState(known=True))


@asynccontextmanager
async def opened(
    service: Callable[[Reception], Service],
    book: Book,
    idle_close_s: float = 60.0,
) -> AsyncGenerator[Service]:
    bus = Bus[Event]()
    around = Surroundings(
        door="door",
        counter=book,
        state=lambda: PrinterState(known=True),
        clock=SystemClock(),
        entropy=SystemEntropy(),
        idle_close_s=idle_close_s,
        dialect=escpos(Identity()),
    )
    door = service(Reception(around, bus))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(door.run())
        await asyncio.sleep(0)
        try:
            yield door
        finally:
            if isinstance(door, Finishing):
                await door.stop()
            running.cancel()


class TcpPos:
    """A connection for each job."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def _on(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._line is None:
            self._line = await asyncio.open_connection("127.0.0.1", self._port)
        return self._line

    async def send(self, data: bytes) -> None:
        _, writer = await self._on()
        writer.write(data)
        await writer.drain()

    async def ask(self, question: bytes, count: int) -> bytes:
        await self.send(question)
        reader, _ = await self._on()
        async with asyncio.timeout(5):
            return await reader.readexactly(count)

    async def let_go(self) -> None:
        if self._line is not None:
            _, writer = self._line
            writer.close()
            await writer.wait_closed()
            self._line = None


class CablePos:
    """The other end of a pseudo-terminal."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    async def send(self, data: bytes) -> None:
        await asyncio.to_thread(_write_all, self._fd, data)

    async def ask(self, question: bytes, count: int) -> bytes:
        await self.send(question)
        async with asyncio.timeout(5):
            return await asyncio.to_thread(_read_all, self._fd, count)

    async def let_go(self) -> None:
        """A cable stays where it is."""


class FifoPos:
    """A program that prints to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    async def send(self, data: bytes) -> None:
        if self._fd is None:
            self._fd = await asyncio.to_thread(os.open, self._path, os.O_WRONLY)
        await asyncio.to_thread(_write_all, self._fd, data)

    async def ask(self, question: bytes, count: int) -> bytes:
        raise AssertionError("no answer finds its way back by this door")

    async def let_go(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


class FolderPos:
    """Each job a file; ``send`` adds to it, ``let_go`` finishes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._open = False

    async def send(self, data: bytes) -> None:
        self._number += not self._open
        self._open = True
        with (self._folder / f"job{self._number:03}.part").open("ab") as file:
            file.write(data)

    async def ask(self, question: bytes, count: int) -> bytes:
        raise AssertionError("no answer finds its way back by this door")

    async def let_go(self) -> None:
        if self._open:
            self._open = False
            name = self._folder / f"job{self._number:03}"
            name.with_suffix(".part").rename(name.with_suffix(".bin"))


@asynccontextmanager
async def tcp(folder: Path) -> AsyncGenerator[Here]:
    del folder
    book, port = Book(), listening("127.0.0.1", 0)
    with port:
        name = port.getsockname()[1]

        def door(reception: Reception) -> Service:
            return RawTcpDoor("door.tcp", TcpDoorSettings(), reception, [port])

        async with opened(door, book):
            pos = TcpPos(name)
            yield Here(book, pos)
            await pos.let_go()


@asynccontextmanager
async def serial(folder: Path) -> AsyncGenerator[Here]:
    del folder
    with Pty() as pty:
        settings = SerialDoorSettings(device=pty.name, flow="xonxoff")
        book = Book()
        async with opened(lambda at: serial_door(settings, at), book):
            await pty.set_up()
            yield Here(book, CablePos(pty.far))


@asynccontextmanager
async def device(folder: Path) -> AsyncGenerator[Here]:
    del folder
    with Pty() as pty:
        settings = DeviceDoorSettings(path=Path(pty.name))
        book = Book()
        async with opened(lambda at: device_door(settings, at), book):
            yield Here(book, CablePos(pty.far))


@asynccontextmanager
async def fifo(folder: Path) -> AsyncGenerator[Here]:
    path = folder / "printer"
    os.mkfifo(path)
    book = Book()
    settings = DeviceDoorSettings(path=path)
    async with opened(lambda at: device_door(settings, at), book):
        pos = FifoPos(path)
        yield Here(book, pos)
        await pos.let_go()


@asynccontextmanager
async def watched(folder: Path) -> AsyncGenerator[Here]:
    settings = FolderDoorSettings(path=folder, settle_s=0.0)
    book = Book()
    async with opened(lambda at: FolderDoor(settings, at), book):
        yield Here(book, FolderPos(folder))


Rig = Callable[[Path], AbstractAsyncContextManager[Here]]
RIGS: dict[str, Rig] = {
    "tcp": tcp,
    "serial": serial,
    "device": device,
    "fifo": fifo,
    "folder": watched,
}
ANSWERING = ("tcp", "serial", "device")
"""Doors by which an answer finds its way back."""


class Pty:
    """A pseudo-terminal whose near end is a device file."""

    def __enter__(self) -> Self:
        self.far, self._near = os.openpty()
        tty.setraw(self._near)
        self.name = os.ttyname(self._near)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.far)
        os.close(self._near)

    async def set_up(self) -> None:
        """Until the door has set the line: before, XOFF is a character."""
        async with asyncio.timeout(5):
            while not termios.tcgetattr(self._near)[0] & termios.IXOFF:  # noqa: ASYNC110 -- no event says so
                await asyncio.sleep(0.01)


def _write_all(fd: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]


def _read_all(fd: int, count: int) -> bytes:
    got = b""
    while len(got) < count:
        got += os.read(fd, count - len(got))
    return got
