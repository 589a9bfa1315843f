"""The tokeniser loses nothing, raises nothing, and ignores chunking."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.grammar import MAX_RUN_BYTES
from agent.escpos.lengths import MAX_COMMAND_BYTES
from agent.escpos.tokens import (
    PIECE_BYTES,
    WINDOW_BYTES,
    Command,
    Text,
    Token,
    Tokeniser,
    Unknown,
)
from tests.escpos.notation import nasty
from tests.escpos.streams import CORPUS, cut_up, cuts, singly, streams


def tokens(chunks: list[bytes]) -> list[Token]:
    reader = Tokeniser()
    return [token for chunk in chunks for token in reader.feed(chunk)] + reader.close()


def joined(got: list[Token]) -> bytes:
    return b"".join(token.raw for token in got)


def offsets_are_right(got: list[Token]) -> bool:
    at = 0
    for token in got:
        if token.at != at:
            return False
        at += len(token.raw)
    return True


@given(streams, cuts)
def test_chunking_is_invisible(stream: bytes, where: list[int]) -> None:
    assert tokens(cut_up(stream, where)) == tokens([stream])


@given(streams)
def test_one_byte_at_a_time_is_no_different(stream: bytes) -> None:
    assert tokens(singly(stream)) == tokens([stream])


@given(streams | st.binary(max_size=300))
def test_no_byte_is_lost_or_invented(stream: bytes) -> None:
    got = tokens([stream])
    assert joined(got) == stream
    assert offsets_are_right(got)


@given(streams, cuts)
def test_what_is_pending_is_what_has_not_come_out(
    stream: bytes, where: list[int]
) -> None:
    reader, fed, out = Tokeniser(), 0, 0
    for chunk in cut_up(stream, where):
        fed += len(chunk)
        out += len(joined(reader.feed(chunk)))
        assert reader.pending == fed - out


def test_a_small_receipt() -> None:
    assert tokens([b"\x1b@\x1ba\x01HELLO\n\x1dV\x00"]) == [
        Command("ESC @", b"\x1b@", 2, None, 0),
        Command("ESC a", b"\x1ba\x01", 2, None, 2),
        Text(b"HELLO", 5),
        Command("LF", b"\n", 1, None, 10),
        Command("GS V", b"\x1dV\x00", 2, 0, 11),
    ]


@pytest.mark.parametrize("byte", [b"x", b"\x00"])
def test_an_endless_run_is_cut_at_the_same_byte_whatever_the_chunking(
    byte: bytes,
) -> None:
    run = byte * (WINDOW_BYTES + MAX_RUN_BYTES + 10)
    whole = tokens([run])
    assert whole == tokens([run[i : i + 7] for i in range(0, len(run), 7)])
    assert {len(token.raw) for token in whole[:-1]} == {MAX_RUN_BYTES}


def test_a_run_that_straddles_the_window_stays_one_token() -> None:
    stream = b"\n" * (WINDOW_BYTES - 3) + b"STRADDLES" + b"\n"
    assert tokens([stream])[WINDOW_BYTES - 3] == Text(b"STRADDLES", WINDOW_BYTES - 3)


def test_a_command_that_straddles_the_window_stays_one_token() -> None:
    stream = b"\n" * (WINDOW_BYTES - 1) + b"\x1ba\x01" + b"\n"
    assert tokens([stream])[WINDOW_BYTES - 1] == Command(
        "ESC a", b"\x1ba\x01", 2, None, WINDOW_BYTES - 1
    )


def oversize(declared: int) -> bytes:
    return b"\x1d8L" + declared.to_bytes(4, "little")


@pytest.mark.parametrize("chunk", [1447, PIECE_BYTES, 1 << 30])
def test_a_command_above_the_bound_passes_in_pieces_and_stays_payload(
    chunk: int,
) -> None:
    command = oversize(MAX_COMMAND_BYTES) + nasty(MAX_COMMAND_BYTES)
    stream = command + b"AFTER\n"
    reader, got, most = Tokeniser(), [], 0
    for index in range(0, len(stream), chunk):
        got += reader.feed(stream[index : index + chunk])
        most = max(most, reader.pending)
    *parts, text, _ = got
    assert joined(parts) == command
    assert {type(part) for part in parts} == {Unknown}
    assert {part.of for part in parts if isinstance(part, Unknown)} == {"GS 8 L"}
    assert [len(part.raw) for part in parts[:-1]] == [PIECE_BYTES] * (len(parts) - 1)
    assert text == Text(b"AFTER", len(command))
    assert most <= PIECE_BYTES
    assert offsets_are_right(got)


def test_a_command_at_the_bound_is_one_command() -> None:
    body = MAX_COMMAND_BYTES - 7
    (command,) = tokens([oversize(body), nasty(body)])
    assert isinstance(command, Command)
    assert len(command.raw) == MAX_COMMAND_BYTES


def test_four_gigabytes_declared_are_never_waited_for() -> None:
    reader = Tokeniser()
    reader.feed(b"\x1dv0\x00\xff\xff\xff\xff")
    for _ in range(40):
        reader.feed(bytes(PIECE_BYTES))
        assert reader.pending < PIECE_BYTES
    assert reader.mid_command


def test_stored_pictures_without_end_stop_at_the_picture_that_crosses_the_bound() -> (
    None
):
    picture = b"\xff\x00\xff\x00" + bytes(255 * 255 * 8)
    pictures = MAX_COMMAND_BYTES // len(picture) + 1
    stream = b"\x1cq\xff" + picture * pictures
    whole = tokens([stream + b"AFTER"])
    assert whole == tokens([stream[:9999], stream[9999:] + b"AFTER"])
    assert joined(whole[:-1]) == stream
    assert whole[-1] == Text(b"AFTER", len(stream))


@pytest.mark.parametrize(
    ("stream", "last"),
    [
        (b"AB\x1dv0\x00\x08", Unknown(b"\x1dv0\x00\x08", 2, "GS v 0")),
        (b"AB\x1b!", Unknown(b"\x1b!", 2, "ESC !")),
        (b"AB\x1b", Unknown(b"\x1b", 2)),
        (b"\x1b@AB", Text(b"AB", 2)),
        (b"AB\0", Unknown(b"\0", 2)),
    ],
)
def test_what_is_incomplete_at_the_end_comes_out_as_it_is(
    stream: bytes, last: Token
) -> None:
    assert tokens([stream])[-1] == last


def test_settling_lets_text_go_but_keeps_half_a_command() -> None:
    reader = Tokeniser()
    reader.feed(b"AB")
    assert reader.settle() == [Text(b"AB", 0)]
    reader.feed(b"\x1b!")
    assert reader.mid_command
    assert reader.settle() == []
    assert reader.feed(b"\x08") == [Command("ESC !", b"\x1b!\x08", 2, None, 2)]


def test_reading_goes_on_after_the_end_of_one_document() -> None:
    reader = Tokeniser()
    reader.feed(oversize(MAX_COMMAND_BYTES))
    reader.close()
    assert not reader.mid_command
    assert reader.feed(b"\n") == [Command("LF", b"\n", 1, None, 7)]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_recorded_jobs_hold_nothing_unknown(path: Path) -> None:
    stream = path.read_bytes()
    got = tokens([stream])
    unknown = sum(len(token.raw) for token in got if isinstance(token, Unknown))
    # Its ESC D lacks the NUL: see tests/corpus/escpos/README.md.
    assert unknown == (14 if path.stem == "thermal__typography" else 0)
    assert joined(got) == stream


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("size", [1, 64, 1448])
def test_recorded_jobs_give_the_same_tokens_in_packets(path: Path, size: int) -> None:
    stream = path.read_bytes()
    packets = [stream[i : i + size] for i in range(0, len(stream), size)]
    assert tokens(packets) == tokens([stream])


@pytest.mark.parametrize(
    "stream", [b"E\x1dDW\xc0`\x0c", b"\x1b&lA", b"\x1b&l0Ox", b"\x1b&\x05A", b"\x1b*b1"]
)
def test_what_is_refused_by_its_first_byte_is_refused_in_any_chunks(
    stream: bytes,
) -> None:
    whole = Tokeniser()
    expected = [*whole.feed(stream), *whole.close()]
    for cut in range(len(stream)):
        reader = Tokeniser()
        found = [*reader.feed(stream[:cut]), *reader.feed(stream[cut:])]
        assert [*found, *reader.close()] == expected
