"""The relay's side of the worker: start it, ask it, and outlive it.

One request at a time.  A request that overruns its deadline, or whose worker
dies, gets :class:`WorkerError` and is never given to the next worker.  The
next one is started and warmed at once, in the background.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.errors import WorkerError
from agent.worker.frames import (
    HEAD,
    BadFrameError,
    Frame,
    lengths_size,
    pack,
    parse_header,
    part_lengths,
)

log = logging.getLogger(__name__)

ISOLATION: Final = ("-I",) if sys.flags.isolated else ()
"""As the relay was started: no user's site, no PYTHONPATH, no working directory."""
COMMAND: Final = (sys.executable, *ISOLATION, "-m", "agent.worker")
MAX_WAITING: Final = 64
"""Requests in line; more means that the worker can't keep up, and paper is quicker."""
WARM_DEADLINE_S: Final = 30.0
"""Cold imports on a till's flash card."""
GRACE_S: Final = 0.2
"""A worker whose input ended leaves by itself; after that it is killed."""


class Worker:
    """A worker process, and a new one after each that dies.  A service."""

    name = "worker"

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._missing = asyncio.Event()
        self._missing.set()
        self.deaths = 0

    @property
    def pid(self) -> int | None:
        """Of the process that serves now."""
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Keep a warm worker at hand until cancelled."""
        try:
            while True:
                await self._missing.wait()
                async with self._turn:
                    if self._process is None:
                        await self._start()
                        await self._exchange(
                            Frame({"task": "warm"}), deadline_s=WARM_DEADLINE_S
                        )
        finally:
            await self._end()

    async def call(
        self, task: str, params: Mapping[str, Any], body: bytes, deadline_s: float
    ) -> Frame:
        """Have one task done.

        Raises:
            WorkerError: no result: it failed, overran, died, or the line is full.
        """
        if self._waiting >= MAX_WAITING:
            raise WorkerError("the worker's line is full")
        request = Frame({"task": task, "params": dict(params)}, (body,))
        self._waiting += 1
        try:
            async with self._turn:
                if self._process is None:
                    await self._start()
                answer = await self._exchange(request, deadline_s)
        finally:
            self._waiting -= 1
        if "done" not in answer.header:
            raise WorkerError(f"{task} failed: {answer.header.get('failed')}")
        return Frame(answer.header["done"], answer.parts)

    async def _start(self) -> None:
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise WorkerError("the worker does not start") from error
        self._missing.clear()

    async def _exchange(self, request: Frame, deadline_s: float) -> Frame:
        """Ask and hear.  Anything but an answer ends this worker."""
        try:
            async with asyncio.timeout(deadline_s):
                return await self._ask(request)
        except TimeoutError as error:
            await self._bury("overran")
            raise WorkerError(f"overran {deadline_s} s") from error
        except (OSError, EOFError, BadFrameError) as error:
            await self._bury("died")
            raise WorkerError("the worker died") from error
        except asyncio.CancelledError:
            # Its answer would be read as the next request's.
            await self._bury("cancelled")
            raise

    async def _ask(self, request: Frame) -> Frame:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(pack(request))
        await process.stdin.drain()
        read = process.stdout.readexactly
        header_length, parts = lengths_size(await read(HEAD.size))
        lengths = part_lengths(await read(4 * parts)) if parts else ()
        header = parse_header(await read(header_length))
        return Frame(header, tuple([await read(length) for length in lengths]))

    async def _bury(self, why: str) -> None:
        self.deaths += 1
        log.warning("worker is gone", extra={"why": why, "pid": self.pid})
        await self._end(grace_s=0.0)

    async def _end(self, grace_s: float = GRACE_S) -> None:
        process, self._process = self._process, None
        self._missing.set()
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(grace_s):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
