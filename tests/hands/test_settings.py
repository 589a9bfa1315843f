"""What store IT may write of hands, and what it is told when that cannot work."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import load
from agent.errors import ConfigError
from agent.hands.keys import CODES
from tests.test_config import GOOD, write


@pytest.mark.parametrize(
    ("extra", "key", "remedy"),
    [
        ("[[keypad]]", "keypad.0", "write name or device, one of them"),
        ("[[keypad]]\nname='a'\ndevice='/dev/b'", "keypad.0", "one of them"),
        ("[[keypad]]\ndevice='SIGMACHIP'", "keypad.0.device", "name = 'SIGMACHIP'"),
        ("[[keypad]]\nname='a'\nnane='b'", "keypad.0.nane", "did you mean name?"),
        ("[[keypad]]\nname='a'\nkeys={KP1='papier'}", "keypad.0.keys.KP1", "'paper'"),
        ("[[keypad]]\nname='a'\nkeys={PAPER='paper'}", "keypad.0.keys", "hands learn"),
        ("[[keypad]]\nname='a'\nlayout='azerty'", "keypad.0.layout", "'us' or 'fr'"),
        (
            "[[keypad]]\nname='a'\nkeyboard='maybe'",
            "keypad.0.keyboard",
            "true or false",
        ),
        ("[[scanner]]", "scanner.0", "serial (/dev/ttyACM0), one of them"),
        ("[[scanner]]\nserial='COM3'", "scanner.0.serial", "/dev/ttyACM0"),
        ("[[scanner]]\nserial='/dev/a'\nbaud=9601", "scanner.0.baud", "mostly 9600"),
        ("[[scanner]]\nserial='/dev/a'\ngrab=false", "scanner.0", "leave it out"),
        ("[[scanner]]\nname='a'\ngap_ms=0", "scanner.0.gap_ms", "too small"),
        ("[hands]\ncards=['2']", "hands.cards.0", "at least 2"),
        ("[hands]\ncards=['298']\nreceipts=['29']", "hands", "longer beginnings"),
        ("[keypad]\nname='a'", "keypad", "a section in [[ ]]"),
        (
            "[[keypad]]\ndevice='/dev/x'\n[[scanner]]\ndevice='/dev/y/../x'",
            "(file)",
            "keypad.0 and scanner.0 are both",
        ),
        (
            "[door.serial]\ndevice='/dev/ttyS9'\n[[scanner]]\nserial='/dev/ttyS9'",
            "(file)",
            "door.serial and scanner.0 are both",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(
    tmp_path: Path, extra: str, key: str, remedy: str
) -> None:
    path = write(tmp_path, GOOD + extra)
    with pytest.raises(ConfigError) as caught:
        load(path)
    line = str(caught.value).splitlines()[0]
    assert line.startswith(f"{path}: {key}")
    assert remedy in line


def test_a_keypad_is_a_name_and_keys_may_be_others(tmp_path: Path) -> None:
    extra = "[[keypad]]\nname='a'\n[[keypad]]\nname='b'\nkeys={F1='gift', '700'='none'}"
    usual, own = load(write(tmp_path, GOOD + extra)).keypad
    assert len(usual.codes) == 21
    assert own.codes == {CODES["F1"]: "gift", 700: "none"}


def test_two_scanners_of_one_name_are_told_apart_by_path(tmp_path: Path) -> None:
    extra = "[[scanner]]\nname='a'\n[[scanner]]\ndevice='/dev/input/by-path/b'"
    assert len(load(write(tmp_path, GOOD + extra)).scanner) == 2
