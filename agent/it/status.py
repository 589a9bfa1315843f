"""``receipt-agent status``: does it run, how is each part, how far has the RCU its log.

From the running agent over its loopback port; from the store beside it, or without it.
A day's line is what ``receipt-rcu reconcile`` shows of the same closing.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from agent import cellar, standing
from agent.config import EXIT_CONFIG, Config, load
from agent.errors import ConfigError, StoreError
from agent.it import running, salvage, units
from agent.it.finding import told
from agent.it.units import AGENT, BYPASS

Runs = Literal["up", "starting", "bypass", "down"]

EXIT_UNAVAILABLE: Final = 69
SAYS: Final[Mapping[Runs, str]] = {
    "up": "en marche (running)",
    "starting": "démarre, ou ne répond pas (starts, or does not answer)",
    "bypass": "en panne, les tickets le contournent : receipt-agent doctor "
    "(down, jobs go past it)",
    "down": "arrêté : {start} (down)",
}
OLD_S: Final = 10.0
"""What was looked at longer ago says so."""
LIT: Final = {"ok": "✓", "wait": "…", "needs": "✗"}


def run(arguments: argparse.Namespace) -> int:
    """0 while the agent runs or starts, 69 when it does not or its books are unreadable.

    78: the configuration has to be looked at; whether jobs go past the agent is said.
    """
    try:
        config = load(arguments.config)
    except ConfigError as error:
        return _broken(arguments, str(error))
    runs, picture = asyncio.run(_asked(config))
    rooms, looked_at = picture.get("rooms") or {}, picture.get("looked_at") or ""
    said: dict[str, Any] = {
        "agent": {"state": runs, "looked_at": looked_at, "rooms": rooms}
    }
    trouble = ""
    try:
        if cellar.database(config).exists():
            said |= standing.found(config, arguments.days)
    except (StoreError, sqlite3.Error) as error:
        trouble = f"the database cannot be read: {error}"
    if arguments.json:
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        lines = [_head(runs, config), *_rooms(rooms), *_age(looked_at)]
        lines += standing.lines(said) if "till" in said else []
        sys.stdout.write("\n".join(lines) + "\n")
    if trouble:
        sys.stderr.write(f"{trouble}\n")
        return EXIT_UNAVAILABLE
    return 0 if runs in {"up", "starting"} else EXIT_UNAVAILABLE


def _broken(arguments: argparse.Namespace, why: str) -> int:
    """By the units and the lock: nobody knows at which port to ask, nor whom."""
    rest, _ = salvage.salvaged(arguments.config)
    runs = asyncio.run(_unasked(rest))
    if arguments.json:
        said: dict[str, Any] = {
            "agent": {"state": runs, "looked_at": "", "rooms": {}},
            "config": {"works": False, "lines": why.split("\n")},
        }
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{_head(runs, rest)}\n")
    sys.stderr.write(f"{why}\n")
    return EXIT_CONFIG


def _head(runs: Runs, config: Config) -> str:
    start = units.started(config, AGENT)
    return f"agent         {SAYS[runs].format(start=start)}".replace(" :", "\u00a0:")


async def _unasked(config: Config) -> Runs:
    if await _is_active(config, BYPASS):
        return "bypass"
    if await _is_active(config, AGENT):
        return "up"
    return "starting" if running.holds(cellar.database(config)) else "down"


async def _is_active(config: Config, unit: str) -> bool:
    said = await told(["systemctl", "is-active", *units.of(config, unit)])
    return said.out in {"active", "activating"}


async def _asked(config: Config) -> tuple[Runs, dict[str, Any]]:
    picture = await running.snapshot(config)
    if picture is not None:
        return "up", picture
    if running.holds(cellar.database(config)):
        return "starting", {}
    return ("bypass" if await _is_active(config, BYPASS) else "down"), {}


def _age(looked_at: str) -> Iterator[str]:
    """Only of what could not be looked at afresh."""
    if not looked_at:
        return
    at = dt.datetime.fromisoformat(looked_at)
    if (dt.datetime.now(dt.UTC) - at).total_seconds() > OLD_S:
        at = at.astimezone()
        yield f"  vu à {at:%H:%M:%S}, pas depuis (seen then, not since)"


def _rooms(rooms: Mapping[str, Any]) -> Iterator[str]:
    """A line each; a part that needs somebody says why."""
    for value in rooms.values():
        for room in value if isinstance(value, list) else [value]:
            if isinstance(room, dict) and "state" in room:
                name, says = room["name"], room["says"]
                detail = f"  [{room['detail']}]" if room["detail"] else ""
                mark = LIT[room["state"]]
                line = f"  {mark} {name['fr']} : {says['fr']}".replace(" :", "\u00a0:")
                yield f"{line} ({name['en']}: {says['en']}){detail}"
