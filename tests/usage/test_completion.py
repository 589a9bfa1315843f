"""Completion, typed into the shells themselves."""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cli import main, parser
from agent.it.doctor import PROBES
from agent.it.options import PROBES as OFFERED
from agent.usage.completion import SHELLS
from agent.usage.tree import walk
from rcu.cli import _parser as rcu_parser
from tests.usage import typing

pytestmark = pytest.mark.slow


def there(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        shutil.which(shell) is None,
        reason=f"{shell} is not installed (apt-get install {shell})",
    )


def written(folder: Path, shell: str, root: argparse.ArgumentParser) -> Path:
    path = folder / f"{'_' if shell == 'zsh' else ''}{root.prog}"
    path.write_text(SHELLS[shell](root))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ticket 1.bin").touch()
    (tmp_path / "drawer").mkdir()
    return tmp_path


@pytest.fixture
def zsh(folder: Path) -> Iterator[typing.Shell]:
    written(folder, "zsh", parser())
    written(folder, "zsh", rcu_parser())
    with typing.zsh(folder) as shell:
        yield shell


@pytest.fixture
def bash(folder: Path) -> Iterator[typing.Shell]:
    script = folder / "both"
    script.write_text(SHELLS["bash"](parser()) + SHELLS["bash"](rcu_parser()))
    with typing.bash(folder, script) as shell:
        yield shell


TYPED = [
    ("receipt-agent doct", "receipt-agent doctor "),
    ("receipt-agent keys ro", "receipt-agent keys rotate "),
    ("receipt-agent keys rotate con", "receipt-agent keys rotate consent "),
    ("receipt-agent doctor --js", "receipt-agent doctor --json "),
    ("receipt-agent doctor --lang e", "receipt-agent doctor --lang en "),
    ("receipt-agent doctor --lang=e", "receipt-agent doctor --lang=en "),
    ("receipt-agent doctor --only pri", "receipt-agent doctor --only printer "),
    (
        "receipt-agent doctor --only ports --only mail\\ r",
        "receipt-agent doctor --only ports --only mail\\ records ",
    ),
    ("receipt-agent decode tick", "receipt-agent decode ticket\\ 1.bin "),
    ("receipt-agent replay tick", "receipt-agent replay ticket\\ 1.bin "),
    ("receipt-agent run --config tick", "receipt-agent run --config ticket\\ 1.bin "),
    ("receipt-agent manual --into d", "receipt-agent manual --into drawer/"),
    ("receipt-agent manual --into tick", "receipt-agent manual --into tick"),
    ("receipt-agent setup --tenant tick", "receipt-agent setup --tenant tick"),
    ("receipt-agent nonsense tick", "receipt-agent nonsense tick"),
    ("receipt-rcu enrol-c", "receipt-rcu enrol-code "),
    ("receipt-rcu prefer 12 pap", "receipt-rcu prefer 12 paper "),
]


@there("zsh")
@pytest.mark.parametrize(("line", "after"), TYPED)
def test_zsh_completes_at_the_first_tab(
    zsh: typing.Shell, line: str, after: str
) -> None:
    seen = zsh.typed(f"{line}\t")
    assert (seen.line, "_receipt" in seen.shown) == (after, False), seen.shown


@there("zsh")
def test_zsh_shows_commands_with_what_they_do(zsh: typing.Shell) -> None:
    shown = zsh.typed("receipt-agent \t").shown
    assert "doctor" in shown
    assert "look at every part, and say what to do" in shown
    shown = zsh.typed("receipt-agent doctor --only \t").shown
    assert all(each.name.replace(" ", "\\ ") in shown for each in PROBES), shown


@there("zsh")
def test_zsh_takes_it_read_at_the_start_too(folder: Path) -> None:
    script = written(folder, "zsh", parser()).rename(folder / "read")
    with typing.zsh(folder) as shell:
        shell.does(f"source {script}")
        seen = shell.typed("receipt-agent doct\t")
    assert seen.line == "receipt-agent doctor ", seen.shown


@there("bash")
@pytest.mark.parametrize(("line", "after"), TYPED)
def test_bash_completes(bash: typing.Shell, line: str, after: str) -> None:
    assert bash.typed(f"{line}\t").line == after


@there("bash")
def test_bash_offers_every_probe_and_completes_within_quotes(
    bash: typing.Shell,
) -> None:
    shown = bash.typed("receipt-agent doctor --only \t").shown
    assert all(each.name.replace(" ", "\\ ") in shown for each in PROBES), shown
    quoted = bash.typed('receipt-agent doctor --only "mail r\t').line
    assert quoted.startswith('receipt-agent doctor --only "mail records"')


@there("fish")
@pytest.mark.parametrize(("line", "after"), TYPED)
def test_fish_completes(folder: Path, line: str, after: str) -> None:
    script = folder / "read.fish"
    script.write_text(SHELLS["fish"](parser()) + SHELLS["fish"](rcu_parser()))
    typed, wanted = last(line), last(after.rstrip())
    offered = typing.fish(folder, script, line)
    if typed == wanted:
        assert offered == []
    else:
        assert wanted in [each.replace("\\ ", " ") for each in offered]


def last(line: str) -> str:
    """Its last word, without the quotes of a shell."""
    return re.split(r"(?<!\\) ", line)[-1].replace("\\ ", " ")


def test_the_probes_that_are_offered_are_doctors() -> None:
    assert [each.name for each in PROBES] == list(OFFERED)


@pytest.mark.parametrize("shell", sorted(SHELLS))
def test_every_command_is_in_it(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert [node.path for node in walk(parser()) if node.path[-1] not in out] == []
