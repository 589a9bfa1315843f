"""What support may read: numbers, names of ours, fixed sentences.  Nothing of a person.

Two sieves.  What is kept is on a list (fields, kinds of values); and every text that is
kept passes :func:`masked`, which takes out what looks like an address, a number or a token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

from agent.journal import PREFIX

HIDDEN: Final = "•••"
SHORTEST: Final = 4
"""A shop named "Le" would take every "Le" away."""

_SHAPES: Final = (
    re.compile(r"[^\s<>\"'=:]+@[^\s<>\"']+"),  # an e-mail address
    re.compile(r"(?<=://)[^\s/]*@"),  # user and password of an address
    re.compile(r"(?<=[A-Za-z0-9.\]])/(?:r|c)/\S+"),  # a customer's page
    re.compile(r"(?<![\w.:-])\+?\d(?:[ .]?\d){7,}(?![\w-])"),  # telephone, card
    re.compile(r"(?<![\w-])(?=[\w-]*[0-9])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{20,}"),  # token
    re.compile(r"\d+[.,]\d{2}\s?(?:€|EUR)"),
)
_FRAME: Final = re.compile(r'^\s*File "([^"]*)", line (\d+)', re.MULTILINE)
_RAISED: Final = re.compile(
    r"^([A-Za-z_][\w.]*(?:Error|Exception|Group|Exit))\b", re.MULTILINE
)

FIELDS: Final = frozenset(
    (
        *(
            "level",
            "logger",
            "job",
            "receipt",
            "rule",
            "kind",
            "action",
            "choice",
            "by",
        ),
        *(
            "channel",
            "port",
            "bytes",
            "copy",
            "size_bytes",
            "version",
            "sqlite_version",
        ),
        *("rows", "events", "status", "attempts", "boot", "door", "engine", "role"),
    )
)
"""Of a line of the journal, beside numbers."""
_COUNT: Final = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")
"""A longer number may be a telephone's."""
KEPT: Final = frozenset(
    {"tenant", "store", "till", "country", "listen", "profile", "languages"}
)
"""Texts of the configuration that support needs to know which till it is."""


def masked(text: str, own: Iterable[str] = ()) -> str:
    """Without what looks like a person's, and without the shop's ``own`` texts."""
    for each in own:
        if len(each) >= SHORTEST:
            text = text.replace(each, HIDDEN)
    for shape in _SHAPES:
        text = shape.sub(HIDDEN, text)
    return text


def journal_line(said: Mapping[str, Any]) -> dict[str, Any]:
    """One record of ``journalctl -o json``: ours by its fields, others by their place."""
    found: dict[str, Any] = {
        "at": said.get("__REALTIME_TIMESTAMP", ""),
        "unit": said.get("_SYSTEMD_UNIT") or said.get("UNIT") or "",
        "priority": said.get("PRIORITY", ""),
    }
    message = said.get("MESSAGE")
    text = message if isinstance(message, str) else ""
    if said.get("SYSLOG_IDENTIFIER") == "systemd":
        return found | {"event": masked(text)}
    sentence = said.get(f"{PREFIX}SENTENCE")
    if isinstance(sentence, str):
        trace = said.get(f"{PREFIX}TRACE")
        event = {"event": masked(sentence.partition(":")[0])}
        return found | _native(said) | event | where(str(trace or ""))
    try:
        fields = json.loads(text)
    except ValueError:
        return found | where(text)
    if not isinstance(fields, dict):
        return found
    for name, value in fields.items():
        number = isinstance(value, (int, float))
        if number or (name in FIELDS and isinstance(value, str)):
            found[name] = value if number else masked(value)
    # Up to what was put into it: the sentence is ours, the rest may be anybody's.
    found["event"] = masked(str(fields.get("event", "")).partition(":")[0])
    return found | where(str(fields.get("trace", "")))


def _native(said: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of the journal itself: all are texts there."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        name = key.removeprefix(PREFIX).lower()
        if key.startswith(PREFIX) and isinstance(value, str):
            if _COUNT.fullmatch(value):
                found[name] = float(value) if "." in value else int(value)
            elif name in FIELDS:
                found[name] = masked(value)
    return found


def where(trace: str) -> dict[str, Any]:
    """Of a traceback the places and what was raised; never what it says or ran."""
    frames = [f"{path}:{line}" for path, line in _FRAME.findall(trace)]
    raised = _RAISED.findall(trace)
    return {"frames": frames, "raised": raised} if frames or raised else {}


def settings(model: BaseModel) -> dict[str, Any]:
    """Numbers and choices from a list as they are; of any other text that there is one."""
    return {name: _value(model, name) for name in type(model).model_fields}


def _value(model: BaseModel, name: str) -> Any:
    value = getattr(model, name)
    kind = type(model).model_fields[name].annotation
    if isinstance(value, BaseModel):
        return settings(value)
    if isinstance(value, (tuple, list)):
        return [
            settings(each) if isinstance(each, BaseModel) else HIDDEN for each in value
        ]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if name == "link":
        return f"{str(value).partition('://')[0]}://{HIDDEN}"
    if not str(value) or name in KEPT or _is_choice(kind):
        return str(value)
    return HIDDEN


def _is_choice(kind: Any) -> bool:
    return get_origin(kind) is Literal or any(
        get_origin(each) is Literal for each in get_args(kind)
    )


def own_texts(model: BaseModel) -> set[str]:
    """All that ``settings`` hides, to be taken out of other texts too."""
    found: set[str] = set()
    for name in type(model).model_fields:
        value = getattr(model, name)
        for each in value if isinstance(value, (tuple, list)) else (value,):
            if isinstance(each, BaseModel):
                found |= own_texts(each)
            elif isinstance(each, str) and _value(model, name) == HIDDEN:
                found.add(each)
    return found
