"""A configuration that cannot be read hides nothing else: jobs may go past the agent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.it import salvage, units
from tests.it.test_doctor import program
from tests.it.test_print_held import till as written

BREAKS = {
    "misspelt": ("store =", "stroe ="),
    "no TOML": ("[till]", "[till"),
    "no text": ('shop = "Épicerie"', "shop = 12"),
    "no printer": ("link =", "lnik ="),
}


@pytest.fixture
def bypassed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose bypass runs, and nothing else."""
    program(
        tmp_path,
        "systemctl",
        'state=inactive; case "$*" in *bypass*) state=active;; esac\n'
        '[ "$1" = show ] && state="ActiveState=$state"; echo "$state"',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def broken(folder: Path, how: str) -> Path:
    path = written(folder, 1)
    was, now = BREAKS[how]
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, now, 1))
    return path


def asked(
    capsys: pytest.CaptureFixture[str], command: str, path: Path
) -> tuple[int, dict[str, Any], str]:
    code = main([command, "--json", "--config", str(path)])
    said = capsys.readouterr()
    return code, json.loads(said.out), said.err


@pytest.mark.parametrize("how", BREAKS)
def test_doctor_says_the_line_and_that_jobs_go_past_and_how_the_disk_is(
    bypassed: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    path = broken(bypassed, how)
    code, said, _ = asked(capsys, "doctor", path)
    assert (code, said["schema"], said["state"]) == (1, "doctor/1", "bad")
    by_probe = {each["probe"]: each for each in said["findings"]}
    assert str(path) in by_probe["configuration"]["detail"]
    assert {"configuration", "clock", "disk", "services"} <= set(by_probe)
    assert ("ports" in by_probe) == (how != "no TOML")
    assert "jobs go past the agent" in {each["en"] for each in said["findings"]}
    assert str(bypassed / "state") in by_probe["disk"]["detail"]
    assert not {"printer", "store", "keys", "rcu"} & set(by_probe)


def test_a_misspelt_key_is_told_with_what_it_should_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, said, _ = asked(capsys, "doctor", broken(tmp_path, "misspelt"))
    assert any("did you mean store?" in each["detail"] for each in said["findings"])


def test_only_what_was_asked_for_is_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = broken(tmp_path, "no TOML")
    assert main(["doctor", "--json", "--only", "disk", "--config", str(path)]) == 1
    said = json.loads(capsys.readouterr().out)["findings"]
    assert {each["probe"] for each in said} == {"configuration", "disk"}


@pytest.mark.parametrize("how", BREAKS)
def test_status_answers_an_object_and_says_that_jobs_go_past(
    bypassed: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    path = broken(bypassed, how)
    code, said, error = asked(capsys, "status", path)
    assert (code, said["agent"]["state"]) == (78, "bypass")
    assert said["config"]["works"] is False
    assert said["config"]["lines"] == error.rstrip("\n").split("\n")
    assert main(["status", "--config", str(path)]) == 78
    assert "contournent" in capsys.readouterr().out


def test_the_units_are_those_of_the_instance_as_far_as_its_state_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "STATE", tmp_path)
    path = tmp_path / "bar.toml"
    for text in (
        f'[till\nstate_dir = "{tmp_path}/receipt-agent-bar" # there\n',
        f'[till]\nstate_dir = "{tmp_path}/receipt-agent-bar"\n[door]\nx = 1\n',
    ):
        path.write_text(text)
        rest, listens = salvage.salvaged(path)
        assert (units.instance_of(rest), listens) == ("bar", False)
    for text in ("", "till = 1", "[till]\nstate_dir = 7", '[till]\nstate_dir = "here"'):
        path.write_text(text)
        assert units.instance_of(salvage.salvaged(path)[0]) == ""
    assert units.instance_of(salvage.salvaged(tmp_path / "none.toml")[0]) == ""


def test_a_unit_that_runs_with_the_file_of_before_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program(
        tmp_path,
        "systemctl",
        'case "$*" in *bypass*) echo inactive; exit 3;; esac; echo active',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    code, said, _ = asked(capsys, "status", broken(tmp_path, "misspelt"))
    assert (code, said["agent"]["state"]) == (78, "up")
