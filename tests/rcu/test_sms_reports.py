"""Carriers say what became of text messages; nobody else can."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcu.app import build
from rcu.config import Settings, SmsSettings, StoreSettings
from rcu.errors import ConfigError
from rcu.sms_reports import keys
from rcu.sms_signs import ovh_report, twilio_report, twilio_signed
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import DAY_MS, EDGE, event, issued
from tests.rcu.test_items import _read

URL = "https://rcu.example/v1/sms/twilio"
TOKEN, SECRET = "the account's token", "0123456789abcdef0123456789abcdef"
SID = "SM" + "a" * 32
TOLD = "SELECT carrier, reference, state, code FROM sms_report"


@pytest.fixture
async def carrier(rcu: Rcu) -> AsyncIterator[httpx.AsyncClient]:
    (rcu.directory / "t").write_text(TOKEN + "\n")
    (rcu.directory / "o").write_text(SECRET + "\n")
    sms = SmsSettings(
        twilio_url=URL,
        twilio_secret_file=str(rcu.directory / "t"),
        ovh_secret_file=str(rcu.directory / "o"),
    )
    settings = Settings(store=StoreSettings(directory=rcu.directory), sms=sms)
    transport = httpx.ASGITransport(app=build(rcu.store, settings, rcu.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://rcu") as client:
        yield client


def sign(fields: Sequence[tuple[str, str]], token: str = TOKEN, url: str = URL) -> str:
    """By the documentation, and not by the code under test."""
    said = url
    for name in sorted({name for name, _ in fields}):
        for value in sorted({each for found, each in fields if found == name}):
            said += name + value
    return base64.b64encode(
        hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()
    ).decode()


async def twilio(
    client: httpx.AsyncClient, status: str, signature: str = "", code: str = ""
) -> int:
    fields = [
        ("MessageSid", SID),
        ("MessageStatus", status),
        ("To", "+33612345678"),
        ("From", ""),
    ]
    if code:
        fields.append(("ErrorCode", code))
    answer = await client.post(
        "/v1/sms/twilio",
        content=urlencode(fields),
        headers={
            b"X-Twilio-Signature": (signature or sign(fields)).encode("latin-1"),
            b"Content-Type": b"application/x-www-form-urlencoded",
        },
    )
    return answer.status_code


async def ovh(client: httpx.AsyncClient, ptt: str, secret: str = SECRET) -> int:
    query = {"id": "4711", "ptt": ptt, "date": "20261121", "description": "1"}
    return (await client.get(f"/v1/sms/ovh/{secret}", params=query)).status_code


def test_the_signature_of_twilios_own_example() -> None:
    fields = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+12349013030"),
        ("Digits", "1234"),
        ("From", "+12349013030"),
        ("To", "+18005551212"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    good = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    assert twilio_signed("12345", url, fields, good)
    assert not twilio_signed("12346", url, fields, good)
    assert not twilio_signed("12345", url + "3", fields, good)
    assert not twilio_signed("12345", url, fields[1:], good)


async def test_a_report_that_is_signed_is_kept_without_a_number(
    rcu: Rcu, carrier: httpx.AsyncClient
) -> None:
    assert await twilio(carrier, "sent") == 204
    assert _read(rcu, TOLD) == [("twilio", SID, "under_way", "")]
    assert await twilio(carrier, "delivered") == 204
    assert await twilio(carrier, "sent") == 204  # out of order
    assert await twilio(carrier, "delivered") == 204  # once more
    assert _read(rcu, TOLD) == [("twilio", SID, "arrived", "")]
    assert "33612345678" not in repr(_read(rcu, "SELECT * FROM sms_report"))


@pytest.mark.parametrize("signature", [" ", "x", sign([], "another"), "é", "=" * 28])
async def test_who_cannot_sign_leaves_no_trace(
    rcu: Rcu, carrier: httpx.AsyncClient, signature: str
) -> None:
    assert await twilio(carrier, "failed", signature) == 403
    assert _read(rcu, TOLD) == []


async def test_what_ovh_says_comes_by_an_address_that_nobody_else_knows(
    rcu: Rcu, carrier: httpx.AsyncClient
) -> None:
    assert await ovh(carrier, "4", "0" * 32) == 403
    assert await ovh(carrier, "4", "é") == 403
    assert _read(rcu, TOLD) == []
    for ptt, state in (("1", "under_way"), ("6", "under_way"), ("4", "arrived")):
        assert await ovh(carrier, ptt) == 204
        assert _read(rcu, TOLD) == [("ovh", "4711", state, "1" if ptt != "4" else ptt)]
    assert await ovh(carrier, "23") == 204
    assert _read(rcu, TOLD) == [("ovh", "4711", "arrived", "4")]


async def test_one_that_did_not_arrive_is_told_with_its_receipt_and_once(
    rcu: Rcu, carrier: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    said = {"channel": "sms", "state": "delivered", "detail": SID, "copy_number": 0}
    data = {"receipt_id": "r-1", **said}
    await rcu.till.post([issued(), event(2, "delivery.status.v1", data)])
    with caplog.at_level(logging.WARNING, "rcu.sms_reports"):
        assert await twilio(carrier, "undelivered", code="30003") == 204
        assert await twilio(carrier, "undelivered", code="30003") == 204
    (record,) = [each for each in caplog.records if each.name == "rcu.sms_reports"]
    told = vars(record)
    assert (told["edge"], told["receipt"], told["code"]) == (EDGE, "r-1", "30003")
    assert "33612345678" not in repr(told)


async def test_reports_go_with_the_pages(rcu: Rcu, carrier: httpx.AsyncClient) -> None:
    await twilio(carrier, "delivered")
    rcu.clock.ms += rcu.settings.pages.retention_days * DAY_MS + 1
    from rcu.housekeeping import Housekeeper

    assert await Housekeeper(rcu.store.retention, rcu.settings, rcu.clock).sweep() == 1
    assert _read(rcu, TOLD) == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"x" * 20_000, 400),
        (b"\xff=1", 400),
        (b"&".join(b"a%d=1" % number for number in range(200)), 400),
        (b"", 403),
    ],
)
async def test_what_is_no_form_is_refused(
    carrier: httpx.AsyncClient, content: bytes, status: int
) -> None:
    answer = await carrier.post("/v1/sms/twilio", content=content)
    assert answer.status_code == status


async def test_something_else_that_is_signed_is_a_bad_request(
    rcu: Rcu, carrier: httpx.AsyncClient
) -> None:
    assert await twilio(carrier, "dancing") == 400
    assert await ovh(carrier, "four") == 400
    assert _read(rcu, TOLD) == []


async def test_without_keys_there_are_no_such_addresses(rcu: Rcu) -> None:
    assert await twilio(rcu.client, "delivered") in {404, 405}
    assert await ovh(rcu.client, "4") == 404


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=6))
def test_no_fields_break_the_reading(fields: list[tuple[str, str]]) -> None:
    for report in (
        twilio_report([*fields, ("MessageStatus", "sent")]),
        ovh_report([*fields, ("ptt", "4")]),
    ):
        assert report is None or report.reference
    assert not twilio_signed("x", "y", fields, "z")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), ("", "one line"), ("short", "less than 16")],
)
def test_a_secret_that_will_not_do_is_said(
    tmp_path: Path, content: str | None, said: str
) -> None:
    path = tmp_path / "o"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=rf"sms\.ovh_secret_file.*{said}"):
        keys(SmsSettings(ovh_secret_file=str(path)))
