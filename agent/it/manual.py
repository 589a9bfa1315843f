"""``receipt-agent manual --into DIR``: manual pages, one for the program and one a command.

man(7), made from argparse's own tree; ``man receipt-agent-doctor`` is one of them.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator

from agent import __version__
from agent.usage.tree import Node, walk

_BEYOND = re.compile(r"[^\x00-\x7f]")
"""groff_char(7): what is not ASCII by its number, whatever the reader's locale."""
FILES = (
    ("/etc/receipt-agent/agent.toml", "the configuration"),
    ("/var/lib/receipt-agent", "database, keys"),
    ("/etc/default/receipt-agent", "the printer, for jobs that go past a dead agent"),
)
CODES = (
    ("0", "done, or all is well"),
    ("1", "not good: a finding, a changed file"),
    ("64", "wrong usage"),
    ("65, 66", "no such input, or none that can be read"),
    ("69", "not to be had: a port, a printer, the agent"),
    ("75", "sent, and not confirmed"),
    ("78", "the configuration must be edited"),
)


def run(arguments: argparse.Namespace) -> int:
    """Write them; how many."""
    arguments.into.mkdir(parents=True, exist_ok=True)
    pages = list(walk(arguments.root))
    for node in pages:
        name = "-".join(node.path)
        (arguments.into / f"{name}.1").write_text(page(node), encoding="utf-8")
    sys.stdout.write(f"{arguments.into}: {len(pages)} pages\n")
    return 0


def page(node: Node) -> str:
    """One page in man(7)."""
    name, says = "-".join(node.path), node.parser.description or ""
    lines = [
        f'.TH {name.upper()} 1 "" "receipt-agent {__version__}" "receipt-agent"',
        ".SH NAME",
        f"{_safe(name)} \\- {_safe(says.rstrip('.'))}",
        ".SH SYNOPSIS",
        ".nf",
        _safe(node.parser.format_usage().removeprefix("usage: ").rstrip()),
        ".fi",
        *_section("COMMANDS", _commands(node)),
        *_section("ARGUMENTS", _arguments(node)),
        *_section("OPTIONS", _options(node)),
    ]
    if len(node.path) == 1:
        lines += [
            *_section("FILES", iter(FILES)),
            *_section("EXIT STATUS", iter(CODES)),
        ]
    else:
        lines += [".SH SEE ALSO", f".BR {_safe('-'.join(node.path[:-1]))} (1)"]
    return "\n".join(lines) + "\n"


def _section(title: str, rows: Iterator[tuple[str, str]]) -> list[str]:
    found = [
        line
        for head, text in rows
        for line in (".TP", f".B {_safe(head)}", _safe(text) or "\\&")
    ]
    return [f".SH {title}", *found] if found else []


def _commands(node: Node) -> Iterator[tuple[str, str]]:
    return ((name, says) for name, (_, says) in node.children.items())


def _arguments(node: Node) -> Iterator[tuple[str, str]]:
    for each in node.positionals:
        yield str(each.metavar or each.dest), _help(each, node)


def _options(node: Node) -> Iterator[tuple[str, str]]:
    for each in node.options:
        names = ", ".join(each.option_strings)
        value = each.metavar or (
            "|".join(map(str, each.choices)) if each.choices else ""
        )
        if each.nargs != 0 and not value:
            value = each.dest.upper()
        yield f"{names} {value}".rstrip(), _help(each, node)


def _help(action: argparse.Action, node: Node) -> str:
    facts = {**vars(action), "prog": node.parser.prog}
    return (action.help or "") % facts


def _safe(text: str) -> str:
    """What troff would take for a command is none."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    escaped = _BEYOND.sub(lambda found: f"\\[u{ord(found[0]):04X}]", escaped)
    return "\n".join(
        f"\\&{line}" if line.startswith((".", "'")) else line
        for line in escaped.split("\n")
    )
