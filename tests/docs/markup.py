"""What the pages hold: links, headings, blocks.  Markdown as the repository shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
TOP: Final = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "systemd/README.md")
_LINK: Final = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
_REFERENCE: Final = re.compile(r"^\[[^\]]+\]: (\S+)")
_FENCE: Final = re.compile(r" *(```+)(\w*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fence, or lines that are indented; ``info`` of the first is its language."""

    page: str
    line: int
    info: str
    text: str


def pages() -> list[Path]:
    """All of them; a page of the top may not be there yet."""
    found = sorted((ROOT / "docs").rglob("*.md"))
    return found + [ROOT / name for name in TOP if (ROOT / name).is_file()]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def links(page: Path) -> Iterator[str]:
    """Targets, of pictures too; none that stands in code."""
    for line in prose(page):
        plain = re.sub(r"`[^`]*`", "``", line)
        yield from _LINK.findall(plain)
        yield from _REFERENCE.findall(plain)


def prose(page: Path) -> Iterator[str]:
    """The lines outside fences."""
    closing = ""
    for line in text(page).splitlines():
        found = _FENCE.match(line)
        if not closing and not found:
            yield line
        elif found:
            closing = "" if closing else found[1]


@cache
def anchors(page: Path) -> frozenset[str]:
    """Of its headings, as the repository and the site make them; and of ``<a id>``."""
    found: dict[str, int] = {}
    for line in prose(page):
        if heading := re.match(r"#{1,6} +(.+?) *#*$", line):
            slug = slug_of(heading[1])
            found[slug] = found.get(slug, -1) + 1
            if found[slug]:
                found[f"{slug}-{found[slug]}"] = 0
        for given in re.findall(r'<a id="([^"]+)"', line):
            found[given] = 0
    return frozenset(found)


def slug_of(heading: str) -> str:
    """GitHub's rule, which is pymdownx.slugs' as well."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    plain = re.sub(r"[`*]", "", plain)
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def blocks(page: Path) -> Iterator[Block]:
    """Fences, and lines indented by four that follow an empty line or a heading."""
    info, start, inside, closing = "", 0, [""], ""
    before = ""
    for number, line in enumerate(text(page).splitlines(), start=1):
        found = _FENCE.match(line)
        if closing:
            if found and found[1] == closing and not found[2]:
                yield Block(name(page), start, info, "\n".join(inside))
                closing = ""
            else:
                inside.append(line)
        elif found:
            closing, info, start, inside = found[1], found[2], number + 1, []
        elif line.startswith("    ") and (not before.strip() or before[0] in "# "):
            yield Block(name(page), number, "indented", line.strip())
        before = line
