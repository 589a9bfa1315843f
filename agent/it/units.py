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
BYPASS: Final = "receipt-agent-bypass.service"
SHARED: Final = ("receipt-agent-worker.socket", "receipt-agent-ocr.socket")
"""One a machine; without them both are the agent's own children."""
STATE: Final = Path("/var/lib")
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
    if not (instance := instance_of(config)):
        return names
    parts = (name.partition(".") for name in names)
    return tuple(f"{stem}@{instance}{dot}{kind}" for stem, dot, kind in parts)


def started(config: Config | None, *names: str) -> str:
    """The command that has these run; without systemd the agent is started by hand."""
    if not SYSTEMD.is_dir():
        return "receipt-agent run"
    return f"systemctl start {' '.join(of(config, *names))}"
