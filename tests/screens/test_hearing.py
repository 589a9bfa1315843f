"""The page on what axe-core found says what was heard, and what was not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.screens.hearing import NAME, Hearing


def a_hearing(only: str = "", wrong: int = 0) -> Hearing:
    heard = Counter({("display", "phone"): 3, ("it", "10-inch"): 1})
    found = [f"display-phone-{at}: axe label: `x`" for at in range(wrong)]
    return Hearing(only, heard, Counter({("display", "phone"): wrong}), found, "4", 9)


def test_states_and_violations_are_added_up(tmp_path: Path) -> None:
    a_hearing(wrong=2).write(tmp_path, "156")
    said = (tmp_path / NAME).read_text("utf-8")
    assert "| display | phone | 3 | 2 |" in said
    assert "| it | 10 inch | 1 | 0 |" in said
    assert "| all | | 4 | 2 |" in said
    assert said.endswith("* `display-phone-1: axe label: ’x’`\n")
    assert "--only" not in said


def test_a_part_does_not_take_the_place_of_the_whole(tmp_path: Path) -> None:
    a_hearing("it-").write(tmp_path, "156")
    assert "A part only: `--only it-`." in (tmp_path / NAME).read_text("utf-8")
    a_hearing().write(tmp_path, "156")
    whole = (tmp_path / NAME).read_text("utf-8")
    a_hearing("it-", wrong=2).write(tmp_path, "157")
    assert (tmp_path / NAME).read_text("utf-8") == whole
