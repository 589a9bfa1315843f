"""Falls are restarted with back-off; a stop goes in stages, the doors first."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from agent import supervisor
from agent.errors import StoreError, StoreOverError
from agent.supervisor import After, Stage, keep_alive, run_all
from tests.fakes.clock import FakeClock


class Falling:
    name = "falling"

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.runs = 0

    async def run(self) -> None:
        self.runs += 1
        raise self.error


class Steady:
    name = "steady"

    def __init__(self, diary: list[str], name: str = "steady") -> None:
        self.diary = diary
        self.name = name

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.diary.append(f"{self.name} ended")


class Finishing(Steady):
    async def stop(self) -> None:
        await asyncio.sleep(0)
        self.diary.append(f"{self.name} finished")


async def test_a_fall_is_restarted_with_back_off() -> None:
    clock, service = FakeClock(), Falling(OSError("cable out"))
    async with asyncio.timeout(1):
        task = asyncio.create_task(keep_alive(service, clock))
        await clock.advance(7)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert clock.naps == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4]


async def test_a_full_disk_is_a_fall_not_the_end() -> None:
    clock, service = FakeClock(), Falling(StoreError("disk full"))
    task = asyncio.create_task(keep_alive(service, clock))
    await clock.advance(1)
    assert service.runs > 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_one_fall_leaves_the_others_alone() -> None:
    clock, diary = FakeClock(), list[str]()
    bad, stop = Falling(OSError()), asyncio.Event()
    task = asyncio.create_task(run_all([[bad, Steady(diary)]], stop, clock))
    await clock.advance(5)
    assert bad.runs > 1
    assert diary == []
    stop.set()
    await task
    assert diary == ["steady ended"]


async def test_a_broken_store_stops_everything() -> None:
    diary = list[str]()
    stages: list[Stage] = [[Falling(StoreOverError("corrupt")), Steady(diary)]]
    with pytest.raises(ExceptionGroup) as caught:
        await run_all(stages, asyncio.Event(), FakeClock())
    assert caught.group_contains(StoreOverError)
    assert diary == ["steady ended"]


async def test_a_stop_finishes_and_ends_one_stage_before_the_next() -> None:
    diary = list[str]()
    stop = asyncio.Event()
    stages: list[Stage] = [
        [Finishing(diary, "door")],
        [Finishing(diary, "corridor")],
        [Steady(diary, "printer")],
    ]
    task = asyncio.create_task(run_all(stages, stop, FakeClock()))
    await asyncio.sleep(0)
    stop.set()
    await task
    assert diary == [
        "door finished",
        "door ended",
        "corridor finished",
        "corridor ended",
        "printer ended",
    ]


class Stuck(Steady):
    """Never finishes what it has in hand."""

    async def stop(self) -> None:
        await asyncio.sleep(3600)


async def test_a_stop_is_over_in_its_time_however_many_are_stuck(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "STOP_S", 0.3)
    monkeypatch.setattr(supervisor, "CANCEL_S", 0.05)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    diary = list[str]()
    stages: list[Stage] = [[Stuck(diary)], [Stuck(diary)], [Stuck(diary)]]
    task = asyncio.create_task(run_all(stages, stop, FakeClock()))
    await asyncio.sleep(0)
    stop.set()
    begun = loop.time()
    async with asyncio.timeout(8):
        await task
    assert 0.3 <= loop.time() - begun < 1.5
    assert len(diary) == len(stages)


def test_systemd_waits_longer_than_a_stop_takes() -> None:
    unit = Path(__file__).parent.parent / "systemd" / "receipt-agent.service"
    found = re.search(r"^TimeoutStopSec=(\d+)", unit.read_text(), re.MULTILINE)
    assert found is not None
    assert int(found[1]) > supervisor.STOP_S + 4 * supervisor.CANCEL_S


class Beginning(Finishing):
    async def run(self) -> None:
        self.diary.append(f"{self.name} began")
        await super().run()


async def test_a_service_begins_when_what_it_waits_for_has_happened() -> None:
    diary: list[str] = []
    happened = asyncio.Event()
    door = After(Beginning(diary, "door"), happened, 60.0)
    running = asyncio.create_task(door.run())
    await asyncio.sleep(0.05)
    assert (door.name, diary) == ("door", [])
    happened.set()
    await asyncio.sleep(0.05)
    await door.stop()
    running.cancel()
    await asyncio.wait([running])
    assert diary == ["door began", "door finished", "door ended"]


async def test_or_when_that_takes_too_long(caplog: pytest.LogCaptureFixture) -> None:
    diary: list[str] = []
    door = After(Falling(OSError("taken")), asyncio.Event(), 0.01)
    with pytest.raises(OSError, match="taken"):
        await door.run()
    await door.stop()  # it has nothing to finish
    assert "not waited for any longer" in caplog.text
    assert diary == []
