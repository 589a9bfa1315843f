"""``receipt-agent status``: how the till stands with its RCU, and its closed days.

Looks beside a running agent.  A day's line is what ``receipt-rcu reconcile`` shows of the
same closing on the other side: the two must be equal to the letter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from agent import cellar
from agent.config import Config
from agent.errors import ConfigError
from agent.keyring import index, safe
from agent.store import closings
from agent.store.looking import looking
from agent.store.reads import Reads
from agent.sync import credentials
from agent.sync.uplink import DESTINATION
from agent.wire.closing import DayClosed, line

FAR_MS: Final = 1 << 62


def found(config: Config, days: int) -> dict[str, Any]:
    """All of it, for JSON.

    Raises:
        StoreError, sqlite3.Error: the database cannot be read.
    """
    vault = cellar.reading(config)
    with looking(cellar.database(config)) as db:
        sealer = vault.on(db)
        reads = Reads(sealer)
        backlog = reads.backlog(db, DESTINATION)
        asides = reads.set_aside(db, DESTINATION)
        closed = closings.newest(db, sealer, days)
        now = closings.tally(db, sealer, FAR_MS)
        height, acked = reads.log_height(db), reads.cursor(db, DESTINATION)
    return {
        "till": config.till.source,
        "rcu": config.sync.url,
        "rcu_keys": _pins(config),
        "log": height,
        "acknowledged": acked,
        "waiting": backlog.pending,
        "waiting_since": _moment(backlog.oldest_ms),
        "set_aside": [each.seq for each in asides],
        "closed": [json.loads(each.body) for each in closed],
        "open": {
            "first": now.first,
            "last": now.last,
            "events": now.events,
            "sold": [each.model_dump() for each in now.sold],
        },
    }


def _pins(config: Config) -> list[str]:
    path = credentials.folder_of(config.till.state_dir) / credentials.PINS
    try:
        return [key.kid for key in index.read(safe.read_secret(path) or b"", str(path))]
    except ConfigError:
        return []


def lines(found: Mapping[str, Any]) -> list[str]:
    """The same for people."""
    keys = ", ".join(found["rcu_keys"]) or "none: not enrolled"
    since = f" since {found['waiting_since']}" if found["waiting_since"] else ""
    aside = ", ".join(map(str, found["set_aside"])) or "none"
    open_ = found["open"]
    return [
        f"till          {found['till']}",
        f"RCU           {found['rcu'] or 'none'}",
        f"its keys      {keys}",
        f"log           {found['log']} entries, {found['acknowledged']} acknowledged",
        f"waiting       {found['waiting']}{since}",
        f"set aside     {aside}",
        f"since closing {open_['events']} entries from {open_['first']}",
        *(line(DayClosed.model_validate(each)) for each in found["closed"]),
    ]


def _moment(unix_ms: int | None) -> str:
    if unix_ms is None:
        return ""
    return f"{datetime.fromtimestamp(unix_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
