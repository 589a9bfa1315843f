from __future__ import annotations

from collections.abc import Callable

from agent.delivery.printer_interview import MISSES, Interview
from agent.delivery.transports.base import nothing
from agent.events import PrinterState
from tests.delivery.rig import quick

ANSWERS = {1: b"\x16", 2: b"\x12", 3: b"\x12", 4: b"\x12"}


class ScriptedWire:
    """Implements ``Transport``.  ``late`` arrives after the answer it follows."""

    def __init__(self) -> None:
        self.answers = dict(ANSWERS)
        self.late: dict[int, bytes] = {}
        self.asked: list[int] = []
        self._inbox: list[bytes] = []

    name = "scripted"
    hears = True

    async def open(self, *, within_s: float) -> None: ...

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        number = raw[-1]
        self.asked.append(number)
        self._inbox += [self.answers.get(number, b""), self.late.get(number, b"")]

    def write_now(self, raw: bytes) -> int:
        del raw
        return 0

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None: ...

    async def read(self, *, within_s: float) -> bytes:
        return self._inbox.pop(0) if self._inbox else b""

    def discard_input(self) -> bytes:
        found, self._inbox[:] = b"".join(self._inbox), []
        return found

    def close(self) -> None: ...


async def test_an_answer_that_comes_late_is_not_taken_for_the_next_one() -> None:
    wire = ScriptedWire()
    wire.late[1] = b"\x16"  # what a POS's own question in the job brought
    interview = Interview(wire, quick("tcp://127.0.0.1:9100"))
    assert await interview.ask() == PrinterState(known=True)


async def test_a_mute_printer_is_asked_the_first_question_only() -> None:
    wire = ScriptedWire()
    wire.answers = {}
    interview = Interview(wire, quick("tcp://127.0.0.1:9100"))
    assert await interview.ask() is None
    assert wire.asked == [1]
    assert interview.mute
    assert not interview.has_answered


async def test_a_question_is_given_up_after_so_many_silences_in_a_row() -> None:
    wire = ScriptedWire()
    del wire.answers[3]
    interview = Interview(wire, quick("tcp://127.0.0.1:9100"))
    for _ in range(MISSES + 2):
        assert await interview.ask() == PrinterState(known=True)
    assert wire.asked.count(3) == MISSES
    assert wire.asked.count(4) == MISSES + 2


async def test_one_silence_is_forgiven() -> None:
    wire = ScriptedWire()
    interview = Interview(wire, quick("tcp://127.0.0.1:9100"))
    for turn in range(4 * MISSES):
        wire.answers = dict(ANSWERS) if turn % 2 else {1: b"\x16", 2: b"\x12"}
        await interview.ask()
    assert wire.asked.count(3) == 4 * MISSES


async def test_who_must_not_be_asked_is_not_allowed() -> None:
    never = quick("tcp://127.0.0.1:9100", asks="never")
    assert not Interview(ScriptedWire(), never).allowed
