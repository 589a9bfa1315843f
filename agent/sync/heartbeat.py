"""The service that tells the RCU once a minute how this till is.

A beat is made when it is sent and kept nowhere: what could not be told is not told later,
since by then it is no longer so.  A till that is offline costs one try per beat, each a
little later than the one before.  An answer counts only when the RCU signed it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Protocol

from agent.clock import Clock
from agent.entropy import Entropy
from agent.errors import StoreError
from agent.retry import Backoff
from agent.sync.answers import Reply, Unreachable, retry_after_s
from agent.sync.jitter import Jitter
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.sync.transport import exchange, new_client
from agent.wire.heartbeat import MAX_HEARTBEAT_BYTES, MEDIA_TYPE, PATH, Heartbeat
from agent.wire.signatures import content_digest

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

FIRST_S: Final = 5.0
"""Not while the daemon starts; then soon, so that an upgrade is seen to be done."""
LATEST_S: Final = 300.0
"""Between two tries of a till that does not reach the RCU, if that is longer."""
NOT_THERE_S: Final = 3600.0
"""An RCU that has no such door is an older one: asked again within the hour."""
_NOT_THERE: Final = frozenset({404, 405})
_TAKEN: Final = frozenset({200, 204})

Report = Callable[[], Awaitable[Heartbeat]]
"""How the till is, now.  May raise ``StoreError``."""


class Line(Protocol):
    """Carries one beat.  Never raises for what the network does."""

    async def tell(self, body: bytes, key: str) -> Reply | Unreachable: ...


class HttpLine:
    """``POST {url}/v1/heartbeat``, signed."""

    def __init__(
        self, client: httpx.AsyncClient, settings: SyncSettings, speaker: Speaker
    ) -> None:
        self._client = client
        self._url = settings.url.rstrip("/") + PATH
        self._speaker = speaker
        self._deadline_s = settings.connect_timeout_s + settings.transfer_timeout_s

    async def tell(self, body: bytes, key: str) -> Reply | Unreachable:
        import httpx  # loaded by telling(); here for its names

        said = {
            "Content-Type": MEDIA_TYPE,
            "Content-Digest": content_digest(body),
            "Idempotency-Key": f'"{key}"',
            "Accept-Encoding": "identity",
        }
        request = self._client.build_request(
            "POST", self._url, content=body, headers=said
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                return await exchange(self._client, request, self._speaker)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            return Unreachable(type(error).__name__)
        except (httpx.StreamError, OSError) as error:
            return Unreachable(type(error).__name__)


@asynccontextmanager
async def telling(settings: SyncSettings, speaker: Speaker) -> AsyncGenerator[HttpLine]:
    """A line for as long as the block lasts."""
    client = await asyncio.to_thread(new_client, settings)
    async with client:
        yield HttpLine(client, settings, speaker)


class Heart:
    """Beats.  ``report`` is put here by whoever knows how the till is."""

    name = "heartbeat"

    def __init__(
        self, settings: SyncSettings, speaker: Speaker, clock: Clock, entropy: Entropy
    ) -> None:
        self.report: Report | None = None
        self.entries_wait: Callable[[], None] | None = None
        """Rung with each beat that finds entries unsent: nothing waits for a bell that
        nobody rang, or that was rung before the entry could be read."""
        self._settings = settings
        self._speaker = speaker
        self._clock = clock
        self._entropy = entropy
        self._jitter = Jitter(speaker.source, entropy)
        latest_s = max(settings.heartbeat_s, LATEST_S)
        self._backoff = Backoff(settings.heartbeat_s, latest_s)
        self._failures = 0
        self._said = ""
        self.reached: bool | None = None
        """Whether somebody answered the last beat; ``None``: none was sent yet."""
        self._wanted = asyncio.Event()

    def soon(self) -> None:
        """Something happened that the RCU waits to hear of."""
        self._wanted.set()

    async def run(self) -> None:
        """Until cancelled.

        Raises:
            ConfigError: the client's certificate cannot be used.
        """
        async with telling(self._settings, self._speaker) as line:
            await self._pause(self._spread(FIRST_S))
            while True:
                await self._pause(await self.beat(line))

    async def beat(self, line: Line) -> float:
        """Once; how long to wait now."""
        body = await self._body()
        if body is None:
            return self._spread(self._settings.heartbeat_s)
        reply = await line.tell(body, self._entropy.draw(16).hex())
        self.reached = not isinstance(reply, Unreachable)
        if isinstance(reply, Unreachable):
            return self._away(reply.reason)
        if reply.ours is not False and reply.status in _TAKEN:
            self._failures, self._said = 0, ""
            asked_s = retry_after_s(reply.headers)
            return max(asked_s, self._spread(self._settings.heartbeat_s))
        if reply.status in _NOT_THERE:
            self._away(f"status {reply.status}")
            return self._spread(NOT_THERE_S)
        return self._away(f"status {reply.status}", retry_after_s(reply.headers))

    async def _body(self) -> bytes | None:
        if self.report is None:
            return None
        try:
            beat = await self.report()
        except StoreError:
            return None  # the store's own service says so
        if beat.backlog.entries and self.entries_wait is not None:
            self.entries_wait()
        body = beat.model_dump_json(exclude_none=True).encode()
        if len(body) > MAX_HEARTBEAT_BYTES:
            body = beat.model_copy(update={"warnings": {}}).model_dump_json().encode()
        return body

    def _away(self, problem: str, at_least_s: float = 0.0) -> float:
        self._failures += 1
        if problem != self._said:
            log.info("the RCU does not hear how we are", extra={"problem": problem})
        self._said = problem
        throw = self._jitter.throw()
        waits_s = self._backoff.delay_s(self._failures, throw, at_least_s)
        return max(waits_s, self._spread(self._settings.heartbeat_s))

    def _spread(self, seconds: float) -> float:
        """Four fifths to six fifths of it: no chain beats in step."""
        return seconds * (0.8 + 0.4 * self._jitter.throw())

    async def _pause(self, seconds: float) -> None:
        """So long, or until a beat is wanted."""
        async with asyncio.TaskGroup() as group:
            due = group.create_task(self._clock.sleep(seconds))
            wanted = group.create_task(self._wanted.wait())
            await asyncio.wait({due, wanted}, return_when=asyncio.FIRST_COMPLETED)
            due.cancel()
            wanted.cancel()
        self._wanted.clear()
