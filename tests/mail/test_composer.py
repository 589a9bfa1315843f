"""What the composer gives a mail: the paper's bytes, the language, an offer if it may."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ConfigError, StoreError, WorkerError
from agent.identity.kinds import Contact
from agent.ids import JobId, ReceiptId
from agent.pipeline.composer import Letterhead, MailComposer, check_offer
from agent.pipeline.workshop import Workshop
from agent.store.records import Job, Parcel, ReceiptRow
from agent.worker.frames import Frame
from tests.fakes.clock import FakeClock
from tests.letters.receipts import GROCER
from tests.store.builders import a_receipt, receipt_id

RAW = b"\x1b@LE COMPTOIR\nTOTAL 42,17\n\x1dV\x00"


class Worker:
    """The worker's own tasks, in this process; what it was given."""

    def __init__(self) -> None:
        self.given: list[tuple[Mapping[str, Any], tuple[bytes, ...]]] = []

    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame:
        from agent.worker.tasks import TASKS

        self.given.append((params, more))
        return await asyncio.to_thread(TASKS[task], params, body, *more)


class Shelf:
    raw: bytes | None = RAW
    door = "tcp"
    fails = False

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None:
        return replace(a_receipt(1), body=GROCER.model_dump_json().encode())

    async def job(self, job: JobId) -> Job | None:
        if self.fails:
            raise StoreError("damaged")
        return Job(job, self.door, 0, "cut", "document")

    async def job_raw(self, job: JobId) -> bytes | None:
        return self.raw

    async def printer_memory(self, printer: str) -> bytes | None:
        return None


class Desk:
    """A composer with what it asks."""

    def __init__(self, offer: Path | None = None) -> None:
        self.shelf, self.worker, self.agreed = Shelf(), Worker(), False
        self.asked: list[Contact] = []
        self.composer = MailComposer(
            self.shelf,
            Workshop(self.worker, "default", "FR"),
            FakeClock(),
            Letterhead("ticket@lucie.example", "Lucie", "tcp://p", promotion=offer),
            lambda row: f"https://tickets.example/r/{row.token}",
            self.may,
        )

    async def may(self, contact: Contact) -> bool:
        self.asked.append(contact)
        return self.agreed

    async def message(self, **changes: Any) -> EmailMessage:
        parcel = Parcel("email", receipt_id(1), "anna@example.org", "fr")
        raw = await self.composer.compose(replace(parcel, **changes))
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


def pdfs(message: EmailMessage) -> list[bytes]:
    return [
        part.get_content()
        for part in message.iter_attachments()
        if part.get_content_type() == "application/pdf"
    ]


def html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


async def test_the_pdf_is_drawn_from_what_the_till_printed() -> None:
    desk = Desk()
    (drawn,) = pdfs(await desk.message())
    desk.shelf.raw = b"\x1b@SOMETHING ELSE\n\x1dV\x00"
    (other,) = pdfs(await desk.message())
    assert drawn != other
    assert [more[0] for _, more in desk.worker.given] == [RAW, desk.shelf.raw]


@pytest.mark.parametrize("gone", [True, False])
async def test_where_the_bytes_are_gone_the_lines_are_drawn(*, gone: bool) -> None:
    desk = Desk()
    desk.shelf.raw = None if gone else RAW
    desk.shelf.fails = not gone
    (drawn,) = pdfs(await desk.message())
    desk.shelf.raw, desk.shelf.fails = RAW, False
    assert drawn not in pdfs(await desk.message())


async def test_a_star_is_read_as_a_star() -> None:
    desk = Desk()
    desk.shelf.door = "star"
    await desk.message()
    (given, _more), *_ = desk.worker.given
    assert given["dialect"] == "star"


async def test_what_could_not_be_composed_is_tried_without_its_pdf() -> None:
    message = await Desk().message(detail="mail_not_composed")
    assert pdfs(message) == []
    assert "42,17" in html(message)


@pytest.mark.parametrize("lang", ["fr", "en", "es", "de", "ar"])
async def test_it_is_written_in_the_customers_language(lang: str) -> None:
    message = await Desk().message(lang=lang)
    assert message["Content-Language"] == lang


async def test_that_a_sale_was_annulled_has_an_id_of_its_own() -> None:
    desk = Desk()
    receipt, tells = await desk.message(), await desk.message(kind="annulled")
    assert "ANNULÉ" in str(tells["Subject"])
    assert pdfs(tells) == []
    assert receipt["Message-ID"] != tells["Message-ID"]
    assert str(tells["Message-ID"]).startswith(f"<{receipt_id(1)}.annulled@")


async def test_an_offer_goes_to_whoever_agreed_to_offers_and_to_nobody_else(
    tmp_path: Path,
) -> None:
    offer = tmp_path / "offer.txt"
    offer.write_text("Samedi,\n-10 % sur les vins.\n")
    desk = Desk(offer)
    assert "vins" not in html(await desk.message())
    assert [each.value for each in desk.asked] == ["anna@example.org"]
    desk.agreed = True
    assert "Samedi, -10 % sur les vins." in html(await desk.message())
    assert "vins" not in html(await desk.message(kind="annulled"))
    offer.unlink()
    assert "De la part" not in html(await desk.message())


async def test_a_receipt_that_is_gone_makes_no_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nothing(_self: Shelf, _receipt: ReceiptId) -> None:
        return None

    monkeypatch.setattr(Shelf, "receipt", nothing)
    with pytest.raises(WorkerError):
        await Desk().message()


def test_check_says_of_an_offer_that_it_cannot_stand_in_a_mail(tmp_path: Path) -> None:
    offer = tmp_path / "offer.txt"
    with pytest.raises(ConfigError, match=r"mail\.promotion_file = .* cannot be read"):
        check_offer(offer)
    for text in (" \n", "x" * 1001):
        offer.write_text(text)
        with pytest.raises(ConfigError, match="between 1 and 1000"):
            check_offer(offer)
    offer.write_text("Samedi, -10 %.")
    check_offer(offer)
