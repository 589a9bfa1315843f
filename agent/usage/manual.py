"""Manual pages in man(7): one for the program and one a command.

What the tree knows is made from it, so that no page is wrong after the next option; what it
cannot know (exit status, files, examples) is told by ``Words``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agent.usage.program import EX_USAGE, Program
from agent.usage.tree import Node, shown, told, values, walk

Rows = Sequence[tuple[str, str]]

PAGES: Final = "/usr/share/doc/receipt-agent/docs"
"""Where the package has what SEE ALSO names."""
_BEYOND: Final = re.compile(r"[^\x00-\x7f]")
"""groff_char(7): what is not ASCII by its number, whatever the reader's locale."""
_SYNOPSIS_COLUMNS: Final = 72
_DONE: Final = (0, "done, or all is well")
_WRONG_USAGE: Final = (EX_USAGE, "wrong usage")


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says beyond the tree; of a command, or of one below it."""

    about: str = ""
    """A paragraph a line."""
    table: tuple[str, Rows] = ("", ())
    """A section of its own: heading, rows."""
    exits: Sequence[tuple[int, str]] = ()
    """Beside 0 and 64; also of the commands below, unless they have their own.  No words:
    this one never ends so, whatever is said of all."""
    files: Rows = ()
    environment: Rows = ()
    examples: Rows = ()
    """Command, what it is for."""
    see: Sequence[str] = ()
    """Other pages, by name without the section."""
    pages: Sequence[str] = ()
    """Of ``docs/``."""


@dataclass(frozen=True, slots=True)
class Book:
    """A program's pages."""

    root: Program
    words: Mapping[str, Words]
    """By the words of the command, "keys rotate"; "" is the program itself."""
    configured: Sequence[tuple[int, str]] = ()
    """Exit status of each command that reads the configuration."""
    files: Rows = field(default=())
    """Of each command that reads the configuration, and of the program itself."""

    def write(self, into: Path) -> int:
        """All of them; how many."""
        into.mkdir(parents=True, exist_ok=True)
        pages = list(walk(self.root))
        for node in pages:
            name = "-".join(node.path)
            (into / f"{name}.1").write_text(self.page(node), encoding="utf-8")
        return len(pages)

    def page(self, node: Node) -> str:
        """One page."""
        name, words = "-".join(node.path), self._of(node)
        source = f"{self.root.prog} {self.root.release}"
        lines = [
            f'.TH {name.upper()} 1 "" "{source}" "{self.root.prog}"',
            ".nh",
            ".ad l",
            ".SH NAME",
            f"{_safe(name)} \\- {_safe(node.says.rstrip('.'))}",
            ".SH SYNOPSIS",
            *_verbatim([_usage(node)]),
            *_paragraphs("DESCRIPTION", words.about.splitlines()),
            *_section("COMMANDS", _commands(node)),
            *_section("ARGUMENTS", _arguments(node)),
            *_section("OPTIONS", _options(node)),
            *_section(words.table[0], words.table[1]),
            *_notes(node),
            *_section("EXIT STATUS", self._exits(node, words)),
            *_section("FILES", (*self._files(node), *words.files)),
            *_section("ENVIRONMENT", words.environment),
            *_examples(words.examples),
            *self._see(node, words),
        ]
        return "\n".join(lines) + "\n"

    def _of(self, node: Node) -> Words:
        return self.words.get(" ".join(node.path[1:]), Words())

    def _exits(self, node: Node, words: Words) -> Iterator[tuple[str, str]]:
        own = words.exits or self._of(Node(node.path[:2], node.parser)).exits
        every = dict((_DONE, _WRONG_USAGE))
        if _reads_configuration(node) or len(node.path) == 1:
            every |= dict(self.configured)
        every |= dict(own)
        return ((str(code), says) for code, says in sorted(every.items()) if says)

    def _files(self, node: Node) -> Rows:
        return self.files if _reads_configuration(node) or not node.path[1:] else ()

    def _see(self, node: Node, words: Words) -> list[str]:
        beside = [
            *(["-".join(node.path[:-1])] if node.path[1:] else []),
            *("-".join((*node.path, name)) for name in node.children),
            *words.see,
        ]
        rows = [f".BR {_safe(each)} (1)," for each in beside]
        pages = [f"{PAGES}/{each}" for each in words.pages]
        if rows:
            rows[-1] = rows[-1].removesuffix(",")
        if pages:
            rows += [".PP", *_verbatim(pages)]
        return [".SH SEE ALSO", *rows] if rows else []


def _reads_configuration(node: Node) -> bool:
    return any("--config" in each.option_strings for each in node.options)


def _usage(node: Node) -> str:
    formatter = argparse.HelpFormatter(node.parser.prog, width=_SYNOPSIS_COLUMNS)
    actions, groups = node.parser._actions, node.parser._mutually_exclusive_groups  # noqa: SLF001
    formatter.add_usage(node.parser.usage, actions, groups, prefix="")
    return formatter.format_help().rstrip()


def _commands(node: Node) -> Iterator[tuple[str, str]]:
    return ((name, says) for name, (_, says) in node.children.items())


def _arguments(node: Node) -> Iterator[tuple[str, str]]:
    return ((shown(each), _words(each, node)) for each in node.positionals)


def _options(node: Node) -> Iterator[tuple[str, str]]:
    for each in node.options:
        yield (
            f"{', '.join(each.option_strings)} {shown(each)}".rstrip(),
            _words(each, node),
        )


def _words(action: argparse.Action, node: Node) -> str:
    """Its help as a sentence, what it may be, and what it is unsaid."""
    said = told(action, node.parser.prog)
    said = said[:1].upper() + said[1:]
    offered = values(action)
    if offered.words and action.metavar and offered.words[0] not in said:
        said += f"; one of {', '.join(offered.words)}"
    plain = isinstance(action.default, str | int | float) and not isinstance(
        action.default, bool
    )
    if plain and action.default not in ("", argparse.SUPPRESS) and "efault" not in said:
        said += f" (default: {action.default})"
    return said.rstrip(".") + "."


def _notes(node: Node) -> list[str]:
    """What `--help` says below the options, line by line."""
    epilog = node.parser.epilog or ""
    if node.parser.formatter_class is not argparse.RawDescriptionHelpFormatter:
        return []
    return [".SH NOTES", *_verbatim(epilog.splitlines())] if epilog else []


def _paragraphs(title: str, texts: Iterable[str]) -> list[str]:
    found = [line for text in texts for line in (".PP", _safe(text))]
    return [f".SH {title}", *found[1:]] if found else []


def _section(title: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    found = [
        line
        for head, text in rows
        for line in (".TP", f".B {_safe(head)}", _safe(text) or "\\&")
    ]
    return [f".SH {title}", *found] if found else []


def _examples(rows: Rows) -> list[str]:
    found = [
        line
        for typed, says in rows
        for line in (".PP", _safe(says), ".PP", ".RS 4", *_verbatim([typed]), ".RE")
    ]
    return [".SH EXAMPLES", *found[1:]] if found else []


def _verbatim(lines: Iterable[str]) -> list[str]:
    return [".nf", *(_safe(each) or "\\&" for each in lines), ".fi"]


def _safe(text: str) -> str:
    """What troff would take for a command is none."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    escaped = _BEYOND.sub(lambda found: f"\\[u{ord(found[0]):04X}]", escaped)
    return "\n".join(
        f"\\&{line}" if line.startswith((".", "'")) else line
        for line in escaped.split("\n")
    )
