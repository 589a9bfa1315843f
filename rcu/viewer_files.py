"""``/r/``: the page that reads a receipt out of its own address, and its static files.

The same folder as any static host would serve: the product's files, and in front of them
those that ``receipt-agent keylist build`` wrote for this retailer.  What a browser asks for
here names no receipt, and nothing here looks at one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles

PRODUCT: Final = Path(__file__).parent / "viewer"
PAGE: Final = "index.html"
_NAMES: Final = (
    *("viewer.css", "icon.svg", "sw.js", "root.json", "keys.json"),
    *(f"keys-{digit:x}.json" for digit in range(16)),
)
_FOLDERS: Final = ("js", "d")
ASKED_ANEW: Final = "no-cache"
"""A key may have been revoked, the page mended."""
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""A dictionary: another content has another number."""
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ViewerFiles:
    """Serves them.  ``directory``: where the retailer's key list lies; empty: nowhere."""

    def __init__(self, directory: str) -> None:
        self._kept = StaticFiles(directory=PRODUCT)
        if directory:
            self._kept.all_directories.insert(0, directory)

    @property
    def routes(self) -> list[BaseRoute]:
        """Before those of page tokens, which would take ``keys.json`` for one."""
        alone = [Route(f"/r/{name}", self.file) for name in _NAMES]
        within = [Route(f"/r/{each}/{{name}}", self.file) for each in _FOLDERS]
        return [Route("/r", self.file), Route("/r/", self.file), *alone, *within]

    async def file(self, request: Request) -> Response:
        """One of them; a browser that has it gets 304.

        Raises:
            HTTPException: there is no such file.
        """
        path = request.url.path.removeprefix("/r").removeprefix("/") or PAGE
        answer = await self._kept.get_response(path, request.scope)
        answer.headers.update(_HEADERS)
        kept = FOR_EVER if path.startswith("d/") else ASKED_ANEW
        answer.headers["Cache-Control"] = kept
        if path == "sw.js":
            # The page is opened as ``/r`` too, which lies outside of the worker's folder.
            answer.headers["Service-Worker-Allowed"] = "/"
        return answer
