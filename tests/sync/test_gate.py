"""Orders before uploads: when the feed lets the log go up, and when it holds it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.store.feed import FollowFeed
from agent.sync.answers import Reply, Unreachable
from agent.sync.credentials import Credentials
from agent.sync.downlink import ABSENCE_S, GRACE_S, Downlink
from agent.sync.gate import Gate
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.wire.feed import MAX_WAIT_S, WISHED, Downward
from tests.fakes.clock import FakeClock
from tests.fakes.entropy import FakeEntropy
from tests.store.builders import opened
from tests.sync.test_downlink import EDGE, batch, event

NOTHING = Reply(204, {}, b"")
AWAY = Unreachable("ConnectError")


@dataclass
class Feed:
    """Answers from a list; notes how long it was to wait."""

    answers: list[Reply | Unreachable]
    waits: list[int] = field(default_factory=list)

    async def pull(self, after: str, wait_s: int = MAX_WAIT_S) -> Reply | Unreachable:
        self.waits.append(wait_s)
        return self.answers.pop(0)


@dataclass
class At:
    link: Downlink
    gate: Gate
    clock: FakeClock
    open_when_taken: list[bool]

    def lets_pass(self) -> bool:
        return self.gate.is_open

    async def ask(self, *answers: Reply | Unreachable) -> list[int]:
        feed = Feed([*answers])
        for _ in answers:
            await self.link._next(feed)
        return feed.waits


@asynccontextmanager
async def till(folder: Path, *, is_open: bool = False) -> AsyncGenerator[At]:
    gate, clock, seen = Gate(is_open=is_open), FakeClock(), list[bool]()
    settings = SyncSettings(url="http://127.0.0.1:9")
    speaker = Speaker(Credentials(), EDGE, clock, FakeEntropy())
    async with opened(folder) as store:

        async def take(_: Downward, follow: FollowFeed) -> None:
            seen.append(gate.is_open)
            await store.commit(follow)

        takes = {WISHED: take}
        link = Downlink(store, clock, FakeEntropy(), settings, speaker, takes, gate)
        yield At(link, gate, clock, seen)


async def test_it_opens_when_nothing_is_left_and_what_came_before_is_done(
    tmp_path: Path,
) -> None:
    async with till(tmp_path) as at:
        waits = await at.ask(batch(event(1)), batch(event(2)))
        assert not at.lets_pass()
        waits += await at.ask(NOTHING)
        assert at.lets_pass()
        assert at.open_when_taken == [False, False]
        assert waits == [0, 0, 0]  # nobody lingers while others wait
        assert await at.ask(NOTHING) == [MAX_WAIT_S]


async def test_it_says_why_it_is_shut(tmp_path: Path) -> None:
    async with till(tmp_path) as at:
        await at.ask(AWAY)
        assert (at.gate.is_open, at.gate.problem) == (False, "ConnectError")


async def test_a_short_cut_shuts_nothing_and_an_absence_does(tmp_path: Path) -> None:
    async with till(tmp_path, is_open=True) as at:
        await at.ask(NOTHING, AWAY)
        assert at.lets_pass()
        await at.clock.advance(ABSENCE_S - 1)
        await at.ask(AWAY)
        assert at.lets_pass()
        await at.clock.advance(1)
        await at.ask(AWAY)
        assert not at.lets_pass()
        await at.ask(batch(event(1)), NOTHING)
        assert at.open_when_taken == [False]
        assert at.lets_pass()


async def test_a_host_without_a_feed_keeps_the_log_down_for_so_long_only(
    tmp_path: Path,
) -> None:
    broken = Reply(502, {}, b"bad gateway")
    async with till(tmp_path) as at:
        await at.ask(broken)
        assert not at.lets_pass()
        await at.clock.advance(GRACE_S)
        await at.ask(broken)
        assert at.lets_pass()


async def test_nobody_there_never_opens_it(tmp_path: Path) -> None:
    async with till(tmp_path) as at:
        for _ in range(5):
            await at.clock.advance(10 * GRACE_S)
            await at.ask(AWAY)
        assert not at.lets_pass()


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_an_rcu_that_has_no_feed_for_us_says_so_by_itself(
    tmp_path: Path, status: int
) -> None:
    async with till(tmp_path) as at:
        await at.ask(Reply(status, {}, b"{}"))
        assert at.lets_pass()


async def test_a_clock_that_is_off_opens_nothing(tmp_path: Path) -> None:
    body = b'{"type":"urn:receipt-agent:problem:clock"}'
    async with till(tmp_path) as at:
        await at.ask(Reply(401, {}, body))
        assert not at.lets_pass()


async def test_a_strangers_answer_opens_nothing(tmp_path: Path) -> None:
    async with till(tmp_path) as at:
        strangers = [Reply(status, {}, b"", ours=False) for status in (204, 401, 404)]
        await at.ask(*strangers)
        assert not at.lets_pass()
