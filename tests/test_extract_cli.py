"""``receipt-agent extract``, as anyone calls it who wants to know what a paper says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent import options
from agent.cli import main
from agent.config import EXIT_CONFIG
from agent.extract import EXIT_USAGE
from agent.samples.files import EXIT_DATA, EXIT_NO_INPUT, MAX_FILE_BYTES
from agent.samples.paper import KINDS

CORPUS = Path(__file__).parent / "corpus" / "receipts"
LABELLED = CORPUS / "de_webd_1.json"
JOB = b"\x1b@" + "CAFÉ DU PORT\nCafé 1,20\nTOTAL 1,20 €\n".encode("cp858") + b"\x1dV\0"

Out = pytest.CaptureFixture[str]


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.bin"
    path.write_bytes(b"\x1bt\x13" + JOB)
    return path


def test_a_job_is_shown_to_a_person(job: Path, capsys: Out) -> None:
    assert main(["extract", str(job), "--lang", "fr"]) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert said[:3] == [
        "job",
        "  Ticket de caisse, sûr à 80 %",
        "  V1 Total vérifié",
    ]
    assert said[-1].split() == ["TOTAL", "1,20", "€"]


def test_text_bytes_and_labelled_receipts_in_one_go(job: Path, capsys: Out) -> None:
    text = job.with_suffix(".txt")
    text.write_text("Café 1,20\nTOTAL 1,20\n", encoding="utf-8")
    assert main(["extract", str(job), str(text), str(LABELLED), "--receipt"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["total"] for each in said[:2]] == [120, 120]
    assert {each["kind"] for each in said} == {"sale"}
    assert len(said) == 3


def test_json_is_one_object_that_a_scorer_reads(job: Path, capsys: Out) -> None:
    assert main(["extract", str(LABELLED), str(job), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    labelled = json.loads(LABELLED.read_text("utf-8"))
    assert list(said) == [labelled["id"], "job"]
    assert said[labelled["id"]]["total"] == labelled["truth"]["total"]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    job: Path, tmp_path: Path, capsys: Out
) -> None:
    gone, long = tmp_path / "gone", tmp_path / "long"
    long.write_bytes(bytes(MAX_FILE_BYTES + 1))
    files = [str(gone), str(tmp_path), str(job), str(long)]
    assert main(["extract", *files, "--json"]) == EXIT_DATA
    said = capsys.readouterr()
    assert list(json.loads(said.out)) == ["job"]
    assert [line.rpartition(": ")[0] for line in said.err.splitlines()] == [
        str(gone), str(tmp_path), str(long),
    ]  # fmt: skip
    assert main(["extract", str(gone), "--json"]) == EXIT_NO_INPUT
    assert json.loads(capsys.readouterr().out) == {}


def test_what_is_said_to_be_json_must_be(job: Path, capsys: Out) -> None:
    assert main(["extract", str(job), "--as", "json"]) == EXIT_DATA
    assert "Invalid JSON" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["FRANCE", "F", "F1", "", "ＦＲ"])
def test_a_country_is_two_letters(job: Path, capsys: Out, text: str) -> None:
    with pytest.raises(SystemExit):
        main(["extract", str(job), "--country", text])
    assert "write two letters (ISO 3166-1 alpha-2)" in capsys.readouterr().err


def test_the_country_is_asked_of_the_caller_if_the_file_says_none(
    tmp_path: Path, capsys: Out
) -> None:
    path = tmp_path / "us.txt"
    path.write_text("COFFEE 1.00\nTOTAL 1.00\n11/28/2014\n")
    assert main(["extract", str(path), "--receipt", "--country", "us"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["currency"], said["date"]) == ("USD", "2014-11-28")


def test_usage_and_printers_are_checked(job: Path, capsys: Out) -> None:
    assert main(["extract"]) == EXIT_USAGE
    assert main(["extract", str(job), "--batch"]) == EXIT_USAGE
    assert main(["extract", str(job), "--printer", "X-1"]) == EXIT_CONFIG
    assert "X-1" in capsys.readouterr().err


def test_the_command_line_knows_every_kind_of_file() -> None:
    assert options.SAMPLES == KINDS


def batch(questions: bytes, *options: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "agent", "extract", "--batch", *options],
        input=questions,
        capture_output=True,
        check=True,
        timeout=25,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_batch_is_answered_line_by_line() -> None:
    labelled = json.loads(LABELLED.read_text("utf-8"))
    question = json.dumps({key: labelled[key] for key in ("id", "lines", "country")})
    good, bad = batch(f"{question}\nnonsense\n".encode())
    assert good["id"] == labelled["id"]
    assert good["total"] == labelled["truth"]["total"]
    assert set(bad) == {"id", "error"}


def test_each_answer_comes_before_the_next_question() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "agent", "extract", "--batch", "--receipt"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as asked:
        assert asked.stdin
        assert asked.stdout
        for number in range(3):
            question = {"id": number, "lines": [f"TOTAL {number},00"]}
            asked.stdin.write(json.dumps(question).encode() + b"\n")
            asked.stdin.flush()
            answer = json.loads(asked.stdout.readline())
            assert (answer["id"], answer["lines"]) == (number, question["lines"])
        asked.stdin.close()
    assert asked.returncode == 0


def test_who_stops_reading_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "questions").write_bytes(b'{"id": 1, "lines": []}\n' * 5_000)
    line = f"'{sys.executable}' -m agent extract --batch <questions 2>said | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env={"PYTHONPATH": str(Path(options.__file__).parent.parent)},
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=25,
    )
    assert json.loads(done.stdout)["id"] == 1
    assert (tmp_path / "said").read_bytes() == b""
