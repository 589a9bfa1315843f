"""``POST /v1/heartbeat``: how a till is, told once a minute and kept nowhere at the till.

No personal data and nothing of a receipt: states, counts, times, versions.  A key that a
newer till adds is passed over; a value that this version cannot read makes the beat
unreadable, and the till is shown as silent.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from pydantic import Field

from agent.wire.events import Answer

PATH: Final = "/v1/heartbeat"
MEDIA_TYPE: Final = "application/json"
MAX_HEARTBEAT_BYTES: Final = 8 << 10
"""A till with every door, two printers and as many warnings as are told has some 2 KB."""
MAX_WARNINGS: Final = 16
"""Codes that are told; the others are counted under an empty one."""
EVERY_S: Final = 60.0

_WORD: Final = r"^[a-z][a-z0-9_.-]{0,47}$"


class PrinterPulse(Answer):
    """One printer.  ``state``: ``ok``, ``low``, ``out``, ``cover``, ``error``, ``offline``.

    ``answers``: it says how it is; ``backup``: the second prints in its place.
    """

    state: str = Field(pattern=_WORD)
    answers: bool = False
    backup: bool = False
    stuck: bool = False


class DoorPulse(Answer):
    """One door, by its name in the configuration; without its address."""

    name: str = Field(pattern=_WORD)
    open: bool


class Backlog(Answer):
    """What the RCU has not taken; ``aside``: what it refused."""

    entries: int = Field(default=0, ge=0)
    oldest_at: dt.datetime | None = None
    aside: int = Field(default=0, ge=0)


class ConfigPulse(Answer):
    """Which ordered configuration holds.

    ``digest``: of all values that may be ordered as they are in effect, so that two tills
    with the same one behave alike.  ``trial``: the order that is on trial, if one is.
    """

    generation: int = Field(default=0, ge=0)
    digest: str = Field(default="", pattern=r"^([0-9a-f]{16})?$")
    trial: str = Field(default="", max_length=64)


class Heartbeat(Answer):
    """One beat.  Sizes in MB (10^6 bytes), times in UTC; the next comes in ``every_s``.

    ``store``: ``ok``, ``tight``, ``full`` or ``absent``.  ``skew_s``: the RCU's clock less
    the till's.  ``bypassed_at``: when print jobs last went past the agent.  ``warnings``:
    log records of level warning and above since the start, by the module that wrote them.
    """

    sent_at: dt.datetime
    started_at: dt.datetime
    every_s: float = Field(default=EVERY_S, gt=0, le=3600)
    version: str = Field(max_length=32)
    build: str = Field(default="", max_length=64)
    rules: str = Field(default="", max_length=64)
    config: ConfigPulse = ConfigPulse()
    printer: PrinterPulse
    doors: tuple[DoorPulse, ...] = Field(default=(), max_length=16)
    store: str = Field(default="ok", pattern=_WORD)
    backlog: Backlog = Backlog()
    last_receipt_at: dt.datetime | None = None
    free_mb: int | None = Field(default=None, ge=0)
    store_mb: int | None = Field(default=None, ge=0)
    skew_s: float | None = None
    bypassed_at: dt.datetime | None = None
    worker_deaths: int = Field(default=0, ge=0)
    warnings: dict[str, int] = Field(default_factory=dict, max_length=MAX_WARNINGS + 1)
