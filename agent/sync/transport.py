"""Uplink and client: HTTP/1.1, httpx imported late (this and ``pulling`` know it).

One client for each direction, and one TLS context for all (45 ms and 2 MB).  HTTP/2
is off: it costs several times the CPU for uploads and stalls with large bodies
(STORE 0.5).  Redirects and proxies from the environment are not followed: the
token goes to the configured host and nowhere else.
"""

from __future__ import annotations

import asyncio
import importlib
import ssl
import sys
import threading
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from agent.errors import ConfigError
from agent.sync.answers import Reply, Unreachable
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Heard, Speaker

if TYPE_CHECKING:
    import httpx

MAX_ANSWER_BYTES: Final = 1 << 20
"""500 refusals with their problems; a portal's page is cut off here."""
_ONE_CONTEXT: Final = threading.Lock()
"""Clients are made at the same time, each on a thread."""


class Transport(Protocol):
    """Carries one request.  Never raises for what the network does."""

    async def post(
        self, body: bytes, headers: Mapping[str, str]
    ) -> Reply | Unreachable:
        """Send the events; the answer, or why there is none."""
        ...


class HttpTransport:
    """``POST {url}/v1/events``, signed, with the till's token."""

    def __init__(
        self, client: httpx.AsyncClient, url: str, speaker: Speaker, deadline_s: float
    ) -> None:
        self._client = client
        self._url = url.rstrip("/") + "/v1/events"
        self._speaker = speaker
        self._deadline_s = deadline_s

    async def post(
        self, body: bytes, headers: Mapping[str, str]
    ) -> Reply | Unreachable:
        import httpx  # loaded by connected(); here for its names

        request = self._client.build_request(
            "POST",
            self._url,
            content=body,
            # Its digest is over the content as it is coded: let nobody code it.
            headers={**headers, "Accept-Encoding": "identity"},
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                return await exchange(self._client, request, self._speaker)
        except (TimeoutError, httpx.TimeoutException) as error:
            return Unreachable(type(error).__name__, timed_out=True)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            return Unreachable(type(error).__name__)


async def exchange(
    client: httpx.AsyncClient, request: httpx.Request, speaker: Speaker
) -> Reply | Unreachable:
    """Sign, send, read within bounds, and see whether the RCU has signed the answer."""
    url = request.url
    target = f"{url.scheme}://{url.netloc.decode()}{url.raw_path.decode()}"
    said = speaker.headers(request.method, target, request.headers)
    request.headers.update(said)
    response = await client.send(request, stream=True)
    try:
        content = await _bounded(response)
    finally:
        await response.aclose()
    if content is None:
        return Unreachable("answer too large")
    headers = dict(response.headers)
    heard = Heard(response.status_code, headers, content)
    return Reply(response.status_code, headers, content, speaker.knows(said, heard))


@asynccontextmanager
async def connected(
    settings: SyncSettings, speaker: Speaker
) -> AsyncGenerator[HttpTransport]:
    """A transport for as long as the block lasts."""
    client = await asyncio.to_thread(new_client, settings, settings.max_in_flight)
    async with client:
        # Three phases at most, each with a bound of its own.
        deadline_s = settings.connect_timeout_s + 2 * settings.transfer_timeout_s
        yield HttpTransport(client, settings.url, speaker, deadline_s)


def new_client(settings: SyncSettings, lines: int = 1) -> httpx.AsyncClient:
    """For so many lines; import and TLS context, some 100 ms: on a thread, after READY.

    Raises:
        ConfigError: the client's certificate cannot be used.
    """
    import httpx  # not before the daemon is ready

    # httpx loads this with its first request: 20 ms, on the loop.
    importlib.import_module("anyio._backends._asyncio")
    # httpcore asks for it several times a request; where it is not, Python looks for it
    # on the disk each time, on the loop.  A known "not there" is believed at once.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # importlib's own word for it
    transfer_s = settings.transfer_timeout_s
    return httpx.AsyncClient(
        http2=False,
        trust_env=False,
        follow_redirects=False,
        verify=tls(settings),
        timeout=httpx.Timeout(transfer_s, connect=settings.connect_timeout_s),
        limits=httpx.Limits(max_connections=lines, max_keepalive_connections=lines),
    )


def tls(settings: SyncSettings) -> ssl.SSLContext:
    """Whom we believe, and by which certificate we are known where one is asked for.

    One for all clients, since each would hold all authorities anew: almost a megabyte.
    Made again when one of the files has changed.

    Raises:
        ConfigError: the client's certificate cannot be used.
    """
    named = (settings.ca_file, settings.client_cert_file, settings.client_key_file)
    with _ONE_CONTEXT:
        return _context(named, tuple(map(_changed_ns, named)))


@lru_cache(maxsize=1)
def _context(
    named: tuple[Path | None, Path | None, Path | None], _changed: tuple[int, ...]
) -> ssl.SSLContext:
    authorities, certificate, key = named
    context = ssl.create_default_context(cafile=authorities)
    if certificate is not None:
        try:
            # Nobody is there to be asked for a password.
            context.load_cert_chain(certificate, key, password=lambda: "")
        except OSError as error:  # ssl's own are among them
            raise ConfigError(
                f"sync.client_cert_file, sync.client_key_file: {error}; two files in "
                "PEM that belong together, the key without a password"
            ) from error
    return context


def _changed_ns(path: Path | None) -> int:
    try:
        return path.stat().st_mtime_ns if path else 0
    except OSError:  # whoever reads it says so
        return 0


async def _bounded(response: httpx.Response) -> bytes | None:
    """The answer, or ``None`` if it is too large."""
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            return None
    return bytes(content)
