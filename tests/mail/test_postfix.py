"""The whole way out and back by a real Postfix: sent, refused, and its bounce read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from agent.delivery.channels.email import EmailChannel, message_id
from agent.delivery.outcome import Delivered, Outcome, Refused
from agent.delivery.settings_mail import MailSettings
from agent.letters.mail import Envelope, compose
from rcu.mail.bounces import read
from rcu.mail_report import Report
from tests.letters.receipts import GROCER
from tests.letters.test_mail import SENT, URL
from tests.mail.postfix import SIZE_LIMIT, Postfix, running
from tests.mail.relays import Script, until
from tests.mail.test_email import certificate as certificate  # noqa: PLC0414
from tests.store.builders import receipt_id

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def postfix(certificate: tuple[Path, Path]) -> Iterator[Postfix]:
    with running(certificate) as found:
        yield found


def letter(recipient: str, number: int = 0) -> bytes:
    identifier = message_id(receipt_id(number + 1), "shop.example", number)
    envelope = Envelope("tickets@shop.example", recipient, identifier, SENT)
    return compose(
        GROCER, envelope, url=URL, shop="Épicerie Lucie", lang="fr", copy_number=number
    )


async def send(
    postfix: Postfix, ca_file: Path, message: bytes, *recipients: str, **more: Any
) -> list[Outcome]:
    settings = MailSettings(
        host="127.0.0.1",
        port=postfix.port,
        security="starttls",
        ca_file=ca_file,
        sender="tickets@shop.example",
        return_path="bounces@shop.example",
        **more,
    )
    channel = EmailChannel(settings)
    try:
        return [await channel.send(message, recipient) for recipient in recipients]
    finally:
        channel.close()


async def test_a_receipt_goes_through_it_as_it_was_written(
    postfix: Postfix, certificate: tuple[Path, Path]
) -> None:
    raw = letter("anna@mail.example")
    outcomes = await send(
        postfix, certificate[0], raw, "anna@mail.example", "anna@mail.example"
    )
    assert all(isinstance(each, Delivered) and each.reference for each in outcomes)
    await until(lambda: len(postfix.messages("anna")) == 2)
    arrived = message_from_bytes(postfix.messages("anna")[0], policy=policy.default)
    sent = message_from_bytes(raw, policy=policy.default)
    assert arrived["Return-Path"] == "<bounces@shop.example>"
    assert arrived["Message-ID"] == sent["Message-ID"]
    assert [part.get_content_type() for part in arrived.walk()] == [
        part.get_content_type() for part in sent.walk()
    ]
    body = arrived.get_body(("plain",))
    assert body is not None
    assert "Pommes Reinette" in body.get_content()
    # It was encrypted on the way.
    assert "with ESMTPS" in str(arrived["Received"])


async def test_a_mailbox_that_is_not_there_is_refused_while_somebody_waits(
    postfix: Postfix, certificate: tuple[Path, Path]
) -> None:
    raw = letter("nobody@mail.example")
    (outcome,) = await send(postfix, certificate[0], raw, "nobody@mail.example")
    assert outcome == Refused("mail_refused:550")


async def test_what_is_too_large_is_refused_by_its_announced_size(
    postfix: Postfix, certificate: tuple[Path, Path]
) -> None:
    raw = letter("anna@mail.example") + b"x\r\n" * SIZE_LIMIT
    (outcome,) = await send(postfix, certificate[0], raw, "anna@mail.example")
    assert outcome == Refused("mail_refused:552")


async def test_what_bounces_later_comes_back_with_our_own_name_on_it(
    postfix: Postfix, certificate: tuple[Path, Path]
) -> None:
    far = Script()
    far.offers = ()
    far.answers["RCPT"] = "550 5.1.1 <anna@far.example>: no such user"
    raw = letter("anna@far.example", 2)
    async with await asyncio.start_server(far.serve, "127.0.0.1", postfix.far):
        (outcome,) = await send(postfix, certificate[0], raw, "anna@far.example")
        assert isinstance(outcome, Delivered)
        await until(lambda: len(postfix.messages("bounces")) == 1, 20.0)
        for writer in far.writers:
            writer.close()
        await until(lambda: far.open == 0)
    (bounce,) = postfix.messages("bounces")
    assert b"Original-Envelope-Id:" in bounce
    # RET=HDRS: the goods do not travel back.
    assert b"Pommes" not in bounce
    found = read(bounce)
    assert found == Report(str(receipt_id(3)), 2, "bounced", "5.1.1", hard=True)
