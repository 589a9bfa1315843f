"""What became of a mail reaches the till that sent it, from whoever may say so."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from rcu.app import build
from rcu.bells import Bells
from rcu.config import MailboxSettings, MailSettings, Settings, StoreSettings
from rcu.errors import ConfigError
from rcu.mail import hooks
from rcu.mail.desk import MailDesk
from rcu.mail.mailbox import Mailbox, MailboxReader
from rcu.mail_report import Report
from tests.rcu import bounce_texts as texts
from tests.rcu.bounce_texts import ID
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import DAY_MS, EDGE, TOKEN, FakeEntropy, event, issued
from tests.rcu.imap import PASSWORD, USER, mailbox
from tests.rcu.test_items import _read

HOOK, MAILGUN = "0123456789abcdef0123", "key-of-mailgun"
SIBLING = EDGE.rpartition(":")[0] + ":99"
BOUNCED = {
    "message_id": f"<{ID}.2@shop.example>",
    "state": "bounced",
    "status": "5.1.1",
}


def addressed(sequence: int, value: str) -> dict[str, Any]:
    data = {"receipt_id": ID, "kind": "email", "value": value, "provenance": "printed"}
    return event(sequence, "identity.captured.v1", data)


@pytest.fixture
async def provider(rcu: Rcu) -> AsyncIterator[httpx.AsyncClient]:
    (rcu.directory / "h").write_text(HOOK + "\n")
    (rcu.directory / "m").write_text(MAILGUN + "\n")
    mail = MailSettings(
        hook_secret_file=str(rcu.directory / "h"),
        mailgun_key_file=str(rcu.directory / "m"),
    )
    settings = Settings(store=StoreSettings(directory=rcu.directory), mail=mail)
    transport = httpx.ASGITransport(app=build(rcu.store, settings, rcu.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://rcu") as client:
        yield client


def down(rcu: Rcu, edge: str = EDGE) -> list[dict[str, Any]]:
    sql = f"SELECT type, data FROM feed WHERE edge = '{edge}' ORDER BY seq"
    found = []
    for kind, data in _read(rcu, sql):
        assert kind == "mail.reported.v1"
        found.append(json.loads(data))
    return found


def signature(
    rcu: Rcu, body: bytes, secret: str = HOOK, at_s: int | None = None
) -> str:
    at_s = rcu.clock.now_ms() // 1000 if at_s is None else at_s
    mac = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={mac.hexdigest()}"


async def ours(rcu: Rcu, client: httpx.AsyncClient, said: Any, **how: Any) -> int:
    body = json.dumps(said).encode()
    headers = {"X-Signature": how.pop("header", None) or signature(rcu, body, **how)}
    return (
        await client.post("/v1/mail/reports", content=body, headers=headers)
    ).status_code


async def test_a_bounce_reaches_the_till_with_the_address_that_the_rcu_has(
    rcu: Rcu, provider: httpx.AsyncClient
) -> None:
    await rcu.till.post([issued(receipt_id=ID), addressed(2, "anna@example.org")])
    assert await ours(rcu, provider, BOUNCED) == 204
    assert down(rcu) == [
        {
            "receipt_id": ID,
            "number": 2,
            "state": "bounced",
            "status": "5.1.1",
            "hard": True,
            "contact": "anna@example.org",
        }
    ]


async def test_a_till_that_waits_is_rung_for(rcu: Rcu) -> None:
    bells = Bells(rcu.clock)
    desk = MailDesk(rcu.store.mail, rcu.store.keyring, bells, rcu.clock)
    await rcu.till.post([issued(receipt_id=ID)])
    with bells.heard(EDGE) as bell:
        await desk.keep(Report(ID, 0, "delayed", "4.4.1"))
        assert bell.is_set()


async def test_twice_is_as_once_and_a_delay_behind_a_bounce_is_no_news(
    rcu: Rcu, provider: httpx.AsyncClient
) -> None:
    await rcu.till.post([issued(receipt_id=ID)])
    for said in (BOUNCED, BOUNCED, BOUNCED | {"state": "delayed"}):
        assert await ours(rcu, provider, said) == 204
    assert len(down(rcu)) == 1
    assert down(rcu)[0]["contact"] == ""


async def test_where_two_addresses_got_it_nobody_is_shut_out(
    rcu: Rcu, provider: httpx.AsyncClient
) -> None:
    await rcu.till.post(
        [
            issued(receipt_id=ID),
            addressed(2, "a@example.org"),
            addressed(3, "b@x.example"),
        ]
    )
    await ours(rcu, provider, BOUNCED)
    assert down(rcu)[0]["contact"] == ""


async def test_the_stores_other_tills_hear_of_an_address_that_takes_no_mail(
    rcu: Rcu, provider: httpx.AsyncClient
) -> None:
    elsewhere = "urn:edge:acme:s9:01"
    for seed, edge in enumerate((SIBLING, elsewhere), 2):
        await rcu.store.keyring.enrol(edge, rcu.clock.now_ms(), FakeEntropy(seed))
    await rcu.till.post([issued(receipt_id=ID), addressed(2, "anna@example.org")])
    await ours(rcu, provider, BOUNCED | {"status": "5.2.2"})  # full: not for ever
    assert down(rcu, SIBLING) == []
    await ours(rcu, provider, BOUNCED | {"message_id": f"<{ID}@shop.example>"})
    assert [each["contact"] for each in down(rcu, SIBLING)] == ["anna@example.org"]
    assert down(rcu, elsewhere) == []


async def test_a_report_that_comes_before_its_receipt_waits_for_it(
    rcu: Rcu, provider: httpx.AsyncClient
) -> None:
    reader = MailboxReader(None, desk_of(rcu), rcu.clock, 60)
    assert await ours(rcu, provider, BOUNCED) == 204
    await reader.look()
    assert down(rcu) == []
    await rcu.till.post([issued(receipt_id=ID)])
    await reader.look()
    await reader.look()
    assert len(down(rcu)) == 1


@pytest.mark.parametrize("wrong", ["secret", "body", "old", "none", "garbage"])
async def test_who_cannot_sign_says_nothing(
    rcu: Rcu, provider: httpx.AsyncClient, wrong: str
) -> None:
    body = json.dumps(BOUNCED).encode()
    now_s = rcu.clock.now_ms() // 1000
    header = {
        "secret": signature(rcu, body, "another secret of ours"),
        "body": signature(rcu, body + b" "),
        "old": signature(rcu, body, at_s=now_s - 3600),
        "none": "",
        "garbage": "t=é,v1=zz",
    }[wrong]
    answer = await provider.post(
        "/v1/mail/reports", content=body, headers={b"X-Signature": header.encode()}
    )
    assert answer.status_code == 403
    assert _read(rcu, "SELECT count(*) FROM mail_report") == [(0,)]


@pytest.mark.parametrize(
    "said", [3, {"state": "opened"}, [BOUNCED] * 101, {"message_id": "x"}]
)
async def test_what_is_no_report_is_said_so(
    rcu: Rcu, provider: httpx.AsyncClient, said: Any
) -> None:
    assert await ours(rcu, provider, said) == 400


async def test_a_report_on_somebody_elses_mail_is_passed_over(
    rcu: Rcu, provider: httpx.AsyncClient
) -> None:
    other = BOUNCED | {"message_id": "<CA+x@mail.example>"}
    assert await ours(rcu, provider, [other, BOUNCED]) == 204
    assert _read(rcu, "SELECT receipt_id FROM mail_report") == [(ID,)]


# -- Mailgun ---------------------------------------------------------------------------


def mailgun(
    rcu: Rcu, token: str, key: str = MAILGUN, **event_data: Any
) -> dict[str, Any]:
    """By its documentation, and not by the code under test."""
    at = str(rcu.clock.now_ms() // 1000)
    mac = hmac.new(key.encode(), (at + token).encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": at, "token": token, "signature": mac},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "recipient": "anna@example.org",
            "message": {"headers": {"message-id": f"{ID}.2@shop.example"}},
            "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        }
        | event_data,
    }


@pytest.mark.parametrize(
    ("event_data", "state"),
    [
        ({}, [("bounced", "5.1.1", 1)]),
        ({"severity": "temporary"}, [("delayed", "5.1.1", 0)]),
        ({"event": "complained"}, [("unwanted", "5.1.1", 0)]),
        ({"event": "delivered"}, []),
        ({"event": "opened"}, []),
        ({"message": {"headers": {}}}, []),
        ({"message": 3, "delivery-status": []}, []),
    ],
)
async def test_mailgun_is_understood(
    rcu: Rcu, provider: httpx.AsyncClient, event_data: dict[str, Any], state: list[Any]
) -> None:
    call = mailgun(rcu, "t" * 50, **event_data)
    assert (await provider.post("/v1/mail/mailgun", json=call)).status_code == 200
    assert _read(rcu, "SELECT state, status, hard FROM mail_report") == state


async def test_mailguns_signature_serves_once_and_not_for_long(
    rcu: Rcu, provider: httpx.AsyncClient
) -> None:
    call = mailgun(rcu, "t" * 50)
    assert (await provider.post("/v1/mail/mailgun", json=call)).status_code == 200
    again = call | {"event-data": call["event-data"] | {"event": "complained"}}
    assert (await provider.post("/v1/mail/mailgun", json=again)).status_code == 403
    forged = mailgun(rcu, "u" * 50, key="guessed")
    assert (await provider.post("/v1/mail/mailgun", json=forged)).status_code == 403
    old = mailgun(rcu, "v" * 50)
    rcu.clock.ms += 3_600_000
    assert (await provider.post("/v1/mail/mailgun", json=old)).status_code == 403
    nothings: list[Any] = [{}, [], {"signature": 3}]
    for nothing in nothings:
        assert (
            await provider.post("/v1/mail/mailgun", json=nothing)
        ).status_code == 403


async def test_without_a_secret_there_is_no_door(rcu: Rcu) -> None:
    for path in ("/v1/mail/reports", "/v1/mail/mailgun"):
        assert (await rcu.client.post(path, json={})).status_code == 404


def test_a_short_secret_is_a_configuration_error(rcu: Rcu) -> None:
    (rcu.directory / "s").write_text("short")
    with pytest.raises(ConfigError, match="openssl rand"):
        hooks.keys(MailSettings(hook_secret_file=str(rcu.directory / "s")))
    with pytest.raises(ConfigError, match="cannot be read"):
        hooks.keys(MailSettings(mailgun_key_file=str(rcu.directory / "gone")))


# -- no more mails -----------------------------------------------------------------------


async def test_no_more_mails_is_asked_for_by_one_touch(rcu: Rcu) -> None:
    where = f"/r/{TOKEN}/no-mail"
    await rcu.till.post([issued(receipt_id=ID), addressed(2, "anna@example.org")])
    page = await rcu.client.get(where)
    assert "Ne plus recevoir d’e-mails à cette adresse\u00a0?" in page.text
    assert down(rcu) == []  # mail scanners follow every link
    # RFC 8058: the mail reader's own button, without our form.
    for _ in range(2):
        done = await rcu.client.post(where, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    (told,) = down(rcu)
    assert (told["state"], told["contact"]) == ("unwanted", "anna@example.org")
    # The receipt stays whose it is.
    assert _read(rcu, "SELECT unlinked_ms FROM identifier") == [(None,)]


@pytest.mark.parametrize("lang", ["fr", "en", "es", "de", "ar"])
async def test_the_page_speaks_five_languages(rcu: Rcu, lang: str) -> None:
    from rcu.mail.words import WORDS

    await rcu.till.post([issued(receipt_id=ID)])
    page = await rcu.client.get(f"/r/{TOKEN}/no-mail?lang={lang}")
    assert WORDS[lang].button in page.text  # type: ignore[index]
    done = await rcu.client.post(f"/r/{TOKEN}/no-mail?lang={lang}")
    assert WORDS[lang].done_title in done.text  # type: ignore[index]


async def test_of_a_receipt_that_has_not_come_it_is_asked_again(rcu: Rcu) -> None:
    answer = await rcu.client.post(f"/r/{TOKEN}/no-mail")
    assert answer.status_code == 404
    assert "no-mail?lang=fr" in answer.text
    assert (await rcu.client.get("/r/nothing/no-mail")).status_code == 404


async def test_not_me_shuts_the_address_out_as_the_mail_promised(rcu: Rcu) -> None:
    await rcu.till.post([issued(receipt_id=ID), addressed(2, "anna@example.org")])
    await rcu.client.post(f"/r/{TOKEN}/not-me")
    (told,) = down(rcu)
    assert (told["state"], told["contact"]) == ("unwanted", "anna@example.org")


# -- the mailbox ---------------------------------------------------------------------------


def desk_of(rcu: Rcu) -> MailDesk:
    return MailDesk(rcu.store.mail, rcu.store.keyring, Bells(rcu.clock), rcu.clock)


def reader_of(rcu: Rcu, port: int, **more: Any) -> MailboxReader:
    (rcu.directory / "imap").write_text(PASSWORD + "\n")
    settings = MailboxSettings(
        host="127.0.0.1",
        port=port,
        security="none",
        username=USER,
        password_file=str(rcu.directory / "imap"),
        **more,
    )
    return MailboxReader(Mailbox(settings), desk_of(rcu), rcu.clock, 60)


async def test_the_mailbox_is_read_marked_and_left_alone(rcu: Rcu) -> None:
    await rcu.till.post([issued(receipt_id=ID)])
    with mailbox() as box:
        for text in (texts.POSTFIX, texts.ABSENT, texts.NOT_OURS):
            box.put(text.replace("{id}", ID).replace("\n", "\r\n").encode())
        reader = reader_of(rcu, box.port)
        await reader.look()
        assert box.seen == {1, 2, 3}
        assert box.moved == {}
        assert len(box.messages) == 3
        assert reader.read == {"bounced": 1, "answer": 1, "unmatched": 1}
        await reader.look()
        assert reader.read.total() == 3
    assert [each["status"] for each in down(rcu)] == ["5.1.1"]


async def test_what_was_read_is_put_aside_where_that_is_wanted(rcu: Rcu) -> None:
    with mailbox() as box:
        box.put(texts.ABSENT.encode())
        await reader_of(rcu, box.port, done_folder='Lus "2026"').look()
        assert box.moved == {1: '"Lus \\"2026\\""'}


@pytest.mark.parametrize("at", ["LOGIN", "SELECT", "FETCH", "STORE"])
async def test_a_mailbox_that_fails_is_asked_again(rcu: Rcu, at: str) -> None:
    with mailbox() as box:
        box.put(texts.POSTFIX.replace("{id}", ID).encode())
        reader = reader_of(rcu, box.port)
        box.fails_at = at
        await reader.look()
        assert box.seen == ({1} if at == "STORE" else set())
        box.fails_at, box.seen = "", set()
        await reader.look()
        assert box.seen == {1}
    # However often it was read.
    assert _read(rcu, "SELECT count(*) FROM mail_report") == [(1,)]


async def test_an_absent_mailbox_stops_nothing(rcu: Rcu) -> None:
    with mailbox() as box:
        port = box.port
    await reader_of(rcu, port).look()


def test_a_mailbox_is_read_in_the_clear_on_this_machine_only() -> None:
    with pytest.raises(ValueError, match="write 'tls'"):
        MailboxSettings(
            host="imap.example", security="none", username="u", password_file="/p"
        )


async def test_reports_are_forgotten_with_the_page(rcu: Rcu) -> None:
    from rcu.housekeeping import Housekeeper

    await rcu.store.mail.keep(Report(ID, 0, "bounced"), rcu.clock.now_ms())
    keeper = Housekeeper(rcu.store.retention, rcu.settings, rcu.clock)
    await keeper.sweep()
    assert _read(rcu, "SELECT count(*) FROM mail_report") == [(1,)]
    rcu.clock.ms += 3 * 366 * DAY_MS
    await keeper.sweep()
    assert _read(rcu, "SELECT count(*) FROM mail_report") == [(0,)]
