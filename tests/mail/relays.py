"""Mail relays that answer as they are told to, on real sockets."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from agent.delivery.settings_mail import MailSettings


async def until(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    """Wait for a condition; the test's own deadline, not the code's."""
    ends = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > ends:
            raise AssertionError("it never came true")
        await asyncio.sleep(0.005)


class Relay:
    """Answers as it is told to; keeps what it took."""

    def __init__(self) -> None:
        self.to_sender = "250 2.1.0 Ok"
        self.to_recipient = "250 2.1.5 Ok"
        self.to_data = "250 2.0.0 Ok: queued as 4B7C2D1A"
        self.stalls = False
        self.released = asyncio.Event()
        self.took: list[Envelope] = []

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's hook
        self, _s: SMTP, _c: Session, envelope: Envelope, sender: str, _o: list[str]
    ) -> str:
        envelope.mail_from = sender
        return self.to_sender

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's hook
        self, _s: SMTP, _c: Session, envelope: Envelope, recipient: str, _o: list[str]
    ) -> str:
        if self.to_recipient.startswith("2"):
            envelope.rcpt_tos.append(recipient)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's hook
        self, _s: SMTP, _c: Session, envelope: Envelope
    ) -> str:
        if self.stalls:
            await self.released.wait()
        if self.to_data.startswith("2"):
            self.took.append(envelope)
        return self.to_data


@asynccontextmanager
async def served(
    relay: Relay, *, secured_by: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[MailSettings]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(relay, hostname="relay.test", **options),
        "127.0.0.1",
        0,
        ssl=secured_by,
    )
    port = server.sockets[0].getsockname()[1]
    yield MailSettings(
        host="127.0.0.1",
        port=port,
        security="none",
        sender="tickets@shop.example",
        step_s=0.5,
        total_s=1.0,
    )
    relay.released.set()
    server.close()
    await server.wait_closed()


_MESSAGE_ID = re.compile(r"^Message-ID: (.+)$", re.MULTILINE)


class Script:
    """A relay of a few lines: says what each command is answered, and remembers all."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.offers: tuple[str, ...] = ("SIZE 1000000", "DSN")
        self.heard: list[str] = []
        self.calls = 0
        self.open = 0
        self.taken = 0
        self.identifiers: set[str] = set()
        """Message-IDs of what was taken."""
        self.leaves_at = ""
        """Hangs up in place of answering: at a command, ``content``, or ``idle``."""
        self.hangs_at = ""
        """Says nothing from there on, until it is ``released``."""
        self.released = asyncio.Event()
        self.well_from = 0
        """From that connection on it is well."""
        self.writers: list[asyncio.StreamWriter] = []

    def _answer(self, command: str) -> str:
        verb = command.partition(" ")[0].upper()
        if self.well_from and self.calls >= self.well_from:
            self.answers, self.leaves_at = {}, ""
        if verb == "EHLO":
            lines = ["relay.test", *self.offers]
            return "\r\n".join(
                f"250{'-' if n < len(lines) else ' '}{line}"
                for n, line in enumerate(lines, 1)
            )
        usual = {"DATA": "354 go ahead", "QUIT": "221 bye"}.get(verb, "250 ok")
        return self.answers.get(verb, usual)

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.calls += 1
        self.open += 1
        self.writers.append(writer)
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"220 relay.test\r\n")
        while line := await reader.readline():
            command = line.decode().rstrip()
            verb = command.partition(" ")[0].upper()
            self.heard.append(command)
            if verb == self.leaves_at:
                return
            if verb == self.hangs_at:
                await self.released.wait()
            writer.write(self._answer(command).encode() + b"\r\n")
            if verb == "QUIT":
                return
            if verb != "DATA" or not self._answer(command).startswith("354"):
                continue
            if not await self._data(reader, writer):
                return

    async def _data(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if self.leaves_at == "half":
            await reader.readexactly(40)
            return False
        content = await reader.readuntil(b"\r\n.\r\n")
        if self.answers.get("content", "2").startswith("2"):
            self.taken += 1
            self.identifiers.update(_MESSAGE_ID.findall(content.decode()))
        return await self._content(writer)

    async def _content(self, writer: asyncio.StreamWriter) -> bool:
        """The message was read; ``False``: the relay leaves."""
        if self.leaves_at == "content":
            return False
        if self.hangs_at == "content":
            await self.released.wait()
        said = self.answers.get("content", "250 queued as Q1")
        writer.write(said.encode() + b"\r\n")
        await writer.drain()
        return self.leaves_at != "idle"


@asynccontextmanager
async def scripted(script: Script, **changes: Any) -> AsyncIterator[MailSettings]:
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield MailSettings.model_validate(
            {
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
                "sender": "tickets@shop.example",
                "connect_s": 2.0,
                "step_s": 2.0,
                "data_s": 2.0,
                "total_s": 5.0,
            }
            | changes
        )
    for writer in script.writers:
        writer.close()
    await until(lambda: script.open == 0)
