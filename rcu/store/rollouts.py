"""Configurations on their way through the fleet, stage by stage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rcu.store.db import Database

MIGRATION: Final = """
CREATE TABLE rollout (
  n              INTEGER PRIMARY KEY AUTOINCREMENT,
  asked_ms       INTEGER NOT NULL,
  selector       TEXT    NOT NULL,
  said           TEXT    NOT NULL,   -- settings, unset, trial_s, stages, patience_s
  state          TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'stopped')),
  stage          INTEGER NOT NULL,
  stage_ms       INTEGER NOT NULL,   -- since when it runs
  why            TEXT    NOT NULL
) STRICT;

CREATE TABLE rollout_till (
  n              INTEGER NOT NULL,
  edge           TEXT    NOT NULL,
  stage          INTEGER NOT NULL,
  state          TEXT    NOT NULL CHECK
    (state IN ('waiting', 'issued', 'proved', 'failed')),
  why            TEXT    NOT NULL,
  PRIMARY KEY (n, edge)
) STRICT;
CREATE INDEX rollout_till_by_edge ON rollout_till (edge);
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is rolled out.  ``stages``: how many tills are reached with each, growing."""

    settings: Mapping[str, Any]
    unset: tuple[str, ...]
    trial_s: float
    stages: tuple[str, ...]
    patience_s: float


@dataclass(frozen=True, slots=True)
class Rollout:
    """One.  ``state``: ``waiting`` until its tills are counted."""

    n: int
    asked_ms: int
    selector: str
    wanted: Wanted
    state: str
    stage: int
    stage_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """One till of one."""

    edge: str
    stage: int
    state: str
    why: str = field(default="")


class Rollouts:
    """Their books."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, selector: str, wanted: Wanted, now_ms: int) -> int:
        """A new one, which the server takes up; its number."""
        said = {
            "settings": dict(wanted.settings),
            "unset": list(wanted.unset),
            "trial_s": wanted.trial_s,
            "stages": list(wanted.stages),
            "patience_s": wanted.patience_s,
        }
        async with self._database.transaction() as tx:
            done = await tx.execute(
                "INSERT INTO rollout (asked_ms, selector, said, state, stage, stage_ms,"
                " why) VALUES (?, ?, ?, 'waiting', 0, ?, '')",
                (now_ms, selector, json.dumps(said), now_ms),
            )
            return int(done.lastrowid or 0)

    async def open(self) -> list[Rollout]:
        """Those that are not over, the oldest first."""
        return await self._where("state IN ('waiting', 'running') ORDER BY n", ())

    async def newest(self, limit: int) -> list[Rollout]:
        """The last ones, the newest first."""
        return await self._where("1 ORDER BY n DESC LIMIT ?", (limit,))

    async def one(self, n: int) -> Rollout | None:
        found = await self._where("n = ?", (n,))
        return found[0] if found else None

    async def parts(self, n: int) -> list[Part]:
        """Its tills, in the order in which they are reached."""
        found = await self._database.all(
            "SELECT edge, stage, state, why FROM rollout_till WHERE n = ?"
            " ORDER BY stage, rowid",
            (n,),
        )
        return [Part(*row) for row in found]

    async def begin(self, n: int, parts: Sequence[Part], now_ms: int) -> None:
        """Its tills are counted."""
        async with self._database.transaction() as tx:
            await tx.executemany(
                "INSERT INTO rollout_till VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [(n, each.edge, each.stage, each.state, each.why) for each in parts],
            )
            await tx.execute(
                "UPDATE rollout SET state = 'running', stage = 1, stage_ms = ?"
                " WHERE n = ? AND state = 'waiting'",
                (now_ms, n),
            )

    async def part(self, n: int, part: Part) -> None:
        """A till is further."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE rollout_till SET state = ?, why = ? WHERE n = ? AND edge = ?",
                (part.state, part.why[:200], n, part.edge),
            )

    async def move(self, n: int, state: str, stage: int, why: str, now_ms: int) -> None:
        """It is further, or over; one that is over stays as it is."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE rollout SET state = ?, stage = ?, why = ?, stage_ms = ?"
                " WHERE n = ? AND state IN ('waiting', 'running')",
                (state, stage, why[:200], now_ms, n),
            )

    async def of_till(self, edge: str, limit: int) -> list[tuple[int, Part]]:
        """Those that a till was part of, the newest first."""
        found = await self._database.all(
            "SELECT n, edge, stage, state, why FROM rollout_till WHERE edge = ?"
            " ORDER BY n DESC LIMIT ?",
            (edge, limit),
        )
        return [(int(n), Part(*rest)) for n, *rest in found]

    async def _where(self, clause: str, values: Sequence[Any]) -> list[Rollout]:
        found = await self._database.all(
            "SELECT n, asked_ms, selector, said, state, stage, stage_ms, why"  # noqa: S608 -- our own clauses
            f" FROM rollout WHERE {clause}",
            values,
        )
        return [_rollout(row) for row in found]


def _rollout(row: Any) -> Rollout:
    n, asked_ms, selector, said, state, stage, stage_ms, why = row
    told = json.loads(said)
    wanted = Wanted(
        told["settings"],
        tuple(told["unset"]),
        told["trial_s"],
        tuple(told["stages"]),
        told["patience_s"],
    )
    return Rollout(n, asked_ms, selector, wanted, state, stage, stage_ms, why)
