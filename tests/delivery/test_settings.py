from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from agent.delivery.reasons import WORDINGS, Reason, wording
from agent.delivery.settings import (
    FileLink,
    Link,
    PrinterSettings,
    SerialLink,
    TcpLink,
)
from agent.delivery.settings_mail import MailSettings, is_address
from agent.delivery.transports.opening import transport_for


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("tcp://192.168.1.50:9100", TcpLink("192.168.1.50", 9100)),
        ("tcp://printer.shop", TcpLink("printer.shop", 9100)),
        ("tcp://[fe80::1]:9101", TcpLink("fe80::1", 9101)),
        ("serial:///dev/ttyUSB0", SerialLink("/dev/ttyUSB0")),
        (
            "serial:///dev/ttyS0?baud=9600&flow=dtr&parity=even&bits=7",
            SerialLink("/dev/ttyS0", 9600, "dtr", "even", 7),
        ),
        ("file:///dev/usb/lp0", FileLink("/dev/usb/lp0")),
    ],
)
def test_a_link_is_taken_apart(text: str, link: Link) -> None:
    assert PrinterSettings(link=text).wire == link
    assert transport_for(link).name.startswith(text.partition(":")[0] + "://")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("192.168.1.50", "write tcp://192.168.1.50:9100"),
        ("parallel://lp1", "write tcp://"),
        ("tcp://:9100", "has no address; write tcp://"),
        ("tcp://printer:port", "has no usable port; write tcp://"),
        ("tcp://printer:99999", "has no usable port; write tcp://"),
        ("tcp://printer:9100/queue", "says too much; write tcp://"),
        ("serial://dev/ttyUSB0", "three slashes, as in serial:///dev/ttyUSB0"),
        ("serial:///dev/ttyUSB0?baud=19201", "baud=19201 cannot be; write one of"),
        ("serial:///dev/ttyUSB0?flow=rts", "flow=rts cannot be; write one of none"),
        ("serial:///dev/ttyUSB0?speed=9600", "unknown speed"),
        ("file://lp0", "three slashes, as in file:///dev/usb/lp0"),
    ],
)
def test_a_wrong_link_is_answered_with_the_key_and_the_remedy(
    text: str, says: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        PrinterSettings(link=text)
    (error,) = caught.value.errors()
    assert error["loc"] == ("link",)
    assert says in error["msg"]


MAIL: dict[str, Any] = {"host": "smtp.shop.example", "sender": "tickets@shop.example"}


def test_mail_goes_encrypted_unless_the_relay_is_on_this_machine() -> None:
    assert MailSettings(**MAIL).security == "starttls"
    for host in ("127.0.0.1", "::1", "localhost"):
        MailSettings(**MAIL | {"host": host, "security": "none"})
    with pytest.raises(ValidationError, match="write 'starttls' or 'tls'"):
        MailSettings(**MAIL | {"security": "none"})


def test_a_password_without_a_user_is_refused() -> None:
    with pytest.raises(ValidationError, match="write both or neither"):
        MailSettings(**MAIL | {"password_file": "/etc/mail.password"})


@pytest.mark.parametrize(
    "sender", ["tickets", "a b@shop.example", "x@y\r\nRCPT TO:<z@w.example>", "é@a.fr"]
)
def test_a_sender_has_to_be_an_address(sender: str) -> None:
    with pytest.raises(ValidationError, match="is not an e-mail address; write"):
        MailSettings(**MAIL | {"sender": sender})


def test_an_address_fits_an_smtp_command() -> None:
    assert is_address("anne.martin+tickets@mail.example")
    assert not is_address("a" * 250 + "@mail.example")
    assert not is_address("anne@example\n.org")


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(WORDINGS) == set(Reason)
    for words in WORDINGS.values():
        for text in (words.fr, words.en, words.remedy_fr, words.remedy_en):
            assert text.endswith(".")
            assert "!" not in text
            assert "'" not in text


def test_words_are_found_by_the_code_of_an_outcome() -> None:
    found = wording("mail_refused:550")
    assert found is WORDINGS[Reason.MAIL_REFUSED]
    assert wording("something else") is None
