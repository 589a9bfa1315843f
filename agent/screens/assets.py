"""The pages and what they load, read once at start and served from memory.

A fixed set of names: no path of a request ever reaches the file system.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; ``etag`` follows from its bytes."""

    body: bytes = field(repr=False)
    media_type: str
    etag: str


def load(root: Path = STATIC) -> dict[str, Asset]:
    """Every file under ``root`` by its relative name, ``fonts/x.woff2``."""
    return {
        path.relative_to(root).as_posix(): asset(path.read_bytes(), path.suffix)
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in MEDIA_TYPES
    }


def asset(body: bytes, suffix: str) -> Asset:
    """One file by its bytes; ``suffix`` is one of ``MEDIA_TYPES``."""
    digest = hashlib.sha256(body).hexdigest()[:20]
    return Asset(body, MEDIA_TYPES[suffix], f'"{digest}"')
