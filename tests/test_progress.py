"""How far long work is: on a terminal, beside the answer; else not a byte of it."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent import cellar, progress
from agent.cli import main
from agent.config import load
from agent.it import finding_printers
from agent.store import moving
from agent.store.records import MoveCursor
from agent.store.store import Store
from tests.fakes.clock import FakeClock
from tests.store.builders import leave_key, opened
from tests.store.test_hard_cap import DAY_S, _sell
from tests.test_config import GOOD

pytestmark = pytest.mark.timeout(120)


class Terminal(io.StringIO):
    """Or what is none."""

    def __init__(self, *, there: bool) -> None:
        super().__init__()
        self._there = there

    def isatty(self) -> bool:
        return self._there

    def clear(self) -> None:
        self.seek(0)
        self.truncate()

    @property
    def left(self) -> str:
        """What stands there at the end."""
        line = ""
        for piece in self.getvalue().split("\r"):
            line = piece + line[len(piece) :]
        return line.rstrip()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "FIRST_S", 0.0)
    monkeypatch.setattr(progress, "EVERY_S", 0.0005)


@pytest.fixture(params=[True, False], ids=["terminal", "none"])
def terminal(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, at_once: None
) -> Iterator[Terminal]:
    made = Terminal(there=request.param)
    # Not in sys: pytest puts its own there again before each test.
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=made))
    yield made
    assert made.left == ""


def shown(terminal: Terminal, words: str) -> bool:
    """Whether it is where it has to be, and nowhere else."""
    return (words in terminal.getvalue()) is terminal.isatty()


def test_short_work_says_nothing_and_long_work_not_all_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Terminal(there=True)
    monkeypatch.setattr(sys, "stderr", screen)
    now = [10.0]
    line = progress.Line("copie (copying)", now=lambda: now[0])
    said = []
    for tenth in range(12):
        now[0] = 10.0 + tenth / 10
        line.says(f"{tenth} of 12, or so")
        said.append(screen.tell())
    assert said[4] == 0
    assert len({*said}) == 1 + 4  # at 0.5, 0.7, 0.9 and 1.1 s
    line.says("")
    assert screen.left.startswith("copie (copying)")
    line.ends()
    assert screen.left == ""


def test_a_share_is_told_of_what_is_known_and_a_count_of_what_is_not(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", -1.0)
    assert [*progress.of("abcd", "letters", 4)] == [*"abcd"]
    assert shown(terminal, "letters  3/4  75 %")
    assert [*progress.of("abc", "signs")] == [*"abc"]
    assert shown(terminal, "signs  3")


def test_a_program_that_reads_the_answer_gets_none_of_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", -1.0)
    threads = threading.active_count()
    assert [*progress.of("abc", "signs", shows=False)] == [*"abc"]
    with progress.watched("file", lambda: "x", shows=False):
        assert threading.active_count() == threads
    assert terminal.getvalue() == ""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "agent.toml"
    found.write_text(GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'"))
    (tmp_path / "state").mkdir(mode=0o700)
    return found


def test_copies_of_the_database_say_how_much_is_there(
    path: Path, tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, sync = load(path), moving._sync

    def patient(copied: Path) -> None:
        while terminal.isatty() and not terminal.getvalue():
            time.sleep(0.001)
        sync(copied)

    monkeypatch.setattr(moving, "_sync", patient)

    async def sell() -> None:
        async with cellar.opened(config) as store:
            for number in range(1, 40):
                await _sell(store, number)

    asyncio.run(sell())
    to = tmp_path / "monday.db"
    for words in (["backup", str(to)], ["restore", str(to)]):
        terminal.clear()
        assert main([*words, "--config", str(path)]) == 0
        assert shown(terminal, "copie (copying)  ")
        assert shown(terminal, " %, 0 s")


def test_what_is_sent_again_says_that_it_is_at_it(
    path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, clock, put_back = load(path), FakeClock(), Store.put_back

    async def patient(store: Store, file: Path) -> int:
        async with asyncio.timeout(60):
            while True:
                if terminal.getvalue() or not terminal.isatty():
                    break
                await asyncio.sleep(0.001)
        return await put_back(store, file)

    monkeypatch.setattr(Store, "put_back", patient)
    leave_key(config.till.state_dir)

    async def never_sent() -> None:
        async with opened(config.till.state_dir, clock=clock) as store:
            await store.commit(MoveCursor("rcu", 0))
            await _sell(store, 1)
            clock._elapsed_s = 31 * DAY_S
            await store.erase()

    asyncio.run(never_sent())
    (file,) = (config.till.state_dir / "overdue").glob("*.db")
    assert main(["resend", str(file), "--config", str(path)]) == 0
    assert shown(terminal, "remise au journal (putting back)  0 s")


async def test_a_search_of_the_network_says_how_many_places_were_asked(
    tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", -1.0)
    monkeypatch.setattr(finding_printers, "ARP", tmp_path / "none")
    monkeypatch.setattr(finding_printers, "SERIAL", ())
    await finding_printers.printers(["127.0.0.0/29"], 1)
    assert shown(terminal, "imprimantes (printers)  5/6  83 %")
    terminal.clear()
    await finding_printers.printers(["127.0.0.0/29"], 1, shows=False)
    assert terminal.getvalue() == ""


def batch(monkeypatch: pytest.MonkeyPatch, *options: str, screen: bool = False) -> None:
    asked = "".join(
        json.dumps({"id": each, "lines": ["TOTAL 3,00"]}) + "\n" for each in range(9)
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(asked.encode())))
    out = io.TextIOWrapper(io.BytesIO())
    out.isatty = lambda: screen  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["extract", "--batch", *options]) == 0


def test_a_batch_is_counted_unless_its_answers_stand_there_or_a_program_reads(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", -1.0)
    batch(monkeypatch, "--json")
    batch(monkeypatch, screen=True)
    assert terminal.getvalue() == ""
    batch(monkeypatch)
    assert shown(terminal, "tickets (receipts)  8")


def test_receipts_of_a_dictionary_are_counted(
    tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", -1.0)
    papers = []
    for number in range(4):
        paper = tmp_path / f"{number}.txt"
        paper.write_text(
            "Boulangerie du Comptoir\nBaguette tradition  1,30\nTOTAL 1,30\n"
        )
        papers.append(str(paper))
    words = [
        "dictionary",
        "train",
        "--from",
        *papers,
        "--as",
        "text",
        "--at-least",
        "3",
    ]
    assert main([*words, "--to", str(tmp_path / "d")]) == 0
    assert shown(terminal, "tickets (receipts)  4")
