"""TCP 9100, where printers listen: one conversation a connection.

Bounds: connections (more wait in the kernel, as many as ``BACKLOG``, while lines end; then
one that never said anything makes way, else who comes is hung up on), bytes of unread
answers (a POS that never reads is hung up on), silence.  The listening sockets are made by
someone else (systemd, or the start), so that no POS is refused while this file is still
being loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import socket
from collections import Counter
from collections.abc import Sequence

from agent.accepting import accepted
from agent.intake.limits import (
    AGAIN_S,
    FULL_LETS_GO_TURNS,
    FULL_LOOK_S,
    FULL_WAITS_S,
)
from agent.intake.listening import again, listening
from agent.intake.reception import Reception
from agent.intake.settings import TcpDoorSettings
from agent.intake.strangers import Wary
from agent.intake.tcp_line import TcpLine, resets

log = logging.getLogger(__name__)


class RawTcpDoor:
    """A printer port.  A service.

    ``sockets`` listen already; without them it binds its own, and one that is taken
    fells this door only.
    """

    def __init__(
        self,
        name: str,
        settings: TcpDoorSettings,
        reception: Reception,
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        self.name = name
        self._settings = settings
        self._reception = reception
        self._sockets = sockets
        self._lines: set[TcpLine] = set()
        self._refused_s = -math.inf
        """When a caller last found no place, in the loop's seconds."""
        self._crowded = False
        """Whether it was said that callers are hung up on."""

    async def run(self) -> None:
        """Take POS in until cancelled; then keep what they had given so far."""
        with contextlib.ExitStack() as closing:
            # A copy: a door that fell and is opened again finds its port listening.
            ports = [again(each) for each in self._sockets]
            ports = ports or [listening(*self._settings.address)]
            for each in ports:
                closing.enter_context(each)
            async with asyncio.TaskGroup() as group:
                taking = [group.create_task(self._take_in(at, group)) for at in ports]
                numbers = [each.getsockname()[1] for each in ports]
                fields = {"door": self.name, "ports": numbers}
                log.info("a door is open", extra=fields)
                try:
                    await self._reception.attend()
                finally:
                    for task in taking:
                        task.cancel()
                    await asyncio.wait(taking)
                    closing.close()
                    await self._reception.hang_up()

    async def _take_in(self, port: socket.socket, group: asyncio.TaskGroup) -> None:
        """Whoever comes to ``port``, as soon as there is a place, until cancelled."""
        while True:
            await self._place()
            try:
                caller, (source, *_) = await accepted(port)
            except OSError as error:
                # No socket or memory left, or a caller that was gone at once.
                fields = {"door": self.name, "why": error.strerror}
                log.warning("a POS was not let in", extra=fields)
                await asyncio.sleep(AGAIN_S)
                continue
            resets(caller)
            if not self._admits(source):
                self._reception.refuse("stranger")
                caller.close()
            elif await self._has_place(caller):
                self._crowded = False
                self._meet(caller, source, group)
                continue
            else:
                await self._instead(caller, source, group)
            # accepted() does not wait for anybody while there are callers.
            await asyncio.sleep(0)

    async def _place(self) -> bool:
        """When there is one, or ``False`` when nobody came or went for ``FULL_WAITS_S``.

        Who waits stays with the kernel, which costs us neither a file nor memory.  Behind
        one that found no place nobody waits for as long again.
        """
        loop = asyncio.get_running_loop()
        while self._reception.full:
            moved_s = self._reception.moved_s
            if loop.time() - moved_s >= FULL_WAITS_S or self._refused_s >= moved_s:
                return False
            await asyncio.sleep(FULL_LOOK_S)
        return True

    async def _has_place(self, caller: socket.socket) -> bool:
        """With it in hand: other doors may have taken what there was before it came."""
        try:
            return await self._place()
        except asyncio.CancelledError:
            caller.close()
            raise

    async def _instead(
        self, caller: socket.socket, source: str, group: asyncio.TaskGroup
    ) -> None:
        """Let it in for one that has said nothing since it came, or hang up on it."""
        self._reception.refuse("full")
        if not self._crowded:
            fields = {"door": self.name, "lines": self._reception.lines}
            log.warning("too many lines, more are hung up on", extra=fields)
        self._crowded = True
        silent = self._silent()
        if silent is None:
            caller.close()
        else:
            self._lines.discard(silent)
            silent.abort()
            self._meet(caller, source, group)
            for _ in range(FULL_LETS_GO_TURNS):
                await asyncio.sleep(0)
        self._refused_s = asyncio.get_running_loop().time()

    def _silent(self) -> TcpLine | None:
        """Who makes way: of the address with most lines, who has been silent longest."""
        many = Counter(each.source for each in self._lines)
        before_s = asyncio.get_running_loop().time() - FULL_WAITS_S
        able = [each for each in self._lines if each.silent and each.came_s < before_s]
        return min(
            able, key=lambda each: (-many[each.source], each.came_s), default=None
        )

    def _meet(
        self, caller: socket.socket, source: str, group: asyncio.TaskGroup
    ) -> None:
        line = TcpLine(source)
        task = group.create_task(self._talk(line, caller))
        # One that was cancelled before its first step left the socket to nobody.
        task.add_done_callback(lambda _: None if line.stood else caller.close())
        # It counts from now on: the kernel hands over a burst of callers.
        self._reception.expect(task)

    async def _talk(self, line: TcpLine, caller: socket.socket) -> None:
        loop, ends = asyncio.get_running_loop(), line.abort
        try:
            await loop.connect_accepted_socket(lambda: line, caller)
            self._lines.add(line)
            wary = Wary(line, self.name)
            await self._reception.talk(wary, line.end)
            if wary.refused:
                self._reception.refuse("web_request")
            ends = line.close
        except Exception:
            # One POS's, not the door's.
            log.exception("a line failed", extra={"door": self.name})
        finally:
            self._lines.discard(line)
            # A hang-up says that all of it is safe, also at a stop out of time.
            if line.stood:
                ends()

    def _admits(self, source: str) -> bool:
        if self._settings.admits(source):
            return True
        log.warning(
            "a stranger knocked at the printer port, hung up",
            extra={"door": self.name, "source": source},
        )
        return False
