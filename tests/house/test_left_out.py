"""The empty modules fit the libraries that are installed."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from agent.left_out import NAMES

USED = """
from agent import left_out
left_out.leave_out()
import pydantic, httpx, uvicorn
from uvicorn.server import Server
class Model(pydantic.BaseModel):
    number: int
assert Model(number=1).number == 1
assert uvicorn.Server is Server
with httpx.Client() as client:
    assert not client.is_closed
"""


def asked_for(module: str) -> set[str]:
    """What the rest of its library imports from it, by the library's source."""
    package, _, last = module.rpartition(".")
    origin = importlib.util.find_spec(module.partition(".")[0]).origin  # type: ignore[union-attr]
    names = set()
    for file in Path(str(origin)).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.ImportFrom) and (
                node.module == module
                or (node.level and node.module == last and file.parent.name in package)
            ):
                names |= {each.name for each in node.names}
    return names


@pytest.mark.parametrize("module", NAMES)
def test_it_has_the_names_that_its_library_asks_for(module: str) -> None:
    given = NAMES[module]
    lazy = {"Server"} if "__getattr__" in given else set()
    wanted = asked_for(module)
    assert wanted, "the library has no such module any more"
    assert wanted <= given.keys() | lazy


@pytest.mark.parametrize("module", NAMES)
def test_it_stands_for_a_module_that_there_is(module: str) -> None:
    assert importlib.util.find_spec(module) is not None


def test_the_libraries_work_with_it() -> None:
    done = subprocess.run(
        (sys.executable, "-c", USED), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
