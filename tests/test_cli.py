"""What store IT types, and the lines that journald gets."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest

from agent import logs
from agent.cli import EXIT_NO_INPUT, EXIT_UNAVAILABLE, main
from agent.config import EXIT_CONFIG
from tests.fakes.printer import FakePrinter
from tests.test_config import GOOD

JOB = b"\x1b@\x1bE\x01CAF\x90\x1bE\x00  \xd5 <b>\n\x1dV\x00"
"""Code page 437, as a printer wakes up."""


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.bin"
    path.write_bytes(JOB)
    return path


def test_render_draws_a_job_as_text_html_and_png(job: Path, tmp_path: Path) -> None:
    made = {}
    for kind in ("text", "html", "png"):
        out = tmp_path / kind
        assert main(["render", str(job), "--to", kind, "--output", str(out)]) == 0
        made[kind] = out.read_bytes()
    assert made["text"].decode().startswith("CAFÉ")
    assert b"<b>" not in made["html"]
    assert made["html"].startswith(b"<!doctype html>")
    assert b".strip" in made["html"]
    assert made["png"].startswith(b"\x89PNG")


def test_render_says_which_file_or_profile_there_is_none_of(
    job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", "no-such.bin"]) == EXIT_NO_INPUT
    assert "no-such.bin" in capsys.readouterr().err
    assert main(["render", str(job), "--profile", "X-1"]) == EXIT_CONFIG
    assert "X-1" in capsys.readouterr().err


def test_test_print_says_when_there_is_no_printer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(GOOD.replace(":9101", ":1"))
    assert main(["test-print", "--config", str(path)]) == EXIT_UNAVAILABLE
    assert "not printed" in capsys.readouterr().err


async def test_test_print_prints_a_slip_of_our_own(tmp_path: Path) -> None:
    import asyncio

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
