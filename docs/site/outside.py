"""What MkDocs is told on top: a page of this folder may lead to any file beside it.

The pages are written to be read in the repository, where ``../systemd/README.md`` or
``../config/agent.example.toml`` is one touch away.  In the site the first is a page of its
own, the second a text file under ``source/``; a folder without a page is no link.  And what
CommonMark allows and Python-Markdown does not is put right: a list or a table right behind
a line of text, and what hangs on a list item by two spaces.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PAGES: Final = {
    "README.md": "project/readme.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/reporting.md",
    "systemd/README.md": "project/systemd.md",
}
"""Pages of the repository that do not lie in docs/, and where the site has them."""
WIDE: Final = frozenset({"configuration.md", "legal/aipd.md", "troubleshooting.md"})
"""Pages of wide tables, which get the room of the contents at the right."""
DECISIONS: Final = "decisions/index.md"
BEHIND: Final = 0.3
"""Of a search: who looks for a symptom wants what to do before why it was built so."""
_LINK: Final = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^()\s]+)\)")
_FENCE: Final = re.compile(r" *(```+|~~~+)")
_CODE: Final = re.compile(r"`[^`]+`")
_LISTED: Final = re.compile(r"([*+-]|\d+\.) ")


def on_files(files: Any, *, config: Any) -> Any:
    """Add what the pages lead to and the list of decisions."""
    from mkdocs.structure.files import File

    def add(uri: str, content: str | bytes) -> None:
        files.append(File.generated(config, uri, content=content))

    for path, uri in PAGES.items():
        if (ROOT / path).is_file():
            add(uri, (ROOT / path).read_text())
    add(DECISIONS, decisions())
    for path in sorted(_led_to([file.src_uri for file in files])):
        add(_uri(path), (ROOT / path).read_bytes())
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """The page as Python-Markdown wants it, its links as they lie in the site."""
    del config, files
    if page.file.src_uri in WIDE:
        page.meta.setdefault("hide", ["toc"])
    if page.file.src_uri.startswith("decisions/"):
        page.meta.setdefault("search", {"boost": BEHIND})
    return rewritten("\n".join(_spaced(markdown.split("\n"))), page.file.src_uri)


def decisions() -> str:
    """A page: every decision by its title."""
    lines = [
        "# Decisions",
        "",
        "Why it is so, in the order in which it was decided.",
        "",
    ]
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        title = path.read_text().partition("\n")[0].lstrip("# ")
        lines.append(f"* [{title}]({path.name})")
    return "\n".join(lines) + "\n"


def rewritten(markdown: str, uri: str) -> str:
    """Links out of docs/, and between pages that the site has elsewhere."""
    home = posixpath.dirname(_path(uri))

    def lead(found: re.Match[str]) -> str:
        words, target = found.groups()
        if re.match(r"[a-z]+:|#|/", target):
            return found[0]
        at, hash_, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(home, at))
        to = _uri(path)
        if not to:
            return words.strip("[]")
        near = posixpath.relpath(to, posixpath.dirname(uri) or ".")
        return f"{words}({near}{hash_}{anchor})"

    return "\n".join(
        line if fenced else _LINK.sub(lead, line)
        for line, fenced in _fenced(markdown.split("\n"))
    )


def _path(uri: str) -> str:
    """Where a page of the site lies in the repository."""
    return {there: here for here, there in PAGES.items()}.get(uri, f"docs/{uri}")


def _uri(path: str) -> str:
    """Where a file of the repository lies in the site; empty: nowhere."""
    if path in PAGES:
        return PAGES[path]
    if path == "docs/decisions":
        return DECISIONS
    if (ROOT / path).is_dir():
        page = f"{path}/README.md"
        return _uri(page) if (ROOT / page).is_file() else ""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    suffix = "" if path.endswith((".png", ".svg", ".json", ".txt")) else ".txt"
    return f"source/{path}{suffix}"


def _led_to(uris: list[str]) -> set[str]:
    """Files outside docs/ that are no pages."""
    found = set()
    for uri in uris:
        if not uri.endswith(".md") or not (ROOT / _path(uri)).is_file():
            continue
        home = posixpath.dirname(_path(uri))
        for line, fenced in _fenced((ROOT / _path(uri)).read_text().split("\n")):
            for _, target in () if fenced else _LINK.findall(line):
                path = posixpath.normpath(
                    posixpath.join(home, target.partition("#")[0])
                )
                if _uri(path).startswith("source/") and (ROOT / path).is_file():
                    found.add(path)
    return found


def _fenced(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it stands in a fence."""
    closing = ""
    for line in lines:
        found = _FENCE.match(line)
        if closing:
            yield line, True
            if found and found[1].startswith(closing) and not line.strip(" `~"):
                closing = ""
        else:
            closing = found[1] if found else ""
            yield line, bool(found)


def _spaced(lines: list[str]) -> Iterator[str]:
    before, shift, loose = "", 0, False
    for line, fenced in _fenced(lines):
        indent = len(line) - len(line.lstrip(" "))
        if not fenced or _FENCE.match(line):
            shift = 4 - indent if indent in {2, 3} else 0
        listed = _LISTED.match(line) and not _LISTED.match(before)
        row = line.startswith("|")
        told = before.strip() and not before.startswith((" ", "#", "|"))
        hangs = before.startswith(" ") and loose
        if not fenced and ((told and (listed or row)) or (hangs and listed)):
            yield ""
        loose = not _LISTED.match(line) and (loose or not line or fenced)
        # A bar in code parts no cells here, and would keep its backslash.
        plain = (
            _CODE.sub(lambda code: code[0].replace("\\|", "|"), line) if row else line
        )
        yield " " * shift + plain if line else line
        before = line
