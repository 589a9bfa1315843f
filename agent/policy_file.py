"""A pack of rules by its name or path, from its file.

A bad one is a :class:`ConfigError` for whoever edits it: file, row, key, what is wrong,
what to write instead.  Packs come with the program (installed: beside this file; in a
checkout: ``config/policies``), and a shop may name a file of its own.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agent.errors import ConfigError
from agent.rules.pack import Pack
from agent.usage.shipped import page

SUFFIX: Final = ".toml"
MAX_FILE_BYTES: Final = 1 << 20
SHOWN_CHARACTERS: Final = 40
"""Of a value that is wrong."""
CASES: Final = "expected.csv"
"""What counsel expects of the packs that come with the program."""
_HERE: Final = Path(__file__).parent
_PLACES: Final = (_HERE / "policies", _HERE.parent / "config" / "policies")
_CASES_PLACES: Final = (_HERE / "policies", _HERE.parent / "tests" / "rules")


def shipped() -> dict[str, Path]:
    """The packs that come with the program, by name, in order."""
    places = (place for place in _PLACES if place.is_dir())
    files = sorted(next(places, _PLACES[0]).glob(f"*{SUFFIX}"))
    return {file.stem: file for file in files}


def cases() -> Path | None:
    """The table of expected decisions, if it came along."""
    files = (place / CASES for place in _CASES_PLACES)
    return next((file for file in files if file.is_file()), None)


def named(pack: str, country: str) -> Path:
    """The file of ``pack``, a name or a path; empty: that of the country.

    Raises:
        ConfigError: there is none of that name.
    """
    name, known = pack or country.lower(), shipped()
    if name in known:
        return known[name]
    if name.endswith(SUFFIX) or "/" in name:
        return Path(name)
    has = ", ".join(known) or "none"
    raise ConfigError(
        f"policy.pack: there is no pack {name!r}; there are {has}.  Write one of these, or "
        f"the path of a file of your own ({page('policies.md')})"
    )


def load(path: Path) -> Pack:
    """Read and check the file.

    Raises:
        ConfigError: one line a problem, each with file, row, key and remedy.
    """
    return read(text_of(path), str(path))


def text_of(path: Path) -> bytes:
    """The file's bytes.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    if len(raw) > MAX_FILE_BYTES:
        raise ConfigError(f"{path}: more than {MAX_FILE_BYTES >> 20} MB; no pack is")
    return raw


def read(raw: bytes, name: str) -> Pack:
    """A pack from its file's bytes; ``name`` is for what is said of them.

    Raises:
        ConfigError: as :func:`load`.
    """
    try:
        content = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(
            f"{name}: not TOML: {error}; texts stand in quotes, each row under [[row]]"
        ) from error
    if "digest" in content:
        raise ConfigError(f"{name}: digest: it is counted, leave it out")
    digest = hashlib.sha256(raw).hexdigest()
    try:
        return Pack.model_validate({**content, "digest": digest})
    except ValidationError as error:
        problems = error.errors(include_url=False)
        lines = [f"{name}: {said}" for said in _say(problems, content)]
        raise ConfigError("\n".join(lines)) from error


def _say(problems: Sequence[ErrorDetails], content: dict[str, Any]) -> Iterator[str]:
    for problem in problems:
        if _is_only_shorter(problem, problems):
            continue
        where, kind = problem["loc"], problem["type"]
        facts = {"page": page("policies.md"), **problem.get("ctx", {})}
        remedy = _REMEDIES.get(kind, "").format(**facts)
        remedy = remedy or problem["msg"].removeprefix("Value error, ")
        if kind == "extra_forbidden":
            remedy = _unknown(where)
        place = _place(where, content)
        if place and kind not in {"extra_forbidden", "missing"}:
            place += _value(problem["input"])
        yield f"{place}: {remedy}" if place else remedy


def _value(value: object) -> str:
    """As it may stand in the file; a whole section says nothing."""
    match value:
        case bool():
            return f" = {str(value).lower()}"
        case str():
            end = "..." if len(value) > SHOWN_CHARACTERS else ""
            return f' = "{value[:SHOWN_CHARACTERS]}{end}"'
        case int() | float():
            return f" = {value}"
        case _:
            return ""


def _is_only_shorter(problem: ErrorDetails, problems: Sequence[ErrorDetails]) -> bool:
    """A list that is too short without its wrong members: those are said."""
    where = problem["loc"]
    return problem["type"] == "too_short" and any(
        len(other["loc"]) > len(where) and other["loc"][: len(where)] == where
        for other in problems
    )


_CENTS: Final = "not a whole number; write cents, for example 2500"
_DAY: Final = "no day; write for example 2026-12-01, without quotes"
_SECTION: Final = "a section; write its keys in {{ }}, or below its name in [ ]"
_REMEDIES: Final[Mapping[str, str]] = {
    "missing": "missing; {page} says what it is",
    "literal_error": "write one of {expected}",
    "enum": "write one of {expected}",
    "string_type": "a text belongs in quotes",
    "string_too_short": "it is empty",
    "string_too_long": "longer than {max_length} characters",
    "string_pattern_mismatch": "not of the form {pattern}",
    "bool_type": "write true or false, without quotes",
    "tuple_type": 'a list belongs in [ ], ["sale"]',
    "too_short": "the list is empty; name a value, or leave the fact out",
    "too_long": "it holds {actual_length}, at most {max_length}",
    "int_type": _CENTS,
    "int_parsing": _CENTS,
    "int_from_float": _CENTS,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
}


def _place(where: Sequence[int | str], content: dict[str, Any]) -> str:
    """``row 7 (R10): when.kind.1``: people count from one."""
    if len(where) < 2 or not isinstance(where[1], int):
        return ".".join(map(str, where))
    table, at, *rest = where
    row = _at(content.get(str(table)), int(at))
    name = f" ({row['id']})" if isinstance(row, dict) and "id" in row else ""
    keys = [each + 1 if isinstance(each, int) else each for each in rest]
    key = ".".join(map(str, keys))
    return f"{table} {int(at) + 1}{name}" + (f": {key}" if key else "")


def _at(rows: Any, at: int) -> Any:
    return rows[at] if isinstance(rows, list) and at < len(rows) else None


def _unknown(where: Sequence[int | str]) -> str:
    """A typo gets the key that it is nearest to."""
    model: type[BaseModel] = Pack
    for step in where[:-1]:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    keys = [field.alias or name for name, field in model.model_fields.items()]
    near = get_close_matches(str(where[-1]), keys, n=1)
    return f"unknown key; did you mean {near[0]}?" if near else "unknown key"


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in ``Model | None`` or ``tuple[Model, ...]``."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None
