"""What each client's ink is, kept from one day to the next.

A client's bytes depend on its version, on our script around it and on the receipt alone;
when any of these changes they are recorded again, at a printer without an agent.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from tests.clients.npm import CACHE
from tests.clients.place import RECEIPT

HERE = Path(__file__).parent
FILE = CACHE / "ink.json"


def load() -> dict[str, bytes]:
    """By the client's name."""
    try:
        kept = json.loads(FILE.read_text())
    except (OSError, ValueError):
        return {}
    if kept.get("of") != _all_that_matters():
        return {}
    return {name: bytes.fromhex(ink) for name, ink in kept["ink"].items()}


def save(jobs: dict[str, bytes]) -> None:
    """Beside the clients, where git does not look."""
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = {
        "of": _all_that_matters(),
        "ink": {name: ink.hex() for name, ink in jobs.items()},
    }
    new = FILE.with_name(f"ink-{os.getpid()}.json")
    new.write_text(json.dumps(kept))
    new.replace(FILE)


@cache
def _all_that_matters() -> str:
    made = hashlib.sha256(RECEIPT.encode() + version("python-escpos").encode())
    for path in _sources():
        made.update(path.read_bytes())
    return made.hexdigest()


def _sources() -> Iterator[Path]:
    for pattern in ("by_*.py", "cells.py", "clients.py", "place.py", "node/*", "php/*"):
        yield from sorted(HERE.glob(pattern))
