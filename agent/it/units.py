"""What systemd calls the parts of a till: the first of a machine, or an instance of it.

``instance add NAME`` (systemd/lib/instance) wants an instance's state in
``/var/lib/receipt-agent-NAME``, so the configuration says whose units are its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agent.config import Config

AGENT: Final = "receipt-agent.service"
SOCKET: Final = "receipt-agent-print.socket"
SCREENS: Final = "receipt-agent-screens.socket"
STAR: Final = "receipt-agent-star.socket"
BYPASS: Final = "receipt-agent-bypass.service"
SHARED: Final = ("receipt-agent-worker.socket", "receipt-agent-ocr.socket")
"""One a machine; without them both are the agent's own children."""
STATE: Final = Path("/var/lib")
UNITS: Final = Path("/etc/systemd/system")
DROP_IN: Final = "receipt-agent-print@*.socket.d"
"""What ``instance add`` leaves there of each, and ``instance list`` looks for."""
SYSTEMD: Final = Path("/run/systemd/system")
"""There while it is what runs this machine (sd_booted(3))."""
PREFIX: Final = "receipt-agent-"


def instance_of(config: Config | None) -> str:
    """Its name; empty: the first of this machine, or one whose configuration is broken."""
    if config is None:
        return ""
    folder = config.till.state_dir
    ours = folder.parent == STATE and folder.name.startswith(PREFIX)
    return folder.name.removeprefix(PREFIX) if ours else ""


def of(config: Config | None, *names: str) -> tuple[str, ...]:
    """Those of this till: ``receipt-agent@bar.service`` for ``receipt-agent.service``."""
    return _named(instance_of(config), names)


def of_all(*names: str) -> tuple[str, ...]:
    """Those of the first till of this machine, and of each instance of it."""
    there = UNITS.glob(DROP_IN)
    instances = sorted(each.name.split("@")[1].split(".")[0] for each in there)
    return tuple(unit for each in ("", *instances) for unit in _named(each, names))


def _named(instance: str, names: tuple[str, ...]) -> tuple[str, ...]:
    if not instance:
        return names
    parts = (name.partition(".") for name in names)
    return tuple(f"{stem}@{instance}{dot}{kind}" for stem, dot, kind in parts)


def started(config: Config | None, *names: str) -> str:
    """The command that has these run; without systemd the agent is started by hand."""
    if not SYSTEMD.is_dir():
        return "receipt-agent run"
    return f"systemctl start {' '.join(of(config, *names))}"


def asked_alone(config: Config | None, command: str) -> str:
    """Those commands, with which it runs while no agent does.

    Sockets too: one that is connected to would start the agent.
    """
    if not SYSTEMD.is_dir():
        return command
    ours = " ".join(of(config, SOCKET, SCREENS, AGENT))
    return f"systemctl stop {ours}; {command}; systemctl start {ours}"
