"""From the bytes of a key or a scan to the verb of the counter, beside its limit of 50 ms.

Twice: from when they were read, which is ours and is held against the limit, and from when
they were written, which also waits for the kernel and for a processor.

A FIFO plays the device, so that the way is the real one: the kernel wakes the loop, the
bytes are read, parsed and understood, and the deed's own task calls the verb.  Once in
a loop that rests, once in one that never does: steps of a millisecond, the most that one
of the relay's may take (bench.steps), one behind the other.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import struct
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from agent.clock import SystemClock
from agent.hands.acts import Heard
from agent.hands.codes import Known, command
from agent.hands.deeds import Deeds
from agent.hands.hand import Ear, Hand, Plugged
from agent.hands.lines import Lines
from agent.hands.presses import Presses
from agent.hands.settings import KeypadSettings
from agent.hands.strokes import Strokes
from agent.hands.taking import given_back
from agent.hands.typed import Typed
from agent.verbs import By, Choice, Lang, Refusal
from hardware_sim import wedge

LIMIT_MS: Final = 50.0
ROUNDS: Final = 400
PACE_S: Final = 0.025
BUSY_S: Final = 0.001
SETTLE_S: Final = 0.5
Times = list[float]
_PAD: Final = (79, 80, 81, 75, 76, 77)
"""1 to 6 of the number pad, as the kernel counts them."""


class Stamped:
    """An ear that notes when bytes came."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self.at = 0.0

    @property
    def pending(self) -> bool:
        return self._ear.pending

    def hear(self, data: bytes) -> Sequence[Heard]:
        self.at = time.perf_counter()
        return self._ear.hear(data)

    def silent(self) -> Sequence[Heard]:
        return self._ear.silent()

    def forget(self) -> None:
        self._ear.forget()


@dataclass
class Counter:
    """Notes when it was asked, and when that was read."""

    ear: Stamped
    at: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)

    def here(self) -> str | None:
        return "r-1"

    async def choose(
        self,
        receipt: str,
        choice: Choice,
        contact: str | None,
        by: By,
        lang: Lang = "fr",
    ) -> Refusal | None:
        del receipt, choice, contact, by, lang
        self.at.append(time.perf_counter())
        self.read.append(self.ear.at)
        return None


def press(number: int) -> bytes:
    """Down and up, half a second after the one before."""
    code, s = _PAD[number % len(_PAD)], number // 2
    strokes = ((1, code, 1), (0, 0, 0), (1, code, 0), (0, 0, 0))
    us = number % 2 * 500_000
    return b"".join(struct.pack("@llHHi", s, us, *each) for each in strokes)


def _choice(number: int) -> str:
    return command("PQESCN"[number % 6])


def typed(number: int) -> bytes:
    """A command barcode, as a keyboard types it."""
    return wedge.events(wedge.keys(_choice(number)), number * 500.0)


def line(number: int) -> bytes:
    """The same on a serial line."""
    return f"{_choice(number)}\r\n".encode()


async def measured(heard: Ear, kind: str, *, busy: bool) -> tuple[Times, Times]:
    """Milliseconds to the verb from the read and from the write, for each round."""
    ear = Stamped(heard)
    counter = Counter(ear)
    deeds = Deeds(counter, counter, Known(), Ahead())  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "event0"
        os.mkfifo(path)
        fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        plugged = Plugged(fd, partial(given_back, fd))
        hand = Hand("bench", lambda: plugged, ear, deeds.hears("bench", "cashier"), 1.0)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each.run()) for each in (hand, deeds)]
            if busy:
                tasks.append(group.create_task(_burn()))
            await hand.there()
            began = await _struck(path, kind)
            await asyncio.sleep(SETTLE_S)
            for task in tasks:
                task.cancel()
    return _times(counter.read, counter.at), _times(began, counter.at)


def _times(began: Times, done: Times) -> Times:
    return [1000 * (end - start) for start, end in zip(began, done, strict=True)]


async def _struck(path: Path, kind: str) -> list[float]:
    """When each was written, by a process of its own: it shares no lock with the loop."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.hands", kind, str(path)), stdout=PIPE
    )
    said, _ = await process.communicate()
    return [float(each) for each in said.split()]


def strike(kind: str, path: str) -> None:
    """Write each round to ``path`` as the device would; then say when."""
    make = {"key": press, "typed": typed, "serial": line}[kind]
    began, raws = [], [make(number) for number in range(ROUNDS)]
    device = os.open(path, os.O_WRONLY)
    for raw in raws:
        time.sleep(PACE_S)
        began.append(time.perf_counter())
        os.write(device, raw)
    print(*began)


class Ahead(SystemClock):
    """A minute later each time: a code is scanned again, it does not just lie there."""

    def __init__(self) -> None:
        self._s = 0.0

    def monotonic(self) -> float:
        self._s += 60.0
        return self._s


async def _burn() -> None:
    while True:
        until_s = time.perf_counter() + BUSY_S
        while time.perf_counter() < until_s:
            pass
        await asyncio.sleep(0)


def main() -> int:
    """Print the table; 1 if a p99 from the read is above the limit."""
    worst = 0.0
    head = "".join(f"{each:>8}" for each in ("p50", "p99", "worst"))
    print(f"{'ms to the verb':<44}{'from read':>24}{'from write':>24}   limit")
    print(f"{'':<44}{head}{head}")
    for name, kind, ear in (
        ("key of a keypad", "key", _pad),
        ("command barcode, as a keyboard", "typed", _typed),
        ("command barcode, serial", "serial", Lines),
    ):
        for busy in (False, True):
            read, written = asyncio.run(measured(ear(), kind, busy=busy))
            worst = max(worst, _p99(read))
            print(
                f"{name + (', busy loop' if busy else ''):<44}"
                f"{_row(read)}{_row(written)}   {LIMIT_MS:g}"
            )
    return int(worst > LIMIT_MS)


def _p99(times: Times) -> float:
    return statistics.quantiles(times, n=100)[98]


def _row(times: Times) -> str:
    figures = (statistics.median(times), _p99(times), max(times))
    return "".join(f"{each:>8.2f}" for each in figures)


def _pad() -> Strokes:
    return Strokes(Presses(KeypadSettings(name="bench").codes))


def _typed() -> Strokes:
    return Strokes(Typed("us", 100.0))


if __name__ == "__main__":
    if sys.argv[1:]:
        strike(*sys.argv[1:])
    else:
        sys.exit(main())
