"""What store IT may write about printing over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.intake.http_settings import HttpDoorSettings
from hardware_sim.epos_pos import (
    EPSON,
    ODOO,
)


@pytest.mark.parametrize(
    ("fields", "remedy"),
    [
        ({"listen": "192.168.1.10:8008"}, "allow_from"),
        ({"listen_tls": "192.168.1.10:8043", "certfile": "a.pem"}, "allow_from"),
        ({"listen": "0.0.0.0:80", "allow_from": ["192.168.1.20"]}, "every network"),
        ({"listen": "till:8008"}, "127.0.0.1"),
        ({"listen": ""}, "neither listen nor listen_tls"),
        ({"listen_tls": "127.0.0.1:8043"}, "certfile"),
        ({"allow_from": ["0.0.0.0/0"]}, "192.168.1.20"),
        ({"origins": ["*"]}, "https://pos.example"),
        ({"origins": ["https://pos.example/"]}, "up to the first slash"),
        ({"origins": ["https://Pos.example"]}, "small letters"),
        ({"names": ["printer:8008"]}, "printer.shop.example"),
        ({"devices": []}, "at least 1"),
        ({"dots_per_inch": 300}, "180 or 203"),
        ({"certflie": "a.pem"}, "Extra inputs"),
    ],
)
def test_a_wrong_setting_says_what_to_write(
    fields: dict[str, object], remedy: str
) -> None:
    with pytest.raises(ValidationError, match=remedy):
        HttpDoorSettings.model_validate(fields)


def test_only_this_machine_and_who_is_named_may_print() -> None:
    said = HttpDoorSettings(
        listen="192.168.1.10:8008", allow_from=("192.168.1.20", "fd00::/64")
    )
    admitted = {"127.0.0.1", "::1", "192.168.1.20", "fd00::5%eth0"}
    strangers = {"192.168.1.21", "10.0.0.1", "fd01::5", "", "unix"}
    assert {each for each in admitted | strangers if said.admits(each)} == admitted


def test_https_may_be_all_that_listens() -> None:
    said = HttpDoorSettings(
        listen="", listen_tls="127.0.0.1:8043", certfile=Path("cert.pem")
    )
    assert said.addresses == (None, ("127.0.0.1", 8043))


def test_the_manners_of_the_simulated_pos_are_those_of_its_models() -> None:
    assert ODOO["content-type"].startswith("text/plain")
    assert "soapaction" in EPSON
