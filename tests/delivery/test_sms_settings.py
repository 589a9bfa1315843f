"""What store IT may write about SMS, and what it is told when that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from agent.delivery import sms_ways
from agent.delivery.settings_sms import SmsSettings
from agent.errors import ConfigError

HTTP = {"url": "https://sms.example/send?to={to}&text={text}", "method": "GET"}
TWILIO = {"account": "AC" + "0" * 32, "secret_file": "/x", "sender": "Halles"}
OVH = {
    "application_key": "0123456789abcdef",
    "application_secret_file": "/x",
    "consumer_key_file": "/x",
    "service": "sms-ab12345-1",
}


def test_each_way_needs_its_section() -> None:
    with pytest.raises(ValidationError, match=r"needs a section \[sms.ovh\]"):
        SmsSettings.model_validate({"way": "ovh", "http": HTTP})
    both = {"way": "http", "http": HTTP, "ovh": OVH, "twilio": TWILIO}
    assert SmsSettings.model_validate(both).way == "http"


@pytest.mark.parametrize(
    ("way", "changes", "said"),
    [
        ("http", {"url": "http://sms.example/?{to}{text}"}, "write https://"),
        ("http", {"url": "https://u:p@sms.example/?{to}{text}"}, "no user"),
        ("http", {"url": "https://{secret}.example/?{to}{text}"}, "in the host"),
        ("http", {"url": "https://sms.example:x/?{to}{text}"}, "no web address"),
        ("http", {"url": "https://sms.example/?{to}"}, "{text}"),
        ("http", {"body": "{to}{text}"}, "a GET has no body"),
        (
            "http",
            {"method": "POST", "body": '{"to": {text}}'} | {"body": "{text"},
            "no JSON",
        ),
        ("http", {"headers": {"X-Key": "{secret}"}}, "belong together"),
        ("http", {"secret_file": "/x"}, "belong together"),
        ("http", {"headers": {"X Key": "1"}}, "is no header"),
        ("http", {"headers": {"X-Key": "a\r\nb"}}, "is no header"),
        ("http", {"headers": {"X-Text": "{text}"}}, "no {text}"),
        ("http", {"idempotent": True}, "needs {id}"),
        ("twilio", {"sender": "Le Comptoir des Halles"}, "is no sender"),
        ("twilio", {"account": "AC1"}, "pattern"),
        ("twilio", {"base_url": "http://api.example"}, "write https://"),
        ("ovh", {"sender": "é"}, "is no sender"),
        ("ovh", {"service": "xx"}, "pattern"),
        ("modem", {"device": "ttyUSB0"}, "pattern"),
        ("modem", {"device": "/dev/ttyUSB0", "baud": 1}, "write one of"),
        ("modem", {"device": "/dev/ttyUSB0", "centre": "0689004000"}, "is no number"),
    ],
)
def test_what_cannot_be_is_said(way: str, changes: dict[str, Any], said: str) -> None:
    sections: dict[str, dict[str, Any]] = {
        "http": HTTP,
        "twilio": TWILIO,
        "ovh": OVH,
        "modem": {},
    }
    with pytest.raises(ValidationError) as caught:
        SmsSettings.model_validate({"way": way, way: sections[way] | changes})
    assert said in str(caught.value)


@pytest.mark.parametrize("content", [None, "", "two\nlines", "é", "\xff"])
def test_a_secret_that_cannot_be_read_is_named(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    for way, section in (
        ("http", HTTP | {"secret_file": path, "headers": {"X-Key": "{secret}"}}),
        ("twilio", TWILIO | {"secret_file": path}),
        ("ovh", OVH | {"application_secret_file": path}),
    ):
        given = SmsSettings.model_validate({"way": way, way: section})
        with pytest.raises(ConfigError, match=rf"sms\.{way}\.\w+ = .*secret"):
            sms_ways.check(given)


def test_without_the_section_nothing_is_checked() -> None:
    sms_ways.check(None)
