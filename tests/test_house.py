"""The house keeps its own rules, also the ones that no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAM = ("agent", "rcu", "hardware_sim", "bench")
MAX_LINES = 400


def python_files(*folders: str) -> list[Path]:
    return [path for each in folders for path in sorted((ROOT / each).rglob("*.py"))]


def test_no_file_outgrows_its_room() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in python_files(*PROGRAM)
        if (count := len(path.read_text().splitlines())) > MAX_LINES
    }
    assert long == {}


def test_no_room_is_a_lumber_room() -> None:
    banned = {"utils", "util", "common", "core", "helpers", "helper", "manager", "misc"}
    assert [p for p in python_files(*PROGRAM) if p.stem in banned] == []


def test_every_room_has_a_door_plate() -> None:
    for path in python_files(*PROGRAM):
        if path.name == "__init__.py":
            text = path.read_text()
            assert text.startswith('"""'), path
            assert len(text) > 25, path


def test_every_file_says_what_it_is_for() -> None:
    silent = [p for p in python_files(*PROGRAM) if not p.read_text().startswith('"""')]
    assert silent == []


def test_every_agent_room_is_in_the_architecture() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    rooms = [p.parent.name for p in (ROOT / "agent").glob("*/__init__.py")]
    assert [room for room in rooms if f"`{room}/`" not in text] == []


def test_nothing_is_left_to_do() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    found = [
        (str(path.relative_to(ROOT)), word)
        for path in python_files(*PROGRAM, "tests")
        for word in words
        if re.search(rf"\b{word}\b", path.read_text())  # masked digits are no marker
    ]
    assert found == []
