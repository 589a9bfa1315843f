"""Real sockets: who is answered what, who is not, and what is left when it stops."""

from __future__ import annotations

import asyncio
import contextlib
import json
import stat
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.errors import StoreError
from agent.intake.listening import listening
from agent.metrics.hosting import CONNECTIONS
from agent.metrics.lag import Lag
from agent.metrics.picture import FeedSeen, Picture, StoreSeen
from agent.metrics.processes import seen
from agent.metrics.server import MetricsServer, reached
from agent.metrics.settings import MetricsSettings
from agent.metrics.tally import Tally
from tests.fakes.clock import FakeClock

WELL = Picture(now_s=1.0, store=StoreSeen())


class Served:
    """A server whose picture a test may change."""

    def __init__(self, settings: MetricsSettings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.picture = WELL
        self.wrong: Exception | None = None
        self.resumed = True
        self.tally = Tally()
        self.clock = FakeClock()
        self.server = MetricsServer(
            settings,
            folder,
            self.tally,
            self._look,
            self._probe,
            self.clock,
            opens=True,
            accepting=lambda: self.resumed,
        )

    async def _look(self) -> Picture:
        await asyncio.sleep(0)
        return self.picture

    async def _probe(self) -> None:
        await asyncio.sleep(0)
        if self.wrong is not None:
            raise self.wrong

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if (address := self.settings.address) is not None:
            return await asyncio.open_connection(*address)
        with reached(self.settings.path(self.folder)) as name:
            return await asyncio.open_unix_connection(name)

    async def ask(
        self, path: str, host: str = "", verb: str = "GET"
    ) -> tuple[int, dict[str, str], bytes]:
        reader, writer = await self.connect()
        address = self.settings.address or ("localhost", 80)
        host = host or f"{address[0]}:{address[1]}"
        asked = f"{verb} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        writer.write(asked.encode())
        async with asyncio.timeout(20):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        return int(first.split()[1]), headers, body

    async def json(self, path: str) -> tuple[int, dict[str, object]]:
        status, _, body = await self.ask(path)
        return status, json.loads(body)


@asynccontextmanager
async def served(folder: Path, **settings: object) -> AsyncGenerator[Served]:
    made = Served(MetricsSettings.model_validate(settings), folder)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(made.server.run())
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await made.connect()
                    writer.close()
                    break
                await asyncio.sleep(0.02)
        yield made
        running.cancel()


def a_place() -> str:
    with listening("127.0.0.1", 0) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize("place", ["unix", "tcp", "far"])
async def test_the_three_pages_are_served_and_nothing_else(
    tmp_path: Path, place: str
) -> None:
    folder = tmp_path / ("a" * 120 if place == "far" else "here")
    folder.mkdir()
    listen = a_place() if place == "tcp" else "unix"
    async with served(folder, listen=listen) as at:
        at.tally.add("jobs_total", "tcp", "document", "kept")
        status, headers, body = await at.ask("/metrics")
        assert (status, headers["content-type"][:29]) == (
            200,
            "text/plain; version=0.0.4; ch",
        )
        assert b'receipt_agent_jobs_total{door="tcp",outcome="kept"' in body
        assert int(headers["content-length"]) == len(body)
        assert (await at.ask("/metrics", verb="HEAD"))[2] == b""
        assert await at.json("/healthz") == (200, {"alive": True, "store": "ok"})
        assert (await at.ask("/metrics", verb="POST"))[0] == 405
        assert (await at.ask("/etc/passwd"))[0] == 404
        if place != "tcp":
            assert stat.S_IMODE((folder / "metrics.sock").stat().st_mode) == 0o660
    assert not (folder / "metrics.sock").exists()


async def test_a_web_page_that_leads_its_own_name_here_reads_nothing(
    tmp_path: Path,
) -> None:
    async with served(tmp_path, listen=a_place()) as at:
        assert (await at.ask("/metrics", host="evil.example:80"))[0] == 421
        port = at.settings.address[1] if at.settings.address else 0
        assert (await at.ask("/healthz", host=f"localhost:{port}"))[0] == 200


async def test_a_socket_that_a_dead_agent_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "metrics.sock").write_text("left")
    async with served(tmp_path) as at:
        assert (await at.ask("/healthz"))[0] == 200


