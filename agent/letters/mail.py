"""A receipt as a mail: RFC 5322, two parts, nothing that watches the reader.

A receipt that the till printed as a picture comes with it, inside the HTML part
(multipart/related, RFC 2387): the picture is the document.

What it holds: text worth reading and HTML that says the same, a link to the
receipt's page, who sent it and why, and what to do when it reached the wrong
person.  What it never holds: any other picture, a tracker, a third party's address, an
offer (CNIL, 21 March 2023: an address given for a receipt serves the receipt).

Refused with ``ValueError``: a recipient that is no address, an address that is
not a web address, an identifier that is no msg-id.  A header cannot be injected:
addresses are checked whole, texts lose their control characters, and the
header registry encodes what is left (RFC 2047).

The boundary follows from the Message-ID, so the same receipt gives the same
bytes; it contains ``=_``, which quoted-printable never writes (RFC 2046, 5.1.1).
"""

from __future__ import annotations

import datetime as dt
import re
from base64 import b64decode
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import Final

from agent.identity.contacts import email
from agent.letters.mail_html import html_part
from agent.letters.mail_text import text_part
from agent.letters.view import View, clean, view
from agent.letters.words import PHRASES
from agent.wire.money import Lang
from agent.wire.receipt import Receipt

SUBJECT_CHARS: Final = 60
"""Of the shop's name in a subject: a phone's list shows about that much."""

_SENDER: Final = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}")
_MESSAGE_ID: Final = re.compile(r"[!-;=?A-~]{1,120}@[!-;=?A-~]{1,120}")
_URL: Final = re.compile(r"https?://[!#-;=?-~]{1,1100}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom, when.

    ``message_id`` is ``left@right`` with or without its angle brackets (RFC
    5322, 3.6.4); ``date`` is aware.
    """

    sender: str
    recipient: str
    message_id: str
    date: dt.datetime


def compose(
    receipt: Receipt,
    envelope: Envelope,
    *,
    url: str,
    shop: str,
    lang: Lang,
    copy_number: int = 0,
) -> bytes:
    """The message as it goes over SMTP, lines ending in CR LF.

    ``url`` is the receipt's page; ``copy_number`` above 0 marks a duplicata
    (BOI-TVA-DECLA-30-10-30: a later copy says so).

    Raises:
        ValueError: an address, identifier or date cannot stand in a header.
    """
    identifier = envelope.message_id.removeprefix("<").removesuffix(">")
    recipient = email(envelope.recipient)
    checks = {
        "recipient": recipient is not None,
        "sender": _SENDER.fullmatch(envelope.sender) is not None,
        "message_id": _MESSAGE_ID.fullmatch(identifier) is not None,
        "url": _URL.fullmatch(url) is not None,
        "date": envelope.date.tzinfo is not None,
    }
    if wrong := [name for name, fine in checks.items() if not fine]:
        raise ValueError(f"a mail cannot be written with this {', '.join(wrong)}")
    shown = view(
        receipt, shop=shop, lang=lang, sent=envelope.date, copy_number=copy_number
    )
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _subject(shown)
    message["From"] = Address(clean(shop, SUBJECT_CHARS), addr_spec=envelope.sender)
    message["To"] = Address(addr_spec=recipient)
    message["Date"] = envelope.date
    message["Message-ID"] = f"<{identifier}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it
    message["X-Auto-Response-Suppress"] = "All"
    said = PHRASES[lang]
    message.set_content(
        text_part(shown, said, url=url, sender=envelope.sender),
        cte="quoted-printable",
    )
    mark = sha256(identifier.encode()).hexdigest()[:32]
    cid = f"{mark}@ticket.invalid"
    message.add_alternative(
        html_part(shown, said, url=url, sender=envelope.sender, lang=lang, cid=cid),
        subtype="html",
        cte="quoted-printable",
    )
    if shown.picture is not None:
        _attach(message, b64decode(shown.picture.png), cid, mark)
    message["Content-Language"] = lang  # last: set before, it would move into a part
    message.set_boundary(f"=_{mark}")
    return message.as_bytes()


def _attach(message: EmailMessage, png: bytes, cid: str, mark: str) -> None:
    """Put the picture beside the HTML that shows it."""
    html = message.get_body(("html",))
    if html is not None:
        html.add_related(
            png, "image", "png", cid=f"<{cid}>", filename="ticket.png",
            disposition="inline",
        )  # fmt: skip
        html.set_boundary(f"=_r{mark}")


def _subject(shown: View) -> str:
    """``Votre ticket — {enseigne}, {total}, {date}``, after a copy's mark."""
    parts = (shown.shop[:SUBJECT_CHARS], shown.total, shown.day)
    title = f"{shown.title} — {', '.join(part for part in parts if part)}"
    return f"{shown.copy} — {title}" if shown.copy else title
