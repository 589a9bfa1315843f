"""The e-mail channel against a real SMTP server on loopback."""

from __future__ import annotations

import asyncio
import logging
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from agent.delivery.channels.email import EmailChannel, message_id
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.settings_mail import MailSettings
from agent.errors import ConfigError
from tests.mail.relays import Relay, served
from tests.store.builders import receipt_id

RECIPIENT = "anne.martin@mail.example"
MESSAGE = (
    b"From: tickets@shop.example\r\nTo: anne.martin@mail.example\r\n"
    b"Subject: Votre ticket\r\nMessage-ID: <1@shop.example>\r\n\r\n"
    b"Total 12,30\r\n.\r\nA bient=C3=B4t\r\n"
)


async def send(settings: MailSettings, recipient: str = RECIPIENT) -> Outcome:
    channel = EmailChannel(settings)
    try:
        return await channel.send(MESSAGE, recipient)
    finally:
        channel.close()


async def test_a_taken_message_is_delivered_under_the_relays_own_number() -> None:
    relay = Relay()
    async with served(relay) as settings:
        assert await send(settings) == Delivered("4B7C2D1A")
    (envelope,) = relay.took
    assert envelope.rcpt_tos == [RECIPIENT]
    assert envelope.mail_from == "tickets@shop.example"
    assert envelope.content == MESSAGE


async def test_a_relay_without_queue_numbers_delivers_too() -> None:
    relay = Relay()
    relay.to_data = f"250 thanks for the mail to {RECIPIENT}"
    async with served(relay) as settings:
        assert await send(settings) == Delivered("")


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"to_recipient": "550 5.1.1 no such user"}, Refused("mail_refused:550")),
        ({"to_recipient": "450 4.2.0 greylisted"}, Deferred("mail_later:450")),
        ({"to_data": "554 5.7.1 spam"}, Refused("mail_refused:554")),
        ({"to_data": "452 4.3.1 disk full"}, Deferred("mail_later:452")),
        ({"to_sender": "550 5.7.1 not yours"}, Deferred("mail_setup:550")),
        ({"to_sender": "451 4.3.0 try later"}, Deferred("mail_later:451")),
    ],
)
async def test_every_answer_has_its_outcome(
    answers: dict[str, str], outcome: Outcome
) -> None:
    relay = Relay()
    vars(relay).update(answers)
    async with served(relay) as settings:
        assert await send(settings) == outcome
    assert relay.took == []


async def test_an_absent_relay_defers() -> None:
    async with served(Relay()) as settings:
        pass
    assert await send(settings) == Deferred("mail_unreachable")


async def test_a_relay_that_never_answers_the_message_leaves_it_in_doubt() -> None:
    relay = Relay()
    relay.stalls = True
    async with served(relay) as settings:
        assert await send(settings) == Deferred("mail_doubt")


async def test_a_relay_without_starttls_gets_no_address() -> None:
    relay = Relay()
    async with served(relay) as settings:
        wanted = settings.model_copy(update={"security": "starttls"})
        assert await send(wanted) == Deferred("mail_setup")
    assert relay.took == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key, made on the spot."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: TLS NOT tried (apt install openssl)")
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "cert.pem", folder / "key.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
        "-days 2 -subj /CN=relay.test -addext subjectAltName=IP:127.0.0.1 "
        f"-out {made[0]} -keyout {made[1]}"
    )
    subprocess.run(command.split(), check=True, capture_output=True, timeout=20)
    return made


def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


async def test_starttls_with_the_shops_own_authority(
    certificate: tuple[Path, Path],
) -> None:
    relay = Relay()
    options: dict[str, Any] = {
        "tls_context": server_side(certificate),
        "require_starttls": True,
    }
    async with served(relay, **options) as settings:
        secure = {"security": "starttls", "ca_file": certificate[0]}
        outcome = await send(settings.model_copy(update=secure))
        assert outcome == Delivered("4B7C2D1A")
    assert len(relay.took) == 1


async def test_tls_from_the_first_byte(certificate: tuple[Path, Path]) -> None:
    relay = Relay()
    async with served(relay, secured_by=server_side(certificate)) as settings:
        secure = {"security": "tls", "ca_file": certificate[0]}
        outcome = await send(settings.model_copy(update=secure))
        assert outcome == Delivered("4B7C2D1A")


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_from_a_stranger_stops_the_mail_and_calls_for_a_person(
    certificate: tuple[Path, Path], security: str
) -> None:
    relay = Relay()
    context = server_side(certificate)
    options: dict[str, Any] = (
        {"secured_by": context} if security == "tls" else {"tls_context": context}
    )
    async with served(relay, **options) as settings:
        outcome = await send(settings.model_copy(update={"security": security}))
        assert outcome == Deferred("mail_setup")
    assert relay.took == []


async def test_a_wrong_password_is_not_the_customers_fault(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("s3cret\n")
    seen: list[bytes] = []

    def judge(
        _server: SMTP, _session: Session, _e: Envelope, _m: str, login: Any
    ) -> AuthResult:
        assert isinstance(login, LoginPassword)
        seen.append(login.password)
        return AuthResult(success=login.login == b"till", handled=False)

    options: dict[str, Any] = {"authenticator": judge, "auth_require_tls": False}
    async with served(Relay(), **options) as settings:
        login = {"username": "till", "password_file": password}
        assert isinstance(await send(settings.model_copy(update=login)), Delivered)
        login["username"] = "stranger"
        outcome = await send(settings.model_copy(update=login))
        assert outcome == Deferred("mail_setup:535")
    assert set(seen) == {b"s3cret"}


def test_a_missing_password_file_is_a_configuration_error(tmp_path: Path) -> None:
    settings = MailSettings(
        host="smtp.example",
        sender="t@shop.example",
        username="till",
        password_file=tmp_path / "gone",
    )
    with pytest.raises(
        ConfigError, match=r"mail\.password_file = .*cannot be read; put"
    ):
        EmailChannel(settings)


@pytest.mark.parametrize(
    "recipient", ["", "anne", "a@b@c.example", "a@b.example>\r\nDATA", "é@b.example"]
)
async def test_what_is_no_address_never_reaches_the_relay(recipient: str) -> None:
    relay = Relay()
    async with served(relay) as settings:
        assert await send(settings, recipient) == Refused("mail_address")
    assert relay.took == []


async def test_no_log_line_and_no_outcome_names_the_recipient(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="agent")
    outcomes: list[Outcome] = []
    for answer in ("550 5.1.1 <{}>: unknown", "450 <{}>: wait", "250 ok {}"):
        relay = Relay()
        relay.to_recipient = answer.format(RECIPIENT)
        relay.to_data = f"250 queued as {RECIPIENT}"
        async with served(relay) as settings:
            outcomes.append(await send(settings))
    said = caplog.text + repr(outcomes) + repr([vars(r) for r in caplog.records])
    assert "anne" not in said
    assert "mail.example" not in said


async def test_cancelling_leaves_no_connection_behind() -> None:
    relay = Relay()
    relay.stalls = True
    async with served(relay) as settings:
        task = asyncio.create_task(send(settings))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_the_message_id_of_a_receipt_never_changes() -> None:
    receipt = receipt_id(1)
    assert message_id(receipt, "shop.example") == f"<{receipt}@shop.example>"
    assert message_id(receipt, "shop.example", 2) == f"<{receipt}.2@shop.example>"
