"""What is wrong with a configuration, in words for store IT: key, value, remedy."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agent.usage import shipped

_REMEDIES: Final = {
    "string_pattern_mismatch": "letters, digits, - and _ only, at most 32 of them",
    "float_parsing": "not a number; write for example 8.0",
    "float_type": "not a number; write for example 8.0",
    "int_parsing": "not a whole number; write for example 587",
    "int_type": "not a whole number; write for example 587",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "string_type": "a text belongs in quotes",
    "tuple_type": "there may be several: a list in [ ], a section in [[ ]]",
    "greater_than": "too small; more than {gt:g} is needed",
    "greater_than_equal": "too small; {ge:g} is the least",
    "less_than": "too large; it has to be less than {lt:g}",
    "less_than_equal": "too large; {le:g} is the most",
}

_BOUNDS: Final = frozenset(
    {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
)


def lines(path: Path, root: type[BaseModel], error: ValidationError) -> list[str]:
    """One a fault; ``root`` is the whole configuration's model."""
    return [_say(path, root, each) for each in error.errors(include_url=False)]


def _say(path: Path, root: type[BaseModel], detail: ErrorDetails) -> str:
    key = ".".join(map(str, detail["loc"])) or "(file)"
    kind, context = detail["type"], detail.get("ctx", {})
    message = _REMEDIES.get(kind, detail["msg"].removeprefix("Value error, "))
    if kind in _BOUNDS:
        message = f"{detail['input']!r} is {message.format(**context)}"
    if kind == "literal_error":
        message = f"write one of {context['expected']}"
    if kind == "missing":
        message = f"missing; {_see()}"
    if kind == "extra_forbidden":
        message = _unknown(root, detail["loc"])
    return f"{path}: {key}: {message}"


def _see() -> str:
    return f"see {shipped.example('agent.example.toml')}"


def _unknown(root: type[BaseModel], place: tuple[int | str, ...]) -> str:
    """A typo gets the key that it is nearest to."""
    model = root
    for step in place[:-1]:
        if isinstance(step, int):
            continue  # the n-th of its kind
        inner = model.model_fields[step].annotation
        for candidate in (inner, *get_args(inner)):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                model = candidate
    near = get_close_matches(str(place[-1]), model.model_fields, n=1)
    hint = f"did you mean {near[0]}?" if near else _see()
    return f"unknown key; {hint}"
