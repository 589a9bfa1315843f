"""The service: a FIFO that plays an event device, a pty that plays a serial scanner."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from agent.clock import SystemClock
from agent.hands import making
from agent.hands.acts import Heard
from agent.hands.codes import Known, command
from agent.hands.deeds import Deeds
from agent.hands.devices import NoDeviceError
from agent.hands.hand import Hand, HandState, Plugged
from agent.hands.presses import Presses
from agent.hands.settings import KeypadSettings, ScannerSettings
from agent.hands.strokes import Strokes
from agent.hands.taking import given_back, taken
from agent.hands.typed import Typed
from hardware_sim import wedge
from hardware_sim.scanner import SerialScanner
from tests.hands.device import Counter, event, press

KNOWN = Known(cards=("2980",))
WITHIN_S = 5.0


class Fifo:
    """An event device that is a FIFO: bytes are its events, its end the unplugging."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = -1
        self.opened = 0

    def plug(self) -> None:
        os.mkfifo(self.path)

    def open(self) -> Plugged:
        fd = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        self._fd = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        self.opened += 1
        return Plugged(fd, partial(given_back, fd))

    def say(self, raw: bytes) -> None:
        os.write(self._fd, raw)

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self._fd)
        self._fd = -1


@asynccontextmanager
async def running(*services: Hand | Deeds) -> AsyncGenerator[None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each.run()) for each in services]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not holds():  # noqa: ASYNC110 -- whatever it is, it rings no bell
            await asyncio.sleep(0.005)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def deeds(counter: Counter) -> Deeds:
    return Deeds(counter, counter, KNOWN, SystemClock())


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.hands.hand.AGAIN_S", 0.02)


def keypad(fifo: Fifo, deeds: Deeds) -> Hand:
    ear = Strokes(Presses(KeypadSettings(name="pad").codes))
    return Hand("hands.keypad", fifo.open, ear, deeds.hears("pad", "cashier"), 0.0)


async def test_a_key_is_a_choice(
    tmp_path: Path, counter: Counter, deeds: Deeds
) -> None:
    fifo = Fifo(tmp_path / "event0")
    fifo.plug()
    hand = keypad(fifo, deeds)
    async with running(hand, deeds):
        await hand.there()
        raw = press("KP1", 0) + press("KP1", 100) + press("KP2", 150)
        for byte in raw:
            fifo.say(bytes([byte]))
        await until(lambda: len(counter.asked) == 2)
    assert [verb[2] for verb in counter.asked] == ["paper", "qr"]


async def test_a_keypad_that_is_pulled_is_found_again(
    tmp_path: Path, counter: Counter, deeds: Deeds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fifo = Fifo(tmp_path / "event0")
    hand = keypad(fifo, deeds)
    async with running(hand, deeds):
        await asyncio.sleep(0.1)
        fifo.plug()
        await hand.there()
        fifo.say(press("KP1")[:30])
        fifo.unplug()
        await until(lambda: "unplugged" in str(caplog.records[-1].__dict__))
        fifo.plug()
        await until(lambda: fifo.opened == 2)
        fifo.say(press("KP2"))
        await until(lambda: bool(counter.asked))
        assert hand.state == HandState("hands.keypad", True, 1, 1, "")
    assert [verb[2] for verb in counter.asked] == ["qr"]
    said = [record.message for record in caplog.records if "hand is" in record.message]
    # Each time once, however often it was looked for.
    assert said == ["a hand is away", "a hand is back"] * 2


async def test_a_scan_that_breaks_off_is_no_part_of_the_next(
    tmp_path: Path, counter: Counter, deeds: Deeds
) -> None:
    fifo = Fifo(tmp_path / "event0")
    fifo.plug()
    ear = Strokes(Typed("us", 30.0))
    hand = Hand("hands.scanner", fifo.open, ear, deeds.hears("s", "cashier"), 0.03)
    async with running(hand, deeds):
        await hand.there()
        fifo.say(wedge.events(wedge.keys("999", end=None), 1000))
        await until(lambda: not ear.pending and fifo.opened == 1)
        await asyncio.sleep(0.1)
        fifo.say(wedge.events(wedge.keys("2980123456787"), 1010))
        await until(lambda: bool(counter.asked))
    assert counter.asked == [("identify", "2980123456787", "scanned")]


class Noting(Strokes):
    """Writes down how often others had their turn before each read."""

    def __init__(self) -> None:
        super().__init__(Typed("us", 30.0))
        self.turns = 0
        self.noted: list[int] = []

    async def count(self) -> None:
        while True:
            self.turns += 1
            await asyncio.sleep(0)

    def hear(self, data: bytes) -> list[Heard]:
        self.noted.append(self.turns)
        return super().hear(data)


async def test_a_device_that_never_rests_leaves_the_loop_to_others(
    tmp_path: Path, deeds: Deeds
) -> None:
    fifo = Fifo(tmp_path / "event0")
    fifo.plug()
    ear = Noting()
    hand = Hand("h", fifo.open, ear, deeds.hears("h", "cashier"), 0.0)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in (hand.run(), ear.count())]
        await hand.there()
        fifo.say(event(2, 8, 1) * 2700)
        await until(lambda: len(ear.noted) >= 16)
        for task in tasks:
            task.cancel()
    assert ear.noted == sorted(set(ear.noted))


