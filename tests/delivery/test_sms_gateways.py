"""What is particular to each HTTP gateway, against a real server on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clock import SystemClock
from agent.delivery import sms_ways
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.sms import ovh, template, verdicts
from agent.delivery.sms.note import Note
from hardware_sim.gateways import Gateways, Weather
from tests.delivery.sms_rigs import (
    NUMBER,
    TEXT,
    http_section,
    ovh_section,
    settings,
    twilio_section,
)
from tests.mail.test_email import certificate as certificate  # noqa: PLC0414
from tests.mail.test_email import server_side


@pytest.fixture
async def gateways() -> AsyncIterator[Gateways]:
    async with Gateways() as opened:
        yield opened


async def by(
    way: str, section: dict[str, Any], folder: Path, text: str = TEXT, doubts: int = 0
) -> Outcome:
    given = settings(**{"way": way, way: section})
    channel = sms_ways.channel(given, SystemClock(), folder)
    return await channel.send(bytes(Note("p.0", text, doubts)), NUMBER)


# -- one like any other ----------------------------------------------------------


async def test_a_described_gateway_gets_what_was_described(
    tmp_path: Path, gateways: Gateways
) -> None:
    section = http_section(gateways.url, tmp_path)
    text = "L'\"Œuvre\\ {to} {secret}".replace("Œ", "O")
    assert await by("http", section, tmp_path, text) == Delivered("id000001")
    (taken,) = gateways.taken
    assert (taken.number, taken.text, taken.key) == (NUMBER, text, "p.0")
    (request,) = gateways.requests
    assert request.headers["content-type"] == "application/json"


async def test_a_form_and_an_address_are_percent_encoded(
    tmp_path: Path, gateways: Gateways
) -> None:
    section = {
        "url": f"{gateways.url}/other?key={{secret}}&n={{digits}}",
        "body": "to={to}&text={text}&id={id}",
        "encoding": "form",
        "secret_file": tmp_path / "key",
    }
    (tmp_path / "key").write_text("a&b=c d\n")
    gateways.weather = Weather(status=200)
    assert await by("http", section, tmp_path, "x&to=+1 é") == Delivered()
    (request,) = gateways.requests
    assert parse_qs(request.body.decode()) == {
        "to": [NUMBER],
        "text": ["x&to=+1 é"],
        "id": ["p.0"],
    }
    assert parse_qs(request.target.partition("?")[2]) == {
        "key": ["a&b=c d"],
        "n": [NUMBER[1:]],
    }


@pytest.mark.parametrize(
    ("weather", "outcome"),
    [
        (Weather(status=200, said={"status": "rejected"}), Refused("sms_refused:200")),
        (Weather(status=200, said={"status": "queued"}), Delivered()),
        (Weather(status=400), Refused("sms_refused:400")),
        (Weather(status=401), Deferred("sms_setup:401")),
        (Weather(status=404), Deferred("sms_setup:404")),
        (Weather(status=418), Deferred("sms_setup:418")),
        (Weather(status=302), Deferred("sms_setup:302")),
        (Weather(status=429, retry_after="17"), Deferred("sms_busy:429", 17.0)),
        (Weather(status=503), Deferred("sms_busy:503")),
        (Weather(status=500), Deferred("sms_doubt:1")),
        (Weather(status=504), Deferred("sms_doubt:1")),
        (Weather(cut="before"), Deferred("sms_doubt:1")),
        (Weather(cut="after"), Deferred("sms_doubt:1")),
        (Weather(cut="middle"), Deferred("sms_doubt:1")),
    ],
)
async def test_every_answer_has_its_outcome(
    tmp_path: Path, gateways: Gateways, weather: Weather, outcome: Outcome
) -> None:
    gateways.weather = weather
    section = http_section(gateways.url, tmp_path)
    assert await by("http", section, tmp_path) == outcome


async def test_a_status_that_was_heard_is_enough_where_nothing_else_is_wanted(
    tmp_path: Path, gateways: Gateways
) -> None:
    gateways.weather = Weather(cut="middle")
    section = http_section(gateways.url, tmp_path, success="")
    assert await by("http", section, tmp_path) == Delivered()


async def test_no_redirect_is_followed(tmp_path: Path, gateways: Gateways) -> None:
    gateways.weather = Weather(status=307)
    await by("http", http_section(gateways.url, tmp_path), tmp_path)
    assert len(gateways.requests) == 1


async def test_a_far_side_that_speaks_no_http_leaves_a_doubt(tmp_path: Path) -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"220 smtp.example ESMTP\r\n" * 10)
        writer.close()

    async with await asyncio.start_server(rude, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        section = http_section(f"http://127.0.0.1:{port}", tmp_path)
        assert await by("http", section, tmp_path) == Deferred("sms_doubt:1")


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_value_becomes_syntax(text: str, secret: str) -> None:
    values = {"to": NUMBER, "digits": "1", "text": text, "id": "i", "secret": secret}
    body = template.body('{"a": {"t": "{text}", "s": "{secret}"}}', "json", values)
    assert json.loads(body) == {"a": {"t": text, "s": secret}}
    assert not set("\r\n\0") & set(template.header("x {secret}", values))
    address = template.address("https://h/{text}?s={secret}", values)
    assert address.count("/") == 3
    assert address.count("?") == 1


@given(st.binary(max_size=200), st.text(max_size=20))
def test_no_answer_breaks_the_reading(document: bytes, path: str) -> None:
    assert isinstance(template.found(document, path), str)
    assert ovh.read(document) is None or document


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30.0),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    headers = {"retry-after": text, "date": "Sat, 21 Nov 2026 12:00:00 GMT"}
    assert verdicts.retry_after_s(headers) == seconds


# -- Twilio ------------------------------------------------------------------------


async def test_twilio_is_told_where_to_say_what_became_of_it(
    tmp_path: Path, gateways: Gateways
) -> None:
    section = twilio_section(gateways.url, tmp_path)
    section["callback_url"] = "https://rcu.example/v1/sms/twilio"
    assert await by("twilio", section, tmp_path) == Delivered("id000001")
    assert parse_qs(gateways.requests[0].body.decode()) == {
        "To": [NUMBER],
        "From": ["+33700000000"],
        "Body": [TEXT],
        "ValidityPeriod": ["36000"],
        "StatusCallback": ["https://rcu.example/v1/sms/twilio"],
    }


async def test_twilio_may_choose_the_sender(tmp_path: Path, gateways: Gateways) -> None:
    section = twilio_section(gateways.url, tmp_path) | {"sender": "MG" + "a" * 32}
    await by("twilio", section, tmp_path)
    form = parse_qs(gateways.requests[0].body.decode())
    assert form["MessagingServiceSid"] == ["MG" + "a" * 32]
    assert "From" not in form


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 21211, Refused("sms_number:21211")),
        (400, 21610, Refused("sms_refused:21610")),
        (400, 21606, Deferred("sms_setup:21606")),
        (429, 20429, Deferred("sms_busy:20429", 9.0)),
        (401, 20003, Deferred("sms_setup:20003", 9.0)),
        (400, 21999, Refused("sms_refused:21999")),
        (400, "text", Refused("sms_refused:text")),
        (500, 20500, Deferred("sms_doubt:1")),
    ],
)
async def test_twilios_codes(
    tmp_path: Path, gateways: Gateways, status: int, code: Any, outcome: Outcome
) -> None:
    after = "9" if isinstance(outcome, Deferred) and outcome.retry_after_s else ""
    gateways.weather = Weather(status=status, said={"code": code}, retry_after=after)
    section = twilio_section(gateways.url, tmp_path)
    assert await by("twilio", section, tmp_path) == outcome


async def test_an_answer_that_breaks_off_is_looked_up(
    tmp_path: Path, gateways: Gateways
) -> None:
    section = twilio_section(gateways.url, tmp_path)
    gateways.weather = Weather(cut="middle")
    assert await by("twilio", section, tmp_path) == Deferred("sms_doubt:1")
    gateways.weather = Weather()
    assert await by("twilio", section, tmp_path, doubts=1) == Delivered("id000001")
    assert [request.method for request in gateways.requests] == ["POST", "GET"]


async def test_another_receipt_of_the_same_customer_is_another_message(
    tmp_path: Path, gateways: Gateways
) -> None:
    section = twilio_section(gateways.url, tmp_path)
    await by("twilio", section, tmp_path, f"{TEXT}A")
    assert await by("twilio", section, tmp_path, f"{TEXT}B", 1) == Delivered("id000002")


# -- OVHcloud ----------------------------------------------------------------------


async def test_ovh_is_asked_for_one_segment_without_stop(
    tmp_path: Path, gateways: Gateways
) -> None:
    section = ovh_section(gateways.url, tmp_path)
    assert await by("ovh", section, tmp_path) == Delivered("1")
    asked, sent = gateways.requests
    assert (asked.target, sent.target) == (
        "/1.0/auth/time",
        f"/1.0/sms/{Gateways.service}/jobs",
    )
    job = json.loads(sent.body)
    assert job["coding"] == "7bit"
    assert job["noStopClause"]
    assert job["receivers"] == [NUMBER]
    assert job["validityPeriod"] == 24 * 60
    assert len(job["tag"]) == 20


async def test_a_clock_that_is_an_hour_off_signs_well(
    tmp_path: Path, gateways: Gateways
) -> None:
    gateways.weather = Weather(clock_s=3600)
    section = ovh_section(gateways.url, tmp_path)
    assert await by("ovh", section, tmp_path) == Delivered("1")


async def test_a_clock_that_was_set_meanwhile_is_asked_again(
    tmp_path: Path, gateways: Gateways
) -> None:
    given = settings(way="ovh", ovh=ovh_section(gateways.url, tmp_path))
    channel = sms_ways.channel(given, SystemClock(), tmp_path)
    assert await channel.send(bytes(Note("1.0", TEXT)), NUMBER) == Delivered("1")
    gateways.weather = Weather(clock_s=900)
    outcome = await channel.send(bytes(Note("2.0", TEXT)), NUMBER)
    assert outcome == Deferred("sms_setup:clock")
    assert await channel.send(bytes(Note("2.0", TEXT)), NUMBER) == Delivered("2")


async def test_a_wrong_secret_is_a_matter_of_set_up(
    tmp_path: Path, gateways: Gateways
) -> None:
    section = ovh_section(gateways.url, tmp_path)
    (tmp_path / "s").write_text("another")
    assert await by("ovh", section, tmp_path) == Deferred("sms_setup:clock")
    assert gateways.taken == []


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (200, {"ids": [], "invalidReceivers": [NUMBER]}, Refused("sms_number")),
        (200, {"ids": []}, Deferred("sms_doubt:1")),
        (400, {"message": "Invalid receivers"}, Refused("sms_number:400")),
        (400, {"message": "[message] too long"}, Refused("sms_refused:400")),
        (403, {"message": "This call has not been granted"}, Deferred("sms_setup:403")),
        (500, {}, Deferred("sms_doubt:1")),
        (429, {}, Deferred("sms_busy:429")),
    ],
)
async def test_ovhs_answers(
    tmp_path: Path,
    gateways: Gateways,
    status: int,
    said: dict[str, Any],
    outcome: Outcome,
) -> None:
    gateways.weather = Weather(status=status, said=said)
    section = ovh_section(gateways.url, tmp_path)
    assert await by("ovh", section, tmp_path) == outcome


def test_the_signature_is_a_sha1_of_six_pieces() -> None:
    headers = ovh.signed(
        ovh.Keys("app", "AS", "CK"), "GET", "https://h/1.0/me", b"", 1366560945
    )
    # sha1sum of AS+CK+GET+https://h/1.0/me++1366560945
    assert headers["X-Ovh-Signature"] == ("$1$2a3b27f36d0ac8e0771b3af8a271c4c314c988db")
    assert headers["X-Ovh-Timestamp"] == "1366560945"


@pytest.mark.parametrize("known", [True, False])
async def test_number_and_secret_go_to_nobody_whose_certificate_does_not_fit(
    tmp_path: Path,
    certificate: tuple[Path, Path],
    known: bool,
) -> None:
    async with Gateways(server_side(certificate)) as gateways:
        section = http_section(gateways.url, tmp_path)
        ca_file = certificate[0] if known else None
        given = settings(way="http", http=section, ca_file=ca_file)
        channel = sms_ways.channel(given, SystemClock(), tmp_path)
        outcome = await channel.send(bytes(Note("p.0", TEXT)), NUMBER)
        assert outcome == (Delivered("id000001") if known else Deferred("sms_setup"))
        assert len(gateways.requests) == known


async def test_authorities_that_are_not_there_need_a_person(
    tmp_path: Path, gateways: Gateways
) -> None:
    section = http_section(gateways.url, tmp_path)
    given = settings(way="http", http=section, ca_file=tmp_path / "none.pem")
    channel = sms_ways.channel(given, SystemClock(), tmp_path)
    assert await channel.send(bytes(Note("p.0", TEXT)), NUMBER) == Deferred("sms_setup")
    assert gateways.requests == []
