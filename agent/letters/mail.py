"""A receipt as a mail: RFC 5322, text and HTML that say the same, nothing that watches.

    multipart/mixed
      multipart/alternative
        text/plain
        text/html, or multipart/related with the pictures that it shows (RFC 2387)
      application/pdf            the strip, as the till printed it

What it holds: the bar code by which the shop finds the sale again, the receipt, a link to
its page, who sent it and why, what to do when it reached the wrong person or when no more
are wanted.  Of goods that are nobody's business it holds the link only.  What it never
holds: a picture from elsewhere, a script, a tracker, a third party's address; an offer
only if its caller says that the customer agreed to it (CNIL, 21 March 2023: an address
given for a receipt serves the receipt).

Refused with ``ValueError``: a recipient that is no address, an address that is not a web
address, an identifier that is no msg-id.  A header cannot be injected: addresses are
checked whole, texts lose their control characters, and the header registry encodes what
is left (RFC 2047).

The boundaries follow from the Message-ID, so the same receipt gives the same bytes; they
contain ``=_``, which quoted-printable never writes (RFC 2046, 5.1.1).
"""

from __future__ import annotations

import datetime as dt
import re
from base64 import b64decode
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import Final, Literal

from agent.consent.discretion import trade_is_discreet
from agent.identity.contacts import email
from agent.letters import code_picture, json_ld, mail_html
from agent.letters.mail_html import Page
from agent.letters.mail_text import text_part
from agent.letters.view import (
    View,
    annulled,
    clean,
    discreet,
    no_mail_url,
    view,
)
from agent.letters.words import PHRASES
from agent.wire.money import Tongue
from agent.wire.receipt import Receipt

SUBJECT_CHARS: Final = 60
"""Of the shop's name in a subject: a phone's list shows about that much."""
HEADER_URL_CHARS: Final = 74
"""One line of a header with its brackets; a longer one would be torn (RFC 2047)."""
MAX_OFFER_CHARS: Final = 1000
MAX_HTML_BYTES: Final = 100_000
"""Gmail cuts a message at 102 kB and hides the rest behind a link."""
MAX_MESSAGE_BYTES: Final = 512 << 10
"""As it goes over SMTP; mailboxes take some 20 MB, a shop's uplink at noon does not."""

