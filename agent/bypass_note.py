"""What the bypass must know, written down at each good start for the day of a bad one.

systemd reads the file for ``receipt-agent-bypass.service`` (systemd.exec(5),
``EnvironmentFile=``): which printer, which one stands in for it, which cables a POS
prints through, and who of the network may print at which port.  The agent's own configuration may be what is broken on that day.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from agent.config import Config
from agent.intake.settings import SerialDoorSettings

log = logging.getLogger(__name__)

NAME: Final = "bypass.env"
"""In the state directory."""
PAST: Final = "bypassed"
"""Beside it; touched when jobs begin to go past the agent, for the RCU to hear."""
USED: Final = "bypass.used"
"""Beside it: its time says when the bypass last began (:mod:`agent.bypass`)."""


def lines(config: Config) -> str:
    """The file's text."""
    door = config.door
    sources = [
        *([_serial(door.serial)] if door.serial else []),
        *([f"file://{quote(str(door.device.path))}"] if door.device else []),
    ]
    named = {
        "RECEIPT_AGENT_PRINTER": config.printer.link,
        "RECEIPT_AGENT_SOURCES": " ".join(sources),
    }
    doors = (door.tcp, *([door.star] if door.star else []))
    named["RECEIPT_AGENT_ALLOWED"] = " ".join(
        f"{each.address[1]}={','.join(each.allow_from)}" for each in doors
    )
    if (backup := config.printer.backup) is not None:
        named["RECEIPT_AGENT_BACKUP"] = backup.link
        named["RECEIPT_AGENT_BACKUP_AFTER_S"] = str(backup.after_s)
    return "".join(f'{name}="{_quoted(value)}"\n' for name, value in named.items())


def leave(config: Config) -> None:
    """Write it, if it can be written: paper does not depend on it today."""
    path = config.till.state_dir / NAME
    try:
        _replace(path, lines(config))
    except OSError as error:
        log.warning(
            "no note for the bypass, it will use the last one",
            extra={"why": error.strerror or str(error)},
        )


def goes_past(config: Config) -> None:
    """Jobs go past the agent from now on."""
    try:
        (config.till.state_dir / PAST).touch(mode=0o600)
    except OSError as error:
        log.warning(
            "the RCU will not hear of it", extra={"why": error.strerror or str(error)}
        )


def went_past(state_dir: Path) -> datetime | None:
    """When jobs last went past the agent; ``None``: never."""
    try:
        return datetime.fromtimestamp((state_dir / PAST).stat().st_mtime, UTC)
    except OSError:
        return None


def _serial(door: SerialDoorSettings) -> str:
    how = {
        "baud": door.baud,
        "flow": door.flow,
        "parity": door.parity,
        "bits": door.bits,
    }
    return f"serial://{quote(door.device)}?{urlencode(how)}"


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    with new.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _quoted(value: str) -> str:
    """Inside double quotes, as a POSIX shell would have it."""
    return "".join(f"\\{each}" if each in '\\"$`' else each for each in value)
