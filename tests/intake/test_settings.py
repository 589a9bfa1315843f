"""The printer port is closed to the network until store IT names who may print."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from agent.intake.settings import TcpDoorSettings


@pytest.mark.parametrize(
    ("fields", "remedy"),
    [
        ({"listen": "192.168.1.10:9100"}, "allow_from"),
        ({"listen": "0.0.0.0:9100", "allow_from": ["192.168.1.20"]}, "every network"),
        ({"listen": "[::]:9100", "allow_from": ["fd00::1"]}, "every network"),
        ({"listen": "till:9100"}, "127.0.0.1:9100"),
        ({"listen": "127.0.0.1:99999"}, "127.0.0.1:9100"),
        ({"listen": "127.0.0.1"}, "127.0.0.1:9100"),
        ({"allow_from": ["the till"]}, "192.168.1.20"),
        ({"alow_from": ["192.168.1.20"]}, "Extra inputs"),
    ],
)
def test_a_wrong_setting_says_what_to_write(
    fields: dict[str, object], remedy: str
) -> None:
    with pytest.raises(ValidationError, match=remedy):
        TcpDoorSettings.model_validate(fields)


def test_only_this_machine_and_who_is_named_may_print() -> None:
    door = TcpDoorSettings(
        listen="192.168.1.10:9100", allow_from=("192.168.1.20", "fd00::/64")
    )
    admitted = {"127.0.0.1", "::1", "192.168.1.20", "fd00::5%eth0"}
    strangers = {"192.168.1.21", "10.0.0.1", "fd01::5"}
    assert {each for each in admitted | strangers if door.admits(each)} == admitted
