"""The stranger on a bare Debian: ``make bare``.  It needs root and some minutes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.bare_faults import FAULTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(
    "BARE" not in os.environ,
    reason="a bare Debian was NOT set up: BARE=1, or make bare (root, some minutes)",
)
@pytest.mark.timeout(3600)
def test_a_stranger_sets_a_bare_debian_up_and_doctor_names_each_fault() -> None:
    command = [sys.executable, "-m", "tests.acceptance.bare_debian"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_every_plug_has_its_own_name_and_asks_for_a_remedy() -> None:
    assert len({each.name for each in FAULTS}) == len(FAULTS)
    for each in FAULTS:
        told = {
            "probe": each.probe,
            "state": "bad",
            "en": each.says,
            "fr": "x",
            "detail": "",
            "remedy_en": each.remedy,
            "remedy_fr": "x",
        }
        assert each.named_by(told)
        assert not each.named_by({**told, "state": "ok"})
        assert not each.named_by({**told, "remedy_en": ""})
