"""When a trial is passed, and when a till takes its configuration back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.sync import overlay, trial
from agent.sync.overlay import OnTrial, Overlay, Owed
from agent.sync.trial import CALM_S, Hands, Trial
from agent.wire.orderable import Value
from tests.fakes.clock import FakeClock

SECONDS = 60.0
PATIENCE_S = 20.0


class Till:
    """What a trial looks at, and what it does."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, FakeClock()
        self.problem, self.calm, self.broken = "", True, False
        self.starts, self.proofs = 0, list[Owed]()
        self.looked = asyncio.Event()
        self.live: list[dict[str, Value]] = []
        hands = Hands(
            self._look,
            self._again,
            lambda: True,
            lambda: self.calm,
            lambda values: self.live.append(dict(values)),
            self._prove,
        )
        self.trial = Trial(folder, hands, self.clock)

    async def _look(self, _: OnTrial) -> str:
        self.looked.set()
        return self.problem

    def _again(self) -> None:
        self.starts += 1

    async def _prove(self, owed: Owed) -> None:
        if self.broken:
            raise StoreError("full")
        self.proofs.append(owed)

    @property
    def kept(self) -> Overlay:
        return overlay.read(self.folder)

    async def pass_by(self, seconds: float) -> None:
        """So long, a second at a time."""
        for _ in range(int(seconds)):
            await self.clock.advance(1.0)

    async def until(self, reached: Callable[[], bool]) -> None:
        """Files are read and written on threads, which know nothing of this clock."""
        async with asyncio.timeout(PATIENCE_S):
            while not reached():
                await asyncio.sleep(0.002)
                await self.clock.advance(0.5)


@asynccontextmanager
async def trying(
    folder: Path, settings: dict[str, Value], starts: int = 1
) -> AsyncIterator[Till]:
    on_trial = OnTrial(seconds=SECONDS, starts=starts, printer=True)
    overlay.keep(folder, Overlay().taken("o-1", settings, on_trial))
    till = Till(folder)
    async with running(till):
        await asyncio.wait_for(till.looked.wait(), PATIENCE_S)
        yield till


@asynccontextmanager
async def running(till: Till) -> AsyncIterator[None]:
    task = asyncio.create_task(till.trial.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


RESTART: dict[str, Value] = {"choice.window_s": 20}
LIVE: dict[str, Value] = {"sync.max_events": 50}


async def test_all_well_through_its_second_half_is_passed(tmp_path: Path) -> None:
    async with trying(tmp_path, RESTART) as till:
        till.problem = "not yet"
        await till.pass_by(20)
        till.problem = ""
        await till.pass_by(30)
        assert till.kept.trial is not None  # not before its time
        await till.until(lambda: bool(till.proofs))
        assert [each.status for each in till.proofs] == ["completed"]
        assert till.kept.now.settings == RESTART
        assert till.starts == 0


async def test_what_is_not_well_by_the_half_is_taken_back_by_another_start(
    tmp_path: Path,
) -> None:
    async with trying(tmp_path, RESTART) as till:
        till.problem = "door.tcp does not accept"
        await till.until(lambda: till.starts == 1)
        assert till.proofs[0].why == "rolled back: door.tcp does not accept"
        assert till.kept.now.settings == {}
        assert till.clock.monotonic() < SECONDS


async def test_what_breaks_late_is_taken_back_too(tmp_path: Path) -> None:
    async with trying(tmp_path, RESTART) as till:
        await till.pass_by(50)
        till.problem = "the store does not answer"
        await till.until(lambda: bool(till.proofs))
        assert till.kept.now.number == 0


async def test_what_the_running_agent_took_up_it_puts_down(tmp_path: Path) -> None:
    async with trying(tmp_path, LIVE) as till:
        till.problem = "the RCU takes nothing"
        await till.until(lambda: bool(till.live))
        assert till.live == [{}]
        await till.pass_by(5)
        assert till.starts == 0


async def test_a_look_that_hangs_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "ANSWER_S", 0.001)
    async with trying(tmp_path, RESTART) as till:

        async def hangs(_: OnTrial) -> str:
            await asyncio.Event().wait()
            return ""

        till.trial.hands.look = hangs
        await till.until(lambda: bool(till.proofs))
        assert "does not answer" in till.proofs[0].why


async def test_a_proof_that_cannot_be_committed_waits_in_the_file(
    tmp_path: Path,
) -> None:
    async with trying(tmp_path, RESTART) as till:
        till.broken, till.problem = True, "the store does not answer"
        await till.until(lambda: till.starts == 1)
        assert [each.status for each in till.kept.owed] == ["failed"]
    again = Till(tmp_path)  # the next process
    async with running(again):
        await again.until(lambda: not again.kept.owed)
        assert [each.order for each in again.proofs] == ["o-1"]


async def test_a_start_waits_for_a_calm_moment_and_not_for_ever(
    tmp_path: Path,
) -> None:
    till = Till(tmp_path)
    till.calm = False
    till.trial.begun(again=True)
    async with running(till):
        for _ in range(30):
            await asyncio.sleep(0.002)
            await till.clock.advance(1.0)
        assert till.starts == 0
        till.calm = True
        await till.until(lambda: till.starts == 1)
        till.calm = False
        till.trial.begun(again=True)
        since_s = till.clock.monotonic()
        await till.until(lambda: till.starts == 2)
        assert till.clock.monotonic() - since_s >= CALM_S
