"""A wrong configuration is refused with its file, its key and what to do."""

from __future__ import annotations

import asyncio
import re
import socket
import tomllib
from pathlib import Path

import pytest

from rcu.app import bind
from rcu.config import MailboxSettings, ServerSettings, Settings, load
from rcu.errors import ConfigError
from tests.rcu.fakes import EDGE, run_command

EXAMPLE = Path(__file__).parents[2] / "config" / "rcu.example.toml"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('[server]\nhost = "0.0.0.0"', ("server.host", "loopback", "reverse proxy")),
        ('[server]\nhost = "192.168.1.9"', ("server.host", "reverse proxy")),
        ('[server]\nhost = "::"', ("server.host", "reverse proxy")),
        ('[server]\nhost = "localhost"', ("server.host", "127.0.0.1")),
        ("[server]\nport = 70000", ("server.port",)),
        ("[server]\nprot = 1", ("server.prot", "unknown key", "example.toml")),
        ("[pages]\nretention_days = 0", ("pages.retention_days",)),
        ('[pages]\ndefault_lang = "nl"', ("pages.default_lang",)),
        ("", ("store", "missing")),
        (
            (
                "[pages]\nretention_days = 9\n[history]\nretention_days = 8\n"
                '[store]\ndirectory = "d"'
            ),
            ("history.retention_days", "outlive"),
        ),
        ("[", ("not TOML",)),
    ],
)
def test_each_fault_is_named(
    tmp_path: Path,
    text: str,
    parts: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "rcu.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    for part in (str(path), *parts):
        assert part in str(caught.value)
    for command in ("check", "serve"):
        assert run_command(command, "--config", str(path)) == 78
    assert str(path) in capsys.readouterr().err


def test_a_missing_file_says_where_an_example_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rcu\.example\.toml"):
        load(tmp_path / "none.toml")


def test_the_key_list_lies_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    path = tmp_path / "rcu.toml"
    path.write_text('[store]\ndirectory = "data"\n[viewer]\ndirectory = "keys"\n')
    assert load(path).viewer.directory == str(tmp_path / "keys")
    path.write_text('[store]\ndirectory = "data"\n[viewer]\ndirectory = "kyes"\n')
    with pytest.raises(ConfigError, match=r"viewer\.directory.*keylist build"):
        load(path)


def test_the_example_holds_every_key_with_its_default() -> None:
    told = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    default = Settings.model_validate({"store": told["store"]})
    assert default.model_dump(mode="json", exclude_none=True) == told


def test_the_example_s_mailbox_is_one() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    section = text[text.index("#[mail.mailbox]") :]
    given = tomllib.loads(re.sub(r"^#(?=[a-z_\[])", "", section, flags=re.MULTILINE))
    box = MailboxSettings.model_validate(given["mail"]["mailbox"])
    default = MailboxSettings(
        host=box.host, username=box.username, password_file=box.password_file
    )
    assert box == default
    assert given["mail"]["mailbox"].keys() == MailboxSettings.model_fields.keys()


def test_a_directory_is_relative_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "rcu.toml"
    path.write_text('[store]\ndirectory = "data"')
    assert load(path).store.directory == tmp_path / "data"


def test_check_says_where_it_would_listen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rcu.toml"
    path.write_text('[store]\ndirectory = "data"')
    assert run_command("check", "--config", str(path)) == 0
    assert capsys.readouterr().out == f"{path}: fine; would listen on 127.0.0.1:8480\n"
    assert not (tmp_path / "data").exists()


def test_check_finds_a_directory_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "rcu.toml"
    path.write_text('[store]\ndirectory = "file/data"')
    assert run_command("check", "--config", str(path)) == 78
    assert "store.directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    "edge",
    [
        "",
        "nonsense",
        "urn:edge:ENS1:S0042",
        "urn:edge:ENS1:S0042:T03:T04",
        "urn:edge::S0042:T03",
        "urn:edge:ENS1:S 42:T03",
        "urn:edge:ENS1:S0042:é",
        "urn:edge:ENS1:S0042:-T03",
        "urn:edge:ENS1:S0042:T03\n",
        f"urn:edge:ENS1:S0042:{'x' * 33}",
        "URN:EDGE:ENS1:S0042:T03",
    ],
)
def test_a_name_that_no_till_can_have_is_not_enrolled(
    tmp_path: Path, edge: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rcu.toml"
    path.write_text('[store]\ndirectory = "data"')
    with pytest.raises(SystemExit) as caught:
        run_command("enrol", edge, "--config", str(path))
    assert caught.value.code == 64
    said = capsys.readouterr()
    for part in ("urn:edge:TENANT:STORE:TILL", "[till]", "tenant, store and till"):
        assert part in said.err
    assert said.out == ""
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "edge", ["urn:edge:e:1:t", f"urn:edge:ENS_1:S-42:{'x' * 32}", EDGE]
)
def test_every_name_that_a_till_can_have_is_enrolled(
    tmp_path: Path, edge: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rcu.toml"
    path.write_text('[store]\ndirectory = "data"')
    assert run_command("enrol", edge, "--config", str(path)) == 0
    assert len(capsys.readouterr().out.split()) == 1


@pytest.mark.parametrize(
    "arguments", [(), ("serve",), ("check",), ("enrol",)], ids=" ".join
)
def test_the_help_is_plain_and_gives_the_defaults(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(*arguments, "--help")
    assert caught.value.code == 0
    said = capsys.readouterr().out
    assert "`" not in said
    assert not arguments or "/etc/receipt-rcu/rcu.toml" in said


@pytest.mark.parametrize("arguments", [(), ("serv",), ("check", "--port", "1")])
def test_wrong_usage_ends_as_sysexits_says(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(*arguments)
    assert caught.value.code == 64


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1"])
def test_every_loopback_address_is_fine(tmp_path: Path, host: str) -> None:
    path = tmp_path / "rcu.toml"
    path.write_text(f'[server]\nhost = "{host}"\n[store]\ndirectory = "d"')
    assert load(path).server.host == host


def test_a_port_that_is_taken_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        path = tmp_path / "rcu.toml"
        path.write_text(f'[server]\nport = {port}\n[store]\ndirectory = "d"')
        assert run_command("serve", "--config", str(path)) == 78
    assert f"server.port: cannot listen on 127.0.0.1 port {port}" in (
        capsys.readouterr().err
    )


async def test_an_accepted_connection_does_not_wait_to_fill_a_packet() -> None:
    nodelay: list[int] = []

    def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        side = writer.get_extra_info("socket")
        nodelay.append(side.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = bind(ServerSettings(port=0))
    host, port = listener.getsockname()
    async with await asyncio.start_server(accepted, sock=listener):
        reader, writer = await asyncio.open_connection(host, port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
    assert nodelay == [1]


def test_check_reads_the_secrets_of_mail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rcu.toml"
    for section, key in (
        ("[mail]\nhook_secret_file = '/nowhere'", "mail.hook_secret_file"),
        ("[mail]\nmailgun_key_file = '/nowhere'", "mail.mailgun_key_file"),
        (
            "[mail.mailbox]\nhost='imap.example'\nusername='u'\npassword_file='/nowhere'",
            "mail.mailbox.password_file",
        ),
    ):
        path.write_text(f'[store]\ndirectory = "data"\n{section}')
        assert run_command("check", "--config", str(path)) == 78
        assert f"{key}: /nowhere cannot be read" in capsys.readouterr().err
