"""A worker that is a unit of its own: systemd starts it for whoever connects.

``receipt-agent-worker@.service`` has no network, no database, no key, and memory and
priority of its own; a connection to its socket is its standard input and output.  To the
client it looks like a process: to hang up is to kill it, also in the midst of a task,
since the worker asks the kernel for SIGIO then (:mod:`agent.worker.__main__`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from typing import Final

WHERE: Final = "RECEIPT_AGENT_WORKER"
"""Its socket, as the agent's unit names it; without one, workers are children."""
LIMIT_BYTES: Final = 64 << 10
"""What the reader takes in ahead, as of a pipe."""


class _Line(asyncio.StreamReaderProtocol):
    """Once the worker is gone the line is closed, and whoever waits for it hears so."""

    def eof_received(self) -> bool:
        super().eof_received()
        return False


class UnitProcess:
    """As much of ``asyncio.subprocess.Process`` as the client needs."""

    pid: Final = 0
    """It is systemd's child; its number is in the journal."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.stdout, self.stdin = reader, writer
        self._gone = False

    @property
    def returncode(self) -> int | None:
        """Of one that is gone: 0, whatever it died of."""
        return 0 if self._gone else None

    async def wait(self) -> int:
        """Until it is gone."""
        with contextlib.suppress(OSError):  # gone all the same
            await self.stdin.wait_closed()
        self._gone = True
        return 0

    def kill(self) -> None:
        self.stdin.transport.abort()


def place(environ: Mapping[str, str] = os.environ) -> str | None:
    """The socket's path, if there is one."""
    path = environ.get(WHERE, "")
    return path if path and os.path.exists(path) else None  # noqa: PTH110 -- a string


async def started(path: str) -> UnitProcess:
    """Connect.

    Raises:
        OSError: nobody listens there.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LIMIT_BYTES, loop=loop)
    line = _Line(reader, loop=loop)
    transport, _ = await loop.create_unix_connection(lambda: line, path)
    return UnitProcess(reader, asyncio.StreamWriter(transport, line, reader, loop))
