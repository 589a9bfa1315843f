"""The udev rules are read by udev itself, in a place of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "systemd"
RULES = sorted(UNITS.glob("*.rules"))
IN_A_PLACE = """\
mount -t tmpfs tmpfs /run/udev 2>/dev/null || { mkdir -p /run/udev && mount -t tmpfs tmpfs /run/udev; }
mkdir /run/udev/rules.d && cp "$1" /run/udev/rules.d/
exec udevadm test /sys/class/mem/null 2>&1
"""
"""systemd 252 has no ``udevadm verify`` yet: ``test`` reads all rules and tells what is wrong."""

NOT_OURS = ("Reading rules file", "Unknown group 'receipt-agent'", "null: ")
"""The package makes the group; what begins with a device is no matter of syntax."""

needs_udev = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("udevadm") is None,
    reason="udev rules NOT read: needs root and udevadm (apt install udev)",
)


def told(rules: Path) -> str:
    """What udev says of this file."""
    command = ["unshare", "--mount", "sh", "-c", IN_A_PLACE, "rules", str(rules)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60
    )
    if "Reading rules file" not in done.stdout:
        pytest.skip(f"udev rules NOT read: {done.stdout[:200]}{done.stderr[:200]}")
    lines = done.stdout.splitlines()
    ours = [line for line in lines if f"rules.d/{rules.name}" in line]
    assert ours, "udev did not find it"
    return "\n".join(
        line for line in ours if not any(each in line for each in NOT_OURS)
    )


@needs_udev
@pytest.mark.parametrize("rules", RULES, ids=lambda each: each.name)
def test_udev_has_nothing_to_say_about_them(rules: Path) -> None:
    assert told(rules) == ""


@needs_udev
def test_a_misspelt_key_would_be_found(tmp_path: Path) -> None:
    (good,) = [each for each in RULES if "lines" in each.name]
    wrong = tmp_path / good.name
    wrong.write_text(good.read_text().replace("SYMLINK+=", "SIMLINK+="))
    assert "SIMLINK" in told(wrong)


def test_modem_manager_keeps_off_every_line_that_is_named() -> None:
    text = (UNITS / "69-receipt-agent-lines.rules").read_text()
    for line in text.splitlines():
        if line.startswith('SUBSYSTEM=="tty"'):
            assert 'ENV{ID_MM_DEVICE_IGNORE}="1"' in line
            assert 'GROUP="dialout"' in line
