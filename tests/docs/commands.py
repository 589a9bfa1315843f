"""Commands that the pages show, held against the parsers of the programs themselves."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from typing import Final

from agent.cli import parser as agent_parser
from agent.usage.tree import Node
from hardware_sim.cli import parser as simulator_parser
from rcu.cli import _parser as rcu_parser
from tests.docs import markup

PARSERS: Final = {
    "receipt-agent": agent_parser(),
    "receipt-rcu": rcu_parser(),
    "python -m hardware_sim": simulator_parser(),
}
_PROGRAM: Final = r"(receipt-(?:agent|rcu)|python -m hardware_sim)"
SHELL: Final = frozenset({"", "sh", "bash", "console", "indented"})
_SHOWN: Final = re.compile(
    r"^(?:\$ |sudo |runuser -u \S+ -- |\w+=\S+ )*(?:/[\w/.-]*/|\.venv/bin/)?"
    rf"{_PROGRAM} (.*)"
)
_INLINE: Final = re.compile(rf"`{_PROGRAM} ([a-z][a-z-]*(?: [^`]*)?)`")
_USAGE: Final = re.compile(r"[\[…]|\.\.\.|(?<! )\|")
"""What no shell would be given: optional parts, and so on, this or that."""
_STANDS_FOR: Final = {"EDGE": "urn:edge:ENS1:S0042:T03", "FIRST": "7"}
"""Capitals of which the program wants a form."""
_END: Final = re.compile(r"  +#?|\s#\s|\s[|<>;&]|;(?=\s)|\)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A command on a page; ``exact``: it could be typed as it stands."""

    place: str
    program: str
    rest: str
    exact: bool


def shown() -> Iterator[Shown]:
    """All of them."""
    for page in markup.pages():
        for block in markup.blocks(page):
            if block.info in SHELL:
                yield from _of_block(block)
        for line in markup.prose(page):
            for program, rest in _INLINE.findall(line):
                typed = _END.split(rest)[0]
                yield Shown(markup.name(page), program, typed, exact=False)


def _of_block(block: markup.Block) -> Iterator[Shown]:
    lines = re.sub(r"\\\n\s*", "", block.text).splitlines()
    for number, line in enumerate(lines, start=block.line):
        if found := _SHOWN.match(line.strip()):
            rest = _END.split(found[2])[0].strip()
            exact = not _USAGE.search(rest)
            yield Shown(f"{block.page}:{number}", found[1], rest, exact)


def fault(command: Shown) -> str:
    """Why the program would not take it; empty: it would."""
    try:
        words = [_STANDS_FOR.get(word, word) for word in shlex.split(command.rest)]
    except ValueError as error:
        return str(error)
    if command.exact:
        return _refused(PARSERS[command.program], words)
    return _unknown(Node((command.program,), PARSERS[command.program]), words)


def _refused(parser: argparse.ArgumentParser, words: list[str]) -> str:
    said = StringIO()
    try:
        with redirect_stderr(said):
            parser.parse_args(words)
    except SystemExit as ended:
        if ended.code:
            return said.getvalue().strip().splitlines()[-1]
    return ""


def _unknown(node: Node, words: list[str]) -> str:
    """A word that is neither a command here nor an option of one that was named."""
    options = {"--help", "-h"}
    for position, word in enumerate(words):
        options |= {each for action in node.options for each in action.option_strings}
        bare = word.strip("[]…,.").partition("=")[0]
        if bare.startswith("-") and bare.strip("-"):
            if bare not in options:
                return f"{' '.join(node.path)} knows no {bare}"
        elif children := node.children:
            if bare not in children:
                return "" if position and not bare.isalpha() else f"no command {bare!r}"
            node = Node((*node.path, bare), children[bare][0])
    return ""
