"""TCP 9100, where printers listen: one conversation a connection.

Bounds: connections (a POS that opens more is hung up on, with one log line),
bytes of unread answers (a POS that never reads is hung up on), silence.  The
listening sockets are made by someone else (systemd, or the start), so that no
POS is refused while this file is still being loaded.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence

from agent.intake.limits import BACKLOG
from agent.intake.listening import listening
from agent.intake.reception import Reception
from agent.intake.settings import TcpDoorSettings
from agent.intake.strangers import Wary
from agent.intake.tcp_line import TcpLine

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

    async def run(self) -> None:
        """Take POS in until cancelled; then keep what they had given so far."""
        loop = asyncio.get_running_loop()
        # dup: a door that fell and is opened again finds its port listening.
        ports = [each.dup() for each in self._sockets]
        ports = ports or [listening(*self._settings.address)]
        async with asyncio.TaskGroup() as group:
            servers = [
                await loop.create_server(
                    lambda: TcpLine(lambda line: self._meet(line, group)),
                    sock=each,
                    backlog=BACKLOG,
                )
                for each in ports
            ]
            numbers = [each.getsockname()[1] for each in ports]
            log.info("a door is open", extra={"door": self.name, "ports": numbers})
            try:
                await self._reception.attend()
            finally:
                for server in servers:
                    server.close()
                await self._reception.hang_up()

    def _meet(self, line: TcpLine, group: asyncio.TaskGroup) -> None:
        admitted = bool(line.source) and self._admits(line.source)
        if not admitted or self._reception.full:
            self._reception.refuse("full" if admitted else "stranger")
            line.abort()
            return
        self._reception.expect(group.create_task(self._talk(line)))

    async def _talk(self, line: TcpLine) -> None:
        ends = line.abort
        try:
            wary = Wary(line, self.name)
            await self._reception.talk(wary, line.end)
            if wary.refused:
                self._reception.refuse("web_request")
            ends = line.close
        except Exception:
            # One POS's, not the door's.
            log.exception("a line failed", extra={"door": self.name})
        finally:
            # A hang-up says that all of it is safe, also at a stop out of time.
            ends()

    def _admits(self, source: str) -> bool:
        if self._settings.admits(source):
            return True
        log.warning(
            "a stranger knocked at the printer port, hung up",
            extra={"door": self.name, "source": source},
        )
        return False
