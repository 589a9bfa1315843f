"""``receipt-agent tail``: what happens at the till, a line each, until Ctrl-C.

From the running agent's own live stream: the parts as IT sees them, the receipts of the
cashier's list by their ids.  Jobs, also those that are no receipt, from the store beside it.
Nothing personal: contacts are masked there, and no goods or
totals are shown.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from agent import cellar
from agent.config import Config, load
from agent.errors import StoreError
from agent.it import running
from agent.it.finding import State
from agent.it.probes.surroundings import FULL_MB, TIGHT_MB
from agent.store import jobs_seen
from agent.store.jobs_seen import JobSeen
from agent.store.looking import looking

EXIT_UNAVAILABLE: Final = 69
RECEIPT: Final = ("phase", "choice", "progress", "paper_copies")
JOBS_S: Final = 1.0
"""Between looks into the store."""
ALREADY: Final = 10
"""Receipts that were there before it began to follow; so many are shown."""

AHEAD: Final = 64
"""Lines that may wait for a slow terminal."""

Picture = Mapping[str, Any]
Happens = asyncio.Queue[dict[str, Any] | None]


def run(arguments: argparse.Namespace) -> int:
    """0 after Ctrl-C or so many lines, 69 when no agent runs.

    Raises:
        ConfigError: the configuration has to be looked at.
    """
    config = load(arguments.config)
    try:
        whole = asyncio.run(_follow(config, arguments.lines, as_json=arguments.json))
    except KeyboardInterrupt:
        return 0
    if whole:
        return 0
    sys.stderr.write("l’agent ne répond pas (no agent answers)\n")
    return EXIT_UNAVAILABLE


async def _follow(config: Config, lines: int | None, *, as_json: bool) -> bool:
    """Until so many lines, and true; or until no agent answers."""
    happens: Happens = asyncio.Queue(AHEAD)
    written, whole = 0, False
    async with asyncio.TaskGroup() as group:
        following = [
            group.create_task(_parts(config, happens)),
            group.create_task(_jobs(config, happens)),
        ]
        while not whole and (happened := await happens.get()) is not None:
            now = dt.datetime.now().astimezone()
            sys.stdout.write(_line(now, happened, as_json=as_json) + "\n")
            sys.stdout.flush()
            written += 1
            whole = lines is not None and written >= lines
        for each in following:
            each.cancel()
    return whole


async def _parts(config: Config, happens: Happens) -> None:
    """What changes in the running agent's pictures, and ``None`` when there is none."""
    before: Picture = {}
    with suppress(OSError):
        async with aclosing(running.events(config, "it")) as pictures:
            async for told in pictures:
                now = await _with_receipts(config, told, before)
                for each in changes(before, now):
                    await happens.put(each)
                before = now
    await happens.put(None)


async def _jobs(config: Config, happens: Happens) -> None:
    jobs = Jobs(config)
    jobs.new()  # what was there before, the receipts' list tells
    while True:
        await asyncio.sleep(JOBS_S)
        for each in jobs.new():
            await happens.put(each)


class Jobs:
    """Those of the store that are new, or have come further."""

    def __init__(self, config: Config) -> None:
        self._database = cellar.database(config)
        self._known: dict[JobSeen, None] = {}

    def new(self) -> list[dict[str, Any]]:
        """Nothing where there is no database, or none that is ours to read."""
        try:
            with looking(self._database) as db:
                seen = jobs_seen.newest(db)
        except (StoreError, sqlite3.Error):
            return []
        new = [each for each in seen if each not in self._known]
        self._known = dict.fromkeys(seen)
        return [{"what": "job", **asdict(each), "id": str(each.id)} for each in new]


async def _with_receipts(config: Config, told: Picture, before: Picture) -> Picture:
    """IT's picture has none; the cashier's is asked for, which opens no screen."""
    seen = await running.snapshot(config, "cashier") or before
    recent = [*seen.get("recent", ())]
    if not before:
        recent = recent[:ALREADY]
    own = {"shown": seen.get("shown"), "recent": recent}
    return {**told, **own, "room": _room(config.till.state_dir)}


def _room(folder: Path) -> State:
    """What doctor calls what is free there; the figure itself changes all day."""
    with suppress(OSError):
        free_mb = shutil.disk_usage(folder).free // 1_000_000
        return "bad" if free_mb < FULL_MB else "warn" if free_mb < TIGHT_MB else "ok"
    return "skip"


def changes(before: Picture, now: Picture) -> Iterator[dict[str, Any]]:
    """What is new in a picture: receipts, parts of the house, faults."""
    known = {each["id"]: each for each in _receipts(before)}
    for each in reversed([*_receipts(now)]):  # as they came
        said = {name: each.get(name) for name in RECEIPT if name in each}
        was = known.get(each["id"])
        if was is None or any(was.get(name) != said[name] for name in said):
            yield {
                "what": "receipt",
                "id": each["id"],
                "kind": each.get("kind"),
                **said,
            }
    rooms = {name: same for name, _, same in _rooms(before)}
    for name, room, same in _rooms(now):
        if rooms.get(name) != same:
            yield {"what": "part", "name": name, **room}
    old = [*(before.get("rooms") or {}).get("faults", ())]
    for fault in (now.get("rooms") or {}).get("faults", ()):
        if fault not in old:
            yield {"what": "fault", "room": fault["room"], "says": fault["says"]}


def _receipts(picture: Picture) -> Iterator[Mapping[str, Any]]:
    shown = picture.get("shown")
    if shown is not None:
        yield shown
    for each in picture.get("recent", ()):
        if shown is None or each["id"] != shown["id"]:
            yield each


def _rooms(picture: Picture) -> Iterator[tuple[str, dict[str, Any], object]]:
    """Each with its words, and what of it has to change before it is said again."""
    for part, value in (picture.get("rooms") or {}).items():
        for room in value if isinstance(value, list) else [value]:
            if isinstance(room, dict) and "state" in room:
                shown = {"state": room["state"], "says": _both(room["says"])}
                disk = (room["state"], picture.get("room"))
                yield _both(room["name"]), shown, disk if part == "disk" else shown


def _both(words: Mapping[str, str]) -> str:
    french, english = words["fr"], words["en"]
    return french if french == english else f"{french} ({english})"


def _line(now: dt.datetime, happened: Mapping[str, Any], *, as_json: bool) -> str:
    """The day and the zone for programs; who watches knows both."""
    if as_json:
        at = now.isoformat(timespec="seconds")
        return json.dumps({"at": at, **happened}, ensure_ascii=False)
    rest = " ".join(
        str(value) if name in {"name", "says", "room"} else f"{name}={value}"
        for name, value in happened.items()
        if name != "what" and value is not None
    )
    return f"{now:%H:%M:%S} {happened['what']:<8} {rest}"
