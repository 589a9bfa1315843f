"""``receipt-agent profile new`` and ``profile test``."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.cli import main
from agent.config import EXIT_CONFIG
from agent.profile_file import load
from agent.profiling import EXIT_NO_INPUT, EXIT_WORSE
from hardware_sim import hand_bytes
from hardware_sim.receipts import sale

EXAMPLES = Path(__file__).parent.parent / "config" / "profiles"
CORPUS = Path(__file__).parent / "corpus" / "receipts"

Out = pytest.CaptureFixture[str]


@pytest.fixture
def jobs(tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"{seed}.bin" for seed in range(5)]
    for seed, path in enumerate(paths):
        path.write_bytes(hand_bytes.encode(sale("restaurant", seed)))
    return [str(path) for path in paths]


def test_what_is_proposed_can_be_tested(
    jobs: list[str], tmp_path: Path, capsys: Out
) -> None:
    assert main(["profile", "new", "--from", *jobs, "--name", "Le Resto 2"]) == 0
    path = tmp_path / "resto.toml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    assert load(path).name == "le-resto-2"
    assert "ESC t 19" in path.read_text("utf-8")
    assert main(["profile", "test", str(path), *jobs]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "5 papers"
    assert said[-1] == "nothing is lost"


def test_the_examples_lose_nothing_on_their_own_papers(
    jobs: list[str], tmp_path: Path, capsys: Out
) -> None:
    other = tmp_path / "diy.bin"
    other.write_bytes(hand_bytes.encode(sale("diy", 3)))
    assert (
        main(["profile", "test", str(EXAMPLES / "example-restaurant.toml"), *jobs]) == 0
    )
    assert (
        main(["profile", "test", str(EXAMPLES / "example-diy.toml"), str(other)]) == 0
    )
    assert "store" not in capsys.readouterr().out


def test_a_paper_that_costs_too_much_is_named(tmp_path: Path, capsys: Out) -> None:
    dear = [rf"'AA(?:A?A?){{100}}{letter}C'" for letter in "BDEFGHIJKLMNOPQRSTUVWXYZ"]
    known, paper = tmp_path / "dear.toml", tmp_path / "paper.txt"
    known.write_text(
        f'schema = "profile/1"\nname = "dear"\n[kinds]\nlabel = [{", ".join(dear)}]\n'
    )
    paper.write_text("\n".join(["A" * 60] * 1_400))
    assert main(["profile", "test", str(known), str(paper)]) == 0
    assert "! paper: the patterns would take too long" in capsys.readouterr().out


def test_a_profile_that_makes_it_worse_fails(tmp_path: Path, capsys: Out) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('schema = "profile/1"\nname = "bad"\n[merchant]\nname = "Nobody"\n')
    labelled = [str(each) for each in sorted(CORPUS.glob("de_*.json"))]
    assert main(["profile", "test", str(path), *labelled, "--truth"]) == EXIT_WORSE
    said = capsys.readouterr().out
    assert "company" in said
    assert said.endswith("worse with the profile\n")


def test_files_that_are_not_there_or_no_profile_are_said(
    jobs: list[str], tmp_path: Path, capsys: Out
) -> None:
    gone = str(tmp_path / "gone")
    assert main(["profile", "new", "--from", gone]) == EXIT_NO_INPUT
    assert main(["profile", "test", gone, *jobs]) == EXIT_CONFIG
    assert main(["profile", "test", jobs[0], *jobs]) == EXIT_CONFIG
    assert "not TOML" in capsys.readouterr().err
    example = str(EXAMPLES / "example-diy.toml")
    assert main(["profile", "test", example, gone]) == EXIT_NO_INPUT


def test_extract_reads_with_a_profile(jobs: list[str], capsys: Out) -> None:
    example = str(EXAMPLES / "example-restaurant.toml")
    assert main(["extract", jobs[1], "--profile", example, "--json"]) == 0
    assert '"company": "Le Bouchon du March\\u00e9"' in capsys.readouterr().out
    assert main(["extract", jobs[1], "--profile", jobs[0]]) == EXIT_CONFIG
