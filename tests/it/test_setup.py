"""setup finds a printer that answers, writes the commented example, makes keys, prints."""

from __future__ import annotations

import asyncio
import json
import shlex
import tomllib
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import load
from agent.errors import ConfigError
from agent.it import finding_printers, setup
from tests.fakes.printer import FakePrinter

pytestmark = pytest.mark.timeout(120)

EXAMPLE = Path(__file__).parents[2] / "config" / "agent.example.toml"


def asked(folder: Path, *more: str) -> list[str]:
    return [
        *("setup", "--config", str(folder / "agent.toml"), "--no-start", "--json"),
        *("--tenant", "enseigne", "--store", "S1", "--till", "T1"),
        *("--shop", 'Épicerie "Lucie"', "--tickets-url", "https://tickets.example"),
        *("--state-dir", str(folder / "state"), *more),
    ]


async def test_a_till_is_set_up_and_its_first_slip_comes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with FakePrinter() as printer:
        link = f"tcp://127.0.0.1:{printer.port}"
        words = asked(tmp_path, "--printer", link)
        assert await asyncio.to_thread(main, words) == 0
        assert len(printer.paper) > 100
    said = json.loads(capfd.readouterr().out)  # and nothing beside it
    assert (said["printed"], said["started"]) == (True, False)
    config = load(tmp_path / "agent.toml")
    assert (config.till.shop, config.printer.link) == ('Épicerie "Lucie"', link)
    assert (tmp_path / "state" / "keys" / "store.key").is_file()
    comments = [
        each for each in EXAMPLE.read_text().splitlines() if each.startswith("# ")
    ]
    lines = (tmp_path / "agent.toml").read_text().splitlines()
    assert all(each in lines for each in comments)
    assert (tmp_path / "agent.toml").stat().st_mode & 0o007 == 0


def test_what_is_missing_without_a_terminal_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(asked(tmp_path)) == 64
    assert "--printer" in capsys.readouterr().err
    assert not (tmp_path / "agent.toml").exists()


def test_a_bad_answer_and_a_file_that_is_there_write_nothing(tmp_path: Path) -> None:
    words = asked(tmp_path, "--no-print", "--printer", "lp0")
    assert main(words) == 78
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "agent.toml").write_text("mine")
    words[-1] = "tcp://192.168.1.50:9100"
    assert main(words) == 78
    assert (tmp_path / "agent.toml").read_text() == "mine"
    assert main([*words, "--force"]) == 0


async def test_printers_on_the_network_are_found_and_a_large_one_is_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_printers, "ARP", tmp_path / "none")
    async with FakePrinter() as printer:
        found = await finding_printers.printers(["127.0.0.1/32"], printer.port)
        link = f"tcp://127.0.0.1:{printer.port}"
        assert finding_printers.Found(link, answers=True) in found
        assert (printer.asked, printer.paper) == ([1], b"")
    with pytest.raises(ValueError, match="1024"):
        await finding_printers.printers(["10.0.0.0/8"])


def test_values_go_where_they_belong_and_comments_stay() -> None:
    example = "# top\n[a]\n# about x\n#x = 1\n[a.b]\nx = 2\n#[c]\n#y = 3\n"
    made = setup.written(example, {"a.x": "é", "c.y": "z", "d.e": "f"})
    assert tomllib.loads(made) == {
        "a": {"x": "é", "b": {"x": 2}},
        "c": {"y": "z"},
        "d": {"e": "f"},
    }
    assert "# about x" in made


def test_a_configuration_of_setup_is_checked_before_it_takes_the_place(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError):
        setup._write(tmp_path / "agent.toml", "[till\n")
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_what_is_missing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ["tcp://192.168.1.50:9100"]
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: said.pop())
    assert main(asked(tmp_path, "--no-print")) == 0
    assert load(tmp_path / "agent.toml").printer.link == "tcp://192.168.1.50:9100"
    assert said == []


