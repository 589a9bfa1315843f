"""A message leads to a file that is on this machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from agent.usage import shipped

ROOT = Path(__file__).parents[2]
LEADS = re.compile(r"\bdocs/[\w/-]+\.md|\bconfig/\w+\.example\.toml")
NO_MESSAGES = {
    "agent/consent/mapping.py": "what writes that page",
    "agent/messages.py": "words of a page",
}


def test_of_a_checkout_it_is_the_checkouts() -> None:
    assert shipped.page("hands.md") == str(ROOT / "docs/hands.md")
    named = shipped.example("agent.example.toml")
    assert named == str(ROOT / "config/agent.example.toml")


def test_of_the_package_it_is_the_packages_and_of_nothing_the_repositorys(
    tmp_path: Path,
) -> None:
    package = tmp_path / "share"
    package.mkdir()
    (package / "hands.md").touch()
    assert shipped.found("hands.md", (tmp_path, package)) == str(package / "hands.md")
    assert shipped.found("other.md", (tmp_path, package)) == ""
    assert shipped.page("other.md") == "docs/other.md"
    assert shipped.example("other.toml") == "config/other.toml"


def test_no_message_leads_to_a_file_of_the_repository() -> None:
    leading = [
        f"{path.relative_to(ROOT)}: {text}"
        for folder in ("agent", "rcu")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if str(path.relative_to(ROOT)) not in NO_MESSAGES
        for text in _texts(ast.parse(path.read_text()))
        if LEADS.search(text)
    ]
    assert leading == []


def _texts(tree: ast.AST) -> Iterator[str]:
    """Those that are no docstring, of a module or of a constant."""
    words = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for each in ast.walk(tree):
        match each:
            case ast.Constant(value=str(text)) if id(each) not in words:
                yield text
