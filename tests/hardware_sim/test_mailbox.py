from __future__ import annotations

import asyncio
from email.message import EmailMessage

import aiosmtplib
import pytest

from hardware_sim.mailbox import KEPT_MESSAGES, LARGEST_BYTES, Mailbox

WAIT_S = 5.0


def letter(
    to: str = "camille@example.org", subject: str = "Votre ticket"
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "t@shop.example", to, subject
    message.set_content("Total : 12,90 €")
    message.add_alternative("<p>Total : <b>12,90 €</b></p>", subtype="html")
    return message


async def send(box: Mailbox, message: EmailMessage, timeout_s: float = WAIT_S) -> None:
    await send_to(box.port, message, timeout_s)


async def send_to(port: int, message: EmailMessage, timeout_s: float = WAIT_S) -> None:
    await aiosmtplib.send(
        message, hostname="127.0.0.1", port=port, timeout=timeout_s, start_tls=False
    )


async def test_a_message_arrives_with_both_its_parts() -> None:
    async with Mailbox() as box:
        await send(box, letter())
        (message,) = await box.wait(1, WAIT_S)
    assert message.sender == "t@shop.example"
    assert message.recipients == ("camille@example.org",)
    assert message.subject == "Votre ticket"
    assert "12,90 €" in message.text
    assert "<b>12,90 €</b>" in message.html


async def test_a_wait_says_how_many_there_are() -> None:
    async with Mailbox() as box:
        await send(box, letter())
        with pytest.raises(TimeoutError, match=r"1 messages after 0\.05 s, not 2"):
            await box.wait(2, 0.05)


async def test_a_waiting_reader_is_woken_by_the_message() -> None:
    async with Mailbox() as box, asyncio.TaskGroup() as group:
        waiting = group.create_task(box.wait(2, WAIT_S))
        await send(box, letter(subject="un"))
        await send(box, letter(subject="deux"))
        assert [each.subject for each in await waiting] == ["un", "deux"]


async def test_it_can_refuse_every_recipient() -> None:
    async with Mailbox() as box:
        box.turn("refuse")
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await send(box, letter())
        assert refused.value.recipients[0].code == 550
        box.turn("kind")
        await send(box, letter())
        assert (box.taken, box.turned_away) == (1, 1)


async def test_greylisted_recipients_are_taken_the_second_time() -> None:
    async with Mailbox() as box:
        box.turn("greylist")
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await send(box, letter())
        assert refused.value.recipients[0].code == 451
        await send(box, letter())
        assert box.taken == 1


async def test_it_can_stall_until_it_is_kind_again() -> None:
    async with Mailbox() as box, asyncio.TaskGroup() as group:
        box.turn("stall")
        with pytest.raises(aiosmtplib.SMTPException):
            await send(box, letter(), timeout_s=0.2)
        sending = group.create_task(send(box, letter()))
        await asyncio.sleep(0.1)
        assert box.taken == 0
        box.turn("kind")
        await sending
        assert box.taken >= 1


async def test_a_message_without_end_is_cut_short() -> None:
    message = letter()
    message.add_attachment(b"\0" * LARGEST_BYTES, "application", "octet-stream")
    async with Mailbox() as box:
        with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
            await send(box, message)
        assert refused.value.code == 552
        assert box.taken == 0


async def test_the_newest_messages_are_kept() -> None:
    async with Mailbox() as box:
        async with aiosmtplib.SMTP(
            hostname="127.0.0.1", port=box.port, start_tls=False
        ) as client:
            for number in range(KEPT_MESSAGES + 2):
                await client.send_message(letter(subject=str(number)))
        assert box.taken == KEPT_MESSAGES + 2
        assert len(box.messages) == KEPT_MESSAGES
        assert box.messages[0].subject == "2"


async def test_leaving_hangs_up_on_a_sender_that_lingers() -> None:
    async with Mailbox() as box:
        reader, writer = await asyncio.open_connection("127.0.0.1", box.port)
        assert (await reader.readline()).startswith(b"220 ")
    async with asyncio.timeout(WAIT_S):
        assert await reader.read() == b""
    writer.close()
