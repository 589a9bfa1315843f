"""Which tills are meant, in which order they are reached, and how many with each stage."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Final

PREFIX: Final = "urn:edge:"
MAX_STAGES: Final = 10
_STAGE: Final = re.compile(r"(\d{1,6})(%?)")


def selected(edges: Iterable[str], selector: str) -> list[str]:
    """Those that a selector means.

    ``all``; else words with commas between: a whole name, its tenant, its store, its till
    (``S0042``), or a pattern of one of these (``S00*``, ``*:S0042:*``).
    """
    words = [word.strip() for word in selector.split(",") if word.strip()]
    return [edge for edge in edges if any(_means(word, edge) for word in words)]


def _means(word: str, edge: str) -> bool:
    parts = edge.removeprefix(PREFIX).split(":")
    return (
        word == "all"
        or fnmatchcase(edge, word)
        or any(fnmatchcase(part, word) for part in parts)
    )


def stages(text: str) -> tuple[str, ...]:
    """``1,10%,100%``.

    Raises:
        ValueError: not such a list.
    """
    found = tuple(word.strip() for word in text.split(","))
    if not 1 <= len(found) <= MAX_STAGES or not all(
        _STAGE.fullmatch(word) for word in found
    ):
        raise ValueError(f"{text!r}: write stages as 1,10%,100%")
    return found


def counts(stages: Sequence[str], tills: int) -> list[int]:
    """How many tills are reached with each stage, at least one more each; all at the end."""
    reached: list[int] = []
    for word in stages:
        found = _STAGE.fullmatch(word)
        number = int(found[1]) if found else 0
        if found and found[2]:
            number = math.ceil(tills * min(number, 100) / 100)
        number = min(tills, max(number, 1))
        if not reached or number > reached[-1]:
            reached.append(number)
    if tills and reached[-1] < tills:
        reached.append(tills)
    return reached


def in_turn(edges: Iterable[str], troubled: Iterable[str], name: str) -> list[str]:
    """Well ones first: a till that is not well proves nothing.

    Else by chance that can be told again (``name``), so that no store is always the first.
    """
    bad = set(troubled)
    return sorted(
        edges,
        key=lambda edge: (edge in bad, sha256(f"{name} {edge}".encode()).digest()),
    )
