"""What store IT types, and the lines that journald gets."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from agent import logs
from agent.cli import EXIT_UNAVAILABLE, EXIT_UNSURE, main
from tests.fakes.printer import FakePrinter
from tests.test_config import GOOD


def test_test_print_says_when_there_is_no_printer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(GOOD.replace(":9101", ":1"))
    assert main(["test-print", "--config", str(path)]) == EXIT_UNAVAILABLE
    assert "not printed" in capsys.readouterr().err


async def test_test_print_prints_a_slip_of_our_own(tmp_path: Path) -> None:
    async with FakePrinter() as printer:
        path = tmp_path / "agent.toml"
        path.write_text(GOOD.replace(":9101", f":{printer.port}"))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "agent", "test-print", "--config", str(path)
        )
        assert await process.wait() == 0
        assert b"Comptoir" in printer.paper


def test_a_port_that_is_taken_is_said_with_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        path = tmp_path / "agent.toml"
        text = GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'")
        path.write_text(f"{text}\n[door.tcp]\nlisten = '127.0.0.1:{port}'\n")
        root = logging.getLogger()
        before, level = root.handlers[:], root.level
        try:
            assert main(["run", "--config", str(path)]) == EXIT_UNAVAILABLE
        finally:
            root.handlers[:] = before
            root.setLevel(level)
    assert "door.tcp.listen" in capsys.readouterr().err


def test_a_journal_line_has_its_priority_and_its_fields() -> None:
    formatter = logs.JournalFormatter()
    record = logging.LogRecord(
        "agent.x", logging.WARNING, "", 0, "printer went away", None, None
    )
    record.fault = "unreachable"
    error = ValueError("why")
    broken = logging.LogRecord(
        "agent.x", logging.ERROR, "", 0, "fell", None, (ValueError, error, None)
    )
    first, second = formatter.format(record), formatter.format(broken)
    assert first[:3] == "<4>"
    assert json.loads(first[3:]) == {
        "level": "warning",
        "logger": "agent.x",
        "event": "printer went away",
        "fault": "unreachable",
    }
    assert second[:3] == "<3>"
    assert "ValueError: why" in json.loads(second[3:])["trace"]


def test_a_terminal_gets_a_plain_line() -> None:
    record = logging.LogRecord("a", logging.INFO, "", 0, "listens", None, None)
    record.port = 9100
    line = logs.TerminalFormatter().format(record)
    assert line.endswith("info     listens port=9100")


async def test_test_print_does_not_say_printed_of_a_printer_that_never_answers(
    tmp_path: Path,
) -> None:
    async with FakePrinter() as printer:
        printer.mood.mute = True
        path = tmp_path / "agent.toml"
        path.write_text(GOOD.replace(":9101", f":{printer.port}"))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "agent", "test-print", "--config", str(path),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
    assert (process.returncode, out) == (EXIT_UNSURE, b"")
    assert b"does not answer" in err


def test_a_reader_that_has_seen_enough_gets_no_trace() -> None:
    shown = (
        f"{sys.executable} -m agent policy test | head -n 1; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(
        ["bash", "-c", shown], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in {"0", "141"}
