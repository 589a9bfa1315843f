"""Settings as bytes and back: those that a printer keeps in its own memory (GS ( M).

JSON, by the names of :class:`agent.escpos.settings.Settings`.  A name of another
version is left out, a value of another type means that nothing was kept.  What GS ( k
holds is no setting of this kind and is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import asdict, fields, replace
from typing import Any, Final, TypeVar

from agent.escpos.settings import Kanji, Settings, Spaces
from agent.paper.strip import CELL_WIDTH, Style

MAX_TABS: Final = 32
"""ESC D takes no more."""

_NOT_KEPT: Final = frozenset({"codes", "stored"})
_NUMBERS: Final = range(65536)
_KNOWN: Final[Mapping[str, Container[object]]] = {
    "font": CELL_WIDTH,
    "hri_font": CELL_WIDTH,
    "hri": frozenset({"none", "above", "below", "both"}),
    "align": range(3),
    "wide": range(1, 9),
    "tall": range(1, 9),
    "unit_x": range(1, 256),
    "unit_y": range(1, 256),
}
"""What a value may be, where its type says too little."""
_USUAL: Final = Settings(0, page_chosen=False, country=0)

Group = TypeVar("Group", Settings, Style, Kanji, Spaces)


def to_bytes(settings: Settings) -> bytes:
    """A few hundred bytes."""
    named = asdict(settings).items()
    kept = {name: value for name, value in named if name not in _NOT_KEPT}
    return json.dumps(kept, separators=(",", ":")).encode("ascii")


def from_bytes(raw: bytes) -> Settings | None:
    """What ``to_bytes`` wrote, or ``None``."""
    try:
        said = json.loads(raw)
        return _filled(_USUAL, said) if isinstance(said, dict) else None
    except (ValueError, RecursionError):
        return None


def _filled(usual: Group, said: Mapping[str, Any]) -> Group:
    """``usual`` with what was said of it.

    Raises:
        ValueError: a value that it cannot have.
    """
    changes: dict[str, Any] = {}
    for each in fields(usual):
        name = each.name
        if name in said and name not in _NOT_KEPT:
            changes[name] = _checked(name, getattr(usual, name), said[name])
    return replace(usual, **changes)


def _checked(name: str, usual: object, value: Any) -> object:
    if name == "tabs":
        return _tabs(value)
    if isinstance(usual, Style) and isinstance(value, dict):
        return _filled(usual, value)
    if isinstance(usual, Kanji) and isinstance(value, dict):
        return _filled(usual, value)
    if isinstance(usual, Spaces) and isinstance(value, dict):
        return _filled(usual, value)
    if type(value) is not type(usual):
        raise ValueError(name)
    known = _KNOWN.get(name, _NUMBERS if isinstance(value, int) else None)
    if known is not None and value not in known:
        raise ValueError(name)
    return value


def _tabs(value: Any) -> tuple[int, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MAX_TABS:
        raise ValueError("tabs")
    if not all(type(each) is int and each in _NUMBERS for each in value):
        raise ValueError("tabs")
    return tuple(value)
