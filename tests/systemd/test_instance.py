"""``lib/instance``: the ports of one more printer come from its configuration alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "systemd" / "lib" / "instance"
BAR = """\
[till]
state_dir = "{state}/receipt-agent-bar"
[door.tcp]
listen = "127.0.0.1:9200"
[screens]
listen = "127.0.0.1:8180"
"""


class Box:
    """A machine with folders of its own, whose systemd notes what it is told."""

    def __init__(self, folder: Path) -> None:
        self.etc, self.units = folder / "etc", folder / "units"
        self.state, self.told = folder / "state", folder / "told"
        self.figures = folder / "figures"
        for each in (self.etc, self.units, self.state, self.figures, folder / "bin"):
            each.mkdir()
        self._bin = folder / "bin"
        self.stands_for("systemctl", f'echo "$@" >> {self.told}')
        self.stands_for("receipt-agent", "exit 0")
        text = TOOL.read_text()
        for place, own in (
            ("/etc/receipt-agent", self.etc),
            ("/etc/systemd/system", self.units),
            ("/var/lib", self.state),
            ("/var/lib/prometheus/node-exporter", self.figures),
        ):
            text = text.replace(f'Path("{place}")', f'Path("{own}")')
        self._tool = folder / "instance"
        self._tool.write_text(text)
        self._path = f"{self._bin}:/usr/bin:/bin"
        (self.etc / "agent.toml").write_text("[till]\n")

    def stands_for(self, program: str, script: str) -> None:
        path = self._bin / program
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def says(self, *words: str) -> str:
        done = subprocess.run(
            ["python3", "-I", str(self._tool), *words],
            env={"PATH": self._path, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        return f"{done.returncode} {done.stdout}{done.stderr}"

    def bar(self, text: str = BAR) -> None:
        (self.etc / "bar.toml").write_text(text.format(state=self.state))

    def desk(self) -> None:
        text = BAR.replace("-bar", "-desk").replace("9200", "9300")
        text = text.replace("8180", "8280").format(state=self.state)
        (self.etc / "desk.toml").write_text(text)


def test_it_listens_where_its_configuration_says_and_starts(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.bar()
    assert box.says("add", "bar") == "0 "
    drop_in = "receipt-agent-{}@bar.socket.d/50-port.conf"
    printing = (box.units / drop_in.format("print")).read_text()
    screens = (box.units / drop_in.format("screens")).read_text()
    assert printing == "[Socket]\nListenStream=127.0.0.1:9200\n"
    assert screens == "[Socket]\nListenStream=127.0.0.1:8180\n"
    units = "receipt-agent-print@bar.socket receipt-agent-screens@bar.socket"
    assert box.told.read_text().splitlines() == [
        "daemon-reload",
        f"enable --now {units} receipt-agent@bar.service",
    ]
    assert box.says("list") == "0 bar 127.0.0.1:9200 127.0.0.1:8180\n"
    (box.figures / "receipt-agent-bar.prom").touch()
    assert box.says("remove", "bar") == "0 "
    assert [*box.units.iterdir()] == [*box.figures.iterdir()] == []
    assert "receipt-agent-metrics@bar.timer" in box.told.read_text().split()
    assert (box.etc / "bar.toml").exists()


def test_a_port_or_a_folder_that_another_has_is_refused(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.bar(BAR.replace("127.0.0.1:8180", "127.0.0.1:8080"))
    said = box.says("add", "bar")
    assert said.startswith("1 ")
    assert "screens.listen is 127.0.0.1:8080" in said
    assert "agent.toml" in said
    box.bar(BAR.replace("receipt-agent-bar", "receipt-agent"))
    assert f'write state_dir = "{box.state}/receipt-agent-bar"' in box.says(
        "add", "bar"
    )
    assert not box.told.exists()


def test_names_and_files_that_cannot_be_are_refused(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for name in ("agent", "../bar", "Bar", ""):
        assert "is no name" in box.says("add", name)
    assert "write it first" in box.says("add", "bar")
    box.bar("[till\n")
    assert "not TOML" in box.says("add", "bar")


def test_every_instance_is_listed_whatever_became_of_its_configuration(
    tmp_path: Path,
) -> None:
    """The package's removal stops what is listed, and nothing else."""
    box = Box(tmp_path)
    box.bar()
    box.desk()
    assert box.says("add", "bar") == box.says("add", "desk") == "0 "
    (box.etc / "desk.toml").write_text("[till\n")
    (box.etc / "bar.toml").unlink()
    (box.etc / "aaa.toml").write_text("no instance, and no TOML")
    said = box.says("list")
    assert said.startswith(
        "0 bar 127.0.0.1:9200 127.0.0.1:8180\ndesk 127.0.0.1:9300 127.0.0.1:8280\n"
    )
    assert "bar.toml: No such file" in said
    assert "desk.toml: not TOML" in said
    assert box.says("remove", "bar") == box.says("remove", "desk") == "0 "
    assert [*box.units.iterdir()] == []


