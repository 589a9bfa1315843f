"""``receipt-agent replay FILE|JOB``: a recorded job once more.

Understood and shown, as ``extract`` does; or, with ``--door``, through the front door like
a POS that prints it: then it is a receipt of today.  ``JOB`` is a job's id, as the journal
names it, of the store beside a running agent or not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Final
from uuid import UUID

from agent import cellar, extract
from agent.config import Config, load
from agent.errors import StoreError
from agent.ids import JobId
from agent.store.looking import looking
from agent.store.reads import Reads

EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69
PIECE_BYTES: Final = 64 << 10
TAKEN_S: Final = 60.0
"""As long as a POS would wait for its printer."""


def run(arguments: argparse.Namespace) -> int:
    """66: no such job or file; 69: nobody took it.

    Raises:
        ConfigError: the configuration has to be looked at.
    """
    config = load(arguments.config)
    try:
        raw = _raw(config, arguments.job)
    except (OSError, StoreError, sqlite3.Error) as error:
        sys.stderr.write(f"{arguments.job}: {error}\n")
        return EXIT_NO_INPUT
    if raw is None:
        sys.stderr.write(
            f"{arguments.job}: ni fichier ni ticket connu (no file and no job that is "
            "known; its bytes go with [store] retention_hours)\n"
        )
        return EXIT_NO_INPUT
    if arguments.door:
        return asyncio.run(_send(config, raw, as_json=arguments.json))
    with tempfile.TemporaryDirectory() as folder:  # 0700
        path = Path(folder) / Path(arguments.job).name
        path.write_bytes(raw)
        return extract.run(_as_extract(config, path, arguments))


def _raw(config: Config, named: str) -> bytes | None:
    path = Path(named)
    if path.exists():
        return path.read_bytes()
    try:
        job = JobId(UUID(named))
    except ValueError:
        return None
    vault = cellar.reading(config)
    with looking(cellar.database(config)) as db:
        return Reads(vault.on(db)).job_raw(db, job)


def _as_extract(
    config: Config, path: Path, arguments: argparse.Namespace
) -> argparse.Namespace:
    star = config.door.star is not None and config.printer.asks == "star"
    return argparse.Namespace(
        files=[path],
        batch=False,
        profile=config.receipt.profile,
        printer=config.printer.profile or "default",
        as_kind="star" if star else "escpos",
        country=config.till.country,
        json=arguments.json,
        receipt=False,
        lang=arguments.lang,
    )


async def _send(config: Config, raw: bytes, *, as_json: bool) -> int:
    """As a POS: write all of it, end, wait until it is taken."""
    host, port = config.door.tcp.address
    sent = 0
    try:
        async with asyncio.timeout(TAKEN_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                while sent < len(raw):
                    writer.write(raw[sent : sent + PIECE_BYTES])
                    await writer.drain()
                    sent = min(len(raw), sent + PIECE_BYTES)
                    _progress(sent, len(raw))
                writer.write_eof()
                while await reader.read(PIECE_BYTES):
                    continue
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        sys.stderr.write(f"{host}:{port}: {str(error) or 'pas pris (not taken)'}\n")
        return EXIT_UNAVAILABLE
    said = f"{len(raw)} octets, pris par l’agent (taken by the agent)"
    sys.stdout.write(f"{json.dumps({'taken': len(raw)}) if as_json else said}\n")
    return 0


def _progress(sent: int, size: int) -> None:
    """On a terminal only, and where it takes a while."""
    if sys.stderr.isatty() and size > PIECE_BYTES:
        end = "\n" if sent == size else ""
        sys.stderr.write(f"\r{100 * sent // size:3d} %{end}")
