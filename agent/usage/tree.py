"""A program's own argparse tree, read: commands, options, and what may stand behind them.

argparse shows none of it; ``_actions`` has been there since it came, and `--help` is made
of the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Files = Literal["", "file", "folder"]
FOLDER: Final = "DIR"


@dataclass(frozen=True, slots=True)
class Suggested:
    """For ``type=``: a text that mostly is one of these, or a file; any is taken."""

    words: tuple[str, ...] = ()
    files: Files = ""

    def __call__(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class Values:
    """What may be offered for an argument."""

    words: tuple[str, ...]
    files: Files


def values(action: argparse.Action) -> Values:
    """Of an option that takes none: nothing."""
    if action.choices is not None:
        return Values(tuple(map(str, action.choices)), "")
    if isinstance(action.type, Suggested):
        return Values(action.type.words, action.type.files)
    if action.type is Path:
        return Values((), "folder" if action.metavar == FOLDER else "file")
    return Values((), "")


def shown(action: argparse.Action) -> str:
    """What stands for its value in a line of use; empty: it takes none."""
    if action.nargs == 0:
        return ""
    if action.metavar:
        return str(action.metavar)
    if action.choices is not None:
        return "|".join(map(str, action.choices))
    return action.dest.upper()


@dataclass(frozen=True, slots=True)
class Node:
    """A command: its words, what it says of itself, and what may follow it."""

    path: tuple[str, ...]
    parser: argparse.ArgumentParser
    says: str = ""

    @property
    def children(self) -> dict[str, tuple[argparse.ArgumentParser, str]]:
        """Subcommands with their one line of help."""
        for action in self.parser._actions:  # noqa: SLF001 -- argparse has no other way
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
                helps = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001
                return {
                    name: (parser, helps.get(name, ""))
                    for name, parser in action.choices.items()
                }
        return {}

    @property
    def options(self) -> list[argparse.Action]:
        """Those with a dash."""
        return [each for each in self.parser._actions if each.option_strings]  # noqa: SLF001

    @property
    def positionals(self) -> list[argparse.Action]:
        """Those without, subcommands aside."""
        return [
            each
            for each in self.parser._actions  # noqa: SLF001
            if not each.option_strings
            and not isinstance(each, argparse._SubParsersAction)  # noqa: SLF001
        ]


def walk(root: argparse.ArgumentParser) -> Iterator[Node]:
    """Every command, the program itself first."""
    waiting = [Node((root.prog,), root, root.description or "")]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting[:0] = [
            Node((*node.path, name), parser, says)
            for name, (parser, says) in node.children.items()
        ]


def told(action: argparse.Action, prog: str) -> str:
    """Its help, whole."""
    return (action.help or "") % {**vars(action), "prog": prog}
