"""Where what came along lies on this machine, for messages that lead there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

CODE: Final = Path(__file__).resolve().parents[1]
PAGES: Final = (CODE.parent / "docs", Path("/usr/share/doc/receipt-agent/docs"))
"""Of a checkout, of the package."""
EXAMPLES: Final = (
    CODE.parent / "config",
    Path("/usr/share/receipt-agent"),
    CODE / "it",  # of the wheel
)


def page(name: str) -> str:
    """Its path; where there is none (a wheel has no pages) its place in the repository."""
    return found(name, PAGES) or f"docs/{name}"


def example(name: str) -> str:
    """Of a file of ``config/``, the same."""
    return found(name, EXAMPLES) or f"config/{name}"


def found(name: str, folders: tuple[Path, ...]) -> str:
    """The first of them that is a file; empty: none is."""
    there = (each / name for each in folders)
    return next((str(each) for each in there if each.is_file()), "")
