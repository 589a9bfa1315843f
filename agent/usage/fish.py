"""For fish: a line a word, with its help."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from agent.usage.tree import Node, Values, told, values, walk


def fish(root: argparse.ArgumentParser) -> str:
    """The script."""
    lines = [f"# fish completion for {root.prog}", f"complete -c {root.prog} -f"]
    for node in walk(root):
        head = f"complete -c {root.prog} -n {_quoted(_when(node))}"
        lines += [f"{head} {rest}" for rest in _of(node)]
    return "\n".join(lines) + "\n"


def _when(node: Node) -> str:
    """Its words are there, and no deeper one."""
    inner = node.path[1:]
    if not inner:
        return "__fish_use_subcommand"
    seen = [f"__fish_seen_subcommand_from {each}" for each in inner]
    if node.children:
        names = " ".join(node.children)
        seen.append(f"not __fish_seen_subcommand_from {names}")
    return "; and ".join(seen)


def _of(node: Node) -> Iterator[str]:
    for name, (_, says) in node.children.items():
        yield f"-a {name} -d {_quoted(says)}"
    for each in node.options:
        flags = " ".join(map(_flag, each.option_strings))
        takes = "" if each.nargs == 0 else f" {_behind(values(each))}"
        yield f"{flags}{takes} -d {_quoted(told(each, node.parser.prog))}"
    for each in node.positionals:
        found = values(each)
        if found.words:
            yield f"-a {_quoted(_list(found.words))}"
        if found.files == "folder":
            yield "-a '(__fish_complete_directories)'"
        elif found.files:
            yield "-F"


def _behind(found: Values) -> str:
    """An option's value, and nothing else."""
    if found.files == "file":
        return "-r -F"
    if found.files == "folder":
        return "-xa '(__fish_complete_directories)'"
    return f"-xa {_quoted(_list(found.words))}" if found.words else "-x"


def _flag(text: str) -> str:
    return f"-l {text[2:]}" if text.startswith("--") else f"-s {text[1:]}"


def _list(words: Sequence[str]) -> str:
    """Fish reads it once more, as it reads a command line."""
    return " ".join(f'"{each}"' if " " in each else each for each in words)


def _quoted(text: str) -> str:
    """For a shell that reads '...' as it is."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
