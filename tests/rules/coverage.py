"""``python -m tests.rules.coverage``: the tables of docs/requirements.md, made or checked.

Of the rows: how many cases of the table of expected decisions each reaches in each pack.
Of the requirements: whether the tests that the page names are there.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

from agent import policy_cases, policy_file

ROOT: Final = Path(__file__).parent.parent.parent
PAGE: Final = ROOT / "docs" / "requirements.md"
TABLE: Final = Path(__file__).parent / "expected.csv"
ROWS: Final = (
    "R00", "R01", "R02", "R03", "R10", "R11", "R12", "R13", "R14", "R15", "R20", "R21",
    "R30", "R31", "R32", "R33", "R40", "R50", "R60",
)  # fmt: skip
"""The rows of the design's table."""
REQUIREMENTS: Final = tuple(f"G{n:02}" for n in range(1, 16))
_BETWEEN: Final = re.compile(r"(<!-- rows: .*? -->\n).*?(<!-- /rows -->)", re.DOTALL)
_NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> str:
    """Markdown: a line a row, a column a pack; ``–`` where a pack has no such row."""
    cases = policy_cases.read(TABLE)
    packs = sorted(policy_file.shipped(), key=lambda name: (name != "fr", name))
    reached = {
        name: policy_cases.reached(case for case in cases if case.pack == name)
        for name in packs
    }
    lines = [f"| row | {' | '.join(packs)} |", f"|---|{'---|' * len(packs)}"]
    for row in ROWS:
        cells = (str(reached[name].get(row, "–")) for name in packs)
        lines.append(f"| {row} | {' | '.join(cells)} |")
    lines.append(
        f"| cases | {' | '.join(str(_count(cases, name)) for name in packs)} |"
    )
    return "\n".join(lines) + "\n"


def _count(cases: list[policy_cases.Case], pack: str) -> int:
    return sum(case.pack == pack for case in cases)


def written(page: str) -> str:
    """The page with its first table as it is now."""
    return _BETWEEN.sub(lambda found: f"{found[1]}{rows()}{found[2]}", page)


def named(page: str) -> dict[str, list[tuple[str, str]]]:
    """Requirement -> file and function of each test that its line names."""
    lines = (line for line in page.splitlines() if re.match(r"\| G\d\d ", line))
    return {line[2:5]: _NAMED.findall(line) for line in lines}


@cache
def tests_of(file: str) -> frozenset[str]:
    """The tests of a file; none if it is not there."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text())
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, kinds))


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
