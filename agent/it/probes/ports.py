"""Who listens where this till would; nothing is opened for it."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.config import Config
from agent.intake.settings import host_and_port
from agent.it import running, sockets, units
from agent.it.finding import Finding, Till, aside, bad, ok, warn
from agent.it.sockets import Listener
from agent.it.units import AGENT, SCREENS, SOCKET

OURS: Final = ("receipt-agent", "systemd")
OPENS: Final = {"door.tcp": (SOCKET, AGENT), "screens": (SCREENS, AGENT)}
DOOR: Final = "door."


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the socket; ``config``: of the agent that it is, if it is one."""

    name: str
    config: Path | None = None


async def ports(till: Till) -> list[Finding]:
    """Each address that the configuration names."""
    stranger = await running.stranger(till.config) if till.named else ""

    def look() -> list[Finding]:
        listening = [*sockets.listening()]
        return [
            _port(till, key, at, listening, stranger if key == "screens" else "")
            for key, at in wanted(till.config).items()
        ]

    return await aside(look)


def wanted(config: Config) -> dict[str, str]:
    """By key."""
    door, screens, metrics = config.door, config.screens, config.metrics
    addresses = {
        "door.tcp": door.tcp.listen,
        "screens": screens.listen,
        "screens.listen_tls": screens.listen_tls,
        "door.star": door.star.listen if door.star else None,
        "door.http": door.http.listen if door.http else None,
        "door.http.listen_tls": door.http.listen_tls if door.http else None,
        "metrics": metrics.listen if metrics.enabled and metrics.address else None,
    }
    return {key: at for key, at in addresses.items() if at}


def _port(
    till: Till, key: str, at: str, listening: Sequence[Listener], stranger: str
) -> Finding:
    """``stranger``: the till that answers there, when it is another."""
    host, port = host_and_port(at)
    address, detail = ipaddress.ip_address(host), f"{key} {at}"
    near = [each for each in listening if each.port == port]
    # One that has this very address has it before one that has all of them.
    near.sort(key=lambda each: (not each.takes(address), each.address.is_unspecified))
    if not near:
        return _nobody(till, key, port, detail)
    first, holders = near[0], [*_holders(near[0].inode)]
    others = [each for each in holders if each.config not in {None, _real(till.path)}]
    narrow = not first.takes(address) or (
        address.is_unspecified and not first.address.is_unspecified
    )
    if first.takes(address) and (stranger or others):
        return _another_tills(key, port, stranger or str(others[0].config), detail)
    ours = not holders or any(name in holders[0].name for name in OURS)
    own = any(each.config == _real(till.path) for each in holders)
    if narrow and own and key in OPENS and units.SYSTEMD.is_dir():
        return _elsewhere(till, key, at, first)
    if not first.takes(address):
        return _nobody(till, key, port, detail)
    if ours:
        return ok(f"le port {port} est écouté", f"port {port} is listened on", detail)
    return bad(
        (
            f"le port {port} est pris par {holders[0].name}",
            f"port {port} is taken by {holders[0].name}",
        ),
        (
            f"arrêtez ce programme, ou donnez un autre port à {key}",
            f"stop that program, or give {key} another port",
        ),
        detail,
    )


def _another_tills(key: str, port: int, whose: str, detail: str) -> Finding:
    return bad(
        (
            f"le port {port} est celui d’une autre caisse, {whose}",
            f"port {port} is another till’s, {whose}",
        ),
        (
            f"donnez un autre port à {key} d’une des deux, puis redémarrez son agent",
            f"give {key} of one of the two another port, then restart its agent",
        ),
        detail,
    )


def _elsewhere(till: Till, key: str, at: str, first: Listener) -> Finding:
    """With systemd the port is the socket unit's, whatever the configuration says."""
    (unit,) = units.of(till.config, OPENS[key][0])
    edit = f"systemctl edit {unit}: [Socket] ListenStream= ListenStream={at}"
    return bad(
        (
            f"le port est écouté sur {first.address} seulement",
            f"the port is listened on at {first.address} only",
        ),
        (
            f"l’adresse est celle de l’unité, la même que {key} : {edit} (deux lignes)",
            f"the address is the unit’s, the same as {key}: {edit} (two lines)",
        ),
        f"{key} {at}",
    )


def _nobody(till: Till, key: str, port: int, detail: str) -> Finding:
    if till.up:
        (unit,) = units.of(till.config, AGENT)
        return bad(
            (
                f"l’agent tourne et n’écoute pas le port {port}",
                f"the agent runs and does not listen on port {port}",
            ),
            (f"journalctl -u {unit} dit pourquoi", f"journalctl -u {unit} says why"),
            detail,
        )
    start = units.started(till.config, *OPENS.get(key, (AGENT,)))
    make = bad if key.startswith(DOOR) else warn
    return make(
        (f"personne n’écoute le port {port}", f"nobody listens on port {port}"),
        (f"l’agent est arrêté : {start}", f"the agent is down: {start}"),
        detail,
    )


def _holders(inode: str) -> Iterator[Holder]:
    """Those that are ours to see: systemd, and whom it gave the socket to."""
    for process in sockets.processes():
        if f"socket:[{inode}]" in sockets.opened(process):
            with suppress(OSError):
                yield _holder(process)


def _holder(process: Path) -> Holder:
    """``program (pid)``."""
    raw = (process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    words = [os.fsdecode(each) for each in raw]
    name = (process / "comm").read_text().strip()
    module = "-m agent" in " ".join(words)
    own = module or name == "receipt-agent"
    title = f"{name} receipt-agent" if module else name
    config = None
    for at, word in enumerate(words if own else ()):
        if word == "--config" and at + 1 < len(words):
            config = words[at + 1]
        elif word.startswith("--config="):
            config = word.partition("=")[2]
    place = (
        None if config is None else _real(process.joinpath("cwd").readlink() / config)
    )
    return Holder(f"{title} ({process.name})", place)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
