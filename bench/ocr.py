"""Receipts that a POS prints as one picture: how well and how fast they are read.

``python -m bench.ocr [--sales N] [--faces NAME ...] [--languages fra+eng]``

French receipts of five trades, drawn in seven faces and three widths as web POS and
Windows drivers do, go the agent's way (interpret, prepare, tesseract confined, place,
understand).  Beside it: the same dots given to plain ``tesseract`` with its defaults.
CER is wrong letters of 100, amounts are those of the paper that came back, "proven" are
receipts whose sums close.  p50 and p95 are of the whole way (of plain tesseract: its own),
at a low priority, so they grow where others are busy; CPU time and memory are those of
the engine's process.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.ocr.engine import CONFINED, ENVIRONMENT, NICENESS, PATH, READ, SHELL, TABLE
from agent.ocr.settings import OcrSettings
from agent.paper import onebit
from agent.paper.strip import Raster
from agent.wire.receipt import Level, Receipt
from agent.worker import tasks
from hardware_sim import raster_pos, receipts
from hardware_sim.raster_pos import DRIVERS, FACES, Face
from hardware_sim.tickets import Text, Ticket

WIDTHS = ((576, 48), (512, 42), (384, 42))
AMOUNT = re.compile(r"\d+,\d\d(?!\d)")
PARAMS = {"profile": "default", "country": "FR", "reads": True, "engine": "tesseract"}


@dataclass
class Score:
    """Sums over receipts."""

    receipts: int = 0
    characters: int = 0
    wrong: int = 0
    amounts: int = 0
    found: int = 0
    totals: int = 0
    false_totals: int = 0
    proven: int = 0
    times_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    memory_mb: float = 0.0

    def text(self, ticket: Ticket, said: Sequence[str]) -> None:
        self.receipts += 1
        wanted = "\n".join(_plain(p.text) for p in ticket.parts if isinstance(p, Text))
        wanted, got = _squeezed(wanted), _squeezed("\n".join(map(_plain, said)))
        self.characters += len(wanted)
        self.wrong += distance(wanted, got)
        left = AMOUNT.findall(" ".join(said))
        for amount in AMOUNT.findall(ticket.text):
            self.amounts += 1
            if amount in left:
                left.remove(amount)
                self.found += 1

    def meaning(self, ticket: Ticket, receipt: Receipt) -> None:
        right = receipt.total == ticket.truth.total_cents
        self.totals += right
        self.false_totals += not right and receipt.total is not None
        self.proven += receipt.verdict.level is not Level.V0

    def row(self, name: str) -> str:
        times = sorted(self.times_ms)
        p95 = times[int(0.95 * (len(times) - 1))]
        meant = f"{self.totals:>4} of {self.receipts}" if self.totals else "       "
        return (
            f"{name:<26}{100 * self.wrong / self.characters:6.2f} %"
            f"{100 * self.found / self.amounts:9.1f} % {meant:>12}"
            f"{self.false_totals:>7}{self.proven:>8}"
            f"{statistics.median(times):9.0f}{p95:7.0f}"
            f"{statistics.median(self.cpu_ms):9.0f}{self.memory_mb:7.0f}"
        )


HEAD = (
    f"{'':<26}{'CER':>8}{'amounts':>11}{'total right':>13}{'wrong':>7}{'proven':>8}"
    f"{'p50 ms':>9}{'p95':>7}{'CPU ms':>9}{'MB':>7}"
)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _squeezed(text: str) -> str:
    """Lines without letters (rules) are no text; a line may be wrapped anywhere."""
    kept = [line for line in text.split("\n") if re.search(r"\w", line)]
    return " ".join(kept)


def distance(wanted: str, got: str) -> int:
    """Levenshtein's."""
    above = list(range(len(got) + 1))
    for i, left in enumerate(wanted, 1):
        row = [i]
        for j, right in enumerate(got, 1):
            step = above[j - 1] + (left != right)
            row.append(min(above[j] + 1, row[-1] + 1, step))
        above = row
    return above[-1]


def ask(command: Sequence[str], picture: bytes, score: Sequence[Score]) -> bytes:
    """What an engine says; the scores learn what it took."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(picture)
    process.stdin.close()
    said = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the engine ended with {process.returncode}")
    for each in score:
        each.memory_mb = max(each.memory_mb, usage.ru_maxrss / 1024)
        each.cpu_ms.append((usage.ru_utime + usage.ru_stime) * 1000)
    return said


def ours(raw: bytes, languages: str, score: Sequence[Score]) -> Receipt:
    """The agent's way."""
    memory_kb = OcrSettings().memory_mb * 1024
    command = (
        *(SHELL, "-c", CONFINED, "ocr", str(memory_kb), str(NICENESS)),
        *("tesseract", "-", "-", "-l", languages, *READ, *TABLE),
    )
    begun = time.perf_counter()
    first = tasks.understand(PARAMS, raw)
    tsv = ask(command, first.parts[3], score)
    done = tasks.understand_read(PARAMS, raw, tsv)
    took_ms = (time.perf_counter() - begun) * 1000
    for each in score:
        each.times_ms.append(took_ms)
    return Receipt.model_validate_json(done.parts[0])


def theirs(ticket: Ticket, width: int, face: Face, score: Score) -> list[str]:
    """The same dots as a PNG for ``tesseract``, with its defaults but the language."""
    dots = raster_pos.dots(raster_pos.draw(ticket, width, face), face)
    png = onebit.encode(Raster(0, *dots.size, dots.tobytes()), width)
    begun = time.perf_counter()
    said = ask(("tesseract", "-", "-", "-l", "fra"), png, [score])
    score.times_ms.append((time.perf_counter() - begun) * 1000)
    return said.decode().split("\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", type=int, default=3, help="of each face")
    parser.add_argument("--faces", nargs="*", default=list(FACES))
    parser.add_argument("--languages", default=OcrSettings().languages)
    options = parser.parse_args()
    if shutil.which("tesseract", path=PATH) is None:
        print("no tesseract here: apt-get install tesseract-ocr tesseract-ocr-fra")
        return 0
    agent, plain = Score(), Score()
    print(HEAD)
    for name in options.faces:
        face, score = FACES[name], Score()
        if not face.there:
            print(f"{name:<26}this machine has no {face.file}")
            continue
        for number in range(options.sales):
            trade = receipts.TRADES[number % len(receipts.TRADES)]
            width, columns = WIDTHS[number % len(WIDTHS)]
            driver = DRIVERS[(number // 2) % len(DRIVERS)]
            ticket = receipts.sale(trade, 20 + number, columns)
            raw = raster_pos.encode(ticket, driver, width, face)
            receipt = ours(raw, options.languages, (score, agent))
            for each in (score, agent):
                each.text(ticket, receipt.lines)
                each.meaning(ticket, receipt)
            plain.text(ticket, theirs(ticket, width, face, plain))
        print(score.row(name), flush=True)
    print(agent.row("all faces"))
    print(plain.row("plain tesseract, the same"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
