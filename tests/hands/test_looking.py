"""``check`` says what is wrong with a device before somebody presses a key in vain."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.cli import main
from agent.config import EXIT_CONFIG
from agent.hands.devices import Tree
from agent.hands.looking import findings
from agent.hands.settings import KeypadSettings, ScannerSettings
from hardware_sim.scanner import SerialScanner
from tests.hands.device import Plugs, keyboard_codes, pad_codes
from tests.test_config import GOOD, write


@pytest.fixture
def plugs(tmp_path: Path) -> Plugs:
    made = Plugs(tmp_path)
    made.plug("Pad", pad_codes())
    made.plug("Dell Keyboard", keyboard_codes())
    return made


def may(_path: Path, _wanted: int) -> bool:
    return True


def may_not(_path: Path, _wanted: int) -> bool:
    return False


def test_what_is_there_and_ours_needs_no_word(plugs: Plugs, tmp_path: Path) -> None:
    tree = Tree(plugs.sys, plugs.dev)
    with SerialScanner(tmp_path / "scanner") as scanner:
        scanners = [ScannerSettings(serial=str(scanner.path))]
        assert [*findings([KeypadSettings(name="Pad")], scanners, may, tree)] == []
        (found,) = findings([], scanners, may_not, tree)
    assert (found[0], found[3]) == ("scanner.0.serial", True)
    assert "dialout" in found[1]
    assert "dialout" in found[2]


@pytest.mark.parametrize(
    ("keypad", "dit", "says", "fatal"),
    [
        (
            KeypadSettings(name="Gone"),
            "ne s’appelle 'Gone'",
            "no device is called 'Gone'",
            False,
        ),
        (
            KeypadSettings(name="Dell Keyboard"),
            "keyboard = true",
            "keyboard = true",
            True,
        ),
        (KeypadSettings(name="Pad"), "règle udev", "udev rule", True),
    ],
)
def test_a_keypad_that_cannot_be_taken_is_said(
    plugs: Plugs, keypad: KeypadSettings, dit: str, says: str, *, fatal: bool
) -> None:
    (found,) = findings([keypad], [], may_not, Tree(plugs.sys, plugs.dev))
    assert found[0] == "keypad.0"
    assert says in found[2]
    assert dit in found[1]
    assert found[3] is fatal


@pytest.mark.parametrize(
    ("scanner", "key", "says"),
    [
        ({"device": "/dev/input/event77"}, "scanner.0.device", "/dev/input/by-id"),
        ({"serial": "/dev/ttyACM77"}, "scanner.0.serial", "/dev/serial/by-id"),
    ],
)
def test_a_number_that_changes_is_said(
    plugs: Plugs, scanner: dict[str, str], key: str, says: str
) -> None:
    settings = ScannerSettings.model_validate(scanner)
    found = [*findings([], [settings], may, Tree(plugs.sys, plugs.dev))]
    assert [each[3] for each in found] == [False, False]
    assert found[0][0] == key
    assert says in found[0][1]
    assert says in found[0][2]
    assert "pas" in found[1][1]
    assert "there" in found[1][2]


def test_check_says_it_with_file_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = f"[till]\nstate_dir = '{tmp_path}/state'"
    extra = "[[keypad]]\nname = 'Nobody makes this'\n"
    path = write(tmp_path, GOOD.replace("[till]", place) + extra)
    assert main(["check", "--config", str(path)]) == 0
    said = capsys.readouterr().out
    assert f"{path}: keypad.0: aucun appareil ne s’appelle 'Nobody makes this'" in said
    assert "/ no device is called 'Nobody makes this'" in said
    path = write(tmp_path, path.read_text().replace("name =", "device = '/dev/null' #"))
    assert main(["check", "--config", str(path)]) == EXIT_CONFIG
    assert "keypad.0: /dev/null n’a pas de touches" in capsys.readouterr().err
