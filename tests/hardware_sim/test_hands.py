"""Simulated scanners and keypads: what they say is what the real ones say."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import pytest
import serial

from hardware_sim import cli, wedge
from hardware_sim.keypad import UINPUT
from hardware_sim.scanner import SerialScanner


def test_a_scanner_is_a_tty_that_says_its_code(tmp_path: Path) -> None:
    path = tmp_path / "scanner"
    with SerialScanner(path, b"\r\n", b"\x02") as scanner:
        with serial.Serial(str(path), timeout=2) as line:
            scanner.scan("RA1-PO")
            assert line.read(9) == b"\x02RA1-PO\r\n"
            scanner.unplug()
            assert not path.is_symlink()
            with pytest.raises(serial.SerialException):
                line.read(1)
        scanner.plug()
        with serial.Serial(str(path), timeout=2) as line:
            scanner.scan("7", end=b"")
            assert line.read(2) == b"\x027"
    assert not path.is_symlink()


def test_a_scanner_at_a_baud_rate_takes_its_time(tmp_path: Path) -> None:
    with (
        SerialScanner(tmp_path / "s", baud=1200) as scanner,
        serial.Serial(str(scanner.path), timeout=0) as line,
    ):
        scanner.scan("12345")
        assert line.read(10) == b"12345\r\n"


def test_by_hand_each_line_is_a_scan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scanner"
    monkeypatch.setattr("sys.stdin", io.StringIO("123\nunplug\n456\nplug\n789\n"))
    assert cli.main(["scanner", "--at", str(path)]) == 0
    assert "it is unplugged" in capsys.readouterr().out
    path.touch()
    assert cli.main(["scanner", "--at", str(path)]) == 69
    assert "is there already" in capsys.readouterr().err


@pytest.mark.skipif(os.access(UINPUT, os.W_OK), reason=f"{UINPUT} is here")
def test_a_machine_without_uinput_is_told_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["keypad"]) == 69
    assert "modprobe uinput" in capsys.readouterr().err


def test_a_wedge_strikes_shift_around_capitals_and_an_azerty_digit() -> None:
    shift = wedge.LEFT_SHIFT
    assert list(wedge.keys("a1", "us", end=None)) == [(30, 1), (30, 0), (2, 1), (2, 0)]
    assert list(wedge.keys("1", "fr", end=None)) == [
        (shift, 1),
        (2, 1),
        (2, 0),
        (shift, 0),
    ]
    with pytest.raises(ValueError, match="has no 'é'"):
        list(wedge.keys("é", "us"))


def test_events_have_the_kernels_form_and_a_report_after_each() -> None:
    raw = wedge.events(wedge.keys("1"), 1000.0, 2.0)
    form = struct.Struct("@llHHi")
    assert [fields[2:] for fields in form.iter_unpack(raw)] == [
        *((1, 2, 1), (0, 0, 0), (1, 2, 0), (0, 0, 0)),
        *((1, 28, 1), (0, 0, 0), (1, 28, 0), (0, 0, 0)),
    ]
