"""``check`` says which places are not what the configuration takes them for."""

from __future__ import annotations

import os
import pty
import socket
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import EXIT_CONFIG, load
from agent.delivery.transports import drivers
from agent.errors import ConfigError
from agent.places import findings
from tests.test_config import GOOD, write


def text(tmp_path: Path, extra: str = "", link: str = "tcp://127.0.0.1:9101") -> str:
    place = f"[till]\nstate_dir = '{tmp_path}/state'"
    good = GOOD.replace("[till]", place).replace("tcp://127.0.0.1:9101", link)
    return good + extra


def make(path: Path, kind: str) -> str:
    """Something of that kind at ``path``, or in its place."""
    match kind:
        case "file":
            path.write_bytes(b"")
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(str(path))
        case "null":
            path.symlink_to("/dev/null")
        case "tty":
            _, slave = pty.openpty()
            path.symlink_to(os.ttyname(slave))
        case _:
            assert kind == "nothing"
    return str(path)


DOORS = {
    "folder": "[door.folder]\npath = '{}'",
    "device": "[door.device]\npath = '{}'",
    "serial": "[door.serial]\ndevice = '{}'",
}
LINKS = {"file": "file://{}", "line": "serial://{}?baud=19200"}


@pytest.mark.parametrize(
    ("door", "kind", "said"),
    [
        ("folder", "folder", ""),
        ("folder", "nothing", "is not there yet; its door opens when it is"),
        ("folder", "file", "is no folder; name the folder"),
        ("device", "fifo", ""),
        ("device", "tty", ""),
        ("device", "nothing", "is not there yet"),
        ("device", "file", "is a plain file, out of which no job comes; name"),
        ("device", "folder", "is a folder, out of which"),
        ("device", "socket", "is a socket, out of which"),
        ("device", "null", "is no line to a POS; name a printer gadget"),
        ("serial", "tty", ""),
        ("serial", "nothing", "is not there yet"),
        ("serial", "null", "is no serial line; name one"),
        ("serial", "file", "is no serial line; name one"),
    ],
)
def test_a_door_that_is_something_else_is_said(
    tmp_path: Path, door: str, kind: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make(tmp_path / "place", kind)
    path = write(tmp_path, text(tmp_path, DOORS[door].format(place)))
    wrong = bool(said) and "not there yet" not in said
    assert main(["check", "--config", str(path)]) == (EXIT_CONFIG if wrong else 0)
    heard = capsys.readouterr()
    told = heard.err if wrong else heard.out
    assert (f"door.{door}" in told and f"{place} {said}" in told) == bool(said)


@pytest.mark.parametrize(
    ("link", "kind", "said", "fatal"),
    [
        ("line", "tty", "", False),
        ("line", "nothing", "is not there yet; what is printed waits", False),
        ("line", "null", "is no serial line", True),
        ("file", "tty", "", False),
        ("file", "fifo", "", False),
        ("file", "nothing", "is not there yet; what is printed waits", False),
        ("file", "file", "is no printer: nothing comes on paper", False),
        ("file", "null", "is no printer: nothing comes on paper", False),
        ("file", "folder", "is a folder; name a printer", True),
    ],
)
def test_a_printer_that_is_something_else_is_said(
    tmp_path: Path, link: str, kind: str, said: str, fatal: bool
) -> None:
    place = make(tmp_path / "place", kind)
    config = load(write(tmp_path, text(tmp_path, link=LINKS[link].format(place))))
    found = [each for each in findings(config) if each.key == "printer.link"]
    assert [each.fatal for each in found] == ([fatal] if said else [])
    assert all(f"{place} {said}" in each.says for each in found)
    assert all(each.dit.startswith(place) for each in found)


@pytest.mark.parametrize(
    ("kind", "said", "fatal"),
    [
        ("tty", "", False),
        ("nothing", "is not there yet; SMS wait until it is", False),
        ("file", "is no serial line", True),
    ],
)
def test_a_modem_that_is_something_else_is_said(
    tmp_path: Path, kind: str, said: str, fatal: bool
) -> None:
    place = make(tmp_path / "place", kind)
    sms = f"[sms]\nway = 'modem'\n[sms.modem]\ndevice = '{place}'\n"
    sync = "[sync]\nurl = 'https://rcu.example'\ntoken_file = '/x'\n"
    config = load(write(tmp_path, text(tmp_path, sms + sync)))
    found = [each for each in findings(config) if each.key == "sms.modem.device"]
    assert [each.fatal for each in found] == ([fatal] if said else [])
    assert all(f"{place} {said}" in each.says for each in found)


@pytest.mark.parametrize(
    ("extra", "link", "door"),
    [
        ("", "tcp://127.0.0.1:9100", "door.tcp"),
        ("", "tcp://localhost:9100", "door.tcp"),
        ("[door.star]", "tcp://127.0.0.1", "door.tcp"),
        ("[door.star]", "tcp://127.0.0.1:9101", "door.star"),
        ("[door.http]", "tcp://127.0.0.1:8008", "door.http"),
        ("", "tcp://127.0.0.1:8080", "screens"),
        ("[door.serial]\ndevice = '/dev/tty9'", "serial:///dev/tty9", "door.serial"),
        ("[door.device]\npath = '/dev/lp'", "file:///dev/../dev/lp", "door.device"),
        ("[door.device]\npath = '/dev/lp'", "file:///dev/usb/lp0", ""),
        ("[door.tcp]\nlisten = '127.0.0.1:9102'", "tcp://127.0.0.1:9100", ""),
        ("", "tcp://192.168.1.50:9100", ""),
    ],
)
def test_a_printer_that_is_our_own_door_is_no_printer(
    tmp_path: Path,
    extra: str,
    link: str,
    door: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(tmp_path, text(tmp_path, extra, link))
    assert main(["check", "--config", str(path)]) == (EXIT_CONFIG if door else 0)
    said = f"printer.link = '{link}' is our own {door}: every job would come back"
    assert (said in capsys.readouterr().err) == bool(door)


@pytest.mark.parametrize(
    ("kind", "extra", "key", "fatal"),
    [
        ("state", "", "till.state_dir", True),
        ("state/agent.db", "", "till.state_dir", True),
        ("state/arriving", "", "till.state_dir", False),
        ("jobs", "[door.folder]\npath = '{}/jobs'", "door.folder.path", True),
        ("fifo", "[door.device]\npath = '{}/fifo'", "door.device.path", True),
        ("tty", "[door.serial]\ndevice = '{}/tty'", "door.serial.device", True),
        ("tty", "", "printer.link", True),
        ("file", "", "printer.link", True),
    ],
)
def test_what_is_not_ours_to_use_is_said_with_what_to_do(
    tmp_path: Path, kind: str, extra: str, key: str, fatal: bool
) -> None:
    for folder in ("state", "state/arriving", "jobs"):
        (tmp_path / folder).mkdir()
    make(tmp_path / "state" / "agent.db", "file")
    for made in ("fifo", "tty", "file"):
        make(tmp_path / made, made)
    link = {"tty": "serial://{}/tty", "file": "file://{}/file"}.get(kind)
    told = text(tmp_path, extra.format(tmp_path))
    if key == "printer.link" and link:
        told = text(tmp_path, link=link.format(tmp_path))
    config = load(write(tmp_path, told))

    def may(path: Path, _wanted: int) -> bool:
        return path != tmp_path / kind

    (found,) = [each for each in findings(config, may) if "no printer" not in each.says]
    assert (found.key, found.fatal) == (key, fatal)
    assert found.says.startswith(f"{tmp_path / kind}")
    assert "as the user that the agent runs as" in found.says
    assert not [each for each in findings(config) if each.fatal]


def test_places_of_our_own_that_are_something_else(tmp_path: Path) -> None:
    make(tmp_path / "state", "folder")
    make(tmp_path / "state" / "arriving", "file")
    config = load(write(tmp_path, text(tmp_path)))
    assert [(each.key, each.fatal) for each in findings(config)] == [
        ("till.state_dir", False)
    ]
    make(tmp_path / "state" / "agent.db", "folder")
    assert findings(config)[0].fatal


def test_the_pos_does_not_fill_the_folder_of_our_database(tmp_path: Path) -> None:
    make(tmp_path / "state", "folder")
    for folder in ("state/../state", "state/arriving", "state/deeper"):
        own = f"[door.folder]\npath = '{tmp_path}/{folder}'"
        with pytest.raises(ConfigError, match="the agent's own folder"):
            load(write(tmp_path, text(tmp_path, own)))


@pytest.mark.parametrize("after", ["delete", "keep"])
def test_what_lies_in_the_folder_already_is_said(tmp_path: Path, after: str) -> None:
    folder = tmp_path / "jobs"
    folder.mkdir()
    extra = f"[door.folder]\npath = '{folder}'\nafter = '{after}'"
    config = load(write(tmp_path, text(tmp_path, extra)))
    assert findings(config) == []
    (folder / ".hidden").write_bytes(b"")
    (folder / "deeper").mkdir()
    assert findings(config) == []
    for number in range(3):
        (folder / f"letter{number}").write_bytes(b"Cher Paul,")
    (found,) = findings(config)
    gone = "removed" if after == "delete" else "moved to done"
    assert found.says.startswith(f"{folder} holds 3 files, which are printed")
    assert found.says.endswith(gone)
    assert found.dit.startswith(f"{folder} contient 3 fichiers")
    assert not found.fatal


@pytest.mark.parametrize(
    ("asks", "told"), [("auto", True), ("star", False), ("never", False)]
)
def test_a_star_door_before_a_printer_that_is_asked_as_an_epson_is_told(
    tmp_path: Path, asks: str, told: bool
) -> None:
    door = "\n[door.star]\nlisten = '127.0.0.1:9109'\n"
    config = text(tmp_path, door).replace("[printer]", f"[printer]\nasks = '{asks}'")
    (tmp_path / "state").mkdir()
    found = [
        f for f in findings(load(write(tmp_path, config))) if f.key == "printer.asks"
    ]
    assert [each.fatal for each in found] == ([False] if told else [])


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("usb://04b8:0202", "pip install 'receipt-agent[usb]'"),
        ("cups://TICKETS", "pip install 'receipt-agent[cups]'"),
    ],
)
def test_a_printer_whose_driver_is_not_installed_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str, says: str
) -> None:
    config = load(
        write(tmp_path, text(tmp_path, DOORS["serial"].format("/dev/x"), link))
    )
    monkeypatch.setattr(drivers, "find_spec", lambda _name: None)
    (found,) = [each for each in findings(config) if each.key == "printer.link"]
    assert says in found.says
    assert says in found.dit
    assert found.fatal
    monkeypatch.setattr(drivers, "find_spec", lambda name: name)
    assert not [each for each in findings(config) if each.key == "printer.link"]


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("tcp://127.0.0.1:9101", "are both 'tcp://127.0.0.1:9101'; name a second"),
        ("tcp://127.0.0.1:9100", "is our own door.tcp"),
    ],
)
def test_a_second_printer_is_another_one(tmp_path: Path, link: str, says: str) -> None:
    backup = f"[printer.backup]\nlink = '{link}'"
    with pytest.raises(ConfigError, match=says):
        load(write(tmp_path, text(tmp_path, backup)))
    backup = "[printer.backup]\nlink = 'file:///nowhere/lp1'\nasks = 'never'"
    config = load(write(tmp_path, text(tmp_path, backup)))
    assert config.printer.second is not None
    assert config.printer.second.asks == "never"
    keys = [each.key for each in findings(config)]
    assert "printer.backup.link" in keys
