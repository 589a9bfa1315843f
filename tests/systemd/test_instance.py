"""``lib/instance``: the ports of one more printer come from its configuration alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

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
        for each in (self.etc, self.units, self.state, folder / "bin"):
            each.mkdir()
        systemctl = folder / "bin" / "systemctl"
        systemctl.write_text(f'#!/bin/sh\necho "$@" >> {self.told}\n')
        systemctl.chmod(0o755)
        text = TOOL.read_text()
        for place, own in (
            ("/etc/receipt-agent", self.etc),
            ("/etc/systemd/system", self.units),
            ("/var/lib", self.state),
        ):
            text = text.replace(f'Path("{place}")', f'Path("{own}")')
        self._tool = folder / "instance"
        self._tool.write_text(text)
        self._path = f"{folder / 'bin'}:/usr/bin:/bin"
        (self.etc / "agent.toml").write_text("[till]\n")

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
    assert box.says("remove", "bar") == "0 "
    assert [*box.units.iterdir()] == []
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
