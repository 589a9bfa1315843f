"""Whose a port is: by its address, by the program that has it, by the till that answers."""

from __future__ import annotations

import asyncio
import fcntl
import ipaddress
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent import cellar
from agent.cli import main
from agent.config import load
from agent.it import running, sockets, units
from tests.it.test_doctor import found, states
from tests.it.test_doctor_remedies import screens
from tests.it.test_print_held import till as written

HOLDS = (
    "import socket,sys,time; s=socket.create_server((sys.argv[1],int(sys.argv[2])),"
    "family=socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET); "
    "print(s.getsockname()[1],os.getpid(),flush=True); time.sleep(600)"
)


@asynccontextmanager
async def holder(
    host: str = "127.0.0.1", port: int = 0, *words: str
) -> AsyncIterator[tuple[int, int]]:
    """A program that listens: its port and pid.  ``words`` stand in its command line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import os;" + HOLDS, host, str(port), *words),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        said = (await process.stdout.readline()).split()
        yield int(said[0]), int(said[1])
    finally:
        process.kill()
        await process.wait()


def doors(port: int, host: str = "127.0.0.1") -> str:
    return f"[door.tcp]\nlisten = '{host}:{port}'\n"


async def test_a_port_that_another_has_is_named_with_its_program(
    tmp_path: Path,
) -> None:
    async with holder() as (port, pid):
        path = written(tmp_path, 1, doors(port))
        findings = await found(path, "ports")
        assert states(findings)[0] == "bad"
        assert str(pid) in findings[0].says.fr
        assert "door.tcp" in findings[0].remedy.en
    assert "nobody" in (await found(path, "ports"))[0].says.en
    assert states(await found(path, "ports", up=True))[0] == "bad"


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])


@pytest.mark.parametrize(
    "key", ["screens", "door.http", "door.star", "door.http.listen_tls", "metrics"]
)
async def test_each_port_of_the_configuration_is_looked_at(
    tmp_path: Path, key: str
) -> None:
    async with holder() as (port, pid):
        section, _, listens = key.rpartition(".")
        if listens != "listen_tls":
            section, listens = key, "listen"
        more = "certfile='/c'\nkeyfile='/k'\n" if listens == "listen_tls" else ""
        path = written(
            tmp_path, 1, f"[{section}]\n{listens} = '127.0.0.1:{port}'\n{more}"
        )
        taken = [
            each for each in await found(path, "ports") if str(pid) in each.says.en
        ]
    assert [each.detail for each in taken] == [f"{key} 127.0.0.1:{port}"]


async def test_tablets_door_is_looked_at(tmp_path: Path) -> None:
    async with holder() as (port, _):
        path = written(tmp_path, 1, f"[screens]\nlisten_tls = '127.0.0.1:{port}'\n")
        said = {each.detail: each.says.en for each in await found(path, "ports")}
    assert "is taken by" in said[f"screens.listen_tls 127.0.0.1:{port}"]


@pytest.mark.parametrize(
    ("theirs", "ours", "taken"),
    [
        ("127.0.0.2", "127.0.0.1", False),
        ("0.0.0.0", "127.0.0.1", True),
        ("::", "127.0.0.1", True),
        ("::1", "127.0.0.1", False),
        ("0.0.0.0", "[::1]", False),
    ],
)
async def test_a_port_at_another_address_is_not_taken(
    tmp_path: Path, theirs: str, ours: str, taken: bool
) -> None:
    async with holder(theirs) as (port, _):
        path = written(tmp_path, 1, doors(port, ours))
        said = (await found(path, "ports"))[0].says.en
    assert ("is taken by" if taken else "nobody listens") in said


def test_a_port_of_ipv4_that_a_socket_of_both_families_has_is_taken() -> None:
    both = ipaddress.ip_address("::ffff:127.0.0.1")
    there = sockets.Listener(both, 9100, "1")
    assert there.takes(ipaddress.ip_address("127.0.0.1"))
    assert not there.takes(ipaddress.ip_address("127.0.0.2"))


async def test_a_port_of_another_till_s_agent_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, 1, doors(port := free()))
    for config, state in ((tmp_path / "bar.toml", "bad"), (path, "ok")):
        async with holder(
            "127.0.0.1", port, "-m", "agent", "run", f"--config={config}"
        ):
            said = (await found(path, "ports"))[0]
        assert said.state == state
    monkeypatch.chdir(tmp_path)
    words = ("-m", "agent", "run", "--config", "bar.toml")
    async with holder("127.0.0.1", port, *words):
        other = (await found(path, "ports"))[0]
    assert str(tmp_path / "bar.toml") in other.says.en


async def test_an_address_that_the_socket_unit_does_not_have_is_given_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "SYSTEMD", tmp_path)
    more = "allow_from = ['192.168.1.20']\n"
    path = written(tmp_path, 1, doors(port := free(), "127.0.0.2") + more)
    words = ("-m", "agent", "run", "--config", str(path))
    async with holder("127.0.0.1", port, *words):
        said = (await found(path, "ports", up=True))[0]
    assert "127.0.0.1 only" in said.says.en
    assert "systemctl edit receipt-agent-print.socket" in said.remedy.en
    assert f"ListenStream=127.0.0.2:{port}" in said.remedy.en


async def test_an_agent_of_another_till_that_answers_is_not_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with screens(shop="Bar", till="T9") as port:
        path = written(tmp_path, 1, f"[screens]\nlisten = '127.0.0.1:{port}'\n")
        config = load(path)
        assert not await running.runs(config)
        assert await running.snapshot(config) is None
        assert await running.stranger(config) == "Bar T9"
        said = {each.detail: each for each in await found(path, "ports")}
        (ours,) = [each for at, each in said.items() if at.startswith("screens ")]
        assert (ours.state, "another till’s, Bar T9" in ours.says.en) == ("bad", True)
        asked = ["status", "--json", "--config", str(path)]
        assert await asyncio.to_thread(main, asked) == 69
        assert '"state": "down"' in capsys.readouterr().out
    async with screens(shop="Épicerie", till="T1") as port:
        path.write_text(
            path.read_text().replace(str(config.screens.listen), f"127.0.0.1:{port}")
        )
        assert await running.runs(load(path))
        assert await running.stranger(load(path)) == ""


LOCKS = (
    "import fcntl,sys,time; lock=open(sys.argv[1],'w'); fcntl.flock(lock,fcntl.LOCK_EX); "
    "print(flush=True); time.sleep(600)"
)


@asynccontextmanager
async def locked(path: Path, *, by_another: bool) -> AsyncIterator[None]:
    """The store of this till has somebody: us, who answer, or a program that does not."""
    lock = cellar.database(load(path)).with_name("agent.db.lock")
    if not by_another:
        with lock.open("w") as ours:
            fcntl.flock(ours, fcntl.LOCK_EX)
            yield
        return
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LOCKS, str(lock)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        await process.stdout.readline()
        yield
    finally:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("by_another", [False, True])
async def test_an_agent_whose_till_was_given_another_name_since_is_still_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, by_another: bool
) -> None:
    async with screens(shop="Before", till="T0") as port:
        path = written(tmp_path, 1, f"[screens]\nlisten = '127.0.0.1:{port}'\n")
        async with locked(path, by_another=by_another):
            stranger = await running.stranger(load(path))
            blamed = [
                each.detail
                for each in await found(path, "ports", up=True)
                if each.detail.startswith("screens ") and "another" in each.says.en
            ]
            asked = ["status", "--json", "--config", str(path)]
            assert await asyncio.to_thread(main, asked) == 0
    said = capsys.readouterr().out
    if by_another:
        assert (stranger, blamed) == ("Before T0", [f"screens 127.0.0.1:{port}"])
        assert '"state": "starting"' in said
    else:
        assert (stranger, blamed) == ("", [])
        assert '"state": "up"' in said
