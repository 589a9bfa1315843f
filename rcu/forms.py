"""A small form as browsers send it, and whether another site sent it."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

MAX_FORM_BYTES: Final = 2048
FORM_S: Final = 5.0


def is_foreign(request: Request) -> bool:
    """The browser says that another site's page sent it (Fetch Metadata).

    ``Origin`` cannot be asked: with ``Referrer-Policy: no-referrer`` it is ``null`` for
    our own forms too.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    return site not in ("same-origin", "none")


async def fields(request: Request) -> dict[str, str]:
    """The last value of each field; nothing of what is too long, late or no form."""
    raw = b""
    try:
        async with asyncio.timeout(FORM_S):
            async for piece in request.stream():
                raw += piece
                if len(raw) > MAX_FORM_BYTES:
                    return {}
        found = parse_qs(raw.decode("utf-8"), max_num_fields=16)
    except (TimeoutError, ClientDisconnect, ValueError):  # no UTF-8, too many fields
        return {}
    return {name: values[-1] for name, values in found.items()}
