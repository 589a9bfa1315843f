"""A network printer on loopback with the moods of real ones.

It answers DLE EOT at once, also inside a job, as real printers do, GS r 1 when all
before it is on paper, and keeps every other byte in ``paper``.  Not a renderer: see
hardware_sim for that.
"""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

DLE_EOT = re.compile(rb"\x10\x04([\x01-\x04])")
GS_R = b"\x1dr\x01"
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 fn 8: its buffer is forgotten; here all is on paper at once."""


@dataclass
class Mood:
    """What it does.  Change it at any time."""

    answers: dict[int, int] = field(
        default_factory=lambda: {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
    )
    mute: bool = False
    deaf: bool = False
    """Does not read at all: the paper is out and its buffer is full."""
    deaf_after: int | None = None
    """Grows deaf once that many bytes are on paper."""
    dies_after: int | None = None
    """Resets the connection once that many bytes are on paper."""
    roll_ends_after: int | None = None
    """Out of paper from that many bytes on; takes them nevertheless."""
    silent_after: int | None = None
    """Answers nothing any more from that many bytes on."""
    marks: bool = True
    """Knows GS r; else it prints it."""
    busy: bool = False
    """Holds back its answers to GS r: what came is in its buffer."""
    says_first: bytes = b""
    """Noise in front of every answer: automatic status, names, XON."""

    def out_of_paper(self) -> None:
        self.answers |= {1: 0x1E, 2: 0x32, 4: 0x72}

    def cover_open(self) -> None:
        self.answers |= {1: 0x1E, 2: 0x16}

    def all_well(self) -> None:
        self.answers |= {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}


class FakePrinter:
    """Answers to what it has no answer for with silence.

    ``async with FakePrinter() as printer: ... printer.port``.
    """

    def __init__(self, host: str = "127.0.0.1", receive_buffer: int = 4096) -> None:
        self.host = host
        self.mood = Mood()
        self.paper = b""
        self.asked: list[int] = []
        self.connections = 0
        self.cleared = 0
        self.port = 0
        self._receive_buffer = receive_buffer
        self._open: set[asyncio.StreamWriter] = set()
        self._owed = 0
        """Answers to GS r that it holds back."""
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.switch_on()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.switch_off()

    async def switch_on(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        listener.bind((self.host, self.port))
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(
            self._serve, sock=listener, limit=self._receive_buffer
        )

    async def switch_off(self) -> None:
        if self._server is not None:
            self._server.close()
            self.hang_up()
            await self._server.wait_closed()

    def hang_up(self) -> None:
        """Drop every connection, as at a power cut."""
        for writer in list(self._open):
            writer.transport.abort()

    def answer_marks(self) -> None:
        """It has printed what it has: it is busy no more."""
        self.mood.busy = False
        while self._owed:
            self._owed -= 1
            self.say(b"\0")

    def say(self, what: bytes) -> None:
        """To everybody who is connected."""
        for writer in self._open:
            if not self.mood.mute:
                writer.write(self.mood.says_first + what)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        held = b""
        while True:
            while self.mood.deaf:
                await asyncio.sleep(0.01)
                if writer.transport.is_closing():
                    return
            data = await reader.read(1024)
            if not data:
                return
            held += data
            held = self._take(held, writer)
            full_at = self.mood.deaf_after
            if full_at is not None and len(self.paper) >= full_at:
                self.mood.deaf, self.mood.deaf_after = True, None
            if self.mood.dies_after is not None and (
                len(self.paper) >= self.mood.dies_after
            ):
                writer.transport.abort()
                return

    def _take(self, held: bytes, writer: asyncio.StreamWriter) -> bytes:
        """Print what is complete; give back what may be half a question."""
        printed = len(self.paper) + len(DLE_EOT.sub(b"", held).replace(GS_R, b""))
        if self.mood.roll_ends_after is not None and (
            printed >= self.mood.roll_ends_after
        ):
            self.mood.out_of_paper()
        if self.mood.silent_after is not None and printed >= self.mood.silent_after:
            self.mood.mute = True
        for question in DLE_EOT.finditer(held):
            self.asked.append(question[1][0])
            self._say(self.mood.answers.get(question[1][0]), writer)
        held = DLE_EOT.sub(b"", held)
        cut = next((n for n in (2, 1) if held.endswith(b"\x10\x04"[:n])), 0)
        self.paper += held[: len(held) - cut]
        if CLEAR in self.paper:
            self.paper = self.paper.replace(CLEAR, b"")
            self.cleared, self._owed = self.cleared + 1, 0
            if not self.mood.mute:
                writer.write(b"\x37\x25\0")
        while self.mood.marks and GS_R in self.paper:
            self.paper = self.paper.replace(GS_R, b"", 1)
            self._owed += 1
        if not self.mood.busy:
            self.answer_marks()
        return held[len(held) - cut :]

    def _say(self, answer: int | None, writer: asyncio.StreamWriter) -> None:
        if answer is not None and not self.mood.mute:
            writer.write(self.mood.says_first + bytes((answer,)))
