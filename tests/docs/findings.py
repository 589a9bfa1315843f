"""``python -m tests.docs.findings``: what doctor can say, into docs/troubleshooting.md.

Read from the sources of the probes: every call of ``bad`` and ``warn`` that a probe
reaches, with its words.  One whose words cannot be read is an error here, so that none is
left out.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from agent.it import doctor

PAGE: Final = Path(__file__).parent.parent.parent / "docs" / "troubleshooting.md"
MARKS: Final = {"bad": "✗", "warn": "!", "make": "✗ !"}
_BETWEEN: Final = re.compile(
    r"(<!-- findings: .*? -->\n).*?(<!-- /findings -->)", re.DOTALL
)
Pair = tuple[str, str]


class UnreadError(Exception):
    """Words that are not in the source: ``…`` stands in the table."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding: its mark, then French and English of what is and what to do."""

    mark: str
    says: Pair
    remedy: Pair


def of_probe(asked: doctor.Asked) -> list[Told]:
    """What it can say that is not well, in the order of its source."""
    module = inspect.getmodule(asked.probe)
    assert module is not None
    source = _source_of(module)
    found = [
        told
        for function in source.reached(asked.probe.__name__)
        for told in source.findings(function)
    ]
    return list(dict.fromkeys(found))


def lines_of(asked: doctor.Asked) -> set[tuple[str, int]]:
    """Where the words of a probe stand: module, line."""
    module = inspect.getmodule(asked.probe)
    assert module is not None
    reached = _source_of(module).reached(asked.probe.__name__)
    return {(module.__name__, call.lineno) for each in reached for call in calls(each)}


@cache
def _source_of(module: ModuleType) -> _Source:
    return _Source(module)


def table() -> str:
    """A section a probe."""
    parts = [
        "Two findings any probe may have: it had no answer within its time, or it failed; each says what to do.\n"
    ]
    for asked in doctor.PROBES:
        parts.append(f"### doctor: {asked.name}\n")
        told = of_probe(asked)
        if not told:
            parts.append("It says nothing that is not well.\n")
            continue
        rows = [
            f"| {each.mark} | {_both(each.says)} | {_both(each.remedy)} |"
            for each in told
        ]
        parts += ["| | what it says | what to do |", "|---|---|---|", *rows, ""]
    return "\n".join(parts)


def written(page: str) -> str:
    """The page with its table as it is now."""
    return _BETWEEN.sub(lambda found: f"{found[1]}{table()}\n{found[2]}", page)


def _both(pair: Pair) -> str:
    """French first; once where both are the same command."""
    if set(pair) == {"…"}:
        return "ce que l’agent en dit<br>what the agent says of it"
    cells = [each.replace("|", "\\|") for each in dict.fromkeys(pair)]
    return "<br>".join(cells)


def calls(tree: ast.AST) -> list[ast.Call]:
    """Of ``bad`` and ``warn``, by whichever name, from top to bottom."""
    found = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.Call) and getattr(each.func, "id", "") in MARKS
    ]
    return sorted(found, key=lambda each: each.lineno)


class _Source:
    """A module as it is written."""

    def __init__(self, module: ModuleType) -> None:
        tree = ast.parse(inspect.getsource(module))
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        self.functions = {
            each.name: each for each in tree.body if isinstance(each, kinds)
        }
        self.constants = _assigned(tree)

    def reached(self, name: str) -> Iterator[ast.AST]:
        """A function and those of its module that it names, each once."""
        waiting, seen = [name], set()
        while waiting:
            at = waiting.pop(0)
            if at in seen or at not in self.functions:
                continue
            seen.add(at)
            yield self.functions[at]
            named = ast.walk(self.functions[at])
            waiting += [each.id for each in named if isinstance(each, ast.Name)]

    def findings(self, function: ast.AST) -> Iterator[Told]:
        for call in calls(function):
            loops = [
                each
                for each in ast.walk(function)
                if isinstance(each, ast.For) and call in ast.walk(each)
            ]
            names = self.constants | _assigned(function, call.lineno)
            for loop in loops:
                for each in ast.walk(loop.target):
                    names.pop(getattr(each, "id", ""), None)
            mark = MARKS[getattr(call.func, "id", "")]
            for says, remedy in _rows(call, loops, names):
                yield Told(mark, _pair(says, names), _pair(remedy, names))


def _assigned(tree: ast.AST, before: int = 1 << 20) -> dict[str, ast.expr]:
    """What names stand for at a line; ``a, b = x, y`` too."""
    found: dict[str, ast.expr] = {}
    kinds = (ast.Assign, ast.AnnAssign)
    each: ast.Assign | ast.AnnAssign
    there = [each for each in ast.walk(tree) if isinstance(each, kinds)]
    for each in sorted(there, key=lambda each: each.lineno):
        if each.value is None or each.lineno > before:
            continue
        targets = each.targets if isinstance(each, ast.Assign) else [each.target]
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = each.value
            elif isinstance(target, ast.Tuple) and isinstance(each.value, ast.Tuple):
                pairs = zip(target.elts, each.value.elts, strict=True)
                found |= {
                    at.id: value for at, value in pairs if isinstance(at, ast.Name)
                }
    return found


def _rows(
    call: ast.Call, loops: list[ast.For], names: dict[str, ast.expr]
) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The call's own words; or the last two of each row of the table that it loops over."""
    says, remedy = call.args[:2]
    try:
        _pair(says, names), _pair(remedy, names)
    except UnreadError:
        for loop in loops:
            rows = names.get(getattr(loop.iter, "id", ""), loop.iter)
            if isinstance(rows, ast.Tuple):
                for row in rows.elts:
                    assert isinstance(row, ast.Tuple)
                    yield row.elts[-2], row.elts[-1]
                return
        raise
    yield says, remedy


def _pair(node: ast.expr, names: dict[str, ast.expr]) -> Pair:
    match node:
        case ast.Name(id=name) if name in names:
            return _pair(names[name], names)
        case ast.Tuple(elts=[fr, en]):
            return _text(fr, names), _text(en, names)
        case ast.BinOp(left=ast.Tuple(elts=[same]), op=ast.Mult()):
            return (_text(same, names),) * 2
        case _:
            raise UnreadError(ast.unparse(node))


def _text(node: ast.expr, names: dict[str, ast.expr]) -> str:
    """What cannot be known before it happens is ``…``."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, names) for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)) if isinstance(
            names.get(name), ast.Constant | ast.JoinedStr
        ):
            return _text(names[name], names)
        case ast.FormattedValue() | ast.Call(func=ast.Name(id="str")):
            return "…"
        case ast.Name(id=name) if name in names:
            return _text(names[name], names)
        case _:
            raise UnreadError(ast.unparse(node))


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
