"""Asks the RCU what it has for this till, and waits for it: a line of its own.

The uplink's line must stay free while this one waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from agent.sync.answers import Reply, Unreachable
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.sync.transport import exchange, new_client
from agent.wire.feed import MAX_FEED_EVENTS, MAX_WAIT_S

if TYPE_CHECKING:
    import httpx


class Puller(Protocol):
    """Carries one question.  Never raises for what the network does."""

    async def pull(self, after: str, wait_s: int = MAX_WAIT_S) -> Reply | Unreachable:
        """What comes behind that cursor; waits for it so long."""
        ...


class HttpPuller:
    """``GET {url}/v1/edges/{edge}/feed``, signed, with the till's token."""

    def __init__(
        self, client: httpx.AsyncClient, settings: SyncSettings, speaker: Speaker
    ) -> None:
        self._client = client
        base = settings.url.rstrip("/")
        self._url = f"{base}/v1/edges/{quote(speaker.source, safe=':')}/feed"
        self._speaker = speaker
        self._silence_s = MAX_WAIT_S + settings.transfer_timeout_s
        self._deadline_s = settings.connect_timeout_s + 2 * self._silence_s

    async def pull(self, after: str, wait_s: int = MAX_WAIT_S) -> Reply | Unreachable:
        import httpx  # loaded by pulling(); here for its names

        asked = {"after": after, "limit": str(MAX_FEED_EVENTS), "wait": str(wait_s)}
        request = self._client.build_request(
            "GET",
            self._url,
            params=asked,
            headers={"Accept-Encoding": "identity"},
            timeout=self._silence_s,
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                return await exchange(self._client, request, self._speaker)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            return Unreachable(type(error).__name__)
        except (httpx.StreamError, OSError) as error:
            return Unreachable(type(error).__name__)


@asynccontextmanager
async def pulling(
    settings: SyncSettings, speaker: Speaker
) -> AsyncGenerator[HttpPuller]:
    """A puller for as long as the block lasts."""
    client = await asyncio.to_thread(new_client, settings)
    async with client:
        yield HttpPuller(client, settings, speaker)
