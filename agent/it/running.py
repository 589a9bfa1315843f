"""Whether an agent runs here, and what it says of itself over its own loopback port."""

from __future__ import annotations

import asyncio
import fcntl
import ipaddress
import json
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from agent import cellar
from agent.config import Config
from agent.intake.settings import host_and_port
from agent.it import sockets

ANSWER_S: Final = 5.0
MAX_ANSWER_BYTES: Final = 8 << 20
"""A snapshot has the day's list in it."""


def holds(database: Path) -> bool:
    """Whether somebody has the store's lock."""
    try:
        opened = os.open(_lock(database), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(opened)
    return False


def _lock(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


async def runs(config: Config) -> bool:
    """Whether an agent has this till: by the store's lock, or by its screens' answer.

    One that has no database has no lock, and has the printer all the same.
    """
    if holds(cellar.database(config)):
        return True
    try:
        async with asyncio.timeout(ANSWER_S):
            said = json.loads(await _get(config, "/healthz"))
    except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError):
        return False
    there = isinstance(said, dict) and "streams" in said
    return there and not await stranger(config)


async def stranger(config: Config) -> str:
    """Whose agent answers at our screens' address, when it is another till's."""
    found = await _snapshot(config, "it")
    if found is None or await _ours(config, found):
        return ""
    return _whose(found)


async def snapshot(config: Config, view: str = "it") -> dict[str, Any] | None:
    """What that screen shows; ``None``: no agent of this till answers."""
    found = await _snapshot(config, view)
    return found if found is not None and await _ours(config, found) else None


async def _ours(config: Config, found: Mapping[str, Any]) -> bool:
    """By the names that it shows, or by the store that it has.

    Names that were edited since its start are no longer those that it shows.
    """
    own = {"shop": config.till.shop, "till": config.till.till}
    if all(found.get(key, name) == name for key, name in own.items()):
        return True
    return await asyncio.to_thread(_answers_with_our_store, config)


def _answers_with_our_store(config: Config) -> bool:
    """Whether one process has the store's lock and what listens at our screens' address.

    Only its own user, and root, see what a process has.
    """
    database = cellar.database(config)
    if not holds(database):
        return False
    host, port = host_and_port(config.screens.listen)
    address = ipaddress.ip_address(host)
    lines = {
        f"socket:[{each.inode}]"
        for each in sockets.listening()
        if each.port == port and each.takes(address)
    }
    lock = os.path.realpath(_lock(database))
    opened = map(sockets.opened, sockets.processes())
    return any(lock in each and lines & each for each in opened)


def _whose(found: Mapping[str, Any]) -> str:
    return " ".join(str(found.get(key, "")) for key in ("shop", "till")).strip()


async def _snapshot(config: Config, view: str) -> dict[str, Any] | None:
    try:
        async with asyncio.timeout(ANSWER_S):
            body = await _get(config, f"/api/snapshot?view={view}")
    except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError):
        return None
    with suppress(ValueError):
        found = json.loads(body)
        return found if isinstance(found, dict) else None
    return None


async def post(config: Config, path: str, said: Mapping[str, Any]) -> None:
    """Press a key.

    Raises:
        OSError: no agent answers.
        ValueError: it was refused.
    """
    body = json.dumps(said).encode()
    head = (
        "X-Receipt-Agent: 1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
    )
    await _get(config, path, "POST", head, body)


async def _get(
    config: Config, path: str, verb: str = "GET", head: str = "", content: bytes = b""
) -> bytes:
    """HTTP/1.0, one answer, then it hangs up."""
    reader, writer = await _asked(config, path, verb, head, content)
    with closing(writer):
        said = await reader.read(MAX_ANSWER_BYTES)
        while more := await reader.read(MAX_ANSWER_BYTES):
            said += more
            if len(said) > MAX_ANSWER_BYTES:
                raise ValueError("too long")
    status, _, rest = said.partition(b"\r\n")
    if b" 200 " not in status + b" ":
        raise ValueError(status.decode(errors="replace"))
    return rest.partition(b"\r\n\r\n")[2]


async def events(config: Config, view: str) -> AsyncGenerator[dict[str, Any]]:
    """Each picture of that screen, the first at once, until the agent hangs up.

    Raises:
        OSError: no agent answers.
    """
    reader, writer = await _asked(config, f"/api/events?view={view}")
    with closing(writer):
        while line := await reader.readline():
            if line.startswith(b"data:"):
                with suppress(ValueError):
                    said = json.loads(line.removeprefix(b"data:"))
                    if isinstance(said, dict) and "revision" in said:
                        yield said


async def _asked(
    config: Config, path: str, verb: str = "GET", head: str = "", content: bytes = b""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = host_and_port(config.screens.listen)
    reader, writer = await asyncio.open_connection(host, port, limit=MAX_ANSWER_BYTES)
    name = f"[{host}]" if ":" in host else host
    said = f"{verb} {path} HTTP/1.0\r\nHost: {name}:{port}\r\n{head}\r\n"
    writer.write(said.encode() + content)
    await writer.drain()
    return reader, writer
