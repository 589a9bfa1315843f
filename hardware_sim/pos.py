"""A point of sale as the printer's port sees one: it plays jobs and keeps time.

Manners are those observed of real software: a connection for each job or one
for the day, a half-close and then a wait for the printer's FIN (CUPS), a
``GS r 1`` at the end whose answer means "printed" (receiptio), small pieces
with pauses, status polls on a connection of their own (Odoo).  A bad day is a
value: :class:`Played` says what went wrong, nothing is raised for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from escpos.printer import Network

from hardware_sim import library_bytes
from hardware_sim.line import Line, dial
from hardware_sim.tickets import Ticket

DONE = b"\x1dr\x01"
"""GS r 1: answered once everything before it is printed."""
PAPER = b"\x10\x04\x04"
"""DLE EOT 4: the roll, at once."""
CONNECT_S = 5.0
"""Odoo and ESC-POS-.NET give a printer as long to take the call."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How this POS talks.

    Attributes:
        half_close: after the job say FIN and wait for the printer's (CUPS).
        ask_done: send GS r 1 after the job and wait for its answer.
        other_answers: bytes that the job's own questions are answered with
            (they come before that one).
        chunk_bytes: pieces of that size; 0 is all at once.
        pause_s: between pieces.
        deadline_s: for the whole job.
    """

    half_close: bool = True
    ask_done: bool = False
    other_answers: int = 0
    chunk_bytes: int = 0
    pause_s: float = 0.0
    deadline_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Played:
    """How it went; seconds since the POS began to dial, ``None``: never.

    Attributes:
        connected_s: the call was taken.
        sent_s: the last byte left.
        accepted_s: the POS has its proof: the answer to GS r 1 where it asks,
            else the printer's FIN where it waits for one, else ``sent_s``.
        replies: every byte that came back.
        failure: name of the error that ended it; empty when all went well.
        reason: the same for people, where there is more to say than the name.
    """

    connected_s: float | None = None
    sent_s: float | None = None
    accepted_s: float | None = None
    replies: bytes = b""
    failure: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """One status question: its answer (empty: none came) and how long it took."""

    answer: bytes
    took_s: float


class Call:
    """One connection to a printer, for one job or for a whole day."""

    def __init__(self, line: Line, manner: Manner) -> None:
        self._line = line
        self._manner = manner
        self.replies = b""

    async def play(self, raw: bytes) -> Played:
        """One job; the connection stays open unless the manner half-closes it."""
        return await self.play_since(time.monotonic(), raw)

    async def ask(self, question: bytes, answer_bytes: int, deadline_s: float) -> bytes:
        """A question and so many bytes of answer; fewer when time is up."""
        before = len(self.replies)
        await self._line.write(question)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(deadline_s):
                await self._hear(before + answer_bytes)
        return self.replies[before:]

    async def play_since(self, start_s: float, raw: bytes) -> Played:
        """One job, timed from ``start_s`` (``time.monotonic``) on."""
        connected_s = time.monotonic() - start_s
        before = len(self.replies)
        sent_s = accepted_s = None
        failure = reason = ""
        try:
            async with asyncio.timeout(self._manner.deadline_s):
                await self._send(raw)
                sent_s = time.monotonic() - start_s
                await self._proof(before)
                accepted_s = time.monotonic() - start_s
        except (OSError, TimeoutError) as error:
            failure, reason = type(error).__name__, _reason(error)
        replies = self.replies[before:]
        return Played(connected_s, sent_s, accepted_s, replies, failure, reason)

    async def _send(self, raw: bytes) -> None:
        step = self._manner.chunk_bytes or max(len(raw), 1)
        for at in range(0, len(raw), step):
            if at and self._manner.pause_s:
                await asyncio.sleep(self._manner.pause_s)
            if not await self._line.write(raw[at : at + step]):
                raise ConnectionResetError
        if self._manner.ask_done and not await self._line.write(DONE):
            raise ConnectionResetError

    async def _proof(self, before: int) -> None:
        if self._manner.ask_done:
            wanted = before + self._manner.other_answers + 1
            if not await self._hear(wanted):
                raise ConnectionResetError
        if self._manner.half_close:
            self._line.half_close()
            while await self._hear(len(self.replies) + 1):
                pass

    async def _hear(self, count: int) -> bool:
        """Until so many replies in all have come; ``False``: the peer left."""
        while len(self.replies) < count:
            piece = await self._line.read()
            if not piece:
                return False
            self.replies += piece
        return True


class _Till(Network):  # type: ignore[misc]  # the library has no types
    """python-escpos' network printer, which drops sockets without closing them."""

    def __setattr__(self, name: str, value: object) -> None:
        dropped = self.__dict__.get("_device")
        if name == "_device" and not value and isinstance(dropped, socket.socket):
            dropped.close()
        super().__setattr__(name, value)


