"""The commands of store IT: what they may be told, and which module does them."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from agent.options import configured
from agent.usage.program import completing, making_pages
from agent.usage.tree import Suggested

PROBES: Final = (
    *("configuration", "ports", "printer", "clock", "disk", "store", "keys", "names"),
    *("certificates", "rcu", "mail", "mail records", "permissions", "services"),
    *("cups", "pictures"),
)
"""Of ``doctor``, which loads them only when it is called."""

Does = Callable[[argparse.Namespace], int]


class Verb(Protocol):
    """Makes a command."""

    def __call__(self, name: str, does: Does, says: str) -> argparse.ArgumentParser: ...


def commands(verb: Verb, root: argparse.ArgumentParser, default_config: Path) -> None:
    """All of them; ``root`` is the whole tree, for what is made from it."""
    with_config = [
        _setup(verb),
        _doctor(verb),
        _status(verb),
        _tail(verb),
        _replay(verb),
        _bundle(verb),
        _held(verb),
        _metrics(verb),
        _register(verb),
    ]
    for each in with_config:
        configured(each, default_config)
    trying = verb(
        "selftest", _by("selftest"), "print a receipt through all of it, to no printer"
    )
    trying.add_argument("--json", action="store_true", help="one object")
    pages = verb("manual", _by("manual"), "write the manual pages")
    making_pages(pages)
    shell = verb("completion", _by("completion"), "write completion for a shell")
    completing(shell)
    for each in (pages, shell):
        each.set_defaults(root=root)


def _doctor(verb: Verb) -> argparse.ArgumentParser:
    made = verb("doctor", _by("doctor"), "look at every part, and say what to do")
    made.add_argument("--json", action="store_true", help="one object")
    made.add_argument(
        "--lang", choices=("both", "fr", "en"), default="both", help="default: both"
    )
    made.add_argument("--all", action="store_true", help="show what is not used, too")
    made.add_argument(
        "--only",
        action="append",
        type=Suggested(PROBES),
        default=[],
        metavar="PROBE",
        help=f"may be repeated; one of {', '.join(PROBES)}",
    )
    made.add_argument(
        "--dns", metavar="HOST:PORT", help="ask that server for mail records"
    )
    return made


def _status(verb: Verb) -> argparse.ArgumentParser:
    made = verb("status", _by("status"), "say whether it runs, and how each part is")
    made.add_argument("--json", action="store_true", help="one object")
    made.add_argument(
        "--days", type=int, default=7, metavar="N", help="closings (default: 7)"
    )
    return made


def _tail(verb: Verb) -> argparse.ArgumentParser:
    made = verb("tail", _by("tail"), "show what happens, until Ctrl-C")
    made.add_argument("--json", action="store_true", help="one object a line")
    made.add_argument("--lines", type=int, metavar="N", help="then end")
    return made


def _replay(verb: Verb) -> argparse.ArgumentParser:
    made = verb("replay", _by("replay"), "read a recorded job once more")
    made.add_argument(
        "job",
        type=Suggested(files="file"),
        metavar="FILE|JOB",
        help="a file, or a job's id",
    )
    made.add_argument(
        "--door",
        action="store_true",
        help="send it to the running agent as a POS would: it is printed or offered",
    )
    made.add_argument("--json", action="store_true", help="{id: fields}")
    made.add_argument("--lang", choices=("fr", "en"), default="fr", help="for people")
    return made


def _bundle(verb: Verb) -> argparse.ArgumentParser:
    made = verb(
        "support-bundle",
        _by("support_bundle"),
        "pack what support needs, and nothing of a person",
    )
    made.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE.tar.gz",
        help="default: receipt-agent-TILL-TIME.tar.gz here",
    )
    made.add_argument("--json", action="store_true", help="say what is in it, as JSON")
    return made


def _register(verb: Verb) -> argparse.ArgumentParser:
    made = verb(
        "register", _by("register"), "write the entry of the record of processing"
    )
    made.add_argument(
        "-o", "--output", type=Path, metavar="FILE.md", help="default: shown here"
    )
    return made


def _held(verb: Verb) -> argparse.ArgumentParser:
    made = verb(
        "print-held",
        _by("print_held"),
        "print what a dead agent held; for systemd, before the bypass",
    )
    made.add_argument(
        "--within",
        type=float,
        default=10.0,
        metavar="S",
        help="then stop; the agent prints the rest (default: 10)",
    )
    return made


def _metrics(verb: Verb) -> argparse.ArgumentParser:
    made = verb("metrics", _by("metrics"), "print the running agent's figures")
    way = made.add_mutually_exclusive_group()
    way.add_argument("--openmetrics", action="store_true", help="in that form")
    way.add_argument(
        "--alive", action="store_true", help="whether it lives, as JSON; 1: it does not"
    )
    way.add_argument(
        "--ready",
        action="store_true",
        help="whether it is ready, as JSON; 1: it is not",
    )
    way.add_argument(
        "--textfile",
        type=Path,
        metavar="FILE.prom",
        help="for node_exporter's textfile collector, also when the agent is down",
    )
    made.add_argument(
        "--require",
        default="",
        metavar="PARTS",
        help="with --ready, what else must be well: printer,rcu",
    )
    return made


def _setup(verb: Verb) -> argparse.ArgumentParser:
    made = verb("setup", _by("setup"), "find the printer, write the configuration")
    for name in ("tenant", "store", "till", "shop", "tickets-url"):
        key = name.replace("-", "_")
        made.add_argument(f"--{name}", metavar="TEXT", help=f"till.{key}, unasked")
    made.add_argument("--printer", metavar="LINK", help="printer.link, unasked")
    made.add_argument("--rcu", metavar="URL", help="sync.url; empty: none")
    made.add_argument("--state-dir", type=Path, metavar="DIR", help="till.state_dir")
    made.add_argument(
        "--listen",
        metavar="HOST:PORT",
        help="door.tcp.listen (default: 127.0.0.1:9100)",
    )
    made.add_argument(
        "--network",
        action="append",
        default=[],
        metavar="CIDR",
        help="look for printers there too: 192.168.1.0/24; at most 1024 addresses",
    )
    made.add_argument("--find", action="store_true", help="say what is found, and end")
    made.add_argument("--force", action="store_true", help="replace a configuration")
    made.add_argument("--no-print", action="store_true", help="print no test slip")
    made.add_argument("--no-start", action="store_true", help="start no unit")
    made.add_argument("--json", action="store_true", help="one object")
    return made


def _by(module: str) -> Does:
    """``agent.it.MODULE.run``, loaded when it is called."""

    def does(arguments: argparse.Namespace) -> int:
        code: int = importlib.import_module(f"agent.it.{module}").run(arguments)
        return code

    return does
