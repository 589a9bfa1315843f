"""The journal's own protocol, to a real datagram socket."""

from __future__ import annotations

import io
import logging
import os
import socket
from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import journal, logs
from agent.it import masking
from agent.journal import JournalHandler, encode
from agent.messages import MESSAGES


def decoded(raw: bytes) -> dict[str, str]:
    """As journald reads it (JOURNAL_NATIVE_PROTOCOL)."""
    found, at = {}, 0
    while at < len(raw):
        end = raw.index(b"\n", at)
        key, equals, value = raw[at:end].partition(b"=")
        at = end + 1
        if not equals:
            size = int.from_bytes(raw[at : at + 8], "little")
            value = raw[at + 8 : at + 8 + size]
            at += 8 + size + 1
            assert raw[at - 1 : at] == b"\n"
        found[key.decode()] = value.decode()
    return found


@given(
    st.dictionaries(st.from_regex(r"\A[A-Z][A-Z0-9_]{0,20}\Z"), st.text(max_size=200))
)
def test_what_is_said_is_what_the_journal_reads(fields: dict[str, str]) -> None:
    whole = {k: v.encode("utf-8", "replace").decode() for k, v in fields.items()}
    assert decoded(encode(fields)) == whole


def test_a_key_is_made_fit_and_a_value_has_a_bound() -> None:
    found = decoded(encode({"_a-b": "1", "9": "2", "LONG": "x" * 100_000}))
    assert found.keys() == {"A_B", "LONG"}
    assert len(found["LONG"]) == journal.MAX_VALUE_BYTES


class Heard:
    """A journald that has its socket and nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(10)
        self.socket.bind(str(path))

    def next(self) -> dict[str, str]:
        return decoded(self.socket.recv(1 << 18))


@pytest.fixture
def heard() -> Generator[Heard]:
    with TemporaryDirectory() as folder:  # a short name: sun_path has 108 bytes
        here = Heard(Path(folder, "socket"))
        yield here
        here.socket.close()


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(heard: Heard, said: io.StringIO) -> Generator[logging.Logger]:
    lines = logging.StreamHandler(said)
    lines.setFormatter(logs.JournalFormatter())
    handler = JournalHandler(lines, str(heard.path))
    made = logging.Logger("agent.pipeline.hatch")  # noqa: LOG001 -- nobody else's
    made.addHandler(handler)
    yield made
    handler.close()


def test_a_record_comes_with_its_fields_and_its_id(
    heard: Heard, logger: logging.Logger
) -> None:
    logger.info("job accepted", extra={"job": "018f", "door": "tcp", "shape": ""})
    found = heard.next()
    assert found["MESSAGE"] == found["RECEIPT_AGENT_SENTENCE"] == "job accepted"
    assert found["MESSAGE_ID"] == MESSAGES["job accepted"].id
    assert (found["PRIORITY"], found["SYSLOG_IDENTIFIER"]) == ("6", "receipt-agent")
    assert (found["RECEIPT_AGENT_JOB"], found["RECEIPT_AGENT_DOOR"]) == ("018f", "tcp")
    assert found["RECEIPT_AGENT_LOGGER"] == "agent.pipeline.hatch"
    assert "RECEIPT_AGENT_SHAPE" not in found
    assert found["CODE_FILE"].endswith("test_journal.py")


def test_a_trace_is_a_field_of_several_lines(
    heard: Heard, logger: logging.Logger
) -> None:
    try:
        int("why")
    except ValueError:
        logger.exception("no database, every job is printed: %s", "x")
    found = heard.next()
    assert found["MESSAGE"] == "no database, every job is printed: x"
    assert found["PRIORITY"] == "3"
    assert "\n" in found["RECEIPT_AGENT_TRACE"]
    assert found["MESSAGE_ID"] == MESSAGES["no database, every job is printed: %s"].id


def test_a_journal_that_does_not_keep_up_loses_lines_and_hears_how_many(
    heard: Heard, logger: logging.Logger, said: io.StringIO
) -> None:
    for number in range(5_000):
        logger.info("line %s", number)
    assert said.getvalue() == ""
    came = 0
    heard.socket.setblocking(False)
    try:
        while True:
            heard.socket.recv(1 << 18)
            came += 1
    except BlockingIOError:
        pass
    assert 0 < came < 5_000
    heard.socket.settimeout(10)
    logger.info("and on")
    assert heard.next()["RECEIPT_AGENT_LOST"] == str(5_000 - came)
    logger.info("and on")
    assert "RECEIPT_AGENT_LOST" not in heard.next()


def test_without_a_journal_the_line_goes_to_standard_error(
    heard: Heard, logger: logging.Logger, said: io.StringIO
) -> None:
    heard.path.unlink()
    logger.warning("printer went away", extra={"fault": "lost"})
    assert said.getvalue().startswith('<4>{"level": "warning"')


def test_a_line_that_cannot_be_written_ends_nobody(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    logger.info("two words: %s %s", *["one"])
    assert "Logging error" in capsys.readouterr().err


def test_only_a_stream_that_leads_to_the_journal_is_one() -> None:
    with TemporaryFile("w") as stream:
        there = os.fstat(stream.fileno())
        named = f"{there.st_dev}:{there.st_ino}"
        assert journal.is_ours(stream, {"JOURNAL_STREAM": named})
        assert not journal.is_ours(stream, {"JOURNAL_STREAM": "1:2"})
        assert not journal.is_ours(stream, {})
    assert not journal.is_ours(io.StringIO(), {"JOURNAL_STREAM": "1:2"})


def test_the_support_bundle_reads_the_fields(
    heard: Heard, logger: logging.Logger
) -> None:
    fields = {"door": "tcp", "bytes": 412, "contact": "0612345678"}
    logger.info("job accepted", extra=fields)
    kept = masking.journal_line(heard.next())
    assert (kept["event"], kept["door"], kept["bytes"]) == ("job accepted", "tcp", 412)
    assert "0612345678" not in str(kept)
