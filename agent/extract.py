"""``receipt-agent extract``: what a recorded paper says, and whether it adds up.

Reads print jobs, lines of text and labelled receipts; writes for a person, for the
scorer of labelled receipts (``--json``), or all that is known (``--receipt``).  With
``--batch`` it answers questions from standard input, one a line.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from agent import profile_file, progress
from agent.errors import ConfigError
from agent.escpos import profiles
from agent.letters import readout
from agent.samples import batch
from agent.samples.files import Files
from agent.samples.paper import Sample
from agent.wire.flat import prediction
from agent.wire.money import Lang
from agent.wire.receipt import Receipt

EXIT_USAGE: Final = 64

Read = tuple[Sample, Receipt]


def run(arguments: argparse.Namespace) -> int:
    """``extract``: 0, or the exit code of the last file that could not be read.

    Raises:
        ConfigError: no such printer, or the profile is none.
    """
    if bool(arguments.files) == arguments.batch:
        sys.stderr.write("extract: name files, or --batch for standard input\n")
        return EXIT_USAGE
    path: Path | None = arguments.profile
    profile = profile_file.load(path) if path else None

    def reads(sample: Sample) -> Receipt:
        return sample.read(arguments.country, profile)

    if arguments.batch:
        says = _whole if arguments.receipt else prediction
        batch.warm(reads, says)
        # What is loaded by now stays; the collector need not walk it while one waits.
        gc.freeze()
        answers = batch.answers(sys.stdin.buffer, reads, says)
        # Between answers on the same terminal a count would be in the way.
        shows = not (arguments.json or sys.stdout.isatty())
        asked = progress.of(answers, "tickets (receipts)", shows=shows)
        _write(f"{answer}\n" for answer in asked)
        return 0
    page = profile.paper.code_page if profile else None
    try:
        printer = profiles.printer(arguments.printer, default_page=page or 0)
    except ConfigError as error:
        raise ConfigError(f"--printer: {error}") from error
    files = Files(printer, arguments.as_kind)
    samples = (sample for _, sample in files.raw(arguments.files))
    papers = ((sample, reads(sample)) for sample in samples)
    _write(_form(arguments)(papers))
    return files.exit_code


def _form(arguments: argparse.Namespace) -> Callable[[Iterable[Read]], Iterator[str]]:
    if arguments.json:
        return _for_the_scorer
    if arguments.receipt:
        return _one_a_line
    return lambda papers: _for_people(papers, arguments.lang)


def _for_the_scorer(papers: Iterable[Read]) -> Iterator[str]:
    """``{id: prediction}``: one object over all files."""
    before = "{"
    for sample, receipt in papers:
        said = json.dumps(prediction(receipt))
        yield f"{before}\n{json.dumps(sample.id)}: {said}"
        before = ","
    yield "{}\n" if before == "{" else "\n}\n"


def _one_a_line(papers: Iterable[Read]) -> Iterator[str]:
    return (f"{json.dumps(_whole(receipt))}\n" for _, receipt in papers)


def _for_people(papers: Iterable[Read], lang: Lang) -> Iterator[str]:
    for number, (sample, receipt) in enumerate(papers):
        gap = "\n" if number else ""
        yield gap + "\n".join(readout.lines(receipt, sample.id, lang)) + "\n"


def _whole(receipt: Receipt) -> dict[str, Any]:
    """receipt/1, less what is as by default."""
    return receipt.model_dump(mode="json", exclude_defaults=True)


def _write(pieces: Iterable[str]) -> None:
    """Each at once: who asks waits for it.  Who stops reading is no error."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode(encoding, "replace"))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # the interpreter flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
