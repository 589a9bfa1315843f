"""Live updates: server-sent events that carry the whole picture each time.

A stream holds one bell and no queue.  However often the counter changes while
a slow page is still reading, the next thing it gets is the newest snapshot and
nothing between (coalescing).  A page that reads nothing for ``STALL_S`` is
dropped; it comes back by itself.  At ``MAX_STREAMS`` the oldest gives way, so
that a reloaded screen always gets in past its own ghosts.

The wire (HTML standard, 9.2.6): ``event: snapshot``, ``id:`` its revision,
``data:`` one line of JSON; every ``PING_S`` an ``event: ping``, by which the
page knows that a silent line is still a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from pydantic_core import to_json

from agent.screens.guard import Receive, Scope, Send
from agent.screens.ports import View
from agent.screens.snapshot import Snapshot

log = logging.getLogger(__name__)

PING_S: Final = 15.0
"""Shorter than any proxy's or operating system's patience with silence."""

STALL_S: Final = 10.0
"""A page on the same machine that takes nothing for so long is asleep."""

MAX_STREAMS: Final = 16
"""Two screens a till, a few open tabs, and room for reloads."""

RETRY_MS: Final = 1000
"""What the browser waits before it reconnects by itself."""

HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
]


def as_json(snapshot: Snapshot) -> bytes:
    """The snapshot with its field names, on one line."""
    return to_json(snapshot)


def frame(snapshot: Snapshot) -> bytes:
    """One event."""
    head = f"event: snapshot\nid: {snapshot.revision}\ndata: ".encode()
    return head + as_json(snapshot) + b"\n\n"


class Stream:
    """One listening page."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self.closed = False

    def ring(self) -> None:
        """There is something new to show.  Never waits."""
        self._bell.set()

    def close(self) -> None:
        """Send nothing more; the page may reconnect."""
        self.closed = True
        self._bell.set()

    async def rung(self, patience_s: float) -> bool:
        """Wait for a ring; false when none came in time."""
        try:
            async with asyncio.timeout(patience_s):
                await self._bell.wait()
        except TimeoutError:
            return False
        self._bell.clear()
        return True


class Streams:
    """All listening pages, oldest first.

    ``watched`` is told when the first page of a view comes, and when its last is gone.
    """

    def __init__(self, watched: Callable[[View, bool], None]) -> None:
        self._open: dict[Stream, tuple[View, str]] = {}
        self._watched = watched

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, view: View, who: str) -> Stream:
        """A new stream for ``who``; the oldest gives way when there are too many."""
        while len(self._open) >= MAX_STREAMS:
            oldest = next(iter(self._open))
            self.dismiss(oldest)
            log.warning("oldest screen stream closed", extra={"limit": MAX_STREAMS})
        stream = Stream()
        first = not self._is_open(view)
        self._open[stream] = view, who
        if first:
            self._watched(view, True)  # noqa: FBT003 -- it is up
        return stream

    def dismiss(self, stream: Stream) -> None:
        """Close and forget one.  May be repeated."""
        stream.close()
        left = self._open.pop(stream, None)
        if left is not None and not self._is_open(left[0]):
            self._watched(left[0], False)  # noqa: FBT003 -- it is down

    def ring(self) -> None:
        """Wake every page."""
        for stream in self._open:
            stream.ring()

    def hang_up_on(self, device: str) -> None:
        """End the streams of a screen that was shut out."""
        for stream, (_, who) in tuple(self._open.items()):
            if who.endswith(f":{device}"):
                self.dismiss(stream)

    def _is_open(self, view: View) -> bool:
        return any(each == view for each, _ in self._open.values())

    def hang_up(self) -> None:
        """End every page's stream, for a prompt stop."""
        for stream in tuple(self._open):
            self.dismiss(stream)


class EventStream:
    """ASGI: one page's stream, from its request until either side ends it."""

    def __init__(
        self,
        streams: Streams,
        view: View,
        picture: Callable[[], Snapshot],
        who: str,
        longest_s: float | None = None,
    ) -> None:
        self._streams = streams
        self._view = view
        self._picture = picture
        self._who = who
        self._longest_s = longest_s

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        stream = self._streams.admit(self._view, self._who)
        try:
            async with asyncio.TaskGroup() as tasks:
                watch = tasks.create_task(_close_when_gone(receive, stream))
                over = tasks.create_task(_close_after(self._longest_s, stream))
                await self._pump(stream, send)
                watch.cancel()
                over.cancel()
        finally:
            self._streams.dismiss(stream)

    async def _pump(self, stream: Stream, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": HEADERS}
        await send(start)
        with contextlib.suppress(TimeoutError):  # asleep: dropped, it comes back
            await _push(send, f"retry: {RETRY_MS}\n\n".encode())
            await self._talk(stream, send)
            await _push(send, b"", more=False)

    async def _talk(self, stream: Stream, send: Send) -> None:
        """Snapshots as the bell rings, pings in between."""
        last = None
        while not stream.closed:
            picture = self._picture()
            if picture.revision != last:
                last = picture.revision
                await _push(send, frame(picture))
            while not await stream.rung(PING_S):
                await _push(send, b"event: ping\ndata:\n\n")


async def _push(send: Send, body: bytes, *, more: bool = True) -> None:
    """Raises TimeoutError when the page does not take it."""
    async with asyncio.timeout(STALL_S):
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _close_when_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close()


async def _close_after(longest_s: float | None, stream: Stream) -> None:
    if longest_s is not None:
        await asyncio.sleep(longest_s)
        stream.close()
