"""``receipt-agent screens``: what store IT types to let a tablet in, or shut it out."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

import httpx
import pytest

from agent import cli
from tests.screens.counter import Screens, running

TOML = """\
[till]
tenant = "acme"
store = "s1"
till = "t1"
shop = "Épicerie Lucie"
tickets_url = "https://tickets.example"
[printer]
link = "tcp://192.0.2.1:9100"
[screens]
listen = "127.0.0.1:{port}"
"""


LANG = ("--lang", "en")


def config(folder: Path, port: int) -> Path:
    path = folder / "agent.toml"
    path.write_text(TOML.format(port=port))
    return path


async def typed(screens: Screens, folder: Path, *words: str) -> int:
    path = str(config(folder, screens.port))
    line = ["screens", *words, "--config", path, *LANG]
    return await asyncio.to_thread(cli.main, line)


async def test_a_tablet_is_paired_listed_and_shut_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(folder=tmp_path) as screens:
        assert await typed(screens, tmp_path, "devices") == 0
        assert capsys.readouterr().out == "no screen is paired\n"
        pair = ("pair", "--role", "cashier", "--name", "Comptoir")
        assert await typed(screens, tmp_path, *pair) == 0
        said = capsys.readouterr().out
        code = re.match(r"code (\d{3}) (\d{3}), for 120 s\n", said)
        assert code is not None
        assert f"type it at {screens.url_tls}/pair\n" in said
        assert re.search(r"^certificate SHA-256 ([0-9A-F]{2}:){31}", said, re.MULTILINE)
        async with httpx.AsyncClient(verify=False, trust_env=False) as tablet:
            answer = await tablet.post(
                f"{screens.url_tls}/api/pair/enter",
                json={"code": "".join(code.groups())},
                headers={"X-Receipt-Agent": "1"},
            )
        assert answer.json() == {"done": True, "role": "cashier"}
        await typed(screens, tmp_path, "devices")
        line = capsys.readouterr().out
        assert re.search(
            r"^[0-9a-f-]{36}  cashier  seen [0-9-]{10}  Comptoir$", line, re.MULTILINE
        )
        assert await typed(screens, tmp_path, "revoke", line.split()[0]) == 0
        assert capsys.readouterr().out == "removed\n"
        assert await typed(screens, tmp_path, "revoke", line.split()[0]) == 1
        assert capsys.readouterr().err == "This device is not paired\n"


async def test_without_a_port_for_tablets_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running() as screens:
        assert await typed(screens, tmp_path, "pair") == 0
    assert "screens.listen_tls is not set" in capsys.readouterr().out


async def test_an_agent_that_does_not_run_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    path = str(config(tmp_path, port))
    code = await asyncio.to_thread(
        cli.main, ["screens", "devices", "--config", path, *LANG]
    )
    assert code == 69
    assert f"screens.listen = 127.0.0.1:{port}: no agent answers" in (
        capsys.readouterr().err
    )


def test_a_certificate_that_cannot_be_used_is_found_by_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config(tmp_path, 8080)
    with path.open("a") as file:
        file.write(f'listen_tls = "0.0.0.0:8443"\ncertfile = "{tmp_path}/none.crt"\n')
    assert cli.main(["check", "--config", str(path)]) == 78
    assert "screens.certfile" in capsys.readouterr().err


def test_two_services_do_not_share_a_port(tmp_path: Path) -> None:
    path = config(tmp_path, 8080)
    with path.open("a") as file:
        file.write('listen_tls = "127.0.0.1:8080"\n')
    assert cli.main(["check", "--config", str(path)]) == 78


async def test_french_comes_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(folder=tmp_path) as screens:
        path = str(config(tmp_path, screens.port))
        line = ["screens", "devices", "--config", path]
        assert await asyncio.to_thread(cli.main, line) == 0
        assert capsys.readouterr().out == "aucun écran n’est associé\n"
        gone = ["screens", "revoke", "nobody", "--config", path]
        assert await asyncio.to_thread(cli.main, gone) == 1
        assert "associé" in capsys.readouterr().err
