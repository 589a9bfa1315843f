"""``receipt-agent decode``: what a field engineer sees of a recorded job."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import EXIT_CONFIG
from agent.decode import (
    EXIT_DATA,
    EXIT_NO_INPUT,
    EXIT_USAGE,
    MAX_RAW_BYTES,
    WIDTH,
    as_text,
    undumped,
)
from agent.escpos import describe
from agent.escpos.settings import Printer
from agent.escpos.tally import MAX_KEPT_BYTES, Tally

JOB = (
    b"\x1b@\x1bt\x10caf\xe9\n"
    b"\x1dv0\x00\x30\x00\x02\x00" + bytes(96) + b"\x1b4" + b"\x1dVB\x1e"
)
LISTING = """\
000000  1b 40               ESC @                 back to the settings of power-on
000002  1b 74 10            ESC t 16              code page CP1252
000005  63 61 66 e9         text                  "café"
000009  0a                  LF                    prints the line
00000A  1d 76 30 00 30 00…  GS v 0 0 48 0 …       raster 384 x 2 dots, scale 1x1, 96 bytes
000072  1b 34               unknown               2 bytes: clone: italic on (as ESC/P)
000074  1d 56 42 1e         GS V 66 30            feeds 30 units (3.75 mm) past the cutter, then
                                                  partial cut
