"""``hands list`` and ``hands learn``: what is there, what was heard."""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

import pytest

from agent import fitting
from agent.cli import main
from agent.hands.codes import Known, command
from agent.hands.devices import Tree
from hardware_sim import wedge
from hardware_sim.scanner import SerialScanner
from tests.hands.device import Plugs, event, keyboard_codes, pad_codes, press
from tests.test_config import GOOD, write

CARD = "2980123456787"


def test_list_shows_each_device_and_how_it_is_written_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plugs = Plugs(tmp_path)
    plugs.plug("SIGMACHIP USB Keypad", pad_codes(), "by-id/usb-pad-event-kbd")
    plugs.plug("Dell Keyboard", keyboard_codes())
    tree = Tree(plugs.sys, plugs.dev)
    assert fitting.list_(argparse.Namespace(), tree) == 0
    pad, keyboard = capsys.readouterr().out.strip().split("\n\n")
    assert "SIGMACHIP USB Keypad" in pad
    assert "13 keys" in pad
    assert f'device = "{plugs.dev}/by-id/usb-pad-event-kbd"' in pad
    assert "keyboard = true" not in pad
    assert "a whole keyboard" in keyboard
    assert "never the one that the cashier types on" in keyboard


def test_list_says_that_there_is_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fitting.list_(argparse.Namespace(), Tree(tmp_path, tmp_path))
    assert "no device with keys is plugged in" in capsys.readouterr().out


def test_learn_names_keys_when_the_finger_is_off() -> None:
    hears = fitting.Strokes(Known())
    assert hears.hear(press("KP1", 0)) == []
    assert hears.quiet() == ["KP1, usually paper"]
    hears.hear(press("F1", 900) + event(1, 700, 1, 950))
    assert hears.quiet() == ["F1", "700"]
    assert hears.hear(press("ENTER", 1900)) == []
    assert hears.quiet() == ["ENTER, usually extend"]
    assert hears.quiet() == []


def test_learn_says_what_a_scan_is_and_in_which_layout() -> None:
    hears = fitting.Strokes(Known(cards=("2980",)))
    raw = wedge.events(wedge.keys(command("Q"), "fr"), 9000)
    assert hears.hear(raw) == [
        'scanned the command qr of the card by the till (layout = "fr")'
    ]
    raw = wedge.events(wedge.keys(CARD), 19000)
    assert hears.hear(raw) == ['scanned a loyalty card, •••787 (layout = "us")']
    assert hears.quiet() == []


def test_learn_shows_only_the_beginning_of_what_it_does_not_know() -> None:
    raw = wedge.events(wedge.keys(CARD), 1000)
    (said,) = fitting.Strokes(Known()).hear(raw)
    assert said.startswith(
        'scanned something else: 2980…, 13 characters (layout = "us")'
    )
    assert CARD not in said


def test_learn_says_that_a_scanner_sends_no_end_and_not_what_it_sent() -> None:
    typed = fitting.Strokes(Known())
    assert typed.hear(wedge.events(wedge.keys(CARD, end=None), 1000)) == []
    assert typed.quiet() == [fitting.NO_END]
    line = fitting.Line(Known())
    assert line.hear(CARD.encode()) == []
    assert line.quiet() == [fitting.NO_END]
    assert line.quiet() == []


@pytest.mark.parametrize("device", [[], ["No such keypad"], ["/dev/pts/none"]])
def test_learn_says_that_it_hears_nothing(
    device: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = Path("/nonexistent")
    monkeypatch.setattr(fitting, "Tree", lambda: Tree(nothing, nothing))
    assert main(["hands", "learn", *device]) == 66
    assert "hands list" in capsys.readouterr().err


def test_learn_hears_a_serial_scanner_until_it_is_unplugged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = GOOD + "[hands]\ncards = ['2980']\n"
    config = write(tmp_path, text)
    with SerialScanner(tmp_path / "scanner") as scanner:

        def scans() -> None:
            time.sleep(0.5)
            scanner.scan(command("P"))
            scanner.scan(CARD)
            scanner.scan("https://tickets.example/r/ABC")
            time.sleep(0.3)
            scanner.unplug()

        thread = threading.Thread(target=scans)
        thread.start()
        path = str(scanner.path)
        assert main(["hands", "learn", path, "--config", str(config)]) == 0
        thread.join()
    said = capsys.readouterr().out.splitlines()
    assert said[1:] == [
        f"{path}: scanned the command paper of the card by the till",
        f"{path}: scanned a loyalty card, •••787",
        f"{path}: scanned a receipt’s code",
        f"{path}: unplugged",
    ]


def test_learn_ends_by_itself_if_it_is_told_to(tmp_path: Path) -> None:
    with SerialScanner(tmp_path / "scanner") as scanner:
        began_s = time.monotonic()
        assert main(["hands", "learn", str(scanner.path), "--seconds", "0.2"]) == 0
        assert 0.2 <= time.monotonic() - began_s < 5
