"""Configurations of earlier versions: kept here, still read, and written anew."""

from __future__ import annotations

import logging
import shutil
import tomllib
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import load
from agent.config_migration import KEY, VERSION, migrated, rewritten
from agent.errors import ConfigError

KEPT = sorted((Path(__file__).parent / "configs").glob("*.toml"))
FIRST = KEPT[0]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "agent.toml"
    shutil.copy(FIRST, path)
    path.chmod(0o640)
    return path


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_every_kept_configuration_is_still_read(path: Path) -> None:
    assert load(path).till.source == "urn:edge:enseigne:S0042:T03"


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_every_kept_configuration_can_be_rewritten_once(
    tmp_path: Path, path: Path
) -> None:
    text = path.read_text()
    new, _ = rewritten(text)
    assert tomllib.loads(new)[KEY] == VERSION
    assert rewritten(new) == (new, [])
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line
        for line in new.splitlines()
        if line.startswith("# ") and KEY not in line.split(":")[0]
    ]
    (tmp_path / "new.toml").write_text(new)
    assert load(tmp_path / "new.toml") == load(path)


def test_an_old_file_is_read_with_a_warning_that_names_each_change(
    old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        config = load(old)
    assert config.sync.url == "https://rcu.enseigne.example"
    assert (config.identity.maker, config.identity.model) == ("EPSON", "TM-T20III")
    said = "\n".join(record.getMessage() for record in caplog.records)
    for key in ("sync.rcu is sync.url", "printer.columns is gone", "identity.model"):
        assert key in said
    assert "config migrate" in said


def test_migrate_shows_what_it_would_write_and_writes_nothing(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = old.read_text()
    assert main(["config", "migrate", "--config", str(old)]) == 0
    assert 'url = "https://rcu.enseigne.example"' in capsys.readouterr().out
    assert old.read_text() == before


def test_migrate_writes_it_and_keeps_what_was_there(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = old.read_text()
    assert main(["config", "migrate", "--write", "--config", str(old)]) == 0
    lines = old.read_text().splitlines()
    assert lines[lines.index("[sync]") + 1] == 'url = "https://rcu.enseigne.example"'
    assert 'model = "TM-T20III"   # ours' in lines
    assert "#columns = 48" in lines
    assert "# Nothing leaves this till for another place." in lines
    assert old.with_name("agent.toml.bak").read_text() == before
    assert old.stat().st_mode & 0o777 == 0o640
    capsys.readouterr()
    assert main(["config", "migrate", "--write", "--config", str(old)]) == 0
    assert "up to date" in capsys.readouterr().err
    assert main(["check", "--config", str(old)]) != 64


def test_both_keys_of_a_change_are_a_fault_with_its_remedy(old: Path) -> None:
    old.write_text(
        old.read_text().replace("[sync]", '[sync]\nurl = "https://x.example"')
    )
    with pytest.raises(ConfigError, match=r"sync\.rcu and sync\.url are both there"):
        load(old)


@pytest.mark.parametrize("version", ["99", "0", '"2"', "true"])
def test_a_version_that_is_not_ours_is_refused_with_its_remedy(
    old: Path, version: str
) -> None:
    old.write_text(f"{KEY} = {version}\n" + old.read_text())
    with pytest.raises(ConfigError, match=KEY):
        load(old)


def test_what_only_a_person_can_rewrite_is_left_to_them() -> None:
    text = FIRST.read_text().replace(
        '[sync]\nrcu = "https://rcu.enseigne.example"',
        '[sync]\n"rcu" = "https://r.example"',
    )
    assert migrated(tomllib.loads(text))[0]["sync"]["url"] == "https://r.example"
    with pytest.raises(ConfigError, match="change it by hand"):
        rewritten(text)


def test_a_file_that_is_no_configuration_is_left_alone() -> None:
    """The package goes through a folder in which other files may lie."""
    with pytest.raises(ConfigError, match=r"no \[till\]"):
        rewritten('[stores.1]\nname = "x"\n')


def test_a_value_of_several_lines_moves_whole() -> None:
    text = '[till]\nshop = "x"\n[sync]\nrcu = """\nhttps://r.example"""\n# behind\n[store]\n'
    new, _ = rewritten(text)
    assert tomllib.loads(new)["sync"] == {"url": "https://r.example"}
    assert new.index("# behind") < new.index("[store]")


def test_show_says_what_the_file_sets(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "show", "--config", str(old)]) == 0
    said = capsys.readouterr().out
    assert 'sync.url = "https://rcu.enseigne.example"  # fichier (file)' in said
    assert "choice.linger_s" not in said
