"""What the IT screen is shown of this house."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from agent import sight
from agent.config import Config, load
from agent.screens import certificate
from tests.test_config import GOOD, write


def test_a_door_is_open_when_it_is_served_and_its_cable_is_there(
    tmp_path: Path,
) -> None:
    config = _config(
        tmp_path,
        f"[door.serial]\ndevice = '{tmp_path}/tty'\n[door.folder]\npath = '{tmp_path}'\n",
    )
    running = ["door.tcp", "door.serial", "door.folder"]
    found = {name: opened for name, _, opened in sight.doors(config, running)}
    assert found == {"tcp": True, "serial": False, "folder": True}
    (tmp_path / "tty").touch()
    found = {name: opened for name, _, opened in sight.doors(config, running[:2])}
    assert found == {"tcp": True, "serial": True, "folder": False}


def test_the_end_of_a_certificate_is_read(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    path, _ = certificate.own(tmp_path, ["till.example"], now)
    assert sight.ends(path) > now
    bad = tmp_path / "bad.pem"
    bad.write_text("no")
    with pytest.raises(ValueError, match="PEM"):
        sight.ends(bad)


def test_what_we_stand_on_is_named() -> None:
    names = [name for name, _ in sight.versions(None)]
    assert names[:2] == ["receipt-agent", "rules"]
    assert all(value for _, value in sight.versions(None))


def _config(folder: Path, more: str) -> Config:
    return load(write(folder, GOOD + more))
