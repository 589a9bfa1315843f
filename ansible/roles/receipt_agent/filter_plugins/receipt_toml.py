"""``receipt_toml``: variables as TOML, for Ansible's templates.

Runs on the machine of Ansible, in its Python (3.9 or newer), with nothing but the standard
library.  What TOML cannot say is refused with the key, never written as something else.
"""

# ruff: noqa: INP001 -- Ansible loads it by its file

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")
DELETE = "\x7f"
"""The one control character that JSON leaves as it is and TOML does not."""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Any]:
        """By the name that templates use."""
        return {"receipt_toml": receipt_toml}


def receipt_toml(first: Mapping[Any, Any], *more: Mapping[Any, Any]) -> str:
    """All of them as one document; what comes later wins, key by key.

    ``{"door.tcp": {...}}`` is ``{"door": {"tcp": {...}}}``, as in TOML's own heads.

    Raises:
        ValueError: TOML has no such value.
        TypeError: it has no such key.
    """
    whole: dict[str, Any] = {}
    for each in (first, *more):
        for section, content in each.items():
            for name in reversed(str(section).split(".")):
                content = {name: content}  # noqa: PLW2901 -- from the inside out
            _merge(whole, content)
    return "\n".join(_lines(whole, ())) + "\n"


def _merge(into: dict[str, Any], more: Mapping[Any, Any]) -> None:
    for key, value in more.items():
        there = into.get(key)
        if isinstance(value, Mapping):
            table = there if isinstance(there, dict) else {}
            into[key] = table
            _merge(table, value)
        else:
            into[key] = value


def _lines(table: Mapping[Any, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Values first: behind a head they would be that table's."""
    within = {}
    for key, value in table.items():
        if isinstance(value, Mapping) or _is_array_of_tables(value):
            within[key] = value
        else:
            yield f"{_key(key)} = {_value(value, (*path, str(key)))}"
    for key, value in within.items():
        inside = (*path, str(key))
        head = ".".join(_key(each) for each in inside)
        if isinstance(value, Mapping):
            if not value or not all(map(_has_own_head, value.values())):
                yield f"\n[{head}]"
            yield from _lines(value, inside)
        else:
            for each in value:
                yield f"\n[[{head}]]"
                yield from _lines(each, inside)


def _has_own_head(value: Any) -> bool:
    return isinstance(value, Mapping) or _is_array_of_tables(value)


def _is_array_of_tables(value: Any) -> bool:
    is_list = isinstance(value, (list, tuple)) and len(value) > 0
    return is_list and all(isinstance(each, Mapping) for each in value)


def _key(key: Any) -> str:
    if not isinstance(key, (str, int)) or isinstance(key, bool):
        raise TypeError(f"{key!r}: no key of TOML; put it between quotes")
    return str(key) if BARE.fullmatch(str(key)) else _text(str(key))


def _text(text: str) -> str:
    """A basic string: its escapes are JSON's."""
    return json.dumps(text, ensure_ascii=False).replace(DELETE, "\\u007f")


def _value(value: Any, path: tuple[str, ...]) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(each, path) for each in value)}]"
    if isinstance(value, Mapping):
        pairs = (
            f"{_key(key)} = {_value(each, (*path, str(key)))}"
            for key, each in value.items()
        )
        return f"{{{', '.join(pairs)}}}"
    written = _scalar(value)
    if written is None:
        # Not the value: it may be a secret, and Ansible shows and logs this.
        raise ValueError(
            f"{'.'.join(path)}: TOML has no value like a {type(value).__name__}; "
            "leave the key out"
        )
    return written


def _scalar(value: Any) -> str | None:
    # An inline !vault is no str before ansible-core 2.19; str() decrypts it.
    if isinstance(value, str) or getattr(value, "__ENCRYPTED__", False):
        return _text(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"{value}"
    return str(value) if isinstance(value, int) else None
