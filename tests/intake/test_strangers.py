"""A web page's request to the printer port is not printed; a receipt is."""

from __future__ import annotations

import asyncio
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.intake.strangers import METHODS, Wary, is_request

REQUEST = (
    b"POST / HTTP/1.1\r\nHost: till:9100\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 12\r\n\r\n\x1b@BONJOUR\n\n\n"
)
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32)
RECEIPTS = (
    b"POST TENEBRAS CAFE\nTOTAL 9,50\n\x1dV\x00",
    b"POST\nTOTAL 9,50\n",
    b"GET 2 FOR 1\n",
    b"PUT  HTTP/1.1\r\n",
    b"POST /menu HTTP is a word\n",
    b"P",
    b"OPTIONS\n",
    b"POST / HTTP/1.1",  # and nothing more
    b"\x1b@TOTAL 9,50\n",
    b"\x16",
    b"\x16\x00\x03",
    b"GET " + b"x" * 9000 + b" HTTP/1.1\r\n",
    b"POST /" + b"-" * 4000 + b" CAFE\n" + b"x" * 9000,
    b"POST /" + b"-" * 4000 + b"\n" + b"x" * 9000,
)
LONG_REQUESTS = [
    b"POST /" + b"A" * 9000 + b" HTTP/1.1\r\nHost: till:9100\r\n\r\n\x1b@BONJOUR\n",
    b"POST /" + b"A" * 8180 + b" HTTP/1.1\r\n\r\n\x1b@BONJOUR\n",
    b"GET http://till:9100/?" + b"%41" * 30_000 + b" HTTP/1.1\r\n\r\n",
]


class Pieces:
    """A line that brings these, then silence or a hang-up."""

    def __init__(self, *pieces: bytes | None) -> None:
        self.pieces = [*pieces]
        self.said = b""
        self.broken = False
        self.source = "192.168.1.20"

    async def read(self, patience_s: float) -> bytes | None:
        await asyncio.sleep(0)
        return self.pieces.pop(0) if self.pieces else b""

    def ready(self) -> bytes:
        return b"ready"

    def write(self, data: bytes) -> None:
        self.said += data


async def all_of(line: Wary) -> bytes:
    heard = b""
    for _ in range(20_000):
        data = await line.read(1.0)
        if data == b"":
            return heard
        heard += data or b""
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    "request_",
    [
        *(REQUEST, HELLO, b"GET /x?y=z HTTP/1.0\n\n", b"PRI * HTTP/2.0\r\n\r\n"),
        *LONG_REQUESTS,
    ],
)
@pytest.mark.parametrize("size", [7, 4096, 65_536])
async def test_a_request_is_dropped_however_it_is_cut(
    request_: bytes, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    pieces = [request_[at : at + size] for at in range(0, len(request_), size)]
    with caplog.at_level(logging.WARNING):
        assert await all_of(Wary(Pieces(*pieces), "tcp")) == b""
    assert [each.message for each in caplog.records] == [
        "a request of the web came to a printer port"
    ]


@pytest.mark.parametrize("receipt", RECEIPTS)
@pytest.mark.parametrize("size", [1, 5, 10_000])
async def test_a_receipt_that_begins_like_one_is_printed(
    receipt: bytes, size: int
) -> None:
    pieces = [receipt[at : at + size] for at in range(0, len(receipt), size)]
    assert await all_of(Wary(Pieces(*pieces), "tcp")) == receipt
    assert await all_of(Wary(Pieces(*pieces, None, b"GET / HTTP/1.1\r\n"), "tcp")) == (
        receipt + b"GET / HTTP/1.1\r\n"
    )


@given(st.sampled_from(METHODS), st.binary(max_size=40), st.integers(0, 60))
def test_what_is_clear_stays_clear(method: bytes, rest: bytes, cut: int) -> None:
    whole = method + b" " + rest
    early = is_request(whole[:cut])
    assert early is None or early is is_request(whole)


async def test_a_question_is_heard_at_once_and_answers_go_out() -> None:
    pieces = Pieces(b"\x10\x04\x01", b"GET / HTTP/1.1\r\n")
    line = Wary(pieces, "tcp")
    assert line.ready() == b""
    assert await line.read(1.0) == b"\x10\x04\x01"
    line.write(b"\x16")
    assert (pieces.said, line.ready()) == (b"\x16", b"ready")
    assert await line.read(1.0) == b"GET / HTTP/1.1\r\n"
    pieces.broken = True
    assert line.broken
    assert line.source == "192.168.1.20"


async def test_silence_is_silence() -> None:
    line = Wary(Pieces(None, b"A"), "tcp")
    assert await line.read(1.0) is None
    assert await line.read(1.0) == b"A"
