"""The relay's side of the worker: start it, ask it, and outlive it.

One request at a time.  A request that overruns its deadline, or whose worker
dies, gets :class:`WorkerError` and is never given to the next worker.  The
next one is started and warmed at once, in the background.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from agent.errors import WorkerError
from agent.pieces import joined
from agent.worker import unit
from agent.worker.frames import (
    HEAD,
    BadFrameError,
    Frame,
    head,
    lengths_size,
    parse_header,
    part_lengths,
)

log = logging.getLogger(__name__)

ISOLATION: Final = ("-I",) if sys.flags.isolated else ()
"""As the relay was started: no user's site, no PYTHONPATH, no working directory."""
COMMAND: Final = (sys.executable, *ISOLATION, "-m", "agent.worker")
Process = asyncio.subprocess.Process | unit.UnitProcess
MAX_WAITING: Final = 64
"""Requests in line; more means that the worker can't keep up, and paper is quicker."""
WARM_DEADLINE_S: Final = 30.0
"""Cold imports on a till's flash card."""
START_AGAIN_S: Final = 2.0
"""A program that cannot be started is missing for longer than that."""
GRACE_S: Final = 0.2
"""A worker whose input ended leaves by itself; after that it is killed."""

PIECE_BYTES: Final = 64 << 10
"""Handed to the pipe at a time: four megabytes at once hold the loop for four ms."""


class Worker:
    """A worker process, and a new one after each that dies.  A service.

    A child, or a unit of systemd's where ``RECEIPT_AGENT_WORKER`` names its socket.
    """

    name = "worker"

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._warm = asyncio.Event()
        self._startable = True
        self._by_unit = True
        self.deaths = 0
        self.given_up = Counter[str]()
        """By why."""

    @property
    def warm(self) -> bool:
        """Whether one is there that has loaded its tables."""
        return self._warm.is_set()

    @property
    def pid(self) -> int | None:
        """Of the process that serves now."""
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Keep a warm worker at hand until cancelled; also one that dies idle."""
        try:
            while True:
                try:
                    process = await self._start()
                except WorkerError:
                    log.exception("no worker, every job is printed")
                    await asyncio.sleep(START_AGAIN_S)
                    continue
                await process.wait()
                self._warm.clear()
                self._process = None
                self.deaths += 1
                log.warning("worker is gone", extra={"pid": process.pid})
        finally:
            await self._end()

    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame:
        """Have one task done; the deadline counts from when it is its turn.

        ``body`` and ``more`` are the bytes that the task takes, in its order.

        Raises:
            WorkerError: no result: it failed, overran, died, or the line is full.
        """
        if self._waiting >= MAX_WAITING:
            raise WorkerError("the worker's line is full")
        request = Frame({"task": task, "params": dict(params)}, (body, *more))
        self._waiting += 1
        try:
            async with self._turn:
                await self._until_warm()
                answer = await self._exchange(request, deadline_s)
        finally:
            self._waiting -= 1
        if "done" not in answer.header:
            raise WorkerError(f"{task} failed: {answer.header.get('failed')}")
        return Frame(answer.header["done"], answer.parts)

    async def _until_warm(self) -> None:
        """A worker that has just died is replaced; its heir needs a moment."""
        if not self._startable:
            raise WorkerError("the worker does not start")
        try:
            async with asyncio.timeout(WARM_DEADLINE_S):
                await self._warm.wait()
        except TimeoutError as error:
            raise WorkerError("no worker got warm") from error

    async def _start(self) -> Process:
        """A new process that has loaded its tables.

        Raises:
            WorkerError: it does not start, or dies while it warms up.
        """
        try:
            self._process = process = await self._spawned()
        except OSError as error:
            self._startable = False
            raise WorkerError("the worker does not start") from error
        self._startable = True
        # A socket whose unit is gone takes connections and starts nothing: then a child.
        self._by_unit = not isinstance(process, unit.UnitProcess)
        await self._exchange(Frame({"task": "warm"}), WARM_DEADLINE_S)
        self._by_unit = True
        self._warm.set()
        return process

    async def _spawned(self) -> Process:
        given = self._command is COMMAND and self._by_unit
        if given and (path := unit.place()) is not None:
            return await unit.started(path)
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )

    async def _exchange(self, request: Frame, deadline_s: float) -> Frame:
        """Ask and hear.  Anything but an answer ends this worker."""
        try:
            async with asyncio.timeout(deadline_s):
                return await self._ask(request)
        except TimeoutError as error:
            self._kill("overran")
            raise WorkerError(f"overran {deadline_s} s") from error
        except (OSError, EOFError, BadFrameError) as error:
            self._kill("died")
            raise WorkerError("the worker died") from error
        except asyncio.CancelledError:
            # Its answer would be read as the next request's.
            self._kill("cancelled")
            raise

    async def _ask(self, request: Frame) -> Frame:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        for part in (head(request), *request.parts):
            for at in range(0, len(part), PIECE_BYTES):
                process.stdin.write(part[at : at + PIECE_BYTES])
                await process.stdin.drain()
                # A pipe that takes all of it suspends nobody.
                await asyncio.sleep(0)
        read = process.stdout.readexactly
        header_length, parts = lengths_size(await read(HEAD.size))
        lengths = part_lengths(await read(4 * parts)) if parts else ()
        header = parse_header(await read(header_length))
        return Frame(header, tuple([await _long(read, length) for length in lengths]))

    def _kill(self, why: str) -> None:
        """``run`` hears of it and starts another."""
        self._warm.clear()
        self.given_up[why] += 1
        log.warning("worker is given up", extra={"why": why, "pid": self.pid})
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _end(self) -> None:
        self._warm.clear()
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(GRACE_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _long(read: Callable[[int], Awaitable[bytes]], length: int) -> bytes:
    """So many bytes, in pieces."""
    pieces = [
        await read(min(PIECE_BYTES, length - at))
        for at in range(0, length, PIECE_BYTES)
    ]
    return await joined(pieces)
