"""What there is to look at in this house, for the IT screen: wiring, no judgement."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from agent import __version__
from agent.cellar import DATABASE
from agent.config import Config
from agent.delivery.printer_backup import Printers
from agent.hands.hand import Hand
from agent.pipeline.inspection import Sight
from agent.pipeline.lane import PaperLane
from agent.pipeline.rooms_said import FeedState
from agent.rules.pack import Pack
from agent.sync.downlink import Downlink

MB = 1_000_000


def sight(
    config: Config,
    running: Sequence[str],
    printer: Printers,
    lane: PaperLane,
    pack: Pack | None,
    services: Sequence[object],
) -> Sight:
    """``running``: the names of the doors that are served; of ``services`` hands and feed."""
    state_dir = config.till.state_dir
    return Sight(
        doors=lambda: doors(config, running),
        printer=lambda: printer.state,
        stuck=lambda: lane.stuck,
        keeps=lambda: lane.keeps,
        certificates=certificates(config),
        ends=ends,
        free_mb=lambda: shutil.disk_usage(state_dir).free // MB,
        store_mb=lambda: size(state_dir / DATABASE) // MB,
        versions=versions(pack),
        sync=config.sync.enabled,
        hands=lambda: [each.state for each in services if isinstance(each, Hand)],
        feed=lambda: _feed(services),
        sheets=lambda: lane.waiting,
    )


def _feed(services: Sequence[object]) -> FeedState | None:
    for each in services:
        if isinstance(each, Downlink):
            state = each.state()
            return FeedState(state.heard, state.waiting, state.problem)
    return None


def doors(config: Config, running: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Each door that the shop has opened: name, where, and whether it is there."""
    found: list[tuple[str, str, Callable[[], bool]]] = []
    door = config.door
    for name, listening in (("tcp", door.tcp), ("star", door.star)):
        if listening is not None:
            found.append((name, listening.listen, lambda: True))
    if door.serial is not None:
        found.append(("serial", door.serial.device, _there(door.serial.device)))
    if door.device is not None:
        path = str(door.device.path)
        found.append(("device", path, _there(path)))
    if door.folder is not None:
        path = str(door.folder.path)
        found.append(("folder", path, _there(path)))
    if door.http is not None:
        where = door.http.listen_tls or door.http.listen or ""
        found.append(("http", where, lambda: True))
    return [
        (name, where, f"door.{name}" in running and there())
        for name, where, there in found
    ]


def certificates(config: Config) -> Mapping[str, Path]:
    """Those that somebody has to renew."""
    found: dict[str, Path] = {}
    http, screens = config.door.http, config.screens
    if http is not None and http.listen_tls is not None and http.certfile is not None:
        found["door.http"] = http.certfile
    if screens.listen_tls is not None and screens.certfile is not None:
        found["screens"] = screens.certfile
    return found


def ends(path: Path) -> datetime:
    """When a certificate ends.

    Raises:
        OSError: it cannot be read.
        ValueError: it is none.
    """
    from cryptography import x509

    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc


def versions(pack: Pack | None) -> list[tuple[str, str]]:
    """Of us and of what we stand on."""
    rules = f"{pack.id} {pack.version}" if pack else "-"
    return [
        ("receipt-agent", __version__),
        ("rules", rules),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("OpenSSL", ssl.OPENSSL_VERSION.split()[1]),
        ("system", f"{platform.system()} {platform.release()}"),
    ]


def _there(path: str) -> Callable[[], bool]:
    return lambda: Path(path).exists()


def size(database: Path) -> int:
    """With its log, which a checkpoint empties."""
    beside = (database, database.with_name(f"{database.name}-wal"))
    return sum(path.stat().st_size for path in beside if path.exists())
