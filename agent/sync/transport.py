"""The only file that knows httpx: one client, HTTP/1.1, imported late.

One client for the process (a new one costs 45 ms for its TLS context).  HTTP/2
is off: it costs several times the CPU for uploads and stalls with large bodies
(STORE 0.5).  Redirects and proxies from the environment are not followed: the
token goes to the configured host and nowhere else.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Protocol

from pydantic import SecretStr

from agent.sync.answers import Reply, Unreachable
from agent.sync.settings import SyncSettings

if TYPE_CHECKING:
    import httpx

MAX_ANSWER_BYTES: Final = 1 << 20
"""500 refusals with their problems; a portal's page is cut off here."""


class Transport(Protocol):
    """Carries one request.  Never raises for what the network does."""

    async def post(
        self, body: bytes, headers: Mapping[str, str]
    ) -> Reply | Unreachable:
        """Send the events; the answer, or why there is none."""
        ...


class HttpTransport:
    """``POST {url}/v1/events`` with the till's token."""

    def __init__(
        self, client: httpx.AsyncClient, url: str, token: SecretStr, deadline_s: float
    ) -> None:
        self._client = client
        self._url = url.rstrip("/") + "/v1/events"
        self._token = token
        self._deadline_s = deadline_s

    async def post(
        self, body: bytes, headers: Mapping[str, str]
    ) -> Reply | Unreachable:
        import httpx  # loaded by connected(); here for its names

        secret = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        try:
            async with (
                asyncio.timeout(self._deadline_s),
                self._client.stream(
                    "POST", self._url, content=body, headers={**headers, **secret}
                ) as response,
            ):
                content = await _bounded(response)
        except (TimeoutError, httpx.TimeoutException) as error:
            return Unreachable(type(error).__name__, timed_out=True)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            return Unreachable(type(error).__name__)
        if content is None:
            return Unreachable("answer too large")
        return Reply(response.status_code, dict(response.headers), content)


@asynccontextmanager
async def connected(
    settings: SyncSettings, token: SecretStr
) -> AsyncGenerator[HttpTransport]:
    """A transport for as long as the block lasts."""
    client = await asyncio.to_thread(_client, settings)
    async with client:
        # Three phases at most, each with a bound of its own.
        deadline_s = settings.connect_timeout_s + 2 * settings.transfer_timeout_s
        yield HttpTransport(client, settings.url, token, deadline_s)


def _client(settings: SyncSettings) -> httpx.AsyncClient:
    """Import and TLS context, some 100 ms: on a thread, after READY."""
    import httpx  # not before the daemon is ready

    transfer_s = settings.transfer_timeout_s
    return httpx.AsyncClient(
        http2=False,
        trust_env=False,
        follow_redirects=False,
        verify=ssl.create_default_context(cafile=settings.ca_file),
        timeout=httpx.Timeout(transfer_s, connect=settings.connect_timeout_s),
        limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
    )


async def _bounded(response: httpx.Response) -> bytes | None:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            return None
    return bytes(content)
