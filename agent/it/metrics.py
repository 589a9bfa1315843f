"""``receipt-agent metrics``: what a scraper sees, and what a health gate asks.

Over the socket or the address that ``[metrics]`` names.  ``--textfile`` leaves a file for
node_exporter, which also says so when the agent is down and jobs go past it.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import re
import socket
import sys
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from agent.config import Config, load
from agent.it import units
from agent.it.finding import told
from agent.metrics.readiness import ALWAYS, PARTS
from agent.metrics.server import reached
from agent.metrics.table import BY_NAME, PREFIX

EXIT_USAGE: Final = 64
EXIT_UNAVAILABLE: Final = 69
ANSWER_S: Final = 10.0
OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0"
READABLE: Final = 0o644
FIGURE: Final = re.compile(r"^([A-Za-z_:][\w:]*)(?:(\{)| )", re.MULTILINE)
AWAY: Final = (
    "l’agent ne répond pas : systemctl status receipt-agent, et [metrics] de la "
    "configuration (the agent does not answer)"
).replace(" :", "\u00a0:")


class _Line(http.client.HTTPConnection):
    """HTTP over a socket of the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(ANSWER_S)
        with reached(self._path) as name:
            self.sock.connect(name)


def run(arguments: argparse.Namespace) -> int:
    """0; 1: not alive or not ready; 64: no such part; 69: nobody answers.

    Raises:
        ConfigError: the configuration has to be looked at.
    """
    config = load(arguments.config)
    if arguments.textfile is not None:
        return _leave(config, arguments.textfile)
    page = "/metrics"
    if arguments.alive:
        page = "/healthz"
    elif arguments.ready:
        page = f"/readyz?require={quote(arguments.require)}"
    found = asked(config, page, OPENMETRICS if arguments.openmetrics else "")
    if found is None:
        sys.stderr.write(f"{AWAY}\n")
        return EXIT_UNAVAILABLE
    status, text = found
    if status == http.client.BAD_REQUEST:
        known = ", ".join(sorted(set(PARTS) - ALWAYS))
        sys.stderr.write(
            f"--require {arguments.require}\u00a0: inconnu (no such part). "
            f"Connus (known): {known}\n"
        )
        return EXIT_USAGE
    sys.stdout.write(text)
    return 0 if status == http.client.OK else 1


def asked(
    config: Config, page: str, accept: str = "", *, by_socket: bool = False
) -> tuple[int, str] | None:
    """Status and text of that page; ``None``: nobody answers."""
    headers = {"Accept": accept} if accept else {}
    try:
        with closing(_line(config, by_socket=by_socket)) as line:
            line.request("GET", page, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return None


def _line(config: Config, *, by_socket: bool) -> http.client.HTTPConnection:
    address = config.metrics.address
    if by_socket or address is None:
        return _Line(config.metrics.path(config.till.state_dir))
    return http.client.HTTPConnection(*address, timeout=ANSWER_S)


def _leave(config: Config, path: Path) -> int:
    """Replaced whole: the collector never reads half of it."""
    # The timer's unit has no network, and not everybody may open the socket.
    found = asked(config, "/metrics", by_socket=True) or asked(config, "/metrics")
    beside = asyncio.run(
        told(["systemctl", "is-active", *units.of(config, units.BYPASS)])
    )
    lines = [
        *_row("up", well=found is not None),
        *_row("bypass_active", well=beside.out in {"active", "activating"}),
    ]
    text = (found[1] if found else "") + "".join(lines)
    if instance := units.instance_of(config):
        text = told_apart(text, instance)
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text)
        new.chmod(READABLE)
        new.replace(path)
    except OSError as error:
        sys.stderr.write(f"{path}: {error.strerror}\n")
        return EXIT_UNAVAILABLE
    return 0


def told_apart(text: str, instance: str) -> str:
    """Each figure with the label ``agent``.

    The collector drops all files when two of them have the same figure.
    """

    def labelled(found: re.Match[str]) -> str:
        more = "," if found[2] else "} "
        return f'{found[1]}{{agent="{instance}"{more}'

    return FIGURE.sub(labelled, text)


def _row(name: str, *, well: bool) -> list[str]:
    metric = BY_NAME[PREFIX + name]
    return [
        f"# HELP {metric.name} {metric.says}\n",
        f"# TYPE {metric.name} {metric.kind}\n",
        f"{metric.name} {int(well)}\n",
    ]
