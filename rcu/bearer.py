"""Who is asking: the till of a bearer token."""

from __future__ import annotations

from starlette.requests import Request

from rcu.store.keyring import Keyring


async def edge_of(request: Request, keyring: Keyring) -> str | None:
    """The till that the request's token speaks for (RFC 6750, 2.1), or ``None``."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return await keyring.edge_of(token.strip())
