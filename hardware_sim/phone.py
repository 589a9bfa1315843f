"""A customer's phone: reads the QR from pixels, opens the page, reads the total.

The camera sees a picture and nothing else (zxing-cpp); the browser keeps no
cookie and follows redirections as phones do.  It opens http and https only.
"""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

import httpx
import resvg_py
import zxingcpp
from PIL import Image

PATIENCE_S: Final = 10.0
"""People look elsewhere after that."""
LARGEST_PIXELS: Final = 40_000_000
"""A phone's photograph."""
SVG_ZOOM: Final = 4
"""Screen pixels for a module of the QR: what a display shows, roughly."""

_MOBILE: Final = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)
# Euros in groups of three, cents; minus as a hyphen or as U+2212.
_AMOUNT: Final = re.compile(r"([-\u2212]?)(\d[\d\s]*),(\d\d)\s*€")
_SILENT_TAGS: Final = frozenset({"style", "script", "title", "head", "small"})
_BLOCK_TAGS: Final = frozenset({"p", "div", "dt", "dd", "tr", "td", "th", "h1", "h2"})


@dataclass(frozen=True, slots=True)
class Page:
    """What the phone's browser got."""

    url: str
    status: int
    html: str


def read_qr(png: bytes) -> str | None:
    """The text of the QR code in a picture; ``None`` when none can be read."""
    picture = Image.open(io.BytesIO(png))
    if picture.width * picture.height > LARGEST_PIXELS:
        return None
    found = zxingcpp.read_barcodes(
        picture.convert("L"),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
    )
    return found[0].text if found else None


def picture_of_svg(svg: str) -> bytes:
    """An SVG as a screen would show it: PNG, where there is no browser to do it."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=SVG_ZOOM))


def open_page(url: str, patience_s: float = PATIENCE_S) -> Page:
    """GET, as a phone that has never been there.

    Raises:
        ValueError: not an address of a page.
        httpx.HTTPError: nobody answers.
    """
    if not url.lower().startswith(("https://", "http://")):
        raise ValueError(f"{url[:40]!r} is no page")
    headers = {"User-Agent": _MOBILE, "Accept-Language": "fr-FR,fr;q=0.9"}
    answer = httpx.get(url, headers=headers, timeout=patience_s, follow_redirects=True)
    return Page(str(answer.url), answer.status_code, answer.text)


def total_on_page(html: str) -> int | None:
    """The total in cents as a person reads it there; ``None`` when there is none."""
    reader = _Reader()
    reader.feed(html)
    lines = [line.strip() for line in "".join(reader.text).split("\n")]
    said = [line for line in lines if line]
    for word, beside in itertools.pairwise(said):
        found = _AMOUNT.fullmatch(beside)
        if word == "Total" and found is not None:
            cents = int(re.sub(r"\s", "", found[2])) * 100 + int(found[3])
            return -cents if found[1] else cents
    return None


class _Reader(HTMLParser):
    """The page as lines of visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._silent = 0

    def handle_starttag(
        self,
        tag: str,
        attrs: list[tuple[str, str | None]],  # noqa: ARG002 -- the parser gives them
    ) -> None:
        self._silent += tag in _SILENT_TAGS
        if tag in _BLOCK_TAGS:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT_TAGS

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data.strip("\n"))
