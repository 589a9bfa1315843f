"""One composed message to one recipient, through the shop's mail relay.

The outcome is settled by the answer to DATA; what happens while saying goodbye
changes nothing.  ``Refused`` is only what is about this message: a permanent
answer to its recipient or its content.  A relay that refuses *us* (greeting,
TLS, password, sender) is ``Deferred``: a person can repair that, and the
customer's address is not to blame.  No recipient and no text of the relay,
which quotes recipients, is ever logged or returned.

A connection cut between the end of DATA and its answer leaves the message in
doubt.  It is sent again with the same Message-ID, so that mail programs can
show one message; some will show two.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import re
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.delivery.settings import MailSettings, is_address
from agent.errors import ConfigError
from agent.ids import ReceiptId

if TYPE_CHECKING:
    import aiosmtplib

GOODBYE_S: Final = 2.0
"""For QUIT, after everything is settled."""
MAX_PASSWORD_BYTES: Final = 4096
"""A password or token file; more is the wrong file."""

_QUEUED_AS: Final = re.compile(r"queued as <?([A-Za-z0-9._-]{1,64})>?(?:\s|$)")
"""Postfix, Exim and most relays say it so; never holds an ``@``."""


def message_id(receipt: ReceiptId, domain: str) -> str:
    """The Message-ID of a receipt's mail: the same at every try (RFC 5322, 3.6.4)."""
    return f"<{receipt}@{domain}>"


class EmailChannel:
    """Sends by SMTP; one connection for each message.

    Raises:
        ConfigError: from the constructor: the password file cannot be read.
    """

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._password = _password(settings)
        self._tls: ssl.SSLContext | None = None

    @property
    def name(self) -> Literal["email"]:
        return "email"

    async def send(self, message: bytes, recipient: str) -> Outcome:
        """Hand the message to the relay, within ``total_s`` seconds.

        Calling it again sends it again.
        """
        if not is_address(recipient):
            return Refused(Reason.MAIL_ADDRESS)
        # 100 ms of reading modules and 30 ms of certificates: not in the loop.
        smtp = await asyncio.to_thread(importlib.import_module, "aiosmtplib")
        if self._settings.security != "none" and self._tls is None:
            self._tls = await asyncio.to_thread(_tls_context, self._settings)
        client: aiosmtplib.SMTP = smtp.SMTP(
            hostname=self._settings.host,
            port=self._settings.port,
            username=self._settings.username,
            password=self._password,
            local_hostname=self._settings.helo,
            timeout=self._settings.step_s,
            use_tls=self._settings.security == "tls",
            start_tls=self._settings.security == "starttls",
            tls_context=self._tls,
        )
        try:
            async with asyncio.timeout(self._settings.total_s):
                return await self._converse(client, message, recipient)
        except TimeoutError:
            return Deferred(Reason.MAIL_UNREACHABLE)
        finally:
            client.close()

    async def _converse(
        self, client: aiosmtplib.SMTP, message: bytes, recipient: str
    ) -> Outcome:
        import aiosmtplib  # loaded on a thread by send()

        judge = _about_us
        try:
            await client.connect()
            await client.mail(self._settings.sender)
            judge = _about_the_message
            await client.rcpt(recipient)
            response = await client.data(message)
        except aiosmtplib.SMTPResponseException as answer:
            return judge(answer.code)
        except (
            aiosmtplib.SMTPConnectError,
            aiosmtplib.SMTPServerDisconnected,
            aiosmtplib.SMTPTimeoutError,
            OSError,
        ) as problem:
            return Deferred(_why_unreachable(problem))
        except aiosmtplib.SMTPException:  # no STARTTLS, no way to log in
            return Deferred(Reason.MAIL_SETUP)
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=GOODBYE_S)
        found = _QUEUED_AS.search(response.message)
        return Delivered(found[1] if found else "")


def _about_us(code: int) -> Outcome:
    temporary = 400 <= code < 500
    return Deferred(f"{Reason.MAIL_LATER if temporary else Reason.MAIL_SETUP}:{code}")


def _about_the_message(code: int) -> Outcome:
    if 500 <= code < 600:
        return Refused(f"{Reason.MAIL_REFUSED}:{code}")
    return Deferred(f"{Reason.MAIL_LATER}:{code}")


def _why_unreachable(problem: BaseException) -> Reason:
    """A certificate that does not fit needs a person; anything else, patience."""
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return Reason.MAIL_SETUP
        seen = seen.__cause__ or seen.__context__
    return Reason.MAIL_UNREACHABLE


def _tls_context(settings: MailSettings) -> ssl.SSLContext:
    make: Callable[..., ssl.SSLContext] = ssl.create_default_context
    return make(cafile=settings.ca_file)


def _password(settings: MailSettings) -> str | None:
    if settings.password_file is None:
        return None
    try:
        with settings.password_file.open(encoding="utf-8") as file:
            return file.read(MAX_PASSWORD_BYTES).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"mail.password_file = {settings.password_file} cannot be read; "
            "put the password there, readable by the user receipt-agent"
        ) from error
