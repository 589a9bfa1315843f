from __future__ import annotations

import subprocess
from ipaddress import ip_network
from pathlib import Path

import pytest

from agent import bypass_note
from agent.bypass import allowed
from agent.bypass_wires import Way, way
from agent.config import Config
from agent.intake.settings import StarDoorSettings, TcpDoorSettings

TILL = {
    "tenant": "enseigne",
    "store": "S1",
    "till": "T1",
    "shop": "LE COMPTOIR",
    "tickets_url": "https://tickets.example/r/",
}


def config(
    folder: Path, link: str, backup: dict[str, object] | None = None, **door: object
) -> Config:
    second = {"backup": backup} if backup else {}
    return Config.model_validate(
        {
            "till": TILL | {"state_dir": str(folder)},
            "printer": {"link": link} | second,
            "door": door,
        }
    )


def read_by_a_shell(path: Path, name: str) -> str:
    script = f'. "{path}"; printf %s "${name}"'
    return subprocess.run(
        ["/bin/sh", "-c", script], capture_output=True, text=True, check=True
    ).stdout


def test_the_bypass_finds_the_printer_and_the_cables(tmp_path: Path) -> None:
    given = config(
        tmp_path,
        "serial:///dev/ttyS0?baud=19200",
        serial={"device": "/dev/till/pos", "baud": 9600, "flow": "xonxoff"},
        device={"path": "/dev/g_printer0"},
    )
    bypass_note.leave(given)
    note = tmp_path / bypass_note.NAME
    assert way(read_by_a_shell(note, "RECEIPT_AGENT_PRINTER")).kind == "serial"
    serial, device = map(way, read_by_a_shell(note, "RECEIPT_AGENT_SOURCES").split())
    assert serial.at == "/dev/till/pos"
    assert dict(serial.options) == {
        "baud": "9600",
        "flow": "xonxoff",
        "parity": "none",
        "bits": "8",
    }
    assert device == Way("file", "/dev/g_printer0")


def test_the_bypass_finds_the_printer_that_stands_in(tmp_path: Path) -> None:
    second = {"link": "file:///dev/usb/lp1", "after_s": 7.5}
    note = tmp_path / bypass_note.NAME
    bypass_note.leave(config(tmp_path, "tcp://10.0.0.9"))
    assert "BACKUP" not in note.read_text()
    bypass_note.leave(config(tmp_path, "tcp://10.0.0.9", second))
    assert read_by_a_shell(note, "RECEIPT_AGENT_BACKUP") == "file:///dev/usb/lp1"
    assert read_by_a_shell(note, "RECEIPT_AGENT_BACKUP_AFTER_S") == "7.5"


def test_the_bypass_knows_who_may_print(tmp_path: Path) -> None:
    given = config(tmp_path, "tcp://10.0.0.9")
    door = given.door.model_copy(
        update={
            "tcp": TcpDoorSettings(
                listen="192.168.1.2:9100", allow_from=("192.168.1.20", "2001:db8::/64")
            ),
            "star": StarDoorSettings(),
        }
    )
    bypass_note.leave(given.model_copy(update={"door": door}))
    said = read_by_a_shell(tmp_path / bypass_note.NAME, "RECEIPT_AGENT_ALLOWED")
    assert allowed(said) == {
        9100: [ip_network("192.168.1.20"), ip_network("2001:db8::/64")],
        9101: [],
    }


def test_odd_names_come_through_quotes(tmp_path: Path) -> None:
    odd = 'file:///dev/a"b$HOME`id`\\c'
    bypass_note.leave(config(tmp_path, odd))
    note = tmp_path / bypass_note.NAME
    assert read_by_a_shell(note, "RECEIPT_AGENT_PRINTER") == odd


def test_a_disk_that_is_full_or_closed_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bypass_note.leave(config(tmp_path / "nowhere", "tcp://10.0.0.9"))
    assert "no note for the bypass" in caplog.text
