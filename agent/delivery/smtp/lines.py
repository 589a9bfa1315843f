"""Connections to one relay: made within a deadline, kept a while, never more than two.

A relay's TLS and login cost more than the mail.  A kept line that was closed from the
far side in the meantime is noticed, mostly here, at the latest by whoever uses it.
"""

from __future__ import annotations

import asyncio
import importlib
import ssl
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agent.delivery.settings_mail import MailSettings, RelaySettings
from agent.delivery.smtp.password import password

if TYPE_CHECKING:
    import aiosmtplib

MAX_OPEN: Final = 2
"""At a time: one that sends, one that is asked for meanwhile.  Relays count them."""
GOODBYE: Final = b"QUIT\r\n"


@dataclass(slots=True)
class Line:
    """One connection.  ``used``: it has carried a mail; ``good``: it may carry another."""

    client: aiosmtplib.SMTP
    used: bool = False
    good: bool = False


class Lines:
    """To one relay.  May be used by several at a time."""

    def __init__(self, relay: RelaySettings, mail: MailSettings) -> None:
        self._relay = relay
        self._mail = mail
        self._room = asyncio.Semaphore(MAX_OPEN)
        self._kept: deque[tuple[Line, asyncio.TimerHandle]] = deque()
        self._tls: ssl.SSLContext | None = None

    async def ready(self) -> None:
        """Load what it needs: 100 ms of reading modules, not in the loop."""
        await asyncio.to_thread(importlib.import_module, "aiosmtplib")

    @asynccontextmanager
    async def line(
        self, until_s: float, *, fresh: bool = False
    ) -> AsyncGenerator[Line]:
        """A line, kept afterwards if it is ``good`` then; ``fresh``: a new one.

        By ``until_s`` on the loop's clock.

        Raises:
            SMTPException, OSError, TimeoutError, ConfigError: there is none.
        """
        async with self._room:
            line = None if fresh else self._waiting()
            if line is None:
                line = Line(await self._opened(until_s))
            line.good = False
            try:
                yield line
            finally:
                if line.good and line.client.is_connected and self._mail.idle_close_s:
                    self._keep(line)
                else:
                    _hang_up(line)

    def close(self) -> None:
        """Every kept line, without waiting for goodbyes."""
        while self._kept:
            line, timer = self._kept.pop()
            timer.cancel()
            _hang_up(line)

    def _waiting(self) -> Line | None:
        while self._kept:
            line, timer = self._kept.pop()
            timer.cancel()
            if line.client.is_connected:
                return line
            line.client.close()
        return None

    def _keep(self, line: Line) -> None:
        line.used = True
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._mail.idle_close_s, self._idle, line)
        self._kept.append((line, timer))

    def _idle(self, line: Line) -> None:
        self._kept = deque(each for each in self._kept if each[0] is not line)
        _hang_up(line)

    async def _opened(self, until_s: float) -> aiosmtplib.SMTP:
        import aiosmtplib as smtp  # see ready()

        relay = self._relay
        if relay.security != "none" and self._tls is None:
            # 30 ms of certificates
            self._tls = await asyncio.to_thread(_context, relay)
        secret = await asyncio.to_thread(password, relay)
        client: aiosmtplib.SMTP = smtp.SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.username,
            password=secret,
            local_hostname=self._mail.helo,
            timeout=self._mail.step_s,
            use_tls=relay.security == "tls",
            # None: if it is offered.
            start_tls={"starttls": True, "opportunistic": None}.get(
                relay.security, False
            ),
            tls_context=self._tls,
        )
        try:
            async with asyncio.timeout(within(self._mail.connect_s, until_s)):
                await client.connect()
                if client.is_ehlo_or_helo_needed:
                    await _greet(client)
        except BaseException:
            client.close()
            raise
        return client


async def _greet(client: aiosmtplib.SMTP) -> None:
    import aiosmtplib

    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:  # from before 1995 (RFC 5321, 3.2)
        await client.helo()


def within(patience_s: float, until_s: float) -> float:
    """As long as that, and no longer than the whole may take."""
    left_s = until_s - asyncio.get_running_loop().time()
    return max(0.0, min(patience_s, left_s))


def _hang_up(line: Line) -> None:
    """Say goodbye, and leave: everything is settled by then."""
    client = line.client
    if line.good and client.is_connected and client.protocol is not None:
        client.protocol.write(GOODBYE)
    client.close()


def _context(relay: RelaySettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=relay.ca_file)
    if relay.security == "opportunistic":  # RFC 7435: better than nothing
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
