"""The Star tokeniser loses nothing, raises nothing, and ignores chunking."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings

from agent.star.grammar import MAX_RUN_BYTES, RASTER_ROWS, ROWS
from agent.star.lengths import MAX_COMMAND_BYTES
from agent.star.tokens import (
    PIECE_BYTES,
    Command,
    Text,
    Token,
    Tokeniser,
    Unknown,
    completion,
)
from tests.escpos.streams import cut_up, cuts, singly
from tests.star.streams import EXAMPLES, streams


def tokens(*chunks: bytes, raster: bool = False) -> list[Token]:
    reader = Tokeniser(raster=raster)
    return [token for chunk in chunks for token in reader.feed(chunk)] + reader.close()


def names(*chunks: bytes) -> list[str]:
    return [
        token.name if isinstance(token, Command) else type(token).__name__
        for token in tokens(*chunks)
    ]


@given(streams)
@settings(max_examples=300)
def test_all_tokens_together_are_the_stream(stream: bytes) -> None:
    at = 0
    for token in tokens(stream):
        assert token.raw
        assert token.at == at
        at += len(token.raw)
    assert b"".join(token.raw for token in tokens(stream)) == stream


@given(streams, cuts)
@settings(max_examples=300)
def test_packets_are_invisible(stream: bytes, where: list[int]) -> None:
    assert tokens(*cut_up(stream, where)) == tokens(stream)
    assert tokens(*singly(stream)) == tokens(stream)


@given(streams)
def test_a_beginning_gives_the_same_tokens_up_to_its_end(stream: bytes) -> None:
    whole = tokens(stream)
    for end in range(0, len(stream), 7):
        reader = Tokeniser()
        early = reader.feed(stream[:end])
        assert early == whole[: len(early)]


@given(streams)
def test_what_is_held_back_is_bounded(stream: bytes) -> None:
    reader = Tokeniser()
    for byte in singly(stream):
        reader.feed(byte)
        assert reader.pending <= MAX_COMMAND_BYTES + 16


@pytest.mark.parametrize("example", EXAMPLES, ids=bytes.hex)
def test_every_command_of_the_manual_is_framed_to_its_last_byte(example: bytes) -> None:
    found = tokens(example + b"Z", raster=example.startswith((b"b", b"k")))
    assert found[-1].raw == b"Z"


def test_no_opcode_begins_another() -> None:
    for one, next_one in pairwise(sorted(ROWS)):
        assert not next_one.startswith(one)


def test_letters_are_rows_only_in_raster_mode() -> None:
    row = b"b\x02\x00\x1bd"
    assert names(b"bk\n") == ["Text", "LF"]
    assert names(b"\x1b*rA", row, b"k\x01\x00\x07", b"\x1b*rB", b"bk") == [
        *("ESC * r A", "b", "k", "ESC * r B", "Text"),
    ]


def test_what_is_no_row_in_raster_mode_is_no_text() -> None:
    found = tokens(b"\x1b*rA" + b"Hello" + b"b\x01\x00\xff")
    assert [type(token) for token in found] == [Command, Unknown, Command]


def test_escape_at_ends_raster_mode() -> None:
    assert names(b"\x1b*rA\x1b@bonjour\n") == ["ESC * r A", "ESC @", "Text", "LF"]


def test_a_cut_inside_a_picture_is_payload() -> None:
    picture = b"\x1bk\x01\x00" + b"\x1bd0" * 8
    assert names(picture + b"\n") == ["ESC k", "LF"]


def test_families_are_stepped_over_for_functions_nobody_knows() -> None:
    assert names(b"\x1b\x1d(z\x03\x00\x1bd0A") == ["ESC GS ( z", "Text"]
    assert names(b"\x1b\x1e~\x07A") == ["ESC RS ~", "Text"]
    assert names(b"\x1b*rw123\x00A") == ["ESC * r w", "Text"]


def test_the_probe_of_both_dialects_asks_a_star_printer_once() -> None:
    """receiptio: DLE EOT 2, ESC ACK SOH, ESC @ in one packet."""
    assert names(b"\x10\x04\x02\x1b\x06\x01\x1b@") == [
        *("Unknown", "Unknown", "ESC ACK SOH", "ESC @"),
    ]


def test_a_command_nobody_knows_takes_no_byte_with_a_meaning_along() -> None:
    assert names(b"\x1b\n") == ["Unknown", "LF"]
    assert names(b"\x1d\x1b@") == ["Unknown", "ESC @"]
    assert names(b'\x1b"12\n') == ["Unknown", "Text", "LF"]


def test_a_bar_code_without_its_end_gives_the_text_back() -> None:
    found = tokens(b"\x1bb\x36\x32\x31\x40" + b"TOTAL 9.50\n" * 60)
    assert isinstance(found[0], Unknown)
    assert found[0].raw == b"\x1bb"


def test_a_picture_too_long_to_hold_comes_in_pieces_that_name_it() -> None:
    head = b"\x1b\x1dS\x01\x80\x00\x00\x40\x00"
    stream = head + bytes(128 * 0x4000) + b"END\n"
    found = tokens(stream)
    pieces = [token for token in found if isinstance(token, Unknown)]
    assert {piece.of for piece in pieces} == {"ESC GS S"}
    assert max(len(piece.raw) for piece in pieces) == PIECE_BYTES
    assert [token.raw for token in found[-2:]] == [b"END", b"\n"]


def test_a_run_of_text_is_cut_at_its_bound() -> None:
    found = tokens(b"x" * (MAX_RUN_BYTES + 1))
    assert [len(token.raw) for token in found] == [MAX_RUN_BYTES, 1]
    assert all(isinstance(token, Text) for token in found)


def test_a_half_command_names_itself() -> None:
    reader = Tokeniser()
    assert reader.feed(b"\x1bk\x05\x00abc") == []
    assert reader.mid_command
    assert reader.close() == [Unknown(b"\x1bk\x05\x00abc", 0, "ESC k")]
    assert set(RASTER_ROWS) == {b"b", b"k"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_half_a_command_is_made_whole_by_zeros_or_left_alone(example: bytes) -> None:
    for cut in range(1, len(example)):
        reader = Tokeniser()
        reader.feed(example[:cut])
        torn = reader.torn
        if not torn or not (rest := completion(torn)):
            continue
        assert set(rest) == {0}
        assert len(reader.feed(rest)) >= 1
        assert not reader.torn


def test_half_a_row_is_made_whole_in_raster_mode_only() -> None:
    row = b"b\x48\x00" + b"\x55" * 30
    assert completion(row) == bytes(42)
    reader = Tokeniser(raster=True)
    reader.feed(row)
    assert reader.torn == row
    assert len(reader.feed(bytes(42))) == 1
    assert reader.torn == b""
    assert reader.seam == len(row) + 42