def test_an_answer_that_does_not_fit_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asks = iter(
        [
            *("mon enseigne", "enseigne", "S1", "T1", "Le Comptoir"),
            *("tickets.example", "https://tickets.example"),
            *("lp0", "tcp://10.0.0.9:9100"),
        ]
    )
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: next(asks))
    monkeypatch.setattr(finding_printers, "ARP", tmp_path / "none")
    path = tmp_path / "agent.toml"
    words = ["setup", "--config", str(path), "--no-start", "--no-print"]
    assert main([*words, "--state-dir", str(tmp_path / "state")]) == 0
    assert next(asks, None) is None
    config = load(path)
    assert (config.till.tenant, config.printer.link) == (
        "enseigne",
        "tcp://10.0.0.9:9100",
    )
    told = capsys.readouterr().out
    assert "« mon enseigne »" in told
    assert "« lp0 »" in told


def test_no_message_names_a_file_that_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked(tmp_path, "--no-print", "--printer", "lp0")) == 78
    said = capsys.readouterr().err
    assert (".new" in said, f"{tmp_path}/agent.toml" in said) == (False, True)


def test_a_printer_that_is_named_is_not_looked_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = asked(tmp_path, "--printer", "tcp://127.0.0.1:1")
    words.remove("--json")
    assert main(words) == 69
    said = capfd.readouterr()
    assert "no printer found" not in said.out
    assert "doctor --only printer" in said.err
    assert main(words) == 78  # it is there: said before anything is looked for
    said = capfd.readouterr()
    assert (said.out, "--force" in said.err) == ("", True)


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, *typed: str | BaseException) -> None:
    asks = iter(typed)

    def typing(_: str) -> str:
        match next(asks):
            case str(text):
                return text
            case error:
                raise error

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", typing)


def words_without(folder: Path, *options: str) -> list[str]:
    words = asked(folder, "--no-print", "--printer", "tcp://127.0.0.1:9")
    for option in options:
        at = words.index(option)
        del words[at : at + 2]
    return words


def test_what_is_needed_is_asked_until_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    at_a_terminal(
        monkeypatch,
        *("", "  ", UnicodeDecodeError("utf-8", b"\xe9", 0, 1, "cut"), "a\x1bb"),
        *("caf\udce9", "enseigne"),
    )
    assert main(words_without(tmp_path, "--tenant")) == 0
    assert load(tmp_path / "agent.toml").till.tenant == "enseigne"
    told = capfd.readouterr().out
    assert told.count("an answer is needed") == 2
    assert told.count("not UTF-8") == 2
    assert "« a\\x1bb » ne va pas" in told
    assert "\x1b" not in told


@pytest.mark.parametrize("end", [EOFError(), KeyboardInterrupt()])
def test_whoever_ends_early_is_told_how_to_go_on_with_what_was_typed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    end: BaseException,
) -> None:
    at_a_terminal(monkeypatch, "L'Épicerie", end)
    words = words_without(tmp_path, "--shop", "--tickets-url")
    assert main(words) == 64
    missing, _, command = capfd.readouterr().err.rstrip().splitlines()
    assert missing.endswith("(missing): --tickets-url")
    again = shlex.split(command)
    assert again[:2] == ["receipt-agent", "setup"]
    more = ("--no-print", "--no-start", "--tickets-url", "https://tickets.example")
    assert main([*again[1:], *more]) == 0
    config = load(tmp_path / "agent.toml")
    assert (config.till.shop, config.till.tenant) == ("L'Épicerie", "enseigne")
    assert config.till.state_dir == tmp_path / "state"


def test_what_cannot_work_together_is_not_typed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    at_a_terminal(monkeypatch, "Épicerie")
    words = words_without(tmp_path, "--shop", "--printer")
    assert main([*words, "--printer", "tcp://127.0.0.1:9100"]) == 78
    assert "--shop Épicerie" in capfd.readouterr().err.replace("'", "")


@pytest.mark.parametrize(
    ("value", "why", "shown"),
    [
        ("Chez\x1b[2J", "control character", "« Chez\\x1b[2J »"),
        ("Chez\nLucie", "control character", "« Chez\\nLucie »"),
        ("Chez\u2028Lucie", "control character", "« Chez\\u2028Lucie »"),
        ("\udce9picerie", "not UTF-8", "« \\udce9picerie »"),
    ],
)
def test_what_no_screen_may_show_is_refused_with_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], value: str, why: str, shown: str
) -> None:
    words = words_without(tmp_path, "--shop")
    assert main([*words, "--shop", value]) == 78
    said = capfd.readouterr().err
    assert f"--shop: {shown} ne va pas" in said
    assert why in said
    assert [*tmp_path.iterdir()] == []