async def test_a_thread_that_opens_too_late_closes_what_it_opened(
    tmp_path: Path, deeds: Deeds
) -> None:
    go, closed = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    fifo = Fifo(tmp_path / "event0")
    fifo.plug()

    def plug() -> Plugged:
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result(WITHIN_S)
        plugged = fifo.open()

        def close() -> None:
            plugged.close()
            loop.call_soon_threadsafe(closed.set)

        return Plugged(plugged.fd, close)

    ear = Strokes(Typed("us", 30.0))
    async with running(Hand("h", plug, ear, deeds.hears("h", "cashier"), 0.0)):
        await asyncio.sleep(0.05)
    go.set()
    async with asyncio.timeout(WITHIN_S):
        await closed.wait()


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t"])
async def test_a_serial_scanner_is_heard(
    tmp_path: Path, counter: Counter, deeds: Deeds, end: bytes
) -> None:
    with SerialScanner(tmp_path / "scanner", end) as scanner:
        settings = ScannerSettings(serial=str(scanner.path))
        hand = making.scanner(settings, deeds, "hands.scanner")
        async with running(hand, deeds):
            await hand.there()
            scanner.scan(command("P"))
            scanner.scan("2980123456787")
            scanner.scan("3017620422003")
            await until(lambda: deeds.tally.others == 1 and len(counter.asked) == 2)
    assert counter.asked == [
        ("choose", "r-1", "paper", None, "cashier"),
        ("identify", "2980123456787", "scanned"),
    ]


async def test_a_slow_scanner_with_prefix_and_suffix_is_heard(
    tmp_path: Path, counter: Counter, deeds: Deeds
) -> None:
    with SerialScanner(tmp_path / "s", b"#\r", b"\x02A", baud=9600) as scanner:
        settings = ScannerSettings(serial=str(scanner.path), prefix="A", suffix="#")
        hand = making.scanner(settings, deeds, "hands.scanner")
        async with running(hand, deeds):
            await hand.there()
            await asyncio.to_thread(scanner.scan, command("N"))
            await until(lambda: bool(counter.asked))
    assert counter.asked == [("choose", "r-1", "none", None, "cashier")]


async def test_a_serial_scanner_that_is_pulled_is_found_again(
    tmp_path: Path, counter: Counter, deeds: Deeds
) -> None:
    with SerialScanner(tmp_path / "scanner") as scanner:
        settings = ScannerSettings(serial=str(scanner.path))
        hand = making.scanner(settings, deeds, "hands.scanner")
        async with running(hand, deeds):
            await hand.there()
            scanner.scan("29801", end=b"")
            await asyncio.sleep(0.02)
            scanner.unplug()
            await asyncio.sleep(0.1)
            scanner.plug()
            await hand.there()
            scanner.scan(command("Q"))
            await until(lambda: bool(counter.asked))
    assert [verb[2] for verb in counter.asked] == ["qr"]


async def test_a_hand_without_a_device_waits_and_says_why(
    deeds: Deeds, caplog: pytest.LogCaptureFixture
) -> None:
    def plug() -> Plugged:
        raise NoDeviceError("rien ne s’appelle 'Pad'", "no device is called 'Pad'")

    ear = Strokes(Typed("us", 30.0))
    async with running(Hand("h", plug, ear, deeds.hears("h", "cashier"), 0.0)):
        await asyncio.sleep(0.1)
    (record,) = [each for each in caplog.records if each.message == "a hand is away"]
    assert record.__dict__["why"] == "no device is called 'Pad'"


def test_what_is_no_input_device_cannot_be_taken(tmp_path: Path) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        taken(Path("/dev/null"), grab=True)
    with pytest.raises(FileNotFoundError):
        taken(tmp_path / "gone", grab=True)
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_each_hand_has_a_name_of_its_own(deeds: Deeds) -> None:
    pads = [KeypadSettings(name="a"), KeypadSettings(name="b")]
    made = making.hands(pads, [ScannerSettings(serial="/dev/ttyACM0")], deeds)
    names = [hand.name for hand in made]
    assert names == ["hands.deeds", "hands.keypad", "hands.keypad2", "hands.scanner"]
    assert making.hands([], [], deeds) == []


async def test_it_says_how_it_stands() -> None:
    def plug() -> Plugged:
        raise OSError("no such device")

    hand = Hand("hands.keypad", plug, Strokes(Presses({})), lambda _: None, 0.0)
    assert hand.state == HandState("hands.keypad", False, 0, 0, "")
    running = asyncio.create_task(hand.run())
    async with asyncio.timeout(5):
        while not hand.state.why:  # noqa: ASYNC110 -- a thread has no bell
            await asyncio.sleep(0.005)
    assert hand.state == HandState("hands.keypad", False, 0, 0, "no such device")
    running.cancel()
    await asyncio.wait((running,))