_SENDER: Final = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}")
_MESSAGE_ID: Final = re.compile(r"[!-;=?A-~]{1,120}@[!-;=?A-~]{1,120}")
_URL: Final = re.compile(r"https?://[!#-;=?-~]{1,1100}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom, when.

    ``message_id`` is ``left@right`` with or without its angle brackets (RFC
    5322, 3.6.4); ``date`` is aware.  ``reply_to``: who reads answers, if another.
    """

    sender: str
    recipient: str
    message_id: str
    date: dt.datetime
    reply_to: str = ""


def compose(  # noqa: PLR0913 -- what stands on a letter and in it
    receipt: Receipt,
    envelope: Envelope,
    *,
    url: str,
    shop: str,
    lang: Tongue,
    copy_number: int = 0,
    sensitive: bool = False,
    pdf: bytes = b"",
    offer: str = "",
) -> bytes:
    """The message as it goes over SMTP, lines ending in CR LF.

    ``url`` is the receipt's page; ``copy_number`` above 0 marks a duplicata
    (BOI-TVA-DECLA-30-10-30: a later copy says so).  ``sensitive``: a shop whose goods
    are nobody's business; a receipt that names such a trade is taken so anyway.
    ``pdf`` is the strip; ``offer`` a text of the retailer's, which must not be given
    without the customer's consent to offers by e-mail (R50).

    Raises:
        ValueError: an address, identifier or date cannot stand in a header.
    """
    _checked(envelope, url)
    shown = view(
        receipt, shop=shop, lang=lang, sent=envelope.date, copy_number=copy_number
    )
    if is_discreet(receipt, sensitive=sensitive):
        letter = _Letter(discreet(shown, lang))
    else:
        letter = _Letter(
            shown,
            data=json_ld.of_receipt(receipt),
            code=code_picture.of_receipt(receipt),
            pdf=pdf,
            offer=clean(offer, MAX_OFFER_CHARS) if offer else "",
        )
    return _written(letter, envelope, url, shop, lang)


def compose_annulled(  # noqa: PLR0913 -- as above
    receipt: Receipt,
    envelope: Envelope,
    *,
    url: str,
    shop: str,
    lang: Tongue,
    number: str = "",
    sensitive: bool = False,
) -> bytes:
    """To whom a receipt was sent: its sale was annulled, by the document ``number``.

    Raises:
        ValueError: as :func:`compose`.
    """
    _checked(envelope, url)
    shown = view(receipt, shop=shop, lang=lang, sent=envelope.date)
    if is_discreet(receipt, sensitive=sensitive):
        shown, number = discreet(shown, lang), ""
    return _written(_Letter(annulled(shown, lang, number)), envelope, url, shop, lang)


def is_discreet(receipt: Receipt, *, sensitive: bool) -> bool:
    """What was bought is nobody's business."""
    return sensitive or trade_is_discreet(receipt.merchant.naf)


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is in it, ready to be laid out."""

    shown: View
    data: str = ""
    code: code_picture.CodePicture | None = None
    pdf: bytes = b""
    offer: str = ""


def _checked(envelope: Envelope, url: str) -> None:
    checks = {
        "recipient": email(envelope.recipient) is not None,
        "sender": _SENDER.fullmatch(envelope.sender) is not None,
        "reply_to": not envelope.reply_to or _SENDER.fullmatch(envelope.reply_to),
        "message_id": _MESSAGE_ID.fullmatch(_bare(envelope.message_id)) is not None,
        "url": _URL.fullmatch(url) is not None,
        "date": envelope.date.tzinfo is not None,
    }
    if wrong := [name for name, fine in checks.items() if not fine]:
        raise ValueError(f"a mail cannot be written with this {', '.join(wrong)}")


def _bare(identifier: str) -> str:
    return identifier.removeprefix("<").removesuffix(">")


def _written(
    letter: _Letter, envelope: Envelope, url: str, shop: str, lang: Tongue
) -> bytes:
    raw = _message(letter, envelope, url, shop, lang)
    if len(raw) > MAX_MESSAGE_BYTES and letter.pdf:
        raw = _message(replace(letter, pdf=b""), envelope, url, shop, lang)
    return raw


def _message(
    letter: _Letter, envelope: Envelope, url: str, shop: str, lang: Tongue
) -> bytes:
    said = PHRASES[lang]
    mark = sha256(_bare(envelope.message_id).encode()).hexdigest()[:32]
    message = EmailMessage(policy=SMTP)
    _head(message, letter.shown, envelope, url, shop)
    page = Page(
        shown=letter.shown,
        said=said,
        url=url,
        sender=envelope.reply_to or envelope.sender,
        lang=lang,
        mark=mark,
        data=letter.data,
        code=letter.code,
        has_pdf=bool(letter.pdf),
        offer=letter.offer,
    )
    html, shown = mail_html.fitting(page, MAX_HTML_BYTES)
    page = replace(page, shown=shown)
    # Of Arabic, quoted-printable would write six characters for one.
    cte: Literal["base64", "quoted-printable"] = (
        "base64" if lang == "ar" else "quoted-printable"
    )
    message.set_content(text_part(page), cte=cte)
    message.add_alternative(html, subtype="html", cte=cte)
    _show_pictures(message, page)
    message.set_boundary(f"=_{mark}")
    if letter.pdf:
        message.add_attachment(letter.pdf, "application", "pdf", filename=said.pdf_name)
        message.set_boundary(f"=_m{mark}")
    message["Content-Language"] = lang  # last: set before, it would move into a part
    return message.as_bytes()


def _head(
    message: EmailMessage, shown: View, envelope: Envelope, url: str, shop: str
) -> None:
    message["Subject"] = _subject(shown)
    message["From"] = Address(clean(shop, SUBJECT_CHARS), addr_spec=envelope.sender)
    message["To"] = Address(addr_spec=email(envelope.recipient) or "")
    if envelope.reply_to:
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
    message["Date"] = envelope.date
    message["Message-ID"] = f"<{_bare(envelope.message_id)}>"
    # RFC 2369 and 8058: the mail reader's own button does what our link does.
    if len(no_mail_url(url)) <= HEADER_URL_CHARS:
        message["List-Unsubscribe"] = f"<{no_mail_url(url)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it
    message["X-Auto-Response-Suppress"] = "All"


def _show_pictures(message: EmailMessage, page: Page) -> None:
    """Put the pictures beside the HTML that shows them."""
    html = message.get_body(("html",))
    pictures = []
    if page.code is not None:
        pictures.append((page.code.png, page.code_cid, "code.png"))
    if page.shown.picture is not None:
        png = b64decode(page.shown.picture.png)
        pictures.append((png, page.picture_cid, "ticket.png"))
    if html is None or not pictures:
        return
    for png, cid, name in pictures:
        html.add_related(
            png, "image", "png", cid=f"<{cid}>", filename=name, disposition="inline"
        )
    html.set_boundary(f"=_r{page.mark}")


def _subject(shown: View) -> str:
    """``Votre ticket — {enseigne}, {total}, {date}``, after a copy's mark."""
    parts = (shown.shop[:SUBJECT_CHARS], shown.total, shown.day)
    title = f"{shown.title} — {', '.join(part for part in parts if part)}"
    return f"{shown.copy} — {title}" if shown.copy else title
