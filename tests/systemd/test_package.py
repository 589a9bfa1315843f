"""What the package brings for reading and typing, without building the whole of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from agent.cli import parser
from agent.usage import manual, shipped
from agent.usage.tree import walk
from rcu.cli import _parser as rcu_parser
from tests.docs import markup
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


NOT_FOR_A_TILL = ("agent/", "tests/", "docs/screens/", "CONTRIBUTING.md")
"""What developers follow from there, and the pictures of every screen."""


@pytest.mark.slow
def test_the_pages_are_there_and_lead_to_what_is_there(stage: Path) -> None:
    doc = stage / "usr/share/doc/receipt-agent"
    pages = sorted(doc.rglob("*.md"))
    assert doc / "docs/troubleshooting.md" in pages
    assert len(pages) > 50
    nowhere = [
        f"{page.relative_to(doc)}: {target}"
        for page in pages
        for target in map(_file, markup.links(page))
        if target and not _leads(doc, page, target)
    ]
    assert nowhere == []


def _file(target: str) -> str:
    """Empty: it is of no file."""
    return "" if ":" in target else target.partition("#")[0]


def _leads(doc: Path, page: Path, target: str) -> bool:
    place = os.path.normpath(page.parent / target)
    inner = os.path.relpath(place, doc)
    return Path(place).exists() or f"{inner}/".startswith(NOT_FOR_A_TILL)


@pytest.mark.slow
def test_messages_and_manual_pages_name_the_packages_places(stage: Path) -> None:
    pages, examples = shipped.PAGES[1], shipped.EXAMPLES[1]
    assert str(pages) == manual.PAGES
    for path in (
        *(pages / name for name in ("hands.md", "policies.md", "profiles.md", "it.md")),
        *(examples / f"{name}.example.toml" for name in ("agent", "rcu")),
    ):
        assert (stage / path.relative_to("/")).is_file()


def test_what_is_not_ours_is_no_module_of_the_package(tmp_path: Path) -> None:
    for name in ("docs", "tests", "barcode"):
        (tmp_path / name).mkdir()
    build.without_foreign(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["barcode"]
