"""What makes the package, loaded from where it stands: no room of ours has it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

BUILDER: Final = Path(__file__).resolve().parents[2] / "systemd/deb/build.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("deb_build", BUILDER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


build: Final = _loaded()
PROGRAMS: Final[dict[str, str]] = build.PROGRAMS
