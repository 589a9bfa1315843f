"""A mailbox behind a mail relay: takes what is sent by SMTP, and can be unkind.

One listener on a loopback port in the loop of whoever enters it.  It refuses
nobody by itself; :meth:`Mailbox.turn` makes it refuse recipients (550), greylist
them once (451), or stall.  It keeps the newest messages only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Final, Literal, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT_MESSAGES: Final = 200
"""More than anybody reads in a demonstration."""
LARGEST_BYTES: Final = 2 * 1024 * 1024
"""A receipt is some kilobytes; SMTP's SIZE tells the sender."""
SILENCE_S: Final = 60
"""A sender that says nothing for so long is let go."""

Mood = Literal["kind", "refuse", "greylist", "stall"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message that was taken."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)

    @property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.parsed["Subject"] or "")

    @property
    def text(self) -> str:
        """The plain part; empty when there is none."""
        return _part(self.parsed, "plain")

    @property
    def html(self) -> str:
        """The HTML part; empty when there is none."""
        return _part(self.parsed, "html")


class Mailbox:
    """``async with Mailbox() as mailbox:``; messages go to ``mailbox.port``.

    Attributes:
        messages: the newest :data:`KEPT_MESSAGES`.
        taken: how many there have ever been.
        turned_away: recipients that were refused or put off.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.messages: deque[Message] = deque(maxlen=KEPT_MESSAGES)
        self.taken = 0
        self.turned_away = 0
        self._mood: Mood = "kind"
        self._seen: set[str] = set()
        self._released = asyncio.Event()
        self._arrived = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._calls: set[_Conversation] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._answer, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        self._released.set()
        for call in tuple(self._calls):
            call.hang_up()
        if self._server is not None:
            await self._server.wait_closed()

    def turn(self, mood: Mood) -> None:
        """Be that way from now on; a greylisted recipient is taken the next time."""
        self._mood = mood
        self._released.set()
        self._released = asyncio.Event()

    async def wait(self, count: int, deadline_s: float | None) -> tuple[Message, ...]:
        """Until ``count`` messages in all were taken; those that are kept.

        ``None`` waits for ever.

        Raises:
            TimeoutError: saying how many there are.
        """
        try:
            async with asyncio.timeout(deadline_s):
                while self.taken < count:
                    await self._arrived.wait()
        except TimeoutError:
            raise TimeoutError(
                f"{self.taken} messages after {deadline_s} s, not {count}"
            ) from None
        return tuple(self.messages)

    # -- what aiosmtpd calls ------------------------------------------------

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's hook
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Whether that recipient is known here."""
        if self._mood == "stall":
            await self._released.wait()
        known = address in self._seen
        self._seen.add(address)
        if self._mood == "refuse":
            self.turned_away += 1
            return "550 5.1.1 No such mailbox"
        if self._mood == "greylist" and not known:
            self.turned_away += 1
            return "451 4.7.1 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's hook
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the message."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        sender = envelope.mail_from or ""
        self.messages.append(Message(sender, tuple(envelope.rcpt_tos), raw))
        self.taken += 1
        self._arrived.set()
        self._arrived = asyncio.Event()
        return "250 2.0.0 Kept"

    def _answer(self) -> SMTP:
        return _Conversation(self, self._calls)


class _Conversation(SMTP):
    """One connection, which can be ended from our side."""

    def __init__(self, mailbox: Mailbox, calls: set[_Conversation]) -> None:
        super().__init__(
            mailbox,
            hostname="mailbox.example",
            ident="Mailbox",
            data_size_limit=LARGEST_BYTES,
            timeout=SILENCE_S,
            loop=asyncio.get_running_loop(),
        )
        self._open_calls = calls

    def connection_made(self, transport: Any) -> None:
        self._open_calls.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_calls.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part is not None else ""
