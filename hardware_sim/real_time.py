"""Requests that a printer acts on when they arrive, wherever they stand.

They are found inside pictures too, as in the real one, and in pieces; the bytes
stay in the stream, where framing passes over them again.  Finding only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# DLE EOT n, DLE ENQ n, DLE DC4 1 m t, DLE DC4 7 1, DLE DC4 8 and its six.
_PATTERN = re.compile(
    rb"\x10(?:\x04(?P<status>[\x01-\x04])|\x05(?P<recover>[\x00-\x02])"
    rb"|\x14\x01(?P<pulse>[\x00\x01][\x01-\x08])|\x14(?P<asb>\x07)\x01"
    rb"|\x14(?P<clear>\x08)\x01\x03\x14\x01\x06\x02\x08)"
)
_LONGEST = 10


class Request(NamedTuple):
    """What is asked for: ``status``, ``recover``, ``pulse``, ``asb`` or ``clear``.

    ``end`` counts in the bytes that came with its last one.
    """

    kind: str
    said: bytes
    end: int


class Finder:
    """Looks through one peer's bytes as they come."""

    def __init__(self) -> None:
        self._recent = b""

    def find(self, data: bytes) -> Iterator[Request]:
        before, window = len(self._recent), self._recent + data
        done = 0
        for match in _PATTERN.finditer(window):
            done = match.end()
            kind = match.lastgroup or ""
            yield Request(kind, match.group(kind), done - before)
        self._recent = window[max(done, len(window) - _LONGEST + 1) :]
