"""Spans are the tokens they stand for: none lost, none cut, none moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.jobs import FED_S, SILENCE_S, JobReader
from agent.escpos.roles import Role
from agent.escpos.spans import Item, Skimmer, Span, tokens_of
from agent.escpos.tokens import Token, Tokeniser
from tests.escpos.streams import cut_up, cuts, singly, streams

floods = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *(b"\n", b"\0", b"\x01", b" ", b"\t", b"x", b"\x1b", b"\x10", b"\x1d"),
                *(b"\x1b@", b"\x1ba\n", b"\x1bd\x02", b"\x10\x04\x01", b"\x1dV\0"),
                *(b"\x1bz", b"\x1b\x06\x01", b"\x1b\x1d", b"\x1d(", b"\x1b=\x02"),
            ]
        ),
        st.integers(1, 1100) | st.just(1),
    ),
    max_size=6,
).map(lambda parts: b"".join(piece * times for piece, times in parts))


def skimmed(chunks: list[bytes]) -> list[Item]:
    reader = Skimmer()
    return [item for chunk in chunks for item in reader.skim(chunk)] + [*reader.close()]


def cut_to_tokens(items: list[Item]) -> list[Token]:
    return [
        token
        for item in items
        for token in (tokens_of(item) if isinstance(item, Span) else [item])
    ]


@given(streams | floods, cuts)
def test_spans_are_cut_into_what_the_tokeniser_reads(
    stream: bytes, where: list[int]
) -> None:
    tokeniser = Tokeniser()
    expected = tokeniser.feed(stream) + tokeniser.close()
    assert cut_to_tokens(skimmed(cut_up(stream, where))) == expected


@given(streams)
def test_spans_of_single_bytes_are_too(stream: bytes) -> None:
    tokeniser = Tokeniser()
    expected = tokeniser.feed(stream) + tokeniser.close()
    assert cut_to_tokens(skimmed(singly(stream))) == expected


@given(streams | floods, cuts)
def test_as_much_is_held_back_as_by_the_tokeniser(
    stream: bytes, where: list[int]
) -> None:
    skimmer, tokeniser = Skimmer(), Tokeniser()
    for chunk in cut_up(stream, where):
        skimmer.skim(chunk)
        tokeniser.feed(chunk)
        assert skimmer.pending == tokeniser.pending
        assert skimmer.mid_command == tokeniser.mid_command


@pytest.mark.parametrize(
    ("stream", "role", "lines"),
    [
        (b"TOTAL\n\x1bE\0\n\x1bd\x04\x1d!\n", Role.MARK, 6),
        (b"TOTAL\n\n\nMERCI\n", Role.MARK, 1),
        (b"\n \n\0\n", Role.FEED, 3),
        (b"\x1ba\n\n\x01\n", Role.SETTING, 2),
        (b"\x1bz\x10\x1ba\x01", Role.SETTING, 0),
        (b"\x10\x04\x01\x1dr\x01", Role.ASK, 0),
        (b"\x1dV\0\x1bi", Role.CUT, 0),
        (b"\x1b@\x1b@", Role.INIT, 0),
    ],
)
def test_a_run_of_one_part_is_one_span(stream: bytes, role: int, lines: int) -> None:
    (span,) = Skimmer().skim(stream)
    assert isinstance(span, Span)
    assert (span.role, span.raw, span.lines) == (role, stream, lines)


@pytest.mark.parametrize("flood", [b"\n", b"\x1ba\0", b"\x1b@", b"\x1b", b"\x1dV\0"])
def test_a_flood_is_one_object_a_slice(flood: bytes) -> None:
    (span, *held) = skimmed([flood * 600])
    assert isinstance(span, Span)
    assert sum(len(item.raw) for item in held) <= len(flood) * 3


def test_line_feeds_on_the_customer_display_feed_no_paper() -> None:
    reader = JobReader()
    reader.feed(b"TOTAL\n\x1b=\x02\n\n\n\n\x1b=\x01")
    assert reader.patience_s == SILENCE_S
    reader.feed(b"\n\n\n")
    assert reader.patience_s == FED_S
