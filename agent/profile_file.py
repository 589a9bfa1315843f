"""A profile from its file.

A bad one is a :class:`ConfigError` for whoever edits it: file, key, value, what is wrong
and what to write.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agent.errors import ConfigError
from agent.profiles.model import Profile
from agent.usage import shipped

SHOWN_CHARACTERS: Final = 60
"""Of a value that is wrong; a pattern is often that long."""
_REMEDIES: Final[Mapping[str, str]] = {
    "missing": "is missing; {page} says what it is",
    "string_type": "a text stands in quotes",
    "string_too_short": "is empty; leave the key out",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "is not of the form {pattern}",
    "tuple_type": "a list stands in [ ], a section that may come often in [[ ]]",
    "model_type": "is a section; write [name] and its keys below",
    "dict_type": "is a section; write [name] and its keys below",
    "too_long": "holds {actual_length}, at most {max_length}",
    "int_type": "write a whole number without quotes",
    "int_parsing": "write a whole number without quotes",
    "bool_type": "write true or false",
    "less_than_equal": "is more than {le}",
    "greater_than_equal": "is less than {ge}",
    "literal_error": "write one of {expected}",
    "enum": "write one of {expected}",
}


def load(path: Path) -> Profile:
    """Read and check the file.

    Raises:
        ConfigError: one line a problem.
    """
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(
            f"{path}: not TOML: {error}; patterns stand in single quotes"
        ) from error
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        lines = [_say(path, detail) for detail in error.errors(include_url=False)]
        raise ConfigError("\n".join(lines)) from error


def _say(path: Path, detail: ErrorDetails) -> str:
    kind, place = detail["type"], ".".join(map(str, detail["loc"])) or "(file)"
    if kind == "extra_forbidden":
        return f"{path}: {place}: {_unknown(detail['loc'])}"
    facts = {"page": shipped.page("profiles.md"), **detail.get("ctx", {})}
    said = _REMEDIES.get(kind, "").format(**facts)
    said = said or detail["msg"].removeprefix("Value error, ")
    return f"{path}: {place}{_value(detail['input'])}: {said}"


def _value(value: object) -> str:
    """As it may stand in the file; a whole section says nothing."""
    match value:
        case str():
            end = "..." if len(value) > SHOWN_CHARACTERS else ""
            return f" = '{value[:SHOWN_CHARACTERS]}{end}'"
        case bool():
            return f" = {str(value).lower()}"
        case int() | float():
            return f" = {value}"
        case _:
            return ""


def _unknown(loc: Sequence[str | int]) -> str:
    """A typo gets the key of its section that it is nearest to."""
    known = _keys(tuple(part for part in loc[:-1] if isinstance(part, str)))
    near = get_close_matches(str(loc[-1]), known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"
    return f"there is no such key; {hint}"


@cache
def _keys(section: tuple[str, ...]) -> tuple[str, ...]:
    """What may stand in a section, in the order of docs/profiles.md."""
    schema = Profile.model_json_schema()
    part = schema
    for name in section:
        part = _resolved(part["properties"][name], schema["$defs"])
    return tuple(part["properties"])


def _resolved(
    part: dict[str, Any], names: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """The section that a key holds: itself, one or none, or in a list."""
    while "properties" not in part:
        if "$ref" in part:
            part = names[part["$ref"].rpartition("/")[2]]
        else:
            part = (part.get("anyOf") or part.get("allOf") or [part["items"]])[0]
    return part
