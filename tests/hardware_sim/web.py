"""A page on the loopback, for a phone to open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

T = TypeVar("T")


class Site:
    """Remembers the headers of whoever came; sets a cookie each time."""

    def __init__(self, html: str) -> None:
        self.heads: list[dict[str, str]] = []
        self.url = ""
        self._body = html.encode()

    async def ask(self, opening: Callable[[str], T]) -> T:
        return await asyncio.to_thread(opening, self.url)

    async def meet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[1:-1]
        pairs = (line.split(": ", 1) for line in lines)
        self.heads.append({name.lower(): value for name, value in pairs})
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Set-Cookie: seen=1\r\nContent-Length: {len(self._body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        writer.write(head.encode() + self._body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def one_page(html: str) -> AsyncIterator[Site]:
    site = Site(html)
    server = await asyncio.start_server(site.meet, "127.0.0.1", 0)
    async with server:
        site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        yield site
