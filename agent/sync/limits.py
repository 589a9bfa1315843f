"""The few values of the configuration that the RCU may order, and where they are kept.

How fast a till sends is the chain's business as much as the shop's; what it prints, asks
and keeps is not to be changed from afar.  A file beside the till's credentials: it holds
until another order, or until it is removed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from agent.errors import ConfigError
from agent.keyring import safe
from agent.sync.settings import SyncSettings
from agent.wire.events import MAX_EVENTS
from agent.wire.in_turn import MAX_IN_FLIGHT

FILE: Final = "ordered.json"
_BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "max_events": (1, MAX_EVENTS),
    "max_batch_kb": (1, 700),
    "max_in_flight": (1, MAX_IN_FLIGHT),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """As ``[sync]`` has them."""

    max_events: int
    max_batch_kb: int
    max_in_flight: int


def of(settings: SyncSettings, folder: Path) -> Limits:
    """The file's, or what was ordered since.  Blocking.

    A file that cannot be read orders nothing.
    """
    own = Limits(settings.max_events, settings.max_batch_kb, settings.max_in_flight)
    try:
        said = json.loads(safe.read_secret(folder / FILE) or b"{}")
    except (ConfigError, ValueError):
        return own
    if not isinstance(said, dict):
        return own
    return changed(own, {f"sync.{name}": value for name, value in said.items()})[0]


def changed(
    now: Limits, ordered: Mapping[str, object]
) -> tuple[Limits, tuple[str, ...]]:
    """What holds then, and what of the order is refused."""
    taken: dict[str, int] = {}
    refused = []
    for key, value in ordered.items():
        section, _, name = key.partition(".")
        least, most = _BOUNDS.get(name, (1, 0))
        whole = isinstance(value, int) and not isinstance(value, bool)
        if section == "sync" and whole and least <= value <= most:  # type: ignore[operator]
            taken[name] = value  # type: ignore[assignment]
        else:
            refused.append(key[:64])
    return replace(now, **taken), tuple(refused)


async def keep(path: Path, limits: Limits) -> None:
    """Durable when it returns.

    Raises:
        ConfigError: disk full, or not ours to write.
    """

    def write() -> None:
        safe.make_folder(path.parent)
        safe.replace(path, json.dumps(asdict(limits)).encode())

    await asyncio.to_thread(write)
