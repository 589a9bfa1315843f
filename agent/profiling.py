"""``receipt-agent profile``: propose a profile from recorded jobs, and try one.

``new`` writes TOML to be looked at; ``test`` reads each job without and with a profile
and fails (exit code 1) if anything is lost by it.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from typing import Final

from agent import profile_file
from agent.escpos import describe, profiles
from agent.escpos.settings import Printer
from agent.samples.files import Files
from agent.samples.paper import Sample
from agent.samples.propose import Seen, proposal
from agent.samples.score import lines, score

EXIT_WORSE: Final = 1
EXIT_NO_INPUT: Final = 66
MAX_SAMPLES: Final = 200


def new(arguments: argparse.Namespace) -> int:
    """``profile new``: exit code 66 if no job could be read.

    Raises:
        ConfigError: no such printer.
    """
    printer = profiles.printer(arguments.printer)
    files = Files(printer, arguments.as_kind)
    seen = [
        Seen(sample, sample.read(arguments.country), _pages(raw, sample, printer))
        for raw, sample in files.raw(arguments.jobs[:MAX_SAMPLES])
    ]
    if not seen:
        return EXIT_NO_INPUT
    sys.stdout.write(proposal(seen, _name(arguments.name)))
    return files.exit_code


def test(arguments: argparse.Namespace) -> int:
    """``profile test``.

    Raises:
        ConfigError: no such printer, or the profile is none.
    """
    profile = profile_file.load(arguments.profile)
    page = profile.paper.code_page
    printer = profiles.printer(arguments.printer, default_page=page or 0)
    files = Files(printer, arguments.as_kind)
    samples = (sample for _, sample in files.raw(arguments.jobs))
    made = score(samples, profile, truth=arguments.truth, country=arguments.country)
    if not made.papers:
        return files.exit_code or EXIT_NO_INPUT
    for line in lines(made):
        sys.stdout.write(f"{line}\n")
    return files.exit_code or (EXIT_WORSE if made.worse else 0)


def _pages(raw: bytes, sample: Sample, printer: Printer) -> tuple[int, ...]:
    """Code pages that a print job chooses; text has none."""
    if sample.truth or b"\x1bt" not in raw:
        return ()
    return tuple(sorted({*_chosen(raw, printer)}))


def _chosen(raw: bytes, printer: Printer) -> Iterator[int]:
    for piece in describe.job([raw], printer):
        if piece.name == "ESC t" and len(piece.raw) == 3:
            yield piece.raw[2]


def _name(wanted: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:48] or "profile"
