"""``docs/limits.md``: every bound of the front door, with its value and its reason.

Made from the sources: ``python -m tests.intake.limits_page`` writes it, a test compares.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from agent.intake.limits import LimitSettings

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "limits.md"
BESIDE: Final = (
    ("agent.escpos.jobs", "Where a job ends"),
    ("agent.pipeline.hatch", "Durable and not yet understood"),
    ("agent.pipeline.torn", "Torn jobs"),
    ("agent.pipeline.resends", "Jobs that come again"),
    ("agent.pipeline.lane", "On the way to the paper"),
)
_HEAD: Final = """\
# Limits of the front door

Made from the sources by `python -m tests.intake.limits_page`; a test compares. At a bound we do what a printer with a full
buffer does: stop reading, so that the POS waits. Where waiting would never end, a job is printed without being understood.
"""


class Limit(NamedTuple):
    name: str
    value: str
    reason: str


def limits_of(module: str) -> Iterator[Limit]:
    """The numbers of a module that have a reason beneath them."""
    values = vars(import_module(module))
    path = ROOT / (module.replace(".", "/") + ".py")
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for each, after in zip(body, [*body[1:], None], strict=True):
        name = _number(each, values)
        if (
            name
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            yield Limit(name, shown(name, values[name]), _said(after.value.value))


def unreasoned(path: Path) -> list[str]:
    """Numbers of a file that are constants, whatever stands beneath them."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return [
        each.target.id
        for each in body
        if isinstance(each, ast.AnnAssign)
        and isinstance(each.target, ast.Name)
        and isinstance(each.value, ast.Constant | ast.BinOp)
        and not isinstance(getattr(each.value, "value", 0), str | bytes | bool)
    ]


def _number(node: ast.stmt, values: dict[str, object]) -> str:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        name = node.target.id
        if not name.startswith("_") and isinstance(values.get(name), int | float):
            return name
    return ""


def shown(name: str, value: object) -> str:
    """With the unit that the name says."""
    if name.endswith("_BYTES") and isinstance(value, int):
        for size, unit in ((1 << 20, "MB"), (1 << 10, "KB")):
            if value >= size and value % size == 0:
                return f"{value // size} {unit}"
        return f"{value} bytes"
    return f"{value:g} s" if name.endswith("_S") else f"{value}"


def settings() -> Iterator[Limit]:
    """What store IT may set."""
    path = ROOT / "agent" / "intake" / "limits.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (model,) = [each for each in tree.body if isinstance(each, ast.ClassDef)]
    for each, after in zip(model.body, [*model.body[1:], None], strict=True):
        if not (isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)):
            continue
        assert isinstance(after, ast.Expr)
        assert isinstance(after.value, ast.Constant)
        name = each.target.id
        default = LimitSettings.model_fields[name].default
        yield Limit(f"limits.{name}", f"{default}", _said(after.value.value))


def _said(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("``", "`")


def render() -> str:
    parts = [_HEAD, "\n## What store IT may set\n", _table(settings())]
    parts += ["\n## Built in\n", _table(limits_of("agent.intake.limits"))]
    for module, title in BESIDE:
        place = module.replace(".", "/") + ".py"
        parts += [f"\n## {title} (`{place}`)\n", _table(limits_of(module))]
    return "".join(parts)


def _table(limits: Iterator[Limit]) -> str:
    rows = [f"| `{each.name}` | {each.value} | {each.reason} |\n" for each in limits]
    return "\n| name | value | reason |\n|---|---|---|\n" + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
