"""Writes the mail or the text message of a parcel by way of the worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from agent.clock import Clock
from agent.consent.discretion import document_is_discreet
from agent.delivery.channels.email import message_id
from agent.delivery.reasons import Reason
from agent.delivery.sms import note
from agent.errors import ConfigError, StoreError, WorkerError
from agent.identity import addresses
from agent.identity.kinds import Contact
from agent.ids import JobId, ReceiptId
from agent.pipeline import words
from agent.pipeline.workshop import Letter, ShortLetter, Workshop
from agent.store.records import Job, Parcel, ReceiptRow

log = logging.getLogger(__name__)

MAX_OFFER_CHARS: Final = 1000
"""A paragraph; a receipt is no leaflet."""


class Receipts(Protocol):
    """The part of the store that a text message needs."""

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None: ...


class Shelf(Receipts, Protocol):
    """What a mail needs besides: the paper."""

    async def job(self, job: JobId) -> Job | None: ...

    async def job_raw(self, job: JobId) -> bytes | None: ...

    async def printer_memory(self, printer: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What goes for every mail.  ``printer``: whose memory its papers were printed with.

    ``promotion``: a file with the retailer's own text for customers who agreed to offers.
    """

    sender: str
    shop: str
    printer: str
    reply_to: str = ""
    sensitive: bool = False
    promotion: Path | None = None


class MailComposer:
    """The Message-ID is the receipt's own, so a second try is the same message.

    ``may``: whether somebody agreed to offers by e-mail, and that still holds.
    """

    def __init__(
        self,
        shelf: Shelf,
        workshop: Workshop,
        clock: Clock,
        head: Letterhead,
        page_url: Callable[[ReceiptRow], str],
        may: Callable[[Contact], Awaitable[bool]],
    ) -> None:
        self._shelf = shelf
        self._workshop = workshop
        self._clock = clock
        self._head = head
        self._page_url = page_url
        self._may = may

    async def compose(self, parcel: Parcel) -> bytes:
        """An RFC 5322 message.

        Raises:
            WorkerError: the receipt is gone, or the worker gave no result.
        """
        row = await self._shelf.receipt(parcel.receipt)
        if row is None:
            raise WorkerError("the receipt of a parcel is gone")
        head, annulled = self._head, parcel.kind == "annulled"
        # What could not be composed is tried without the part that draws.
        plain = annulled or parcel.detail == Reason.MAIL_NOT_COMPOSED
        letter = Letter(
            sender=head.sender,
            recipient=parcel.recipient,
            message_id=message_id(
                parcel.receipt,
                head.sender.rpartition("@")[2],
                parcel.number,
                annulled=annulled,
            ),
            date=self._clock.now(),
            url=self._page_url(row),
            shop=head.shop,
            lang=parcel.lang,
            copy_number=parcel.number,
            sensitive=head.sensitive,
            reply_to=head.reply_to,
            offer="" if annulled else await self._offer(parcel.recipient),
            annulled=annulled,
            pdf=not plain,
        )
        paper = _NO_PAPER if plain else await self._paper(row)
        return await self._workshop.compose(letter, row.body, *paper)

    async def _paper(self, row: ReceiptRow) -> tuple[bytes, bytes, str]:
        """Its bytes, what the printer remembers, what the POS spoke; or nothing."""
        try:
            job = await self._shelf.job(row.job)
            raw = await self._shelf.job_raw(row.job)
            memory = await self._shelf.printer_memory(self._head.printer)
        except StoreError:
            log.exception("a mail goes without the paper's own bytes")
            return _NO_PAPER
        dialect = "star" if job is not None and job.door == "star" else "escpos"
        return raw or b"", memory or b"", dialect

    async def _offer(self, recipient: str) -> str:
        """The retailer's text, for whoever agreed; the file is read anew each time."""
        path = self._head.promotion
        found = addresses.read(recipient)
        if path is None or not isinstance(found, Contact) or not await self._may(found):
            return ""
        try:
            text = await asyncio.to_thread(_beginning, path)
        except (OSError, UnicodeDecodeError) as error:
            log.warning("mail.promotion_file cannot be read", extra={"why": str(error)})
            return ""
        return " ".join(text.split())


_NO_PAPER: Final = (b"", b"", "escpos")


def check_offer(path: Path) -> None:
    """Whether the retailer's text is there and can stand in a mail.

    Raises:
        ConfigError: it cannot.
    """
    try:
        empty = not _beginning(path).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"mail.promotion_file = {path} cannot be read; put the text there (UTF-8), "
            "readable by the user receipt-agent"
        ) from error
    if empty or path.stat().st_size > MAX_OFFER_CHARS:
        raise ConfigError(
            f"mail.promotion_file = {path}: between 1 and {MAX_OFFER_CHARS} characters"
        )


def _beginning(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(MAX_OFFER_CHARS)


class SmsComposer:
    """The id is the hand-over's own, so a second try is the same message.

    A process that was killed behind a request has not written down what became of it.
    So what is older than this process may have left, the first time that it is seen.
    ``page_url``: with what proves a number, if one is given (``proving.address``).
    """

    def __init__(
        self,
        shelf: Receipts,
        workshop: Workshop,
        clock: Clock,
        *,
        shop: str,
        page_url: Callable[[ReceiptRow, str], Awaitable[str]],
        sensitive: bool = False,
    ) -> None:
        self._shelf = shelf
        self._workshop = workshop
        self._shop = shop
        self._page_url = page_url
        self._sensitive = sensitive
        self._started_ms = int(clock.now().timestamp() * 1000)
        self._seen: set[tuple[ReceiptId, int, str]] = set()

    async def compose(self, parcel: Parcel) -> bytes:
        """A note for a channel of SMS.

        Raises:
            WorkerError: the receipt is gone, or the worker gave no result.
        """
        row = await self._shelf.receipt(parcel.receipt)
        if row is None:
            raise WorkerError("the receipt of a parcel is gone")
        sensitive = self._sensitive or document_is_discreet(row.body)
        annulled = parcel.kind == "annulled"
        proves = "" if sensitive or annulled else parcel.recipient
        letter = ShortLetter(
            url=await self._page_url(row, proves),
            shop=self._shop,
            lang=words.written_in(parcel.lang),
            copy_number=parcel.number,
            sensitive=sensitive,
            annulled=annulled,
        )
        text = await self._workshop.compose_sms(letter)
        doubts = self._doubts(parcel, row)
        which = "" if parcel.kind == "receipt" else f".{parcel.kind}"
        own = f"{parcel.receipt}.{parcel.number}{which}"
        return bytes(note.Note(own, text, doubts))

    def _doubts(self, parcel: Parcel, row: ReceiptRow) -> int:
        known = note.doubts(parcel.detail)
        key = (parcel.receipt, parcel.number, parcel.kind)
        if row.at_ms >= self._started_ms or key in self._seen:
            return known
        self._seen.add(key)
        return max(known, 1)
