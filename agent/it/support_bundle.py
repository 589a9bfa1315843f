"""``receipt-agent support-bundle``: what support needs to know of a till, in one file.

Versions, configuration, counts of the store, what doctor says, the journal's places and
sentences; see :mod:`agent.it.masking` for what of them.  No file is copied.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import io
import json
import os
import sqlite3
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from agent import cellar, policy_file, progress, sight
from agent.config import Config, load
from agent.errors import ConfigError, StoreError
from agent.it import doctor, masking, running, units
from agent.it.finding import told
from agent.rules.pack import Pack
from agent.store.looking import looking

EXIT_UNAVAILABLE: Final = 69
JOURNAL_LINES: Final = 4_000
STDOUT: Final = Path("-")
UNITS: Final = (units.AGENT, units.BYPASS, units.SOCKET, units.SCREENS, units.STAR)
READ_ME: Final = """\
receipt-agent support-bundle.  No receipt, no address, no number, no name of a person, no
secret: numbers, ids, versions, fixed sentences, places in the program.  • stands for what
was left out.
"""


def run(arguments: argparse.Namespace) -> int:
    """69 when the file cannot be written."""
    now = dt.datetime.now(dt.UTC)
    try:
        config, trouble = load(arguments.config), ""
    except ConfigError as error:
        config, trouble = None, str(error)
    parts = asyncio.run(_parts(config, arguments.config, trouble))
    name = f"receipt-agent-{config.till.till if config else 'till'}-{now:%Y%m%dT%H%M%S}"
    path = arguments.output or Path(f"{name}.tar.gz")
    if path == STDOUT:
        sys.stdout.buffer.write(_packed(name, parts, now))
        return 0
    try:
        _write(path, _packed(name, parts, now))
    except OSError as error:
        sys.stderr.write(f"{path}: {error.strerror}\n")
        return EXIT_UNAVAILABLE
    if arguments.json:
        said = {"file": str(path), "bytes": path.stat().st_size, "parts": sorted(parts)}
        sys.stdout.write(json.dumps(said) + "\n")
    else:
        sys.stdout.write(
            f"{path}: {path.stat().st_size} octets, sans donnée personnelle ; à relire "
            "avant l’envoi (nothing personal; read it before you send it)\n".replace(
                " ;", "\u00a0;"
            )
        )
    return 0


async def _parts(config: Config | None, path: Path, trouble: str) -> dict[str, bytes]:
    """File by file."""
    own = sorted(masking.own_texts(config), key=len, reverse=True) if config else []
    versions = dict(sight.versions(_pack(config)))
    parts = {
        "versions.json": _json({**versions, "os": _system()}),
        "README.txt": READ_ME.encode(),
    }
    # A configuration that cannot be read does not say whose it is.
    ours = units.of(config, *UNITS) if config else units.of_all(*UNITS)
    ours += units.SHARED
    progress.says("journal")
    parts["journal.jsonl"] = await _journal(ours)
    parts["units.json"] = _json(await _units(ours))
    if config is None:
        # Which key; what stands there may be anybody's, and the message repeats it.
        named = [
            line.partition(": ")[2].partition(": ")[0] for line in trouble.split("\n")
        ]
        lines = [masking.masked(key) for key in named]
        parts["configuration.json"] = _json({"broken": lines})
        return parts
    parts["configuration.json"] = _json(masking.settings(config))
    progress.says("store")
    parts["store.json"] = _json(await asyncio.to_thread(_store, config))
    progress.says("doctor")
    findings = await doctor.examine(await doctor.till_of(config, path, None))
    said = json.dumps(doctor.as_json(findings), ensure_ascii=False, indent=1)
    parts["doctor.json"] = masking.masked(said, own).encode()
    picture = await running.snapshot(config) or {}
    rooms = json.dumps(picture.get("rooms") or {}, ensure_ascii=False, indent=1)
    parts["status.json"] = masking.masked(rooms, own).encode()
    return parts


def _pack(config: Config | None) -> Pack | None:
    """The rules that the till goes by, if they can be read: doctor says why not."""
    if config is None:
        return None
    try:
        path = policy_file.named(config.policy.pack, config.till.country)
        return policy_file.read(policy_file.text_of(path), str(path))
    except ConfigError:
        return None


def _store(config: Config) -> dict[str, Any]:
    """How many rows of what, in which state; no row."""
    path = cellar.database(config)
    try:
        with looking(path) as db:
            return {"bytes": path.stat().st_size, **dict(_counts(db))}
    except (StoreError, sqlite3.Error) as error:
        return {"unreadable": type(error).__name__}


def _counts(db: sqlite3.Connection) -> Iterator[tuple[str, Any]]:
    for pragma in ("user_version", "page_count", "freelist_count"):
        yield pragma, db.execute(f"PRAGMA {pragma}").fetchone()[0]
    tables = db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    yield (
        "rows",
        {
            name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 -- the schema's
            for (name,) in tables
        },
    )
    yield "jobs", dict(db.execute("SELECT state, count(*) FROM job GROUP BY state"))
    yield (
        "parcels",
        [
            [channel, state, count]
            for channel, state, count in db.execute(
                "SELECT channel, state, count(*) FROM parcel GROUP BY channel, state"
            )
        ],
    )


async def _journal(ours: Sequence[str]) -> bytes:
    named = [word for each in ours for word in ("-u", each)]
    asked = ("journalctl", *named, "-n", str(JOURNAL_LINES), "-o", "json", "--no-pager")
    said, lines = await told(asked), []
    for line in said.out.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            kept = masking.journal_line(record)
            lines.append(json.dumps(kept, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines).encode()


async def _units(ours: Sequence[str]) -> dict[str, Any]:
    wanted = "ActiveState,SubState,Result,NRestarts,ExecMainStatus,MemoryCurrent"
    found = {}
    for unit in ours:
        said = await told(["systemctl", "show", unit, "-p", wanted])
        lines = said.out.splitlines() if said.code == 0 else []
        found[unit] = dict(line.split("=", 1) for line in lines if "=" in line)
    return found


def _system() -> str:
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    return facts.get("PRETTY_NAME", "").strip('"')


def _json(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1, default=str).encode() + b"\n"


def _packed(name: str, parts: Mapping[str, bytes], now: dt.datetime) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for part, content in sorted(parts.items()):
            info = tarfile.TarInfo(f"{name}/{part}")
            info.size, info.mtime, info.mode = len(content), int(now.timestamp()), 0o600
            tar.addfile(info, io.BytesIO(content))
    return file.getvalue()


def _write(path: Path, packed: bytes) -> None:
    """For its owner only, whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(packed)
    beside.replace(path)
