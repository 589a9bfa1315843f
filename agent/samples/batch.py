"""One question a line, one answer a line: JSON in, JSON out, in order.

A question is ``{"id", "lines", "country"}``; an answer is the receipt in the scorer's
words beside its ``id``, or ``{"id", "error"}``.  A line that is not a question costs
its own answer and nothing else: a program that asks for a thousand receipts gets a
thousand lines.
"""

from __future__ import annotations

import codecs
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from pydantic import ValidationError

from agent.receipt import specimen
from agent.samples.paper import Labelled, Sample, problem_of
from agent.wire.receipt import Receipt

log = logging.getLogger(__name__)

MAX_LINE_BYTES: Final = 4 << 20
"""As much as a print job: a receipt of 1,500 full lines is a quarter megabyte."""

Reads = Callable[[Sample], Receipt]
Says = Callable[[Receipt], dict[str, Any]]

_ENCODER: Final = json.JSONEncoder()
"""In ASCII: no terminal obeys it, and no locale stumbles over it."""


def answers(questions: BinaryIO, reads: Reads, says: Says) -> Iterator[str]:
    """One line for each that is asked; empty ones are passed over."""
    for number, line in enumerate(_lines(questions), 1):
        if line is None:
            yield _refused(None, f"line {number}: over {MAX_LINE_BYTES} bytes")
        elif line.strip():
            yield _answer(number, line, reads, says)


def warm(reads: Reads, says: Says) -> None:
    """Answer one question for nobody: the first that is asked finds all word lists made."""
    lines = specimen.SALE.splitlines()
    question = _ENCODER.encode({"id": "", "lines": lines})
    _answer(0, question.encode(), reads, says)


def _lines(questions: BinaryIO) -> Iterator[bytes | None]:
    """``None`` for one that is too long, which is read to its end and dropped."""
    while line := questions.readline(MAX_LINE_BYTES + 1):
        if len(line) <= MAX_LINE_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = questions.readline(MAX_LINE_BYTES)
        yield None


def _answer(number: int, line: bytes, reads: Reads, says: Says) -> str:
    try:
        asked = Labelled.model_validate_json(line.removeprefix(codecs.BOM_UTF8))
    except ValidationError as error:
        return _refused(_id_of(line), f"line {number}: {problem_of(error)}")
    try:
        return _ENCODER.encode({"id": asked.id, **says(reads(asked.sample))})
    except Exception as error:
        log.exception("a question of the batch cannot be answered")
        return _refused(asked.id, f"line {number}: {type(error).__name__}")


def _id_of(line: bytes) -> str | int | None:
    """Of a question that is none, if it has one: so that the asker knows which."""
    try:
        named = json.loads(line)["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return named if isinstance(named, str | int) else None


def _refused(name: str | int | None, why: str) -> str:
    return _ENCODER.encode({"id": name, "error": why})
