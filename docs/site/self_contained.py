"""``python docs/site/self_contained.py DIR``: whether a site fetches nothing from elsewhere.

Every address that a browser loads by itself is looked at: in HTML what scripts, pictures,
frames and style sheets name, in CSS what ``url()`` and ``@import`` do.  Links that a
reader follows are their own affair.  1 if anything would be fetched from another host, or
is not there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

LOADED: Final = {
    ("audio", "src"), ("embed", "src"), ("iframe", "src"), ("img", "src"),
    ("img", "srcset"), ("input", "src"), ("object", "data"), ("script", "src"),
    ("source", "src"), ("source", "srcset"), ("track", "src"), ("video", "poster"),
    ("video", "src"), ("image", "href"), ("use", "href"),
}  # fmt: skip
RELATIONS: Final = frozenset(
    ("stylesheet", "icon", "preload", "preconnect", "prefetch", "dns-prefetch",
     "modulepreload", "manifest", "apple-touch-icon")
)  # fmt: skip
"""Of ``<link>``: those that a browser fetches; next, prev and canonical it does not."""
_STYLED: Final = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Loads(HTMLParser):
    """What a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_style = tag == "style"
        self.found += styled(given.get("style", ""))
        if tag == "link" and RELATIONS & set(given.get("rel", "").split()):
            self.found.append(given.get("href", ""))
        for name, value in given.items():
            if (tag, name) in LOADED:
                parts = value.split(",") if name == "srcset" else [value]
                self.found += [part.split()[0] for part in parts if part.split()]

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.found += styled(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"


def styled(css: str) -> list[str]:
    """What a style sheet loads."""
    return [first or second for first, second in _STYLED.findall(css)]


def faults(site: Path) -> Iterator[str]:
    """A line for each address that would be fetched elsewhere, or leads to nothing."""
    for path in sorted(site.rglob("*")):
        if path.suffix == ".html":
            page = Loads()
            page.feed(path.read_text(encoding="utf-8"))
            found = page.found
        elif path.suffix == ".css":
            found = styled(path.read_text(encoding="utf-8"))
        else:
            continue
        for address in found:
            if says := _wrong(address, path, site):
                yield f"{path.relative_to(site)}: {address}: {says}"


def _wrong(address: str, path: Path, site: Path) -> str:
    parts = urlsplit(address)
    if parts.scheme == "data" or not (parts.scheme or parts.netloc or parts.path):
        return ""
    if parts.scheme or parts.netloc:
        return "is fetched from elsewhere"
    below = site if parts.path.startswith("/") else path.parent
    there = below / unquote(parts.path).lstrip("/")
    return "" if there.is_file() else "is not there"


def main() -> int:
    site = Path(sys.argv[1])
    pages = len(list(site.rglob("*.html")))
    found = list(faults(site))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{site}: {pages} pages, {len(found)} fetch from elsewhere or miss a file")
    return 1 if found or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
