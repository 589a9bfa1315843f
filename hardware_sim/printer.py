"""A thermal receipt printer: bytes in, paper, drawer pulses and answers out.

It listens on a loopback port, and can also hang on a serial line or another
character device.  As the real one does, it answers real-time status at once
and everything else in order, stops reading when its small buffer is full (so
that paper out is felt at the other end), and serves one client at a time
unless told otherwise.  It never writes what wasn't asked for.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, Unpack

from hardware_sim import status
from hardware_sim.client import Client
from hardware_sim.firmware import Firmware, Kick, Options
from hardware_sim.line import Line, SocketLine, listen
from hardware_sim.sheet import Sheet
from hardware_sim.status import Fault

RECEIVE_WINDOW_BYTES = 4096
"""Asked of the kernel, which doubles it; a network card's buffer is no larger."""
BACKLOG = 16
"""Clients that may wait for their turn; more are left to the kernel's mercy."""


class Changes(TypedDict, total=False):
    """The switches of :class:`hardware_sim.status.Switches` as keywords."""

    paper_out: bool
    near_end: bool
    cover_open: bool
    offline: bool
    drawer_open: bool
    deaf: bool
    refusing: bool
    cutter_jam: bool
    paper_jam: bool
    head_hot: bool
    broken: bool
    fault: Fault
    slow_bytes_s: float


