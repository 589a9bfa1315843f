"""What the RCU sends down is done in order, once in effect, and nothing stops it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.store.feed import FollowFeed
from agent.store.store import Store
from agent.sync.answers import Reply, Unreachable
from agent.sync.credentials import Credentials
from agent.sync.downlink import SOURCE, Downlink
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.wire.feed import WISHED, Downward
from tests.fakes.clock import FakeClock
from tests.fakes.entropy import FakeEntropy
from tests.store.builders import opened

EDGE = "urn:edge:ENS1:S0042:T03"


def event(number: int, kind: str = WISHED) -> dict[str, object]:
    return {
        "id": f"e{number}",
        "type": kind,
        "time": "2026-11-21T17:42:00Z",
        "sequence": f"{number:012d}",
        "data": {},
    }


@dataclass
class FakeFeed:
    """Answers from a list; then there is nothing."""

    answers: list[Reply | Unreachable] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def pull(self, after: str, wait_s: int = 25) -> Reply | Unreachable:
        self.asked.append(after)
        return self.answers.pop(0) if self.answers else Reply(204, {}, b"")


def batch(*events: dict[str, object]) -> Reply:
    return Reply(200, {}, json.dumps(events).encode())


@dataclass
class Till:
    store: Store
    link: Downlink
    done: list[str]


@asynccontextmanager
async def till(
    folder: Path, do: Callable[[str], None] = lambda _: None
) -> AsyncGenerator[Till]:
    token = folder / "token"
    token.write_text("secret\n")
    settings = SyncSettings(url="http://127.0.0.1:9", token_file=token)
    done: list[str] = []
    async with opened(folder) as store:

        async def take(what: Downward, follow: FollowFeed) -> None:
            do(what.id)
            done.append(what.id)
            await store.commit(follow)

        takes = {WISHED: take}
        clock, known = FakeClock(), Credentials(settings.read_token())
        speaker = Speaker(known, EDGE, clock, FakeEntropy())
        link = Downlink(store, clock, FakeEntropy(), settings, speaker, takes)
        yield Till(store, link, done)


async def test_what_came_is_done_in_order_and_the_next_question_says_so(
    tmp_path: Path,
) -> None:
    feed = FakeFeed([batch(event(1), event(2)), batch(event(3))])
    async with till(tmp_path) as at:
        for _ in range(3):
            await at.link._next(feed)
        assert at.done == ["e1", "e2", "e3"]
        assert feed.asked == ["", "000000000002", "000000000003"]
        said = at.link.state()
        assert (said.up, said.taken, said.waiting) == (True, 3, 0)
        assert said.heard is not None


async def test_what_nobody_knows_is_passed_over_and_counted(tmp_path: Path) -> None:
    feed = FakeFeed([batch(event(1, "erasure.order.v9"), event(2))])
    async with till(tmp_path) as at:
        assert await at.link._next(feed) == 0
        assert at.done == ["e2"]
        assert at.link.state().skipped == 1
        assert await at.store.feed_cursor(SOURCE) == "000000000002"


async def test_what_failed_in_the_middle_comes_again_from_there(
    tmp_path: Path,
) -> None:
    class KilledError(Exception):
        pass

    broken = {"e2"}

    def do(name: str) -> None:
        if name in broken:
            raise KilledError

    async with till(tmp_path, do) as at:
        with pytest.raises(KilledError):
            await at.link._next(FakeFeed([batch(event(1), event(2))]))
        broken.clear()
        feed = FakeFeed([batch(event(2))])
        await at.link._next(feed)
        assert feed.asked == ["000000000001"]
        assert at.done == ["e1", "e2"]


async def test_an_rcu_that_is_away_is_asked_less_and_less(tmp_path: Path) -> None:
    portal = Reply(200, {}, b"<html>Welcome to our Wi-Fi</html>")
    busy = Reply(503, {"retry-after": "90"}, b"")
    feed = FakeFeed([Unreachable("ConnectError"), portal, busy, batch(event(1))])
    async with till(tmp_path) as at:
        pauses = [await at.link._next(feed) for _ in range(4)]
        assert pauses[2] >= 90
        assert pauses[3] == 0
        assert all(pause <= 300 for pause in pauses)
        assert at.done == ["e1"]
        assert at.link.state().problem == ""


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_till_that_is_turned_away_knocks_now_and_then(
    tmp_path: Path, status: int
) -> None:
    async with till(tmp_path) as at:
        pause_s = await at.link._next(FakeFeed([Reply(status, {}, b"")]))
        assert 150 <= pause_s <= 300
        assert at.link.state().up is False


async def test_an_answer_that_comes_at_once_is_not_asked_for_at_once(
    tmp_path: Path,
) -> None:
    full = Reply(204, {"retry-after": "15"}, b"")
    async with till(tmp_path) as at:
        assert await at.link._next(FakeFeed()) >= 1
        assert await at.link._next(FakeFeed([full])) >= 15