"""
KEYS = [
    "at",
    "size",
    "kind",
    "name",
    "title",
    "params",
    "effect",
    "meaning",
    "warnings",
    "raw",
]


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.bin"
    path.write_bytes(JOB)
    return path


Out = pytest.CaptureFixture[str]


class TestTheListing:
    def test_has_offset_bytes_mnemonic_and_effect(self, job: Path, capsys: Out) -> None:
        assert main(["decode", str(job)]) == 0
        assert capsys.readouterr().out == LISTING

    def test_keeps_to_its_width_and_says_warnings_on_lines_of_their_own(self) -> None:
        raw = b"\x1ba\x09" + b"12   5 " * 50 + b"\x1d(k\x03\x001\x63\x09"
        lines = list(as_text(describe.job([raw], Printer())))
        assert all(len(line) <= WIDTH for line in lines)
        assert lines[1].endswith("! n is 9; the manual has 0-2, 48-50")
        assert "".join(line[50:] for line in lines[2:-2]) == '"' + "12   5 " * 50 + '"'

    def test_is_read_in_the_code_pages_of_the_printer(
        self, tmp_path: Path, capsys: Out
    ) -> None:
        path = tmp_path / "job.bin"
        path.write_bytes(b"\x1bt\x19\xe9")
        assert main(["decode", str(path), "--printer", "TM-T88V"]) == 0
        assert main(["decode", str(path), "--printer", "X-1"]) == EXIT_CONFIG
        said = capsys.readouterr().err
        assert said.startswith("--printer: no printer profile 'X-1'; there are ")


class TestAStarJob:
    JOB = b"\x1b@\x1bE\x1bGS\xe9 9,50\n\x1b*rA\x1b*rY10\x00b\x02\x00\xff\x00\x1b*rB\x07\x1bd\x02"

    def test_is_read_as_one_when_it_is_said_to_be(
        self, tmp_path: Path, capsys: Out
    ) -> None:
        path = tmp_path / "star.bin"
        path.write_bytes(self.JOB)
        assert main(["decode", str(path), "--dialect", "star"]) == 0
        said = capsys.readouterr().out
        for line in (
            "ESC @                 begins afresh",
            "ESC * r A             sets what comes later",
            "ESC * r Y",
            "b 2 0 255 …           marks the paper",
            "BEL                   opens a drawer, or buzzes",
            "ESC d 2               cuts",
        ):
            assert line in said
        assert main(["decode", str(path), "--dialect", "star", "--json"]) == 0
        pieces = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert all(list(each) == KEYS for each in pieces)
        assert sum(each["size"] for each in pieces) == len(self.JOB)

    def test_is_not_counted(self, job: Path, capsys: Out) -> None:
        asked = ["decode", str(job), "--dialect", "star", "--coverage"]
        assert main(asked) == EXIT_USAGE
        assert "leave out --dialect" in capsys.readouterr().err


class TestJson:
    def test_is_one_object_a_line_with_the_same_keys(
        self, job: Path, capsys: Out
    ) -> None:
        assert main(["decode", str(job), "--json"]) == 0
        objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert all(list(each) == KEYS for each in objects)
        assert objects[-1] == {
            "at": 0x74,
            "size": 4,
            "kind": "command",
            "name": "GS V fn=42",
            "title": "Cut paper: feed, then partial cut",
            "params": {"n": 30},
            "effect": "feeds 30 units (3.75 mm) past the cutter, then partial cut",
            "meaning": "paper",
            "warnings": [],
            "raw": "1d 56 42 1e",
        }

    def test_gives_the_beginning_of_long_data(self, job: Path, capsys: Out) -> None:
        assert main(["decode", str(job), "--json"]) == 0
        picture = json.loads(capsys.readouterr().out.splitlines()[4])
        assert picture["size"] == 104
        assert picture["raw"] == f"{JOB[10:][:MAX_RAW_BYTES].hex(' ')} …"


class TestCoverage:
    def test_counts_commands_and_weighs_bytes(self, job: Path, capsys: Out) -> None:
        assert main(["decode", str(job), "--coverage", "--json"]) == 0
        got = json.loads(capsys.readouterr().out)
        assert (got["bytes"], got["known"], got["unknown"]) == (120, 118, 2)
        assert got["understood"] == 118
        by_name = {each["name"]: each for each in got["commands"]}
        assert by_name["GS v 0"]["bytes"] == 104
        assert by_name["unknown"]["meaning"] == "none"

    def test_is_a_table_with_the_most_frequent_first(
        self, job: Path, capsys: Out
    ) -> None:
        job.write_bytes(JOB + b"\n\n\x1ba\x09")
        assert main(["decode", str(job), "--coverage"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[1].split() == [
            "known",
            "123",
            "98.4",
            "%",
            "text",
            "and",
            "commands",
            "of",
            "the",
            "manual",
        ]
        assert lines[6].split()[3] == "LF"
        assert any("ESC a" in line and "(warned of: 1)" in line for line in lines)

    def test_of_nothing_is_nothing(self, job: Path, capsys: Out) -> None:
        job.write_bytes(b"")
        assert main(["decode", str(job), "--coverage"]) == 0
        assert "bytes               0      – %" in capsys.readouterr().out

    def test_does_not_weigh_what_no_door_would_take(self) -> None:
        tally = Tally(Printer())
        chunks = [b"\0" * 1024] * (MAX_KEPT_BYTES // 1024 + 1)
        tally.count(describe.job(tally.watch(chunks), Printer()))
        assert tally.understood() is None
        assert len(tally._kept) == MAX_KEPT_BYTES
        assert any("not measured" in line for line in tally.as_text())


class TestWhatIsRead:
    @pytest.mark.parametrize(
        "dump",
        [
            JOB.hex(),
            JOB.hex(" ").upper(),
            ", ".join(f"0x{byte:02x}" for byte in JOB),
            "".join(rf"\x{byte:02x}" for byte in JOB),
            "00000000: 1b40 1b61 0163  .@.a.c\n00000006: 0a                 .\n",
            "00000000  1b 40 1b 61 01 63 0a           |.@.a.c.|\n00000007\n",
        ],
    )
    def test_a_hex_dump_becomes_its_bytes(self, dump: str) -> None:
        assert undumped(dump) in (JOB, b"\x1b@\x1ba\x01c\n")

    def test_what_is_no_hex_dump_is_said_with_its_line(
        self, job: Path, capsys: Out
    ) -> None:
        job.write_bytes(b"1b 40\nzz\n")
        assert main(["decode", str(job), "--hex"]) == EXIT_DATA
        assert "line 2 is no hex dump" in capsys.readouterr().err

    def test_a_file_that_cannot_be_read_is_said(
        self, tmp_path: Path, capsys: Out
    ) -> None:
        assert main(["decode", "no-such.bin"]) == EXIT_NO_INPUT
        assert main(["decode", str(tmp_path)]) == EXIT_NO_INPUT
        assert "no-such.bin: No such file" in capsys.readouterr().err

    def test_standard_input_is_read_as_a_file_is(
        self, capsys: Out, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(JOB)))
        assert main(["decode", "-"]) == 0
        assert capsys.readouterr().out == LISTING


def test_a_reader_that_stops_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "long.bin"
    path.write_bytes(b"y\n" * 50_000)
    with subprocess.Popen(
        [sys.executable, "-m", "agent", "decode", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().endswith(b'"y"\n')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_nothing_reaches_the_terminal_that_it_would_obey(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = tmp_path / "job.bin"
    job.write_bytes(
        b"\x1d(L\x06\x000E\x9b2\x01\x01" + b"\x1d(k\x05\x0030P0\x9b\x1b[31m\n"
    )
    for words in ([], ["--json"]):
        assert main(["decode", str(job), *words]) == 0
        said = capsys.readouterr().out
        assert not [c for c in said if c != "\n" and (c < " " or "\x7f" <= c <= "\x9f")]
