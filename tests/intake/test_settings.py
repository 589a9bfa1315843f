"""The printer port is closed to the network until store IT names who may print."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.intake.settings import FolderDoorSettings, TcpDoorSettings


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


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        *(("/", "system's"), ("/etc", "system's"), ("/etc/cups/ppd", "system's")),
        *(("/tmp", "system's"), ("/var/spool/../log/pos", "system's")),
        *(("/usr/share/doc", "system's"), ("/home", "system's"), ("/dev", "system's")),
        ("/home/caisse", "somebody's home"),
    ],
)
@pytest.mark.parametrize("after", ["delete", "keep"])
def test_a_folder_that_is_nobodys_to_empty_is_no_door(
    path: str, owner: str, after: str
) -> None:
    with pytest.raises(ValidationError, match=f"{owner}: what lies there"):
        FolderDoorSettings.model_validate({"path": path, "after": after})


@pytest.mark.parametrize(
    "path",
    ["/var/spool/pos", "/home/caisse/tickets", "/srv/pos/out", "/run/pos", "/opt/pos"],
)
def test_a_folder_of_its_own_is_one(path: str) -> None:
    assert str(FolderDoorSettings(path=Path(path)).path) == path


def test_nor_is_the_home_of_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert FolderDoorSettings(path=tmp_path / "jobs").after == "delete"
    with pytest.raises(ValidationError, match="somebody's home"):
        FolderDoorSettings(path=tmp_path)


def test_a_link_to_what_is_not_ours_is_followed(tmp_path: Path) -> None:
    (tmp_path / "jobs").symlink_to("/etc")
    with pytest.raises(ValidationError, match="system's"):
        FolderDoorSettings(path=tmp_path / "jobs")
