"""A paper's bytes, in any dialect and code page, print its lines and symbols again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper import text
from hardware_sim.papers.encode import DIALECTS, ESC_T, encode, lines_in, printable
from hardware_sim.papers.generate import PLAIN_PAGES, generate
from hardware_sim.papers.layouts import LAYOUTS
from hardware_sim.papers.sheet import Row


@pytest.mark.slow
@pytest.mark.timeout(120)
@given(st.integers(0, 10**9), st.sampled_from(DIALECTS), st.sampled_from(sorted(ESC_T)))
@settings(deadline=None, max_examples=100)
def test_the_lines_come_back_exactly(seed: int, dialect: str, page: str) -> None:
    paper = generate(seed)

    strip = interpret(encode(paper, dialect, page), Printer())

    assert tuple(line.text for line in text.lines(strip)) == lines_in(paper, page)
    assert strip.unread == 0


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("page", sorted(ESC_T))
def test_every_dialect_speaks_every_code_page(dialect: str, page: str) -> None:
    for seed, layout in enumerate(sorted(LAYOUTS)):
        paper = generate(seed, layout=layout)
        strip = interpret(encode(paper, dialect, page), Printer())
        assert tuple(line.text for line in text.lines(strip)) == lines_in(
            paper, page
        ), layout


@given(st.integers(0, 10**9), st.sampled_from(DIALECTS))
@settings(deadline=None, max_examples=60)
def test_symbols_say_what_the_truth_says(seed: int, dialect: str) -> None:
    paper = generate(seed)

    strip = interpret(encode(paper, dialect, "cp858"), Printer())

    told = [(code["system"], code["text"]) for code in paper.truth.get("codes", [])]
    assert [(symbol.system, symbol.text) for symbol in text.symbols(strip)] == told


def test_double_width_is_printed_double() -> None:
    papers = [generate(seed) for seed in range(60)]
    wide = [
        p
        for p in papers
        if any(isinstance(part, Row) and part.wide == 2 for part in p.parts)
    ]
    assert wide
    for paper in wide:
        strip = interpret(encode(paper, "hand", "cp858"), Printer())
        printed = [line.text.strip() for line in text.lines(strip) if line.wide == 2]
        rows = [part for part in paper.parts if isinstance(part, Row)]
        assert printed == [
            printable(row.text, "cp858").strip() for row in rows if row.wide == 2
        ]


def test_a_till_without_a_euro_sign_writes_no_amount_with_one() -> None:
    for seed in range(400):
        paper = generate(seed)
        if paper.axes["code_page"] in PLAIN_PAGES:
            assert not any(
                "€" in line and any(map(str.isdigit, line)) for line in paper.lines
            ), seed


def test_the_command_writes_the_shape_of_the_corpus(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "hardware_sim.papers",
        "--seed",
        "5",
        "--count",
        "3",
        "--out",
        str(tmp_path),
    ]
    subprocess.run(command, check=True)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"paper_{seed}.{ending}" for seed in (5, 6, 7) for ending in ("bin", "json")
    )
    for path in tmp_path.glob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        assert told["lines"]
        assert set(told["fields"]) <= told["truth"].keys()
        assert told["truth"]["doc_type"]
