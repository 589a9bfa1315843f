"""``receipt-agent completion SHELL``: commands and options for bash, zsh and fish.

Made from argparse's own tree, so it knows what the program knows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Node:
    """A command: its words, what it says of itself, and what may follow it."""

    path: tuple[str, ...]
    parser: argparse.ArgumentParser

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
    waiting = [Node((root.prog,), root)]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting[:0] = [
            Node((*node.path, name), parser)
            for name, (parser, _) in node.children.items()
        ]


def run(arguments: argparse.Namespace) -> int:
    """Write it to standard output."""
    sys.stdout.write(SHELLS[arguments.shell](arguments.root))
    return 0


def _words(node: Node) -> list[str]:
    options = [text for each in node.options for text in each.option_strings]
    chosen = [str(one) for each in node.positionals for one in each.choices or ()]
    return [*node.children, *chosen, *options]


def bash(root: argparse.ArgumentParser) -> str:
    """A function that finds the deepest command among the words typed."""
    cases = "".join(
        f'    "{" ".join(node.path[1:])}") words="{" ".join(_words(node))}" ;;\n'
        for node in walk(root)
    )
    values = "".join(
        f'    "{" ".join(node.path[1:])} {text}") '
        f'words="{" ".join(map(str, each.choices))}" ;;\n'
        for node in walk(root)
        for each in node.options
        if each.choices
        for text in each.option_strings
    )
    known = " ".join(
        f'"{" ".join(node.path[1:])}"' for node in walk(root) if node.path[1:]
    )
    return f"""\
# bash completion for {root.prog}
_receipt_agent() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
  local at="" next word words="" each
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    next="${{at:+$at }}$word"
    for each in {known}; do
      [ "$each" = "$next" ] && at="$next"
    done
  done
  case "$at" in
{cases}  esac
  case "$at $before" in
{values}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ ${{#COMPREPLY[@]}} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}}
complete -o filenames -F _receipt_agent {root.prog}
"""


def zsh(root: argparse.ArgumentParser) -> str:
    """By zsh's own reading of bash's functions (zshcompsys(1), bashcompinit)."""
    return f"""\
#compdef {root.prog}
autoload -U +X bashcompinit && bashcompinit
{bash(root)}"""


def fish(root: argparse.ArgumentParser) -> str:
    """One line a word, with its help."""
    lines = [f"# fish completion for {root.prog}", f"complete -c {root.prog} -f"]
    for node in walk(root):
        inner = node.path[1:]
        if inner:
            names = " ".join(node.children)
            when = " and ".join(f"__fish_seen_subcommand_from {each}" for each in inner)
            if names:
                when += f"; and not __fish_seen_subcommand_from {names}"
            when = when.replace(" and ", "; and ")
        else:
            when = "__fish_use_subcommand"
        head = f"complete -c {root.prog} -n {_quoted(when)}"
        for name, (_, says) in node.children.items():
            lines.append(f"{head} -a {name} -d {_quoted(says)}")
        for each in node.options:
            flags = " ".join(_flag(text) for text in each.option_strings)
            values = (
                f" -xa {_quoted(' '.join(map(str, each.choices)))}"
                if each.choices
                else ""
            )
            takes = "" if each.nargs == 0 or values else " -r -F"
            lines.append(f"{head} {flags}{takes}{values} -d {_quoted(_help(each))}")
        lines += [
            f"{head} -a {_quoted(' '.join(map(str, each.choices)))}"
            for each in node.positionals
            if each.choices
        ]
        if node.positionals and not node.children:
            lines.append(f"{head} -F")
    return "\n".join(lines) + "\n"


def _flag(text: str) -> str:
    return f"-l {text[2:]}" if text.startswith("--") else f"-s {text[1:]}"


def _help(action: argparse.Action) -> str:
    return (action.help or "").partition("%(")[0].rstrip(" (:").removesuffix("default")


def _quoted(text: str) -> str:
    """For a shell that reads '...' as it is."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: Final[Mapping[str, Callable[[argparse.ArgumentParser], str]]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
}
