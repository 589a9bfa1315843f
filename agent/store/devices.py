"""The screens that were paired: tablets and displays beyond the till itself.

A device is known by the SHA-256 of its token, which it alone has.  Its row is kept
when it is revoked, so that support can say who had which role and until when.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from agent.ids import DeviceId
from agent.store.pen import Pen

DeviceRole = Literal["cashier", "display", "it"]

TABLE: Final = """CREATE TABLE device(
  id         BLOB PRIMARY KEY CHECK(length(id) = 16),
  role       TEXT NOT NULL CHECK(role IN ('cashier', 'display', 'it')),
  name       TEXT NOT NULL,
  digest     BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),
  paired_ms  INTEGER NOT NULL,
  seen_ms    INTEGER NOT NULL,
  revoked_ms INTEGER
) STRICT, WITHOUT ROWID"""


@dataclass(frozen=True, slots=True)
class Device:
    """One paired screen.  ``digest`` is the SHA-256 of its token, 32 bytes."""

    id: DeviceId
    role: DeviceRole
    name: str
    digest: bytes
    paired_ms: int
    seen_ms: int
    revoked_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PairDevice:
    """A device got its token."""

    device: Device


@dataclass(frozen=True, slots=True)
class SeenDevice:
    """It was here at ``at_ms``."""

    device: DeviceId
    at_ms: int


@dataclass(frozen=True, slots=True)
class RevokeDevice:
    """Its token opens nothing any more."""

    device: DeviceId
    at_ms: int


DeviceChange = PairDevice | SeenDevice | RevokeDevice


def pair(pen: Pen, change: PairDevice) -> None:
    device = change.device
    pen.db.execute(
        "INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            device.id.bytes,
            device.role,
            device.name,
            device.digest,
            device.paired_ms,
            device.seen_ms,
            device.revoked_ms,
        ),
    )


def seen(pen: Pen, change: SeenDevice) -> None:
    pen.update(
        "UPDATE device SET seen_ms = max(seen_ms, ?) WHERE id = ?",
        (change.at_ms, change.device.bytes),
    )


def revoke(pen: Pen, change: RevokeDevice) -> None:
    # The first time counts.
    pen.update(
        "UPDATE device SET revoked_ms = coalesce(revoked_ms, ?) WHERE id = ?",
        (change.at_ms, change.device.bytes),
    )


def read_all(db: sqlite3.Connection) -> list[Device]:
    """Revoked ones too, the oldest first."""
    rows = db.execute(
        """SELECT id, role, name, digest, paired_ms, seen_ms, revoked_ms FROM device
        ORDER BY paired_ms, id"""
    )
    return [Device(DeviceId(UUID(bytes=key)), *rest) for key, *rest in rows]