async def test_it_is_alive_while_loop_and_store_answer(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        at.wrong = StoreError("no")
        assert await at.json("/healthz") == (503, {"alive": False, "store": "silent"})
        at.wrong = None
        assert (await at.ask("/healthz"))[0] == 200


def _with_printer(**state: object) -> Callable[[Picture], Picture]:
    return lambda was: replace(was, printer=replace(was.printer, **state))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "part", "reason", "status"),
    [
        (lambda was: was, "store", "", 200),
        (lambda was: replace(was, store=None), "store", "absent", 503),
        (lambda was: replace(was, store=StoreSeen(tight="x")), "store", "no_room", 503),
        (lambda was: replace(was, keeps=False), "store", "refuses", 503),
        (_with_printer(online=False), "printer", "unreachable", 200),
        (_with_printer(known=True, paper="out"), "printer", "paper_out", 200),
        (_with_printer(cover_open=True), "printer", "cover_open", 200),
        (lambda was: replace(was, stuck="stalled"), "printer", "stalled", 200),
        (_with_printer(mute=True), "printer", "mute", 200),
        (_with_printer(known=False), "printer", "", 200),
        (lambda was: replace(was, sync=True, links={"rcu": False}), "rcu", "away", 200),
        (
            lambda was: replace(was, sync=True, feed=FeedSeen(1.0, up=False)),
            *("rcu", "away", 200),
        ),
    ],
)
async def test_it_is_ready_when_jobs_come_in_and_are_kept(
    tmp_path: Path,
    change: Callable[[Picture], Picture],
    part: str,
    reason: str,
    status: int,
) -> None:
    async with served(tmp_path) as at:
        at.picture = change(at.picture)
        found, said = await at.json("/readyz")
        parts = said["parts"]
        assert isinstance(parts, dict)
        assert (found, parts[part]) == (status, {"ok": not reason, "reason": reason})
        found, _ = await at.json("/readyz?require=printer,rcu")
        assert found == (503 if reason else 200)


async def test_it_is_not_ready_before_what_was_left_is_taken_up(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        at.resumed = False
        assert (await at.json("/readyz"))[0] == 503
        assert (await at.json("/readyz?require=moon"))[0] == 400


async def test_a_place_that_is_taken_is_said_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        settings = MetricsSettings(listen=f"127.0.0.1:{port}")
        at = Served(settings, tmp_path)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(at.server.run())
            async with asyncio.timeout(20):
                while not at.clock.naps:  # noqa: ASYNC110 -- a fake clock
                    await asyncio.sleep(0.01)
            assert "nobody can scrape" in caplog.text
            running.cancel()


async def test_who_is_one_too_many_is_hung_up_on(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        lines = [await at.connect() for _ in range(CONNECTIONS + 3)]
        reader, _ = lines[-1]
        async with asyncio.timeout(20):
            with contextlib.suppress(ConnectionError):  # a reset hangs up too
                assert await reader.read() == b""
        for _, writer in lines:
            writer.close()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"listen": "0.0.0.0:9464"}, "every network"),
        ({"listen": "192.168.1.9:9464"}, "allow_from"),
        ({"listen": "192.168.1.9:9464", "allow_from": ["0.0.0.0/0"]}, "not an address"),
        ({"listen": "9464"}, "no place"),
        ({"listen": "unix:here"}, "whole path"),
    ],
)
def test_the_network_is_let_in_by_name_only(
    settings: dict[str, object], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        MetricsSettings.model_validate(settings)


def test_who_may_scrape() -> None:
    settings = MetricsSettings(
        listen="192.168.1.9:9464", allow_from=("192.168.1.0/28",)
    )
    assert settings.admits("192.168.1.7")
    assert settings.admits("127.0.0.1")
    assert settings.admits("::ffff:192.168.1.7")
    assert not settings.admits("192.168.1.20")
    assert not settings.admits("")


async def test_a_late_loop_is_seen() -> None:
    tally = Tally()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(Lag(tally).run())
        async with asyncio.timeout(20):
            while not tally.counted().times:  # noqa: ASYNC110 -- a loop
                await asyncio.sleep(0.02)
        running.cancel()
    assert sum(tally.counted().times["receipt_agent_loop_lag_seconds"][()].counts) >= 1


def test_a_process_is_seen_and_one_that_is_gone_is_not() -> None:
    here = seen("self")
    assert here is not None
    assert here.rss_bytes > 1 << 20
    assert here.fds >= 3
    assert seen(2**22 + 1) is None
