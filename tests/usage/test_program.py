"""Each program says which version it is, and ends as sysexits.h has it."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from agent import __version__
from agent.cli import parser
from agent.usage.tree import told, walk
from rcu.cli import _parser as rcu_parser

ROOTS = {"receipt-agent": parser(), "receipt-rcu": rcu_parser()}
roots = pytest.mark.parametrize("root", ROOTS.values(), ids=ROOTS)


@roots
def test_it_says_its_version(
    root: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        root.parse_args(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{root.prog} {__version__}\n"


@roots
@pytest.mark.parametrize("words", [["nonsense"], ["check", "--nonsense"], []])
def test_wrong_usage_ends_with_64(
    root: argparse.ArgumentParser,
    words: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        root.parse_args(words)
    assert ended.value.code == 64
    assert root.prog in capsys.readouterr().err


@roots
def test_every_option_and_argument_says_what_it_is(
    root: argparse.ArgumentParser,
) -> None:
    silent = [
        (*node.path, *(each.option_strings or [each.dest]))
        for node in walk(root)
        for each in (*node.options, *node.positionals)
        if not told(each, node.parser.prog)
    ]
    assert silent == []


def test_the_security_page_names_the_way_to_the_version() -> None:
    page = (Path(__file__).parents[2] / "SECURITY.md").read_text()
    asked = re.search(r"version \(`(\S+) (--\S+)`", page)
    assert asked is not None
    options = {
        text
        for each in next(walk(ROOTS[asked[1]])).options
        for text in each.option_strings
        if each.nargs == 0 and isinstance(each, argparse._VersionAction)
    }
    assert asked[2] in options
