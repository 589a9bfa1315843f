"""Kept connections, several relays, DSN, doubt: against real servers on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.delivery.channels.email import MAX_DOUBTS, EmailChannel
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.settings_mail import MailSettings, RelaySettings
from agent.delivery.smtp import esmtp
from agent.delivery.smtp.lines import MAX_OPEN
from agent.errors import ConfigError
from tests.mail.relays import Relay, Script, scripted, served, until
from tests.mail.test_email import MESSAGE, RECIPIENT, server_side
from tests.mail.test_email import certificate as certificate  # noqa: PLC0414


@asynccontextmanager
async def channel(settings: MailSettings) -> AsyncIterator[EmailChannel]:
    made = EmailChannel(settings)
    try:
        yield made
    finally:
        made.close()


def spare(settings: MailSettings) -> RelaySettings:
    return RelaySettings(host=settings.host, port=settings.port, security="none")


def called(relay: Script, verb: str) -> list[str]:
    return [each for each in relay.heard if each.upper().startswith(verb)]


async def test_the_next_mail_goes_by_the_same_connection() -> None:
    relay = Script()
    async with scripted(relay) as settings, channel(settings) as mail:
        for _ in range(3):
            assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")
        assert relay.calls == 1
        assert len(called(relay, "EHLO")) == 1
        mail.close()
        await until(lambda: relay.open == 0)
        assert relay.heard[-1] == "QUIT"


async def test_an_idle_connection_is_closed_with_a_goodbye() -> None:
    relay = Script()
    async with (
        scripted(relay, idle_close_s=0.05) as settings,
        channel(settings) as mail,
    ):
        await mail.send(MESSAGE, RECIPIENT)
        await until(lambda: relay.open == 0)
        assert relay.heard[-1] == "QUIT"
        assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")
        assert relay.calls == 2


async def test_no_connection_is_kept_where_the_shop_wants_none() -> None:
    relay = Script()
    async with scripted(relay, idle_close_s=0) as settings, channel(settings) as mail:
        await mail.send(MESSAGE, RECIPIENT)
        await until(lambda: relay.open == 0)


@pytest.mark.parametrize("how", ["421", "silent", "idle"])
async def test_a_kept_connection_that_went_stale_is_replaced_once(how: str) -> None:
    relay = Script()
    async with scripted(relay) as settings, channel(settings) as mail:
        if how == "idle":
            relay.leaves_at = "idle"
        assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")
        if how == "421":
            relay.answers["MAIL"] = "421 4.4.2 timeout"
        elif how == "silent":
            relay.leaves_at = "MAIL"
        relay.well_from = 2
        assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")
        assert relay.calls == 2
        assert relay.taken == 2


async def test_a_stale_connection_is_not_replaced_for_ever() -> None:
    relay = Script()
    async with scripted(relay) as settings, channel(settings) as mail:
        await mail.send(MESSAGE, RECIPIENT)
        relay.leaves_at = "MAIL"
        assert await mail.send(MESSAGE, RECIPIENT) == Deferred("mail_unreachable")
        assert relay.calls == 2


async def test_no_more_connections_than_a_relay_may_be_asked_for() -> None:
    relay = Script()
    async with scripted(relay) as settings, channel(settings) as mail:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(mail.send(MESSAGE, RECIPIENT)) for _ in range(8)]
        assert {task.result() for task in tasks} == {Delivered("Q1")}
        assert relay.calls <= MAX_OPEN


async def test_a_message_whose_answer_never_came_is_in_doubt_and_given_up_in_the_end() -> (
    None
):
    relay = Script()
    relay.leaves_at = "content"
    async with scripted(relay) as settings, channel(settings) as mail:
        outcomes = [await mail.send(MESSAGE, RECIPIENT) for _ in range(MAX_DOUBTS)]
    doubts: list[Outcome] = [Deferred("mail_doubt")] * (MAX_DOUBTS - 1)
    assert outcomes == [*doubts, Refused("mail_doubt")]
    assert relay.taken == MAX_DOUBTS  # the only way to a double


async def test_one_that_was_taken_after_all_begins_anew() -> None:
    relay = Script()
    async with scripted(relay) as settings, channel(settings) as mail:
        for _ in range(MAX_DOUBTS):
            relay.leaves_at = "content"
            assert await mail.send(MESSAGE, RECIPIENT) == Deferred("mail_doubt")
            relay.leaves_at = ""
            assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")


async def test_a_message_in_doubt_is_shown_to_no_other_relay() -> None:
    first, second = Script(), Script()
    first.leaves_at = "content"
    async with scripted(first) as settings, scripted(second) as other:
        both = settings.model_copy(update={"relay": (spare(other),)})
        async with channel(both) as mail:
            assert await mail.send(MESSAGE, RECIPIENT) == Deferred("mail_doubt")
    assert second.calls == 0


Fault = Callable[[Script], None]


def _absent(relay: Script) -> None:
    relay.leaves_at = "EHLO"


def _greylisting(relay: Script) -> None:
    relay.answers["RCPT"] = "451 4.7.1 later"


def _not_ours(relay: Script) -> None:
    relay.answers["MAIL"] = "550 5.7.1 not your sender"


def _full(relay: Script) -> None:
    relay.answers["content"] = "452 4.3.1 disk full"


@pytest.mark.parametrize("fault", [_absent, _greylisting, _not_ours, _full])
async def test_what_one_relay_does_not_take_the_next_one_does(fault: Fault) -> None:
    first, second = Script(), Script()
    fault(first)
    async with scripted(first) as settings, scripted(second) as other:
        both = settings.model_copy(update={"relay": (spare(other),)})
        async with channel(both) as mail:
            assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")
    assert second.taken == 1


async def test_a_refused_recipient_is_refused_by_the_first() -> None:
    first, second = Script(), Script()
    first.answers["RCPT"] = "550 5.1.1 unknown"
    async with scripted(first) as settings, scripted(second) as other:
        both = settings.model_copy(update={"relay": (spare(other),)})
        async with channel(both) as mail:
            assert await mail.send(MESSAGE, RECIPIENT) == Refused("mail_refused:550")
    assert second.calls == 0


async def test_a_relay_that_failed_rests_while_another_works() -> None:
    first, second = Script(), Script()
    _absent(first)
    async with scripted(first) as settings, scripted(second) as other:
        both = settings.model_copy(update={"relay": (spare(other),)})
        async with channel(both) as mail:
            for _ in range(3):
                assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")
            assert first.calls == 1
            # If all rest, mail does not wait for a rest.
            second.leaves_at = "MAIL"
            assert await mail.send(MESSAGE, RECIPIENT) == Deferred("mail_unreachable")
            first.leaves_at = ""
            assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")


async def test_what_was_said_of_the_message_counts_more_than_that_another_is_away() -> (
    None
):
    first, second = Script(), Script()
    _greylisting(first)
    _absent(second)
    async with scripted(first) as settings, scripted(second) as other:
        for one, another in ((settings, other), (other, settings)):
            both = one.model_copy(update={"relay": (spare(another),)})
            async with channel(both) as mail:
                outcome = await mail.send(MESSAGE, RECIPIENT)
            assert outcome == Deferred("mail_later:451")


async def test_dsn_is_asked_for_where_it_is_offered() -> None:
    relay = Script()
    async with (
        scripted(relay, return_path="bounces@shop.example") as settings,
        channel(settings) as mail,
    ):
        whom = "a+b=c@mail.example"
        await mail.send(MESSAGE, whom)
        assert called(relay, "MAIL") == [
            f"MAIL FROM:<bounces@shop.example> SIZE={len(MESSAGE)} RET=HDRS ENVID=1"
        ]
        assert called(relay, "RCPT") == [
            f"RCPT TO:<{whom}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb+3Dc@mail.example"
        ]


async def test_a_recipient_that_is_forwarded_is_taken() -> None:
    relay = Script()
    relay.answers["RCPT"] = "251 2.1.5 not local, will forward"
    async with scripted(relay) as settings, channel(settings) as mail:
        assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")


async def test_nothing_is_asked_of_a_relay_that_offers_nothing() -> None:
    relay = Script()
    relay.offers = ()
    async with scripted(relay) as settings, channel(settings) as mail:
        assert await mail.send(MESSAGE, RECIPIENT) == Delivered("Q1")
        assert called(relay, "MAIL") == ["MAIL FROM:<tickets@shop.example>"]
        assert called(relay, "RCPT") == [f"RCPT TO:<{RECIPIENT}>"]


async def test_a_relay_that_finds_it_too_large_refuses_the_message_not_us() -> None:
    relay = Script()
    relay.answers["MAIL"] = "552 5.3.4 too large"
    async with scripted(relay) as settings, channel(settings) as mail:
        assert await mail.send(MESSAGE, RECIPIENT) == Refused("mail_refused:552")


async def _slow(settings: MailSettings, phase: dict[str, float]) -> Outcome:
    async with channel(settings.model_copy(update=phase)) as mail:
        return await mail.send(MESSAGE, RECIPIENT)


@pytest.mark.parametrize(
    ("verb", "phase", "outcome"),
    [
        ("EHLO", {"connect_s": 0.2}, Deferred("mail_unreachable")),
        ("RCPT", {"step_s": 0.2}, Deferred("mail_unreachable")),
        ("content", {"data_s": 0.2}, Deferred("mail_doubt")),
        ("RCPT", {"total_s": 0.4}, Deferred("mail_unreachable")),
    ],
)
async def test_each_phase_has_its_deadline(
    verb: str, phase: dict[str, float], outcome: Outcome
) -> None:
    """The others are so long that the test would run out of its own time."""
    relay = Script()
    relay.hangs_at = verb
    long = {"connect_s": 300, "step_s": 300, "data_s": 600, "total_s": 900}
    async with scripted(relay, **long) as settings, asyncio.timeout(20):
        assert await _slow(settings, phase) == outcome
        relay.released.set()


async def test_opportunistic_encrypts_where_it_can_and_sends_where_it_cannot() -> None:
    plain = Relay()
    async with served(plain) as settings:
        opportunistic = settings.model_copy(update={"security": "opportunistic"})
        async with channel(opportunistic) as mail:
            assert isinstance(await mail.send(MESSAGE, RECIPIENT), Delivered)
    assert len(plain.took) == 1


async def test_opportunistic_takes_any_certificate(
    certificate: tuple[Path, Path],
) -> None:
    relay = Relay()
    options: dict[str, Any] = {
        "tls_context": server_side(certificate),
        "require_starttls": True,
    }
    async with served(relay, **options) as settings:
        opportunistic = settings.model_copy(update={"security": "opportunistic"})
        async with channel(opportunistic) as mail:
            assert isinstance(await mail.send(MESSAGE, RECIPIENT), Delivered)


def test_a_password_never_goes_where_anybody_may_read_it() -> None:
    with pytest.raises(ValueError, match="carries no password"):
        RelaySettings(host="smtp.example", security="opportunistic", username="till")


def test_a_password_may_be_a_credential_of_systemd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agent.delivery.smtp.password import password

    relay = RelaySettings(host="smtp.example", username="till")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(ConfigError, match=r"LoadCredential=mail\.password"):
        password(relay)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(ConfigError, match="cannot be read"):
        password(relay)
    (tmp_path / "mail.password").write_text("s3cret\n")
    assert password(relay) == "s3cret"


def test_dots_are_doubled_and_lines_ended() -> None:
    assert esmtp.dotted(b"a\n.\r\n..b\rc") == b"a\r\n..\r\n...b\r\nc\r\n.\r\n"


def test_the_message_id_is_read_of_the_header_only() -> None:
    assert esmtp.message_id(MESSAGE) == "1@shop.example"
    assert esmtp.message_id(b"A: b\r\n\r\nMessage-ID: <2@x>\r\n") == ""
