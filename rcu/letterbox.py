"""Sends the one mail that the RCU writes: the link by which somebody enters their account.

One try by one relay, within a few seconds: whoever asked sits in front of the page and
presses again.  Receipts are mailed by the tills.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Final

from rcu.config import AccountSettings
from rcu.errors import ConfigError

log = logging.getLogger(__name__)

SEND_S: Final = 15.0
MAX_SECRET_BYTES: Final = 1024


class Letterbox:
    """One relay.

    Raises:
        ConfigError: the password's file cannot be read.
    """

    def __init__(self, settings: AccountSettings) -> None:
        self.settings = settings
        self._password = _secret(settings.smtp_password_file)

    async def send(
        self, recipient: str, subject: str, text: str, lang: str, now_ms: int
    ) -> bool:
        """Whether the relay took it."""
        import aiosmtplib  # 30 ms, for the first who asks

        said = self.settings
        tls = said.smtp_security
        try:
            await aiosmtplib.send(
                self._letter(recipient, subject, text, lang, now_ms),
                hostname=said.smtp_host,
                port=said.smtp_port,
                username=said.smtp_user or None,
                password=self._password or None,
                use_tls=tls == "tls",
                start_tls=tls == "starttls",
                timeout=SEND_S,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("a link was not mailed", extra={"why": type(error).__name__})
            return False
        return True

    def _letter(
        self, recipient: str, subject: str, text: str, lang: str, now_ms: int
    ) -> EmailMessage:
        sender = self.settings.sender
        letter = EmailMessage(policy=SMTP)
        letter["From"] = sender
        letter["To"] = recipient
        letter["Subject"] = subject
        letter["Date"] = format_datetime(datetime.fromtimestamp(now_ms / 1000, UTC))
        letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> "))
        letter["Content-Language"] = lang
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers
        letter.set_content(text)
        return letter


def _secret(path: str) -> str:
    if not path:
        return ""
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_SECRET_BYTES).decode().strip()
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"accounts.smtp_password_file: {path}: cannot be read; it holds the relay's "
            "password and nothing else"
        ) from error
