"""Which device is meant, and that the cashier's own keyboard is never taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.hands.devices import NoDeviceError, Tree, meant, typing_keys
from agent.hands.keys import CODES
from agent.hands.settings import KeypadSettings, ScannerSettings
from tests.hands.device import Plugs, keyboard_codes, pad_codes

WANTED = frozenset(KeypadSettings(name="x").codes)
PAD = "SIGMACHIP USB Keypad"


@pytest.fixture
def plugs(tmp_path: Path) -> Plugs:
    return Plugs(tmp_path)


def tree(plugs: Plugs) -> Tree:
    return Tree(plugs.sys, plugs.dev)


def test_devices_have_names_keys_and_lasting_paths(plugs: Plugs) -> None:
    plugs.plug("Power Button", [116])
    plugs.plug("A Mouse", [0x110, 0x111])
    pad = plugs.plug(PAD, pad_codes(), "by-path/pci-0-usb-1", "by-id/usb-pad-event-kbd")
    keyboard = plugs.plug("AT Translated Set 2 keyboard", keyboard_codes())
    power, found, typing = tree(plugs).devices()
    assert power.name == "Power Button"
    assert (found.name, found.path, found.bus) == (PAD, pad, "USB 1a2c:2d43")
    assert found.keys == frozenset(pad_codes())
    assert found.lasting == plugs.dev / "by-id/usb-pad-event-kbd"
    assert typing.lasting == keyboard
    assert (found.whole, typing.whole) == (False, True)


def test_a_machine_without_input_devices_has_none(tmp_path: Path) -> None:
    assert Tree(tmp_path / "sys", tmp_path / "dev").devices() == []


def test_by_name_the_interface_with_the_keys_is_meant(plugs: Plugs) -> None:
    pad = plugs.plug(PAD, pad_codes())
    plugs.plug(PAD, [113, 114, 115])
    assert meant(KeypadSettings(name=PAD), tree(plugs), WANTED) == pad


def test_two_of_one_name_are_not_guessed_at(plugs: Plugs) -> None:
    plugs.plug(PAD, pad_codes(), "by-id/usb-one-event-kbd")
    plugs.plug(PAD, pad_codes(), "by-id/usb-two-event-kbd")
    with pytest.raises(
        NoDeviceError, match=r"2 devices.*device = .*usb-one.*usb-two"
    ) as no:
        meant(KeypadSettings(name=PAD), tree(plugs), WANTED)
    assert no.value.wrong


def test_a_link_under_by_id_is_followed(plugs: Plugs) -> None:
    plugs.plug("Another", pad_codes())
    pad = plugs.plug(PAD, pad_codes(), "by-id/usb-pad-event-kbd")
    link = str(plugs.dev / "by-id/usb-pad-event-kbd")
    settings = KeypadSettings(name="x").model_copy(update={"name": "", "device": link})
    assert meant(settings, tree(plugs), WANTED) == pad


@pytest.mark.parametrize("by_name", [True, False])
def test_the_cashiers_keyboard_is_not_taken_by_accident(
    plugs: Plugs, *, by_name: bool
) -> None:
    path = plugs.plug("Dell Keyboard", keyboard_codes())
    settings = KeypadSettings(name="Dell Keyboard")
    if not by_name:
        settings = settings.model_copy(update={"name": "", "device": str(path)})
    with pytest.raises(NoDeviceError, match="keyboard = true") as no:
        meant(settings, tree(plugs), WANTED)
    assert no.value.wrong
    settings = settings.model_copy(update={"keyboard": True})
    assert meant(settings, tree(plugs), WANTED) == path


def test_a_scanner_is_a_keyboard_that_ends_with_enter(plugs: Plugs) -> None:
    plugs.plug("Scanner", [113])
    typing = plugs.plug("Scanner", keyboard_codes())
    settings = ScannerSettings(name="Scanner", keyboard=True)
    assert meant(settings, tree(plugs), typing_keys()) == typing


@pytest.mark.parametrize(
    ("settings", "says", "wrong"),
    [
        (KeypadSettings(name="Gone"), "no device is called 'Gone'", False),
        (KeypadSettings(device="/dev/input/by-id/gone"), "there is no /dev", False),
        (KeypadSettings(device="/dev/null"), "/dev/null has no keys", True),
    ],
)
def test_what_is_not_there_is_said(
    plugs: Plugs, settings: KeypadSettings, says: str, *, wrong: bool
) -> None:
    plugs.plug(PAD, [CODES["KP1"]])
    with pytest.raises(NoDeviceError, match=says) as no:
        meant(settings, tree(plugs), WANTED)
    assert no.value.wrong is wrong
    assert "hands list" in str(no.value)
