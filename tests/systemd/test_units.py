"""The units are valid and closed, by systemd's own judgement, offline.

``systemd-analyze verify`` wants the program of ``ExecStart=`` to exist, and a
checkout has no ``/opt/receipt-agent``.  So a copy of the units is verified, in
which the interpreter is the one that runs this test; nothing else differs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import agent.cli
import rcu.cli
from agent import app, bypass
from agent.delivery.smtp.password import CREDENTIAL
from agent.intake.settings import StarDoorSettings
from agent.keyring.index import PURPOSES
from tests.systemd import templates

UNITS = Path(__file__).resolve().parents[2] / "systemd"
NAMES = sorted(
    path.name
    for path in UNITS.iterdir()
    if path.suffix in {".service", ".socket", ".timer"}
)
INTERPRETER = "/opt/receipt-agent/venv/bin/python"
SCRIPTS = "/usr/lib/receipt-agent/"
EXPOSURE_LIMITS = {
    "receipt-agent.service": 1.5,
    "receipt-agent@.service": 1.5,
    "receipt-agent-bypass.service": 1.5,
    "receipt-agent-bypass@.service": 1.5,
    "receipt-agent-worker@.service": 1.0,
    "receipt-agent-ocr@.service": 1.0,
    "receipt-agent-metrics.service": 1.0,
    "receipt-agent-metrics@.service": 1.0,
    "receipt-rcu.service": 1.0,
}

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is missing: units NOT verified (apt install systemd)",
)


def ask_systemd(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "SYSTEMD_LOG_COLOR": "0"},
    )


def verify(folder: Path) -> str:
    """What systemd complains about, in our units only."""
    result = ask_systemd("verify", "--man=no", *(str(folder / name) for name in NAMES))
    said = result.stderr + result.stdout
    ours = [line for line in said.splitlines() if "receipt-" in line]
    return "\n".join(ours)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in NAMES:
        text = (UNITS / name).read_text()
        text = text.replace(INTERPRETER, sys.executable).replace(
            SCRIPTS, f"{UNITS}/lib/"
        )
        (tmp_path / name).write_text(text)
        if name in templates.OF.values() and name.endswith(".socket"):
            folder = tmp_path / f"{name}.d"
            folder.mkdir()
            (folder / "50-port.conf").write_text("[Socket]\nListenStream=127.0.0.1:9\n")
    return tmp_path


@needs_systemd
def test_systemd_finds_nothing_to_say_about_the_units(copy: Path) -> None:
    assert verify(copy) == ""


@needs_systemd
def test_a_misspelt_line_would_be_found(copy: Path) -> None:
    unit = copy / "receipt-agent.service"
    unit.write_text(unit.read_text().replace("WatchdogSec", "WatchDogSecs"))
    assert "WatchDogSecs" in verify(copy)


def test_the_drop_in_of_sealed_keys_names_what_the_agent_asks_for() -> None:
    named = re.findall(
        r"^LoadCredentialEncrypted=(\S+)$",
        (UNITS / "credentials.conf").read_text(),
        re.MULTILINE,
    )
    pairs = {f"{purpose}.pem" for purpose in PURPOSES}
    assert set(named) == {
        *pairs,
        "store.key",
        "store.key.old",
        "subject.key",
        CREDENTIAL,
    }


@needs_systemd
@pytest.mark.parametrize(
    ("name", "good", "fault"),
    [
        ("folder-door.conf", "ReadWritePaths", ""),
        ("folder-door.conf", "ReadWritePaths", "ReadWritePath"),
        ("credentials.conf", "LoadCredentialEncrypted", ""),
        ("credentials.conf", "LoadCredentialEncrypted", "LoadCredentialSealed"),
    ],
)
def test_the_drop_ins_are_valid(copy: Path, name: str, good: str, fault: str) -> None:
    text = (UNITS / name).read_text()
    folder = copy / "receipt-agent.service.d"
    folder.mkdir()
    misspelt = text.replace(good, fault) if fault else text
    (folder / name).write_text(misspelt)
    said = verify(copy)
    assert (fault in said) if fault else said == ""


def test_the_folder_of_the_drop_in_is_that_of_the_example() -> None:
    example = (UNITS.parent / "config" / "agent.example.toml").read_text()
    found = re.search(r'#\[door\.folder\]\n(?:# .*\n)*#path = "(.+)"', example)
    assert found
    lines = (UNITS / "folder-door.conf").read_text().splitlines()
    assert f"ReadWritePaths=-{found[1]}" in lines
    assert f":{found[1]}" in next(line for line in lines if "BindPaths" in line)
    assert f"receipt-agent {found[1]} " in (UNITS / "README.md").read_text()


@needs_systemd
def test_a_missing_program_would_be_found(copy: Path) -> None:
    unit = copy / "receipt-agent.service"
    unit.write_text(unit.read_text().replace(sys.executable, "/nowhere/python"))
    assert "/nowhere/python" in verify(copy)


@needs_systemd
@pytest.mark.parametrize("name", EXPOSURE_LIMITS)
def test_the_services_stay_closed(name: str) -> None:
    result = ask_systemd("security", "--offline=true", str(UNITS / name))
    found = re.search(r"exposure level for \S+: ([\d.]+)", result.stdout)
    assert found, result.stderr
    assert float(found[1]) <= EXPOSURE_LIMITS[name], result.stdout


@needs_systemd
def test_an_open_service_would_be_found(tmp_path: Path) -> None:
    unit = tmp_path / "open.service"
    unit.write_text("[Service]\nExecStart=/bin/true\n")
    result = ask_systemd("security", "--offline=true", str(unit))
    found = re.search(r"exposure level for \S+: ([\d.]+)", result.stdout)
    assert found
    assert float(found[1]) > 9


def lines(name: str) -> list[str]:
    return (UNITS / name).read_text().splitlines()


def test_the_socket_and_the_service_belong_together() -> None:
    assert "Service=receipt-agent.service" in lines("receipt-agent-print.socket")
    assert "FileDescriptorName=print" in lines("receipt-agent-print.socket")
    service = lines("receipt-agent.service")
    sockets = "Sockets=" + " ".join(
        f"receipt-agent-{name}.socket" for name in ("print", "screens", "star")
    )
    assert sockets in service
    assert sockets in lines("receipt-agent-bypass.service")
    for name in (app.SCREENS_SOCKET, app.STAR_SOCKET):
        assert f"FileDescriptorName={name}" in lines(f"receipt-agent-{name}.socket")
    assert "Requires=receipt-agent-print.socket" in service


def test_nobody_waits_for_an_agent_that_cannot_start() -> None:
    """Another program has the printer port: systemd tried the agent without end."""
    for name in (
        "receipt-agent-screens.socket",
        "receipt-agent-screens@.socket",
        "receipt-agent-star.socket",
        "receipt-agent-star@.socket",
    ):
        port = re.sub("screens|star", "print", name).replace("@", "@%i")
        assert {f"Requires={port}", f"After={port}"} <= set(lines(name))


def test_the_port_is_closed_to_the_network() -> None:
    listens = [
        line
        for line in lines("receipt-agent-print.socket")
        if line.startswith("Listen")
    ]
    assert listens == ["ListenStream=127.0.0.1:9100"]


def test_the_star_port_is_open_only_where_somebody_enabled_it() -> None:
    """Agent and bypass ask for it by ``Sockets=``, which would open it everywhere."""
    enabled = "/etc/systemd/system/sockets.target.wants/%n"
    for name in ("receipt-agent-star.socket", "receipt-agent-star@.socket"):
        assert f"ConditionPathExists={enabled}" in lines(name)
        assert "WantedBy=sockets.target" in lines(name)
        assert f"ListenStream={StarDoorSettings().listen}" in lines(name)
        assert "TriggerLimitIntervalSec=0" in lines(name)


def test_the_bypass_has_room_for_as_many_threads_as_it_begins() -> None:
    """Beside the jobs: itself, two cables, ``lp``, and what is tried before it."""
    for name in ("receipt-agent-bypass.service", "receipt-agent-bypass@.service"):
        assert f"TasksMax={bypass.JOBS + 24}" in lines(name)


def test_no_limit_can_close_the_port() -> None:
    assert "TriggerLimitIntervalSec=0" in lines("receipt-agent-print.socket")
    assert "StartLimitIntervalSec=0" in lines("receipt-agent.service")


@pytest.mark.skipif(
    shutil.which("systemd-sysusers") is None,
    reason="systemd-sysusers is missing: users NOT checked (apt install systemd)",
)
def test_the_users_are_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/group").write_text("dialout:x:20:\nlp:x:7:\n")
    confs = sorted(str(conf) for conf in (UNITS / "sysusers.d").iterdir())
    result = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", "--dry-run", *confs],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    for user in ("receipt-agent", "receipt-rcu"):
        assert f"user '{user}'" in said


def test_every_file_here_is_in_the_readme() -> None:
    readme = (UNITS / "README.md").read_text()
    for name in NAMES:
        assert f"`{name}`" in readme


def shell_lines() -> str:
    readme = (UNITS / "README.md").read_text()
    return "\n".join(
        re.findall(r"^```sh\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    )


def test_every_file_that_the_readme_installs_is_here() -> None:
    named = re.findall(r"(?<=\s)(?:systemd|config)/\S+", shell_lines())
    assert [name for name in named if not (UNITS.parent / name).is_file()] == []
    units = {name.partition("/")[2] for name in named if name.startswith("systemd/")}
    kinds = (
        "*.service",
        "*.socket",
        "*.timer",
        "*.conf",
        "*.d/*.conf",
        "*.rules",
        "lib/*",
    )
    every = [path for kind in kinds for path in UNITS.glob(kind)]
    assert units == {str(path.relative_to(UNITS)) for path in every}


def test_the_commands_of_the_readme_read_what_the_services_read() -> None:
    assert f"--config {agent.cli.DEFAULT_CONFIG}" in exec_start("receipt-agent.service")
    assert f"--config {rcu.cli.DEFAULT_CONFIG}" in exec_start("receipt-rcu.service")
    for config in (agent.cli.DEFAULT_CONFIG, rcu.cli.DEFAULT_CONFIG):
        assert str(config) in shell_lines()


def exec_start(name: str) -> str:
    (line,) = (line for line in lines(name) if line.startswith("ExecStart="))
    return line


def test_a_till_can_be_enrolled_before_the_rcu_ever_ran() -> None:
    example = tomllib.loads((UNITS.parent / "config/rcu.example.toml").read_text())
    made = (UNITS / "tmpfiles.d/receipt-rcu.conf").read_text().splitlines()
    directory = example["store"]["directory"]
    assert f"d {directory} 0700 receipt-rcu receipt-rcu -" in made
    assert f"StateDirectory={Path(directory).name}" in lines("receipt-rcu.service")


@pytest.mark.parametrize("name", ["may-start", "on-stop", "on-quiet", "read-picture"])
def test_the_scripts_are_shell_and_can_be_run(name: str) -> None:
    script = UNITS / "lib" / name
    assert script.stat().st_mode & 0o111
    checked = subprocess.run(
        ["sh", "-n", str(script)], capture_output=True, check=False
    )
    assert checked.stderr == b""


@pytest.mark.parametrize(("first", "further"), templates.OF.items())
def test_the_units_of_one_more_printer_are_those_of_the_first(
    first: str, further: str
) -> None:
    assert (UNITS / further).read_text() == templates.template(
        (UNITS / first).read_text()
    )


@pytest.mark.parametrize("room", ["worker", "ocr"])
def test_what_reads_hostile_bytes_reaches_nothing(room: str) -> None:
    service = lines(f"receipt-agent-{room}@.service")
    assert "PrivateNetwork=yes" in service
    assert "User=receipt-agent-worker" in service
    (hidden,) = [line for line in service if line.startswith("InaccessiblePaths=")]
    assert "-/etc/receipt-agent -/var/lib/receipt-agent" in hidden
    assert any(line.startswith("MemoryMax=") for line in service)
    assert any(line.startswith("Nice=") for line in service)
    where = f"RECEIPT_AGENT_{room.upper()}=/run/receipt-agent-{room}.socket"
    assert any(where in line for line in lines("receipt-agent.service"))
    socket = lines(f"receipt-agent-{room}.socket")
    assert f"ListenStream=/run/receipt-agent-{room}.socket" in socket
    assert "SocketMode=0660" in socket


def on_stop(folder: Path, result: str, at_s: int, *instance: str) -> bool:
    """Whether it hands the port to the bypass."""
    tools = folder / "bin"
    tools.mkdir(exist_ok=True)
    (tools / "systemctl").write_text(f"#!/bin/sh\necho $* > {folder}/asked\n")
    (tools / "date").write_text(f"#!/bin/sh\necho {at_s}\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    text = (UNITS / "lib/on-stop").read_text().replace("/run/", f"{folder}/")
    asked = folder / "asked"
    asked.unlink(missing_ok=True)
    subprocess.run(
        ["sh", "-c", text, "on-stop", *instance],
        env={"SERVICE_RESULT": result, "PATH": f"{tools}:/usr/bin:/bin"},
        check=True,
    )
    unit = f"receipt-agent-bypass{''.join(f'@{each}' for each in instance)}.service"
    return asked.exists() and unit in asked.read_text().split()


@pytest.mark.parametrize(
    ("there", "is_open", "bypassed", "may"),
    [
        (True, True, False, True),
        (True, True, True, False),
        (False, True, False, True),  # it fails then, and jobs go past it
        (False, False, False, False),  # never set up
    ],
)
def test_the_agent_starts_where_a_configuration_or_the_port_is_there(
    tmp_path: Path, *, there: bool, is_open: bool, bypassed: bool, may: bool
) -> None:
    state = "active" if bypassed else "inactive"
    (tmp_path / "systemctl").write_text(
        f"#!/bin/sh\ncase $* in *print*) exit {int(not is_open)};; esac\necho {state}\n"
    )
    (tmp_path / "systemctl").chmod(0o755)
    if there:
        (tmp_path / "agent.toml").touch()
    text = (UNITS / "lib/may-start").read_text()
    text = text.replace("/etc/receipt-agent/", f"{tmp_path}/")
    done = subprocess.run(
        ["sh", "-c", text, "may-start"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        check=False,
    )
    assert (done.returncode == 0) is may
    for name in ("receipt-agent.service", "receipt-agent@.service"):
        assert not any(line.startswith("ConditionPath") for line in lines(name))


@pytest.mark.parametrize(
    ("jobs", "starts"),
    [("", True), ("7 receipt-agent-print.socket stop waiting", False)],
)
def test_a_port_that_is_being_stopped_for_good_is_not_opened_again(
    tmp_path: Path, jobs: str, *, starts: bool
) -> None:
    (tmp_path / "systemctl").write_text(
        f"#!/bin/sh\ncase $1 in list-jobs) echo '{jobs}';; esac\n"
        f'case "$*" in *" start "*) touch {tmp_path}/started;; esac\n'
    )
    (tmp_path / "systemctl").chmod(0o755)
    subprocess.run(
        ["sh", str(UNITS / "lib/on-quiet")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SERVICE_RESULT": "success"},
        check=False,
    )
    assert (tmp_path / "started").exists() is starts


def test_two_failures_within_a_minute_open_the_bypass(tmp_path: Path) -> None:
    assert not on_stop(tmp_path, "signal", 1000)
    assert on_stop(tmp_path, "exit-code", 1030)
    assert not on_stop(tmp_path, "exit-code", 1031)  # it counts from the start again


def test_an_instance_has_a_bypass_and_a_count_of_its_own(tmp_path: Path) -> None:
    assert not on_stop(tmp_path, "signal", 1000)
    assert not on_stop(tmp_path, "signal", 1001, "bar")
    assert on_stop(tmp_path, "signal", 1002, "bar")


def test_failures_that_are_far_apart_do_not(tmp_path: Path) -> None:
    assert not on_stop(tmp_path, "signal", 1000)
    assert not on_stop(tmp_path, "signal", 1061)


def test_a_stop_in_order_is_no_failure(tmp_path: Path) -> None:
    assert not on_stop(tmp_path, "signal", 1000)
    assert not on_stop(tmp_path, "success", 1001)
