"""Every recorded job, every prefix of it, in any chunks (see ``tests/corpus/escpos``)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.escpos.interpret import interpret
from agent.escpos.profiles import printer
from agent.escpos.settings import Printer
from agent.escpos.tokens import Text, Token, Tokeniser
from agent.paper.text import lines
from tests.escpos.streams import CORPUS, cut_up, cuts

PREFIXES = 20
"""Of each job are interpreted here; ``python -m tests.fuzz --prefixes`` does all."""

jobs = pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)


def _tokens(raw: bytes) -> list[Token]:
    tokeniser = Tokeniser()
    return [*tokeniser.feed(raw), *tokeniser.close()]


def _twin(reader: Tokeniser) -> Tokeniser:
    """A deep copy; ``copy.deepcopy`` takes ten times as long, and is called a byte."""
    twin = Tokeniser()
    for name, value in vars(reader).items():
        # Anything else would be shared by the two.
        assert isinstance(value, bytearray | bytes | int | str | None)
        copied = bytearray(value) if isinstance(value, bytearray) else value
        setattr(twin, name, copied)
    return twin


@jobs
def test_every_prefix_is_tokens_that_are_its_bytes(path: Path) -> None:
    """Read byte by byte; after each one a copy of the reader is told that was all."""
    raw = path.read_bytes()
    whole = _tokens(raw)
    reader, done = Tokeniser(), 0
    for at in range(len(raw)):
        for token in reader.feed(raw[at : at + 1]):
            assert token == whole[done]
            done += 1
        begun = _twin(reader).close()
        start = whole[done].at if done < len(whole) else len(raw)
        assert b"".join(token.raw for token in begun) == raw[start : at + 1]
        assert not any(isinstance(token, Text) for token in begun) or isinstance(
            whole[done], Text
        )


def _said(raw: bytes, model: Printer) -> list[str]:
    return [line.text for line in lines(interpret(raw, model)) if line.text]


@jobs
def test_prefixes_leave_the_paper_that_is_printed_by_then(path: Path) -> None:
    """But for the line that was being made, which is printed as far as it came."""
    raw, model = path.read_bytes(), printer("TM-T20II")
    step = max(1, len(raw) // PREFIXES)
    whole = _said(raw, model)
    for size in range(0, len(raw), step):
        said = _said(raw[:size], model)
        assert said[:-1] == whole[: max(0, len(said) - 1)]


@jobs
def test_chunks_are_invisible(path: Path) -> None:
    """Packets of one size are :mod:`test_tokens`'; here they are of any."""
    raw = path.read_bytes()
    whole = _tokens(raw)

    @given(at=cuts)
    @settings(max_examples=5, deadline=None)
    def holds(at: list[int]) -> None:
        reader = Tokeniser()
        tokens = [token for chunk in cut_up(raw, at) for token in reader.feed(chunk)]
        assert [*tokens, *reader.close()] == whole

    holds()


def test_strips_do_not_depend_on_what_was_read_before() -> None:
    model = printer("TM-T20II")
    first = [interpret(path.read_bytes(), model) for path in CORPUS]
    again = [interpret(path.read_bytes(), model) for path in reversed(CORPUS)]
    assert first == again[::-1]


@given(st.sampled_from(CORPUS), st.integers(0, 1 << 20), st.integers(0, 1 << 20))
@settings(max_examples=50, deadline=None)
def test_any_piece_of_a_job_gives_a_strip(path: Path, start: int, size: int) -> None:
    raw = path.read_bytes()
    start %= len(raw)
    strip = interpret(
        raw[start : start + size % (len(raw) - start + 1)], printer("default")
    )
    assert strip.width > 0
