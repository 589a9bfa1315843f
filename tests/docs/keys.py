"""Every key of a configuration model: its type, default, bounds, unit and meaning.

Type and bounds are the model's own.  The meaning is what the example file says above the
key; where it says it of several keys at once, the description or docstring in the code.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

UNITS: Final = {
    "_s": "seconds",
    "_ms": "milliseconds",
    "_minutes": "minutes",
    "_hours": "hours",
    "_days": "days",
    "_kb": "kilobytes",
    "_mb": "megabytes",
    "_px": "pixels",
}
SECRET: Final = re.compile(r"(\w+_)?(password|secret|token|pin|key)_file|keyfile|keys")
"""Keys that name a file or folder of secrets."""
_WORDS: Final[Mapping[object, str]] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key.  ``path``: of its section; empty for what stands above all sections."""

    path: str
    name: str
    field: FieldInfo
    docstring: str

    @property
    def whole(self) -> str:
        return f"{self.path}.{self.name}" if self.path else self.name

    @property
    def secret(self) -> bool:
        named = SECRET.fullmatch(self.name) is not None
        return named and get_origin(self.field.annotation) is not dict

    @property
    def type(self) -> str:
        unit = next((UNITS[end] for end in UNITS if self.name.endswith(end)), "")
        return ", ".join(filter(None, (_type(self.field.annotation), unit)))

    @property
    def default(self) -> str:
        if self.field.is_required():
            return "**required**"
        return _toml(self.field.get_default(call_default_factory=True))

    @property
    def bounds(self) -> str:
        return "; ".join(_bounds(self.field))


@dataclass(frozen=True, slots=True)
class Section:
    """``[path]``, or ``[[path]]`` where there may be several."""

    path: str
    model: type[BaseModel]
    several: bool
    optional: bool
    keys: tuple[Key, ...]

    @property
    def heading(self) -> str:
        return f"[[{self.path}]]" if self.several else f"[{self.path}]"

    @property
    def says(self) -> str:
        """What the code says of it, without the name that the heading has."""
        own = inspect.cleandoc(self.model.__doc__ or "")
        text = re.sub(r"^``\[+[\w.*]+\]+``(: |\. *)", "", own).replace("``", "`")
        return text[:1].upper() + text[1:]


@cache
def sections(model: type[BaseModel]) -> tuple[Section, ...]:
    """The file itself, then the sections in it, in the order of the code."""
    return tuple(_sections(model, ""))


def _sections(
    model: type[BaseModel], path: str, *, several: bool = False, optional: bool = False
) -> Iterator[Section]:
    docs, own, inner = _docstrings(model), [], []
    for name, field in model.model_fields.items():
        below = _model_in(field.annotation)
        if below is None:
            own.append(Key(path, name, field, field.description or docs.get(name, "")))
        else:
            inner.append((name, field, below))
    yield Section(path, model, several, optional, tuple(own))
    for name, field, below in inner:
        yield from _sections(
            below,
            f"{path}.{name}" if path else name,
            several=get_origin(field.annotation) is tuple,
            optional=field.default is None,
        )


@dataclass(frozen=True, slots=True)
class Comment:
    """``shared``: it stands above several keys."""

    text: str
    shared: bool


def comments(example: str) -> dict[str, Comment]:
    """What an example file says above each key, by its whole name."""
    found: dict[str, Comment] = {}
    section, prose, group, fresh = "", [""], [""], True
    for line in [*example.splitlines(), ""]:
        bare = line.removeprefix("#")
        if heading := re.fullmatch(r"\[+([\w.]+)\]+", bare):
            section, prose, fresh = heading[1], [], True
        elif key := re.match(r"([a-z_]\w*) *=", bare):
            whole = f"{section}.{key[1]}" if section else key[1]
            if prose:
                group = prose
            text = " ".join(group) if prose or not fresh else ""
            found.setdefault(whole, Comment(text, shared=not prose))
            prose, fresh = [], False
        elif line.startswith("# "):
            prose = [*prose, line[2:].strip()]
        elif not line.strip():
            prose, group, fresh = [], [], True
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for each in (annotation, *get_args(annotation)):
        if inspect.isclass(each) and issubclass(each, BaseModel):
            return each
    return None


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The text behind each field, of the class and of those that it extends."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= _docstrings_of(each)
    return found


@cache
def _docstrings_of(each: type[BaseModel]) -> dict[str, str]:
    found: dict[str, str] = {}
    body = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
    assert isinstance(body, ast.ClassDef)
    for here, behind in zip(body.body, body.body[1:], strict=False):
        if not isinstance(here, ast.AnnAssign) or not isinstance(behind, ast.Expr):
            continue
        if isinstance(here.target, ast.Name) and isinstance(behind.value, ast.Constant):
            text = inspect.cleandoc(str(behind.value.value))
            found[here.target.id] = " ".join(text.split())
    return found


def _type(annotation: Any) -> str:
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(inside[0])
    if origin is Literal:
        return "one of " + " ".join(f"`{_toml(value, bare=True)}`" for value in inside)
    if origin is tuple:
        return f"list of {_type(inside[0])}"
    if origin is dict:
        return f"table of {_type(inside[1])}"
    if origin in {Union, UnionType}:
        return " or ".join(_type(each) for each in inside if each is not NoneType)
    return _WORDS[annotation]


def _toml(value: object, *, bare: bool = False) -> str:
    """A default as one would write it."""
    match value:
        case None:
            return "unset"
        case bool():
            text = str(value).lower()
        case str() | Path():
            text = f'"{value}"'
        case tuple():
            text = f"[{', '.join(_toml(each, bare=True) for each in value)}]"
        case dict():
            text = "{}"
        case _:
            text = str(value)
    return text if bare else f"`{text}`"


def _bounds(field: FieldInfo) -> Iterator[str]:
    what = "entries" if get_origin(field.annotation) is tuple else "characters"
    words = (
        ("ge", "at least {:g}"),
        ("gt", "more than {:g}"),
        ("le", "at most {:g}"),
        ("lt", "less than {:g}"),
        ("min_length", f"at least {{}} {what}"),
        ("max_length", f"at most {{}} {what}"),
        ("pattern", "`{}`"),
    )
    for name, says in words:
        for each in field.metadata:
            if (value := getattr(each, name, None)) is not None:
                yield says.format(value)
