"""The request of a gateway that the shop describes itself: a text with ``{names}``.

Names: ``{to}`` (E.164), ``{digits}`` (the same without its plus), ``{text}``, ``{id}``
and ``{secret}``.  Each value is written as its place wants it, so that no text can
become syntax: escaped in JSON, percent-encoded in a form and in the address, and a
header takes none that holds a control character.  Other braces stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal
from urllib.parse import quote

NAMES: Final = ("to", "digits", "text", "id", "secret")
_NAME: Final = re.compile(r"\{(" + "|".join(NAMES) + r")\}")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")

Encoding = Literal["json", "form", "text"]
Values = Mapping[str, str]


def body(text: str, encoding: Encoding, values: Values) -> bytes:
    """The request's body."""
    return _filled(text, values, _WRITERS[encoding]).encode()


def address(text: str, values: Values) -> str:
    """The request's URL."""
    return _filled(text, values, _percent)


def header(text: str, values: Values) -> str:
    """One header's value."""
    return _filled(text, values, lambda value: _CONTROLS.sub("", value))


def names(*texts: str) -> frozenset[str]:
    """The names that stand in them."""
    return frozenset(found for text in texts for found in _NAME.findall(text))


def found(document: bytes, path: str) -> str:
    """A value of a JSON answer by its path (``messages.0.id``); empty: not there."""
    try:
        at: Any = json.loads(document)
    except ValueError:  # also what is no UTF-8
        return ""
    for step in path.split("."):
        if isinstance(at, list) and step.isdigit() and int(step) < len(at):
            at = at[int(step)]
        elif isinstance(at, dict) and step in at:
            at = at[step]
        else:
            return ""
    if isinstance(at, bool):
        return "true" if at else "false"
    return str(at) if isinstance(at, str | int) else ""


def _filled(text: str, values: Values, write: Callable[[str], str]) -> str:
    return _NAME.sub(lambda name: write(values[name[1]]), text)


def _percent(value: str) -> str:
    return quote(value, safe="")


_WRITERS: Final[Mapping[Encoding, Callable[[str], str]]] = {
    "json": lambda value: json.dumps(value)[1:-1],
    "form": _percent,
    "text": str,
}
