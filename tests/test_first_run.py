"""``make setup`` on a fresh checkout says what it does, and shows no line of a shell."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKE = shutil.which("make")
PYTHON = """#!/bin/sh
# Stands for Python and for the venv's: makes what is waited for, and says nothing.
case "$*" in "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;; esac
case "$*" in *--no-build-isolation*) echo "hatchling is not there" >&2; exit 1 ;; esac
"""


@pytest.mark.skipif(MAKE is None, reason="make is not installed")
def test_the_first_run_says_each_step_and_how_long_it_takes(tmp_path: Path) -> None:
    assert MAKE is not None
    for name in ("Makefile", "pyproject.toml", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(python.stat().st_mode | stat.S_IXUSR)

    def setup() -> str:
        done = subprocess.run(
            [MAKE, f"PYTHON={python}", "setup"],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        return done.stdout + done.stderr

    said = setup()
    assert "About a minute" in said
    assert [f"{step} of 3" in said for step in (1, 2, 3)] == [True] * 3
    for raw in ("2>", "||", "pip", "hatchling"):
        assert raw not in said
    assert "of 3" not in setup()
