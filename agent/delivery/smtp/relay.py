"""One relay: how it stands, and one message to one recipient by it.

A kept line that turns out to be stale is replaced once, and only before the content was
begun.  From then to the relay's answer nobody knows whether it keeps the message.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Final

from agent.delivery.outcome import Deferred, Delivered, Outcome
from agent.delivery.reasons import Reason
from agent.delivery.settings_mail import MailSettings, RelaySettings
from agent.delivery.smtp import esmtp
from agent.delivery.smtp.lines import Line, Lines, within
from agent.errors import ConfigError
from agent.retry import Backoff

REST: Final = Backoff(base_s=30.0, cap_s=600.0)
"""Of a relay that failed, while another one works."""
OK: Final = 250
OK_FORWARDED: Final = 251
GO_AHEAD: Final = 354
CLOSING: Final = 421
DOWN: Final = frozenset({Reason.MAIL_UNREACHABLE, Reason.MAIL_SETUP})


def is_down(outcome: Outcome) -> bool:
    """It is the relay's affair: any other message would fare alike."""
    return isinstance(outcome, Deferred) and (outcome.reason.partition(":")[0] in DOWN)


class Relay:
    """Sends by one relay; rests after what is its own failure."""

    def __init__(self, relay: RelaySettings, mail: MailSettings) -> None:
        self._mail = mail
        self._lines = Lines(relay, mail)
        self._failures = 0
        self.rests_until_s = 0.0
        """On the loop's clock."""

    async def send(self, message: bytes, recipient: str, until_s: float) -> Outcome:
        """By ``until_s`` on the loop's clock.

        ``Deferred`` with ``MAIL_DOUBT``: it may have taken it.
        """
        await self._lines.ready()
        outcome = await self._try(message, recipient, until_s, fresh=False)
        if outcome is None:
            outcome = await self._try(message, recipient, until_s, fresh=True)
        outcome = outcome or Deferred(Reason.MAIL_UNREACHABLE)
        self._note(outcome)
        return outcome

    def close(self) -> None:
        """Hang up."""
        self._lines.close()

    def _note(self, outcome: Outcome) -> None:
        self._failures = self._failures + 1 if is_down(outcome) else 0
        now_s = asyncio.get_running_loop().time()
        rest_s = REST.ceiling_s(self._failures) if self._failures else 0.0
        self.rests_until_s = now_s + rest_s

    async def _try(
        self, message: bytes, recipient: str, until_s: float, *, fresh: bool
    ) -> Outcome | None:
        """``None``: the line was stale, and nothing of the content has left."""
        import aiosmtplib

        try:
            async with self._lines.line(until_s, fresh=fresh) as line:
                talk = _Talk(self._mail, line, until_s)
                outcome = await talk.say(message, recipient)
                line.good = isinstance(outcome, Delivered)
                return outcome
        except aiosmtplib.SMTPResponseException as answer:
            return esmtp.about_us(answer.code)
        except (
            aiosmtplib.SMTPConnectError,
            aiosmtplib.SMTPServerDisconnected,
            OSError,  # time-outs too
        ) as problem:
            return Deferred(_why_unreachable(problem))
        except (aiosmtplib.SMTPException, ConfigError):
            # No STARTTLS, no way to log in, no file with the password.
            return Deferred(Reason.MAIL_SETUP)


class _Talk:
    """MAIL, RCPT, DATA."""

    def __init__(self, mail: MailSettings, line: Line, until_s: float) -> None:
        self._mail = mail
        self._line = line
        self._until_s = until_s
        self._client = line.client

    async def say(self, message: bytes, recipient: str) -> Outcome | None:
        """``None``: a stale line."""
        offers = self._client.supports_extension
        identifier = esmtp.message_id(message)
        sender = self._mail.return_path or self._mail.sender
        commands: tuple[tuple[bytes, tuple[int, ...], Callable[[int], Outcome]], ...]
        commands = (
            (
                _command(
                    f"MAIL FROM:<{sender}>",
                    esmtp.mail_options(offers, message, identifier),
                ),
                (OK,),
                esmtp.about_us,
            ),
            (
                _command(
                    f"RCPT TO:<{recipient}>", esmtp.rcpt_options(offers, recipient)
                ),
                (OK, OK_FORWARDED),
                esmtp.about_the_message,
            ),
            (b"DATA", (GO_AHEAD,), esmtp.about_the_message),
        )
        for command, fine, judge in commands:
            code = await self._answer(command)
            if code == 0 or (code == CLOSING and self._line.used):
                # A relay closes a line that was idle too long; it says so or not.
                stale = self._line.used
                return None if stale else Deferred(Reason.MAIL_UNREACHABLE)
            if code not in fine:
                return judge(code)
        return await self._content(message)

    async def _answer(self, command: bytes) -> int:
        """Its code; 0: none came."""
        import aiosmtplib

        try:
            answer = await self._client.execute_command(
                command, timeout=within(self._mail.step_s, self._until_s)
            )
        except (aiosmtplib.SMTPException, OSError):
            return 0
        return answer.code

    async def _content(self, message: bytes) -> Outcome:
        import aiosmtplib

        protocol = self._client.protocol
        if protocol is None:
            return Deferred(Reason.MAIL_UNREACHABLE)
        try:
            protocol.write(esmtp.dotted(message))
            patience_s = within(self._mail.data_s, self._until_s)
            answer = await protocol.read_response(timeout=patience_s)
        except (aiosmtplib.SMTPException, OSError):  # gibberish too
            return Deferred(Reason.MAIL_DOUBT)
        if answer.code == OK:
            return Delivered(esmtp.queue_number(answer.message))
        return esmtp.about_the_message(answer.code)


def _command(verb: str, options: list[str]) -> bytes:
    return " ".join((verb, *options)).encode("ascii")


def _why_unreachable(problem: BaseException) -> Reason:
    """A certificate that does not fit needs a person; anything else, patience."""
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return Reason.MAIL_SETUP
        seen = seen.__cause__ or seen.__context__
    return Reason.MAIL_UNREACHABLE
