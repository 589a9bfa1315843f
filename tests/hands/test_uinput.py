"""With the kernel's own input devices, where it can make them."""

from __future__ import annotations

import asyncio
import os
import select
import time
from pathlib import Path

import pytest

from agent.clock import SystemClock
from agent.hands import making
from agent.hands.codes import Known, command
from agent.hands.deeds import Deeds
from agent.hands.devices import NoDeviceError, Tree, meant, typing_keys
from agent.hands.settings import KeypadSettings, ScannerSettings
from agent.hands.taking import given_back, taken
from hardware_sim import wedge
from hardware_sim.keypad import UINPUT, WHOLE_KEYBOARD, UinputKeypad
from tests.hands.device import Counter
from tests.hands.test_hand import running, until

pytestmark = pytest.mark.skipif(
    not os.access(UINPUT, os.W_OK),
    reason=f"{UINPUT} cannot be written: modprobe uinput, and run as root",
)
NAME = f"Receipt agent's test pad {os.getpid()}"
KP1, KP2 = 79, 80


def bystander(path: Path) -> int:
    """Who else listens: the POS."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def hears(fd: int) -> bool:
    return bool(select.select([fd], [], [], 0.2)[0])


async def test_the_keys_of_a_keypad_reach_the_counter_and_nobody_else() -> None:
    counter = Counter()
    deeds = Deeds(counter, counter, Known(), SystemClock())
    hand = making.keypad(KeypadSettings(name=NAME), deeds, "hands.keypad")
    with UinputKeypad(NAME) as pad:
        other = bystander(pad.path)
        async with running(hand, deeds):
            await hand.there()
            pad.press(KP1)
            pad.strike([(KP2, 1), (KP2, 2), (KP2, 2), (KP2, 0), (KP2, 1), (KP2, 0)])
            await until(lambda: len(counter.asked) == 2)
            assert not hears(other)
        pad.press(KP1)
        assert hears(other), "the keypad is given back at the end"
        given_back(other)
    assert [verb[2] for verb in counter.asked] == ["paper", "qr"]


async def test_a_keypad_that_is_pulled_is_found_again() -> None:
    counter = Counter()
    deeds = Deeds(counter, counter, Known(), SystemClock())
    hand = making.keypad(KeypadSettings(name=NAME), deeds, "hands.keypad")
    async with running(hand, deeds):
        for key in (KP1, KP2):
            with UinputKeypad(NAME) as pad:
                async with asyncio.timeout(5):
                    await hand.there()
                before = len(counter.asked)
                pad.press(key)
                await until(lambda: len(counter.asked) > before)  # noqa: B023
            await asyncio.sleep(0.1)
    assert [verb[2] for verb in counter.asked] == ["paper", "qr"]


async def test_a_scanner_is_shared_with_the_pos_if_it_is_so_configured() -> None:
    counter = Counter()
    deeds = Deeds(counter, counter, Known(), SystemClock())
    settings = ScannerSettings(name=NAME, keyboard=True, grab=False, layout="fr")
    hand = making.scanner(settings, deeds, "hands.scanner")
    with UinputKeypad(NAME, WHOLE_KEYBOARD) as pad:
        other = bystander(pad.path)
        async with running(hand, deeds):
            await hand.there()
            pad.strike(wedge.keys(command("P"), "fr"), pace_s=0.001)
            await until(lambda: len(counter.asked) == 1)
            assert hears(other)
        given_back(other)


def test_a_device_is_taken_once_and_not_while_a_key_is_down() -> None:
    with UinputKeypad(NAME) as pad:
        first = taken(pad.path, grab=True)
        with pytest.raises(OSError, match="busy"):
            taken(pad.path, grab=True)
        given_back(first)
        pad.strike([(KP1, 1)])
        began_s = time.monotonic()
        with pytest.raises(NoDeviceError, match="stays down"):
            taken(pad.path, grab=True)
        assert time.monotonic() - began_s < 5
        pad.strike([(KP1, 0)])
        given_back(taken(pad.path, grab=True))


def test_what_the_kernel_shows_is_read() -> None:
    with UinputKeypad(NAME, WHOLE_KEYBOARD) as pad:
        (device,) = [each for each in Tree().devices() if each.name == NAME]
        assert (device.path, device.bus) == (pad.path, "USB 1a2c:2d43")
        assert device.keys == frozenset(WHOLE_KEYBOARD)
        with pytest.raises(NoDeviceError, match="keyboard = true"):
            meant(KeypadSettings(name=NAME), Tree(), typing_keys())
