"""What the package brings for reading and typing, without building the whole of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agent.cli import parser
from agent.usage.tree import walk
from rcu.cli import _parser as rcu_parser
from tests.systemd.package import build

OTHER = next(
    debian
    for debian, python in build.PYTHON_OF.items()
    if python != sys.version_info[:2]
)
"""Its Python is not ours, so the programs are asked from the checkout."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("stage")
    build.papers(root, build.Target("amd64", OTHER, "0.0.1"))
    return root


@pytest.mark.slow
def test_both_programs_have_a_manual_page_a_command(stage: Path) -> None:
    pages = {path.name for path in (stage / "usr/share/man/man1").iterdir()}
    wanted = {
        f"{'-'.join(node.path)}.1.gz"
        for root in (parser(), rcu_parser())
        for node in walk(root)
    }
    assert pages == wanted


@pytest.mark.slow
@pytest.mark.parametrize("program", ["receipt-agent", "receipt-rcu"])
def test_both_programs_complete_in_each_shell(stage: Path, program: str) -> None:
    for place in (
        f"usr/share/bash-completion/completions/{program}",
        f"usr/share/zsh/vendor-completions/_{program}",
        f"usr/share/fish/vendor_completions.d/{program}.fish",
    ):
        assert f"completion for {program}" in (stage / place).read_text()
