"""What SMTP's answers mean, and what is asked of a relay that can do more.  Pure.

RFC 5321 (answers), RFC 3461 (DSN), RFC 1870 (SIZE).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from agent.delivery.outcome import Deferred, Outcome, Refused
from agent.delivery.reasons import Reason

MAX_ENVID_CHARS: Final = 100
"""RFC 3461, 4.4."""
TOO_LARGE: Final = 552
"""RFC 1870, 6.1: also the answer to MAIL, when SIZE says too much."""

_QUEUED_AS: Final = re.compile(r"queued as <?([A-Za-z0-9._-]{1,64})>?(?:\s|$)")
"""Postfix, Exim and most relays say it so; never holds an ``@``."""
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_DOT: Final = re.compile(rb"^\.", re.MULTILINE)
_PLAIN: Final = re.compile(rb"[!-*,-<>-~]")


def message_id(message: bytes) -> str:
    """Of an RFC 5322 message, without its angle brackets; empty: it has none."""
    from email.parser import BytesHeaderParser  # with the first mail, not the start

    head = message.partition(b"\r\n\r\n")[0]
    said = BytesHeaderParser().parsebytes(head).get("Message-ID", "")
    return str(said).strip().removeprefix("<").removesuffix(">")


def mail_options(
    offers: Callable[[str], bool], message: bytes, identifier: str
) -> list[str]:
    """Behind MAIL FROM: only what the relay offers, since others answer 555."""
    options = []
    if offers("size"):
        options.append(f"SIZE={len(message)}")
    if offers("dsn"):
        options.append("RET=HDRS")  # a bounce need not carry the receipt around
        envid = xtext(identifier.partition("@")[0])
        if envid and len(envid) <= MAX_ENVID_CHARS:
            options.append(f"ENVID={envid}")
    return options


def rcpt_options(offers: Callable[[str], bool], recipient: str) -> list[str]:
    """Behind RCPT TO: to be told of failures and delays, and about whom."""
    if not offers("dsn"):
        return []
    return ["NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{xtext(recipient)}"]


def xtext(text: str) -> str:
    """As ESMTP parameters are written (RFC 3461, 4)."""
    return "".join(
        chr(byte) if _PLAIN.fullmatch(bytes([byte])) else f"+{byte:02X}"
        for byte in text.encode()
    )


def about_us(code: int) -> Outcome:
    """Greeting, TLS, password, sender: a person can repair it, the customer cannot."""
    if code == TOO_LARGE:
        return Refused(f"{Reason.MAIL_REFUSED}:{code}")
    temporary = 400 <= code < 500
    return Deferred(f"{Reason.MAIL_LATER if temporary else Reason.MAIL_SETUP}:{code}")


def about_the_message(code: int) -> Outcome:
    """Recipient and content."""
    if 500 <= code < 600:
        return Refused(f"{Reason.MAIL_REFUSED}:{code}")
    return Deferred(f"{Reason.MAIL_LATER}:{code}")


def queue_number(said: str) -> str:
    """Under which the relay keeps it, for support calls; empty: it does not say."""
    found = _QUEUED_AS.search(said)
    return found[1] if found else ""


def dotted(message: bytes) -> bytes:
    """The content as it goes behind DATA (RFC 5321, 4.5.2): dots doubled, ended."""
    lines = _LINE_END.sub(b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _DOT.sub(b"..", lines) + b".\r\n"
