"""What axe-core said of the screens, as a page: versions, states by size, what it found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

from playwright.async_api import Page

from tests.screens.judge import violations

NAME: Final = "axe.md"
PACKAGE: Final = "axe-playwright-python"


@dataclass
class Hearing:
    """Counts by screen and size; ``found`` in words, with the picture's name."""

    only: str = ""
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    engine: str = ""
    rules: int = 0

    async def listen(self, page: Page, name: str, view: str, size: str) -> list[str]:
        """What axe-core finds on a page; counted."""
        bad = await violations(page)
        key = view, size or "dark, and away"
        self.heard[key] += 1
        self.wrong[key] += len(bad)
        self.found += [f"{name}: {each}" for each in bad]
        self.engine = await page.evaluate("axe.version")
        self.rules = await page.evaluate("axe.getRules().length")
        return bad

    def write(self, folder: Path, browser: str) -> None:
        """The page; a part of the pictures never takes the place of all."""
        path = folder / NAME
        if not self.heard or (self.only and path.exists()):
            return
        lines = [
            "# What axe-core finds on the screens",
            "",
            "Made by `python -m tests.screens.shots`, with the pictures beside it."
            + (f" A part only: `--only {self.only}`." if self.only else ""),
            "",
            self._versions(browser),
            "",
            "| screen | size | states heard | violations |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {view} | {size.replace('-', ' ')} | {count} | {self.wrong[view, size]} |"
            for (view, size), count in self.heard.items()
        ]
        total, bad = self.heard.total(), self.wrong.total()
        lines.append(f"| all | | {total} | {bad} |")
        if self.found:
            lines += ["", *(f"* `{each.replace('`', '’')}`" for each in self.found)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _versions(self, browser: str) -> str:
        return (
            f"axe-core {self.engine} ({PACKAGE} {version(PACKAGE)}), {self.rules} rules "
            "and none left out but what axe-core itself calls experimental or has switched "
            f"off; Chromium {browser}."
        )