def test_one_that_is_not_there_cannot_be_removed(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.bar()
    assert box.says("remove", "bar").startswith("1 bar: there is no such instance")
    assert not box.told.exists()


@pytest.mark.parametrize(
    ("key", "listen", "why"),
    [
        ("door.tcp", "0.0.0.0:9100", "is 0.0.0.0:9100, as in {etc}/agent.toml"),
        ("door.tcp", "[::]:9100", "as in {etc}/agent.toml"),
        ("door.tcp", "[::ffff:127.0.0.1]:9100", "as in {etc}/agent.toml"),
        ("door.tcp", "127.0.0.1:8180", "screens.listen is 127.0.0.1:8180, as in"),
        ("door.tcp", "127.0.0.1:9300", "as in {etc}/desk.toml"),
        ("door.tcp", "127.0.0.1:8043", "as in {etc}/agent.toml"),
        ("door.tcp", "127.0.0.1:8008", "as in {etc}/agent.toml"),
        ("door.tcp", "127.0.0.1:9464", "as in {etc}/agent.toml"),
        ("door.tcp", "localhost:9200", "is not ADDRESS:PORT"),
        ("door.tcp", "127.0.0.1:0", "is not ADDRESS:PORT"),
        ("door.tcp", "127.0.0.1:99999", "is not ADDRESS:PORT"),
        ("door.tcp", "/run/other.sock", "is not ADDRESS:PORT"),
        ("door.tcp", "127.0.0.1:9200\\n[Socket]\\nUser=x", "is not ADDRESS:PORT"),
        ("screens", "127.0.0.1:9200", "as in {etc}/bar.toml"),
        ("screens", "127.0.0.1:8180\\nExecStartPre=x", "is not ADDRESS:PORT"),
        ("screens", "", "is not ADDRESS:PORT"),
    ],
)
def test_no_place_is_given_twice_and_none_that_is_no_place(
    tmp_path: Path, key: str, listen: str, why: str
) -> None:
    box = Box(tmp_path)
    (box.etc / "agent.toml").write_text(
        '[door.http]\nlisten_tls = "127.0.0.1:8043"\n[screens]\nlisten_tls = ""\n'
        '[metrics]\nlisten = "127.0.0.1:9464"\n'
    )
    box.desk()
    assert box.says("add", "desk") == "0 "
    box.told.unlink()
    had = "9200" if key == "door.tcp" else "8180"
    box.bar(BAR.replace(f"127.0.0.1:{had}", listen))
    said = box.says("add", "bar")
    assert said.startswith("1 ")
    assert why.format(etc=box.etc) in said
    assert not box.told.exists()
    assert not [*box.units.glob("*@bar*")]


@pytest.mark.parametrize(
    "listen", ["[::1]:9100", "127.0.0.2:9100", "[fe80::1%lo]:9100"]
)
def test_the_same_port_of_another_address_is_free(tmp_path: Path, listen: str) -> None:
    box = Box(tmp_path)
    box.bar(BAR.replace("127.0.0.1:9200", listen))
    assert box.says("add", "bar") == "0 "
    assert box.says("list") == f"0 bar {listen} 127.0.0.1:8180\n"


def test_a_port_that_a_running_one_still_has_is_taken(tmp_path: Path) -> None:
    """Its configuration may name another, or be broken: it has it until it is added anew."""
    box = Box(tmp_path)
    box.desk()
    assert box.says("add", "desk") == "0 "
    box.bar(BAR.replace("9200", "9300"))
    for text in ("[till\n", '[door.tcp]\nlisten = "127.0.0.1:9400"\n'):
        (box.etc / "desk.toml").write_text(text)
        assert "is 127.0.0.1:9300, as in" in box.says("add", "bar")


def test_a_broken_configuration_of_another_hinders_none(tmp_path: Path) -> None:
    box = Box(tmp_path)
    (box.etc / "agent.toml").write_text("[till\n")
    box.bar()
    said = box.says("add", "bar")
    assert said.startswith("0 ")
    assert "agent.toml: not TOML" in said
    box.bar(BAR.replace("127.0.0.1:9200", "127.0.0.1:9100"))
    assert "is 127.0.0.1:9100, as in" in box.says("add", "bar")


def test_what_check_refuses_is_not_opened(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.bar()
    box.stands_for("receipt-agent", 'echo "$@: no printer" >&2; exit 78')
    said = box.says("add", "bar")
    assert said == f"1 check --config {box.etc}/bar.toml: no printer\n"
    assert not box.told.exists()
    assert [*box.units.iterdir()] == []


def test_another_port_is_opened_where_the_former_was(tmp_path: Path) -> None:
    """systemd leaves a socket that is open where it is."""
    box = Box(tmp_path)
    box.bar()
    assert box.says("add", "bar") == "0 "
    box.told.unlink()
    box.bar(BAR.replace("9200", "9201"))
    assert box.says("add", "bar") == "0 "
    first, second, third = box.told.read_text().splitlines()
    assert first.startswith("stop receipt-agent-print@bar.socket ")
    assert "receipt-agent-bypass@bar.service" in first
    assert (second, third.split()[0]) == ("daemon-reload", "enable")
    assert box.says("list") == "0 bar 127.0.0.1:9201 127.0.0.1:8180\n"


def test_one_that_cannot_be_started_leaves_nothing(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.bar()
    box.stands_for("systemctl", f'echo "$@" >> {box.told}; [ "$1" != enable ]')
    assert "systemctl enable" in box.says("add", "bar")
    assert [*box.units.iterdir()] == []
    assert "disable --now" in box.told.read_text()


def test_a_star_has_a_socket_where_its_door_is_there(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.bar(BAR + '[door.star]\nlisten = "127.0.0.1:9301"\n')
    assert box.says("add", "bar") == "0 "
    drop_in = box.units / "receipt-agent-star@bar.socket.d" / "50-port.conf"
    assert drop_in.read_text() == (
        "[Socket]\nListenStream=\nListenStream=127.0.0.1:9301\n"
    )
    assert "receipt-agent-star@bar.socket" in box.told.read_text().split()
    assert box.says("list") == "0 bar 127.0.0.1:9200 127.0.0.1:8180 127.0.0.1:9301\n"
    box.bar()
    assert box.says("add", "bar") == "0 "
    assert not drop_in.parent.exists()
    assert "disable receipt-agent-star@bar.socket" in box.told.read_text()
    enabled = box.told.read_text().splitlines()[-1]
    assert enabled.startswith("enable")
    assert "star" not in enabled
    assert box.says("list") == "0 bar 127.0.0.1:9200 127.0.0.1:8180\n"