class Pos:
    """A till that prints to ``host:port``."""

    def __init__(self, host: str, port: int, manner: Manner | None = None) -> None:
        self.host = host
        self.port = port
        self.manner = manner or Manner()

    async def play(self, raw: bytes) -> Played:
        """One connection, one job."""
        start_s = time.monotonic()
        try:
            line = await dial(self.host, self.port, CONNECT_S)
        except (OSError, TimeoutError) as error:
            return Played(failure=type(error).__name__, reason=_reason(error))
        try:
            return await Call(line, self.manner).play_since(start_s, raw)
        finally:
            line.close()

    @contextlib.asynccontextmanager
    async def stay(self) -> AsyncIterator[Call]:
        """A persistent connection: ``async with pos.stay() as call``.

        Raises:
            OSError: nobody takes the call.
            TimeoutError: within five seconds.
        """
        line = await dial(self.host, self.port, CONNECT_S)
        try:
            yield Call(line, self.manner)
        finally:
            line.close()

    async def play_with_library(self, ticket: Ticket) -> Played:
        """The same by python-escpos' own ``Network`` printer, in a thread."""
        return await asyncio.to_thread(self._library, ticket)

    async def poll_status(
        self, times: int, every_s: float, question: bytes = PAPER
    ) -> list[Poll]:
        """Ask on a connection of its own, open loop: a late answer delays no question."""
        polls: list[Poll] = []
        async with self.stay() as call:
            start_s = time.monotonic()
            for turn in range(times):
                await asyncio.sleep(
                    max(0.0, start_s + turn * every_s - time.monotonic())
                )
                asked_s = start_s + turn * every_s
                answer = await call.ask(question, 1, self.manner.deadline_s)
                polls.append(Poll(answer, time.monotonic() - asked_s))
        return polls

    def _library(self, ticket: Ticket) -> Played:
        start_s = time.monotonic()
        profile = library_bytes.PROFILES[ticket.columns]
        till = _Till(
            self.host, self.port, timeout=self.manner.deadline_s, profile=profile
        )
        connected_s = None
        try:
            till.open()
            connected_s = time.monotonic() - start_s
            library_bytes.write(ticket, till)
            sent_s = time.monotonic() - start_s
        except Exception as error:  # noqa: BLE001 -- the library has a tree of its own errors
            name = type(error).__name__
            return Played(connected_s, failure=name, reason=_reason(error))
        finally:
            _close(till)
        return Played(connected_s, sent_s, sent_s)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionResetError):
        return "the other side hung up"
    number = error.errno if isinstance(error, OSError) else None
    if number is not None and number > 0:
        return os.strerror(number)  # asyncio's own words repeat the address
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def play_now(host: str, port: int, raw: bytes, manner: Manner | None = None) -> Played:
    """For a command line: one job, without an event loop of one's own."""
    return asyncio.run(Pos(host, port, manner).play(raw))


def play_file(host: str, port: int, path: Path, manner: Manner | None = None) -> Played:
    """For a command line: a recorded job."""
    return play_now(host, port, path.read_bytes(), manner)


def _close(till: _Till) -> None:
    """close() raises when the printer hung up first; the socket is shut anyway."""
    with contextlib.suppress(OSError, AttributeError):
        till.close()
    till._device = None  # noqa: SLF001 -- see _Till
