"""Doctor blames whom it should, in the language that was asked for, with what helps."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import load
from agent.it import doctor, units
from agent.it.probes import mail, mounts
from tests.fakes.printer import FakePrinter
from tests.it.test_doctor import found, states
from tests.it.test_print_held import till as written
from tests.store.builders import opened

READY = {"name": {"fr": "Imprimante", "en": "Printer"}, "detail": "", "state": "ok"}
ROOMS = {"printer": {**READY, "says": {"fr": "Prête", "en": "Ready"}}}


@asynccontextmanager
async def screens(
    shop: str = "Épicerie", till: str = "T1", **printer: object
) -> AsyncIterator[int]:
    """What an agent answers on its loopback port; ``printer``: what is other than ready."""
    rooms = {"printer": {**ROOMS["printer"], **printer}}
    shown = {"shop": shop, "till": till, "rooms": rooms}

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).decode()
        said = {"streams": 0} if "/healthz" in asked else shown
        writer.write(b"HTTP/1.0 200 OK\r\nX: y\r\n\r\n" + json.dumps(said).encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_an_agent_without_a_database_is_asked_and_its_printer_left_alone(
    tmp_path: Path,
) -> None:
    async with FakePrinter() as printer, screens() as port:
        path = written(
            tmp_path, printer.port, f"[screens]\nlisten = '127.0.0.1:{port}'\n"
        )
        till = await doctor.till_of(load(path), path, None)
        assert till.up
        (asked,) = await found(path, "printer", up=till.up)
        assert (asked.state, asked.says.en) == ("ok", "Ready")
        assert printer.connections == 0


@pytest.mark.parametrize(
    ("link", "state"), [("tcp://127.0.0.1:1", "bad"), ("file:///dev/usb/lp0", "warn")]
)
async def test_a_mute_printer_beside_an_agent_is_asked_after_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str, state: str
) -> None:
    monkeypatch.setattr(units, "SYSTEMD", tmp_path)
    async with screens(state="wait", detail="mute") as port:
        path = written(tmp_path, 1, f"[screens]\nlisten = '127.0.0.1:{port}'\n")
        path.write_text(path.read_text().replace("tcp://127.0.0.1:1", link))
        (mute,) = await found(path, "printer", up=True)
    assert (mute.state, mute.says.en) == (state, "the printer does not answer")
    ours = (
        "receipt-agent-print.socket receipt-agent-screens.socket receipt-agent.service"
    )
    assert mute.remedy.en.endswith(
        f"systemctl stop {ours}; receipt-agent doctor --only printer; systemctl start {ours}"
    )


@pytest.mark.parametrize(
    ("code", "state", "remedy"),
    [
        ("unreachable", "bad", "[printer] link"),
        ("paper_out", "bad", "put in a roll"),
        ("cover_open", "bad", "close it"),
        ("printer_error", "bad", "cutter"),
        ("stalled", "bad", "flow="),
        ("near_end", "warn", "have a roll at hand"),
        ("busy", "bad", "look at the printer"),
    ],
)
async def test_what_the_agent_says_of_the_printer_has_the_remedy_of_its_reason(
    tmp_path: Path, code: str, state: str, remedy: str
) -> None:
    async with screens(state="needs", detail=code) as port:
        path = written(tmp_path, 1, f"[screens]\nlisten = '127.0.0.1:{port}'\n")
        (said,) = await found(path, "printer", up=True)
    assert said.state == state
    assert remedy in said.remedy.en
    assert code in said.detail


async def test_where_nobody_answers_no_agent_runs(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
    path = written(tmp_path, 1, f"[screens]\nlisten = '127.0.0.1:{port}'\n")
    assert not (await doctor.till_of(load(path), path, None)).up


async def test_a_database_whose_key_is_gone_lacks_a_key(tmp_path: Path) -> None:
    path = written(tmp_path, 1)
    assert main(["keys", "init", "--config", str(path)]) == 0
    async with opened(tmp_path / "state"):
        pass
    assert states(await found(path, "keys")) == ["ok"]
    (tmp_path / "state" / "keys" / "store.key").unlink()
    (lost,) = await found(path, "keys")
    assert (lost.state, "store.key" in lost.remedy.en) == ("bad", True)
    assert "keys init" not in lost.remedy.en


def test_a_probe_that_there_is_not_is_refused_with_those_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["doctor", "--only", "nonsense", "--config", str(written(tmp_path, 1))]
    assert main(asked) == 64
    said = capsys.readouterr()
    assert said.out == ""
    assert "nonsense" in said.err
    assert all(each.name in said.err for each in doctor.PROBES)


@pytest.mark.parametrize(
    "given", ["1.1.1.1:abc", "1.1.1.1:70000", "dns.example:53", "abc", ":53"]
)
def test_a_name_server_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    asked = ["doctor", "--dns", given, "--config", str(written(tmp_path, 1))]
    assert main(asked) == 64
    said = capsys.readouterr()
    assert said.out == ""
    assert f"--dns {given}" in said.err


@pytest.mark.parametrize(
    ("given", "server"),
    [
        ("1.1.1.1", ("1.1.1.1", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]:54", ("2001:db8::1", 54)),
    ],
)
async def test_a_name_server_is_an_address_with_a_port_or_without(
    tmp_path: Path, given: str, server: tuple[str, int]
) -> None:
    path = written(tmp_path, 1)
    assert (await doctor.till_of(load(path), path, given)).dns == server


async def test_room_elsewhere_is_not_called_the_till_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, 1)
    assert states(await found(path, "disk")) == ["ok"]
    shutil.rmtree(tmp_path / "state")
    (away,) = await found(path, "disk")
    assert (away.state, away.says.en) == ("warn", f"{tmp_path}/state is not there")
    monkeypatch.setattr(mounts, "FSTAB", tmp_path / "fstab")
    mounts.FSTAB.write_text(f"/dev/sdb1 {tmp_path}/state ext4 defaults 0 2\n")
    (unmounted,) = await found(path, "disk")
    assert (unmounted.state, unmounted.remedy.en) == ("bad", f"mount {tmp_path}/state")


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    other = next(
        each for each in pwd.getpwall() if each.pw_uid not in {0, os.geteuid()}
    )
    path = written(tmp_path, 1)
    text = path.read_text().replace(f"{tmp_path}/state", f"{tmp_path}/none")
    path.write_text(text)
    (shut,) = await found(path, "keys", user=other.pw_name)
    assert shut.state == "bad"
    assert str(tmp_path) in shut.says.en
    assert shut.remedy.en.split()[:3] == ["install", "-d", "-o"]


def test_english_is_english() -> None:
    assert mail._dmarc(
        [mail.Texts("shop.example")], "shop.example"
    ).remedy.en.startswith("publish _dmarc")


async def test_a_host_is_looked_up_once(tmp_path: Path) -> None:
    path = written(tmp_path, 1, "[sync]\nurl = 'http://127.0.0.1:8443'\n")
    assert len(await found(path, "names")) == 1


async def test_without_systemd_the_remedy_is_to_run_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "SYSTEMD", tmp_path / "none")
    for each in await found(written(tmp_path, 1), "ports"):
        assert "systemctl" not in each.remedy.en
