"""A bad network between two programs: a TCP proxy with switches.

Stands between any two of POS, agent, printer, RCU and mail relay; what it does
can change while connections are open.  It alters no byte: it delays, slows,
cuts, swallows or breaks.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Literal, Self, TypedDict, Unpack

from hardware_sim.line import Line, SocketLine, dial, listen

WINDOW_BYTES = 16_384
"""Held between the two sides at most, beside the kernel's."""
BACKLOG = 64
CONNECT_S = 5.0
"""For the call to the far side."""

Side = Literal["caller", "callee"]


@dataclass(frozen=True, slots=True)
class Weather:
    """How the network is now.

    Attributes:
        delay_s: added to every piece, both ways.
        bytes_s: bandwidth each way; 0 is unlimited.
        trickle: forward one byte at a time.
        black_hole: take everything, forward nothing, say nothing.
        lost_replies: what the callee says never arrives.
        lost_share: of the callee's answers so many (0 to 1) never arrive: the caller
            gets a RST in their place, when its question was already heard.
        refusing: new calls are refused.
        reset_after_bytes: RST to both once the caller has sent that many; 0 never.
    """

    delay_s: float = 0.0
    bytes_s: float = 0.0
    trickle: bool = False
    black_hole: bool = False
    lost_replies: bool = False
    lost_share: float = 0.0
    refusing: bool = False
    reset_after_bytes: int = 0


class Changes(TypedDict, total=False):
    """The fields of :class:`Weather` as keywords."""

    delay_s: float
    bytes_s: float
    trickle: bool
    black_hole: bool
    lost_replies: bool
    lost_share: float
    refusing: bool
    reset_after_bytes: int


class _Link:
    """One caller and its callee."""

    def __init__(self, caller: Line, callee: Line) -> None:
        self.lines: dict[Side, Line] = {"caller": caller, "callee": callee}
        self.sent_bytes = 0
        self.asked = False
        """The caller has said something that is not answered yet."""

    def slam(self) -> None:
        for line in self.lines.values():
            line.arm_reset()
            line.close()


class FlakyNet:
    """``async with FlakyNet(host, port) as net:`` and talk to ``net.port``.

    Enter and leave it in the same task, use it from the loop's thread.

    Attributes:
        port: where it listens on 127.0.0.1.
        weather: see :class:`Weather`; change with :meth:`turn`.
        calls: connections so far.
        swallowed: bytes that a black hole or a lost reply has eaten.
        replies: first words of the callee after the caller spoke.
        replies_lost: of those, cut off by ``lost_share``.
    """

    def __init__(self, host: str, port: int, seed: int = 0) -> None:
        self._dice = random.Random(seed)
        self.replies = 0
        self.replies_lost = 0
        self.weather = Weather()
        self.calls = 0
        self.swallowed = 0
        self._target = (host, port)
        self._links: list[_Link] = []
        self._tasks = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()
        self._door: socket.socket | None = listen(0, BACKLOG, WINDOW_BYTES)
        self.port: int = self._door.getsockname()[1]

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._watch()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._shut()
        for task in self._running:
            task.cancel()
        if kind is asyncio.CancelledError:
            await self._tasks.__aexit__(kind, error, trace)
        else:
            await self._tasks.__aexit__(None, None, None)

    @property
    def open_calls(self) -> int:
        return len(self._links)

    def turn(self, **changes: Unpack[Changes]) -> None:
        """Change the weather: ``net.turn(delay_s=0.3)``."""
        self.weather = replace(self.weather, **changes)
        if self.weather.refusing:
            self._shut()
        elif self._door is None:
            self._door = listen(self.port, BACKLOG, WINDOW_BYTES)
            self._watch()

    def reset(self) -> None:
        """RST to both sides of every open connection."""
        for link in self._links:
            link.slam()

    def half_close(self, side: Side) -> None:
        """Tell that side that the other one has finished; the rest goes on."""
        for link in self._links:
            link.lines[side].half_close()

    # -- within ---------------------------------------------------------------

    def _watch(self) -> None:
        if self._door is not None:
            asyncio.get_running_loop().add_reader(self._door.fileno(), self._accept)

    def _shut(self) -> None:
        if self._door is not None:
            asyncio.get_running_loop().remove_reader(self._door.fileno())
            self._door.close()
            self._door = None

    def _accept(self) -> None:
        if self._door is None:
            return
        try:
            sock, _ = self._door.accept()
        except OSError:
            return  # gone again before we looked
        self.calls += 1
        self._start(self._join(SocketLine(sock)))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = self._tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _join(self, caller: Line) -> None:
        try:
            callee = await dial(*self._target, CONNECT_S)
        except (OSError, TimeoutError):
            caller.arm_reset()
            caller.close()
            return
        link = _Link(caller, callee)
        self._links.append(link)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(link, "caller", "callee"))
                both.create_task(self._carry(link, "callee", "caller"))
        finally:
            self._links.remove(link)
            caller.close()
            callee.close()

    async def _carry(self, link: _Link, source: Side, sink: Side) -> None:
        """One way of one connection, until its FIN, which is passed on."""
        while data := await link.lines[source].read(
            1 if self.weather.trickle else 4096
        ):
            link.sent_bytes += len(data) if source == "caller" else 0
            if self._loses(link, source):
                link.slam()
                return
            if 0 < self.weather.reset_after_bytes <= link.sent_bytes:
                link.slam()
                return
            await self._linger(len(data))
            if self._swallows(source):
                self.swallowed += len(data)
            elif not await link.lines[sink].write(data):
                link.slam()
                return
        if not self.weather.black_hole:
            link.lines[sink].half_close()

    async def _linger(self, count: int) -> None:
        now = self.weather
        pause_s = now.delay_s + (count / now.bytes_s if now.bytes_s else 0.0)
        await asyncio.sleep(pause_s)

    def _loses(self, link: _Link, source: Side) -> bool:
        """Whether this is an answer, and one that gets lost."""
        first, link.asked = link.asked and source == "callee", source == "caller"
        if not first:
            return False
        self.replies += 1
        lost = self._dice.random() < self.weather.lost_share
        self.replies_lost += lost
        return lost

    def _swallows(self, source: Side) -> bool:
        now = self.weather
        return now.black_hole or (now.lost_replies and source == "callee")