class ThermalPrinter(Firmware):
    """``async with ThermalPrinter() as printer:`` and it is switched on.

    Enter and leave it in the same task, use it from the loop's thread.
    Everything below is readable at any time; lists only grow.

    Attributes:
        host, port: where it listens.  Clients that know port 9100 only find it
            on a loopback address of its own, for example 127.0.0.9.
        switches: :class:`hardware_sim.status.Switches`; change with :meth:`turn`.
        received: every byte that was read, in order.
        paper_bytes: what was executed, in order: ``received`` without the
            status requests (DLE EOT, GS r) outside of payload, and without what
            still waits in the buffer.
        answered: every byte sent back, to whomever.
        kicks: drawer pulses.
        papers: sheets with ink on them, cut by cut.
        blank_cuts: cuts through paper that nothing was printed on.
        connections: how many TCP clients there have been.
    """

    def __init__(
        self, port: int = 0, options: Options | None = None, host: str = "127.0.0.1"
    ) -> None:
        super().__init__(options or Options())
        self.host = host
        self.connections = 0
        self._tasks = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()
        self._calls = 0
        self._listener: socket.socket | None = _listen(host, port)
        self.port: int = self._listener.getsockname()[1]

    # -- on and off -----------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._start(self.print_for_ever())
        self._watch()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_listening()
        for task in self._running:
            task.cancel()
        if kind is asyncio.CancelledError:
            await self._tasks.__aexit__(kind, error, trace)
        else:  # the body's own error leaves as it is, not wrapped in a group
            await self._tasks.__aexit__(None, None, None)

    @property
    def lines(self) -> tuple[str, ...]:
        """Printed since the last cut."""
        marks = tuple(self.decoder.head.marks)
        return Sheet(marks, (), self.options.width_dots, "torn", 0.0).lines

    @property
    def complaints(self) -> tuple[str, ...]:
        """What it could not print, in words."""
        return tuple(self.decoder.complaints)

    def attach(self, line: Line, *, xon_xoff: bool = False) -> None:
        """Serve another line as well, e.g. ``Line.of_fd(fd)`` of a pty.

        ``xon_xoff``: say XOFF when the buffer is nearly full, and XON again.
        """
        self._start(self.serve(Client(line, xon_xoff=xon_xoff)))

    def attach_path(self, path: Path, *, xon_xoff: bool = False) -> None:
        """Serve a tty or another character device by its path."""
        self.attach(Line.of_path(path), xon_xoff=xon_xoff)

    # -- what a person does -----------------------------------------------------

    def turn(self, **changes: Unpack[Changes]) -> None:
        """Change switches: ``printer.turn(paper_out=True)``.

        Clients that asked for it (GS a) are told.
        """
        before, self.switches = self.switches, replace(self.switches, **changes)
        if self.switches.refusing:
            self._stop_listening()
        elif self._listener is None:
            self._listener = _listen(self.host, self.port)
            self._watch()
        for client in self.clients:
            told = status.watched(client.asb_mask, before)
            if told != status.watched(client.asb_mask, self.switches):
                self._start(self.answer(client, status.automatic(self.switches)))
        self.ring()

    def tear_off(self) -> None:
        """Tear the paper at the bar: what is printed so far becomes a sheet."""
        self.part("torn")
        self.ring()

    def hang_up(self) -> None:
        """Pull the plug of every connection: the peers get a RST."""
        for client in self.clients:
            client.line.arm_reset()
            client.line.close()
        self.ring()

    async def reboot(self, off_s: float) -> None:
        """Off and on again: what was in its buffer is never printed."""
        self.turn(refusing=True)
        self.hang_up()
        self._clear_buffer()
        await asyncio.sleep(off_s)
        self._clear_buffer()
        self.turn(refusing=False)

    def fail(self, fault: Fault) -> None:
        """The error that stops printing until DLE ENQ, and its end."""
        if fault is not self.switches.fault:
            self.turn(fault=fault)

    def open_drawer(self) -> None:
        """A pulse came: the drawer stands open until a person shuts it."""
        self.turn(drawer_open=True)

    # -- waits ------------------------------------------------------------------

    async def wait_paper(self, count: int, deadline_s: float) -> tuple[Sheet, ...]:
        """Until ``count`` sheets in all are out; returns all of them."""
        await self.wait_until(
            lambda: len(self.papers) >= count, deadline_s, "such paper"
        )
        return tuple(self.papers)

    async def wait_kicks(self, count: int, deadline_s: float) -> tuple[Kick, ...]:
        """Until the drawer had ``count`` pulses in all."""
        await self.wait_until(lambda: len(self.kicks) >= count, deadline_s, "such kick")
        return tuple(self.kicks)

    async def wait_printed(self, count: int, deadline_s: float) -> bytes:
        """Until ``count`` bytes in all are executed; returns ``paper_bytes``."""
        await self.wait_until(
            lambda: len(self.paper_bytes) >= count, deadline_s, "such ink"
        )
        return bytes(self.paper_bytes)

    async def wait_received(self, count: int, deadline_s: float) -> bytes:
        """Until ``count`` bytes in all are read; returns ``received``."""
        await self.wait_until(
            lambda: len(self.received) >= count, deadline_s, "such bytes"
        )
        return bytes(self.received)

    async def wait_idle(self, deadline_s: float) -> None:
        """Until nothing waits in the buffer and no TCP client is connected."""
        await self.wait_until(
            lambda: not self.buffered_bytes and not self._calls, deadline_s, "peace"
        )

    async def wait_until(
        self, done: Callable[[], bool], deadline_s: float, what: str
    ) -> None:
        """Until ``done()``, asked again at every change of the printer.

        Raises:
            TimeoutError: with the printer's state in words.
        """
        try:
            async with asyncio.timeout(deadline_s):
                while not done():
                    await self.news()
        except TimeoutError:
            raise TimeoutError(f"no {what} in {deadline_s} s: {self!r}") from None

    def __repr__(self) -> str:
        return (
            f"<ThermalPrinter :{self.port} received={len(self.received)} "
            f"printed={len(self.paper_bytes)} papers={len(self.papers)} "
            f"kicks={len(self.kicks)} clients={len(self.clients)} {self.switches}>"
        )

    # -- the door -------------------------------------------------------------

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = self._tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _watch(self) -> None:
        """Accept while there is a place; otherwise the backlog waits."""
        if self._listener is None:
            return
        loop, door = asyncio.get_running_loop(), self._listener.fileno()
        if self._calls < self.options.clients:
            loop.add_reader(door, self._accept)
        else:
            loop.remove_reader(door)

    def _accept(self) -> None:
        if self._listener is None:
            return
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return  # gone again before we looked
        self._calls += 1
        self.connections += 1
        self._start(self._attend(self._new_client(SocketLine(sock))))
        self._watch()

    def _new_client(self, line: SocketLine) -> Client:
        return Client(line)

    async def _attend(self, client: Client) -> None:
        try:
            await self.serve(client)
        finally:
            self._calls -= 1
            self._watch()
            self.ring()

    def _stop_listening(self) -> None:
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener.fileno())
            self._listener.close()
            self._listener = None


def _listen(host: str, port: int) -> socket.socket:
    return listen(port, BACKLOG, RECEIVE_WINDOW_BYTES, host)
