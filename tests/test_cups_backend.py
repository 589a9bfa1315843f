"""The CUPS backend by itself, before an agent that does what a test tells it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from agent import cups_backend
from agent.cups_backend import Away, Courier, address_of, reasons_of

JOB = b"\x1b@TOTAL   9,50\n\n\n\n\x1dV\x00"
WELL = b"\x16\x12\x12"
WAIT_S = 10.0

Manner = Literal["takes", "shuts the door", "slams", "says nothing"]


@dataclass
class FakeAgent:
    """``manners`` are those of the coming jobs; then each is taken."""

    manners: list[Manner] = field(default_factory=list)
    status: bytes = WELL
    jobs: list[bytes] = field(default_factory=list)
    torn: list[bytes] = field(default_factory=list)
    given_up: int = 0
    durable_s: float = 0.0
    port: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    """All of a job."""
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def meet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            await self._talk(reader, writer)
        except OSError:
            self.torn.append(b"")
            self.came.set()
        finally:
            writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        manner = self.manners[0] if self.manners else "takes"
        if manner == "shuts the door":
            self.manners.pop(0)
            return
        heard = await reader.read(4096)
        if heard == cups_backend.QUESTIONS:
            writer.write(self.status)
            await writer.drain()
            return
        if heard == cups_backend.CLEAR:
            self.given_up += 1
            return
        if self.manners:
            self.manners.pop(0)
        if manner == "slams":
            hard = struct.pack("ii", 1, 0)
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hard)
            return
        self.begun.set()
        writer.write(b"\x16" * 100)  # answers that nobody waits for
        heard += await reader.read()
        self.heard.set()
        await asyncio.sleep(WAIT_S if manner == "says nothing" else self.durable_s)
        self.jobs.append(heard)
        self.came.set()


@asynccontextmanager
async def listening(*manners: Manner) -> AsyncIterator[FakeAgent]:
    agent = FakeAgent(list(manners))
    async with await asyncio.start_server(agent.meet, "127.0.0.1", 0) as server:
        agent.port = server.sockets[0].getsockname()[1]
        yield agent


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.bin"
    path.write_bytes(JOB)
    return path


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cups_backend, "AWAY_S", 0.0)
    monkeypatch.setattr(cups_backend, "KNOCK_S", 0.01)


async def deliver(port: int, file: Path, copies: int = 1) -> int:
    courier = Courier(("127.0.0.1", port))
    return await asyncio.to_thread(courier.deliver, [str(file)], copies)


async def run(
    *arguments: str, uri: str = "receipt-agent:/", data: bytes = b""
) -> tuple[int | None, str, str]:
    process = await _started(arguments, uri)
    out, errors = await process.communicate(data)
    return process.returncode, out.decode(), errors.decode()


async def _started(arguments: Sequence[str], uri: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent.cups_backend", *arguments),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env={**os.environ, "DEVICE_URI": uri},
    )


@pytest.mark.parametrize("option", ["--help", "-h"])
async def test_a_person_is_told_how_it_is_installed(option: str) -> None:
    code, out, errors = await run(option)
    assert (code, errors) == (cups_backend.OK, "")
    assert "/usr/lib/cups/backend/receipt-agent\n" in out
    assert "lpadmin -p till -E -v receipt-agent:/ -m raw" in out


async def test_without_arguments_it_is_a_line_of_lpinfo() -> None:
    code, out, _ = await run()
    assert code == cups_backend.OK
    assert out.startswith('direct receipt-agent:/ "receipt-agent" "receipt-agent')
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("receipt-agent:/", ("127.0.0.1", 9100)),
        ("receipt-agent://", ("127.0.0.1", 9100)),
        ("receipt-agent://127.0.0.1:9101", ("127.0.0.1", 9101)),
        ("receipt-agent://till-3/", ("till-3", 9100)),
        ("receipt-agent://[::1]:9101/", ("::1", 9101)),
        ("receipt-agent://[::1]", ("::1", 9100)),
    ],
)
def test_a_device_uri_is_an_address(uri: str, address: tuple[str, int]) -> None:
    assert address_of(uri) == address


@pytest.mark.parametrize(
    "uri",
    [
        "socket://127.0.0.1",
        "receipt-agent:9100",
        "receipt-agent://a:b",
        "receipt-agent://127.0.0.1:9100/q",
        "receipt-agent://127.0.0.1:99999",
        "receipt-agent://:9100",
        "",
    ],
)
def test_any_other_uri_is_told_what_to_write(uri: str) -> None:
    with pytest.raises(ValueError, match="write receipt-agent:/"):
        address_of(uri)


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        (b"\x16\x12\x12", set()),
        (b"\x1e\x32\x7e", {"media-empty-error", "offline-report"}),
        (b"\x1e\x16\x12", {"cover-open-error", "offline-report"}),
        (b"\x16\x12\x1e", {"media-low-warning"}),
        (b"\x1e\x52\x12", {"other-error", "offline-report"}),
        (b"\x1e\x12\x12", {"offline-report"}),
        (b"\x00\x32\x7e", set()),
        (b"\x16", set()),
    ],
)
def test_status_bits_become_printer_state_reasons(
    answers: bytes, reasons: set[str]
) -> None:
    assert reasons_of(answers) == reasons


async def test_each_copy_is_a_job_of_its_own(job: Path) -> None:
    async with listening() as agent:
        assert await deliver(agent.port, job, copies=3) == cups_backend.OK
        assert agent.jobs == [JOB] * 3


async def test_what_a_filter_pipes_is_sent_once() -> None:
    async with listening() as agent:
        uri = f"receipt-agent://127.0.0.1:{agent.port}"
        code, _, said = await run("1", "me", "a title", "2", "", uri=uri, data=JOB)
        assert code == cups_backend.OK, said
        assert agent.jobs == [JOB]


async def test_a_copy_that_is_durable_is_never_sent_again(job: Path) -> None:
    async with listening("takes", "slams", "slams", "takes") as agent:
        assert await deliver(agent.port, job, copies=2) == cups_backend.OK
        assert agent.jobs == [JOB] * 2


@pytest.mark.parametrize("manner", ["slams", "shuts the door"])
async def test_a_job_that_was_not_taken_stays_first_in_its_queue(
    job: Path, manner: Manner, capfd: pytest.CaptureFixture[str]
) -> None:
    async with listening(manner) as agent:
        assert await deliver(agent.port, job) == cups_backend.RETRY_CURRENT
        assert agent.jobs == []
    assert "ERROR: the agent" in capfd.readouterr().err


def test_a_goodbye_that_our_bytes_did_not_reach_confirms_nothing() -> None:
    courier = Courier(("127.0.0.1", 1))
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        socket.create_connection(door.getsockname()) as line,
    ):
        door.accept()[0].close()
        line.sendall(JOB)
        with pytest.raises(Away, match="without taking the job"):
            courier._until_durable(line)


async def test_so_does_one_that_nobody_is_there_for(
    job: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with listening() as agent:
        port = agent.port
    assert await deliver(port, job) == cups_backend.RETRY_CURRENT
    said = capfd.readouterr().err
    assert "ERROR: no agent at 127.0.0.1" in said
    assert "STATE: +connecting-to-device" in said


async def test_an_agent_that_never_confirms_is_given_up(
    job: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cups_backend, "DURABLE_S", 0.1)
    async with listening("says nothing") as agent:
        assert await deliver(agent.port, job) == cups_backend.RETRY_CURRENT
    assert "did not confirm the job" in capfd.readouterr().err


async def test_cups_hears_how_the_printer_is_and_when_it_is_well_again(
    job: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with listening() as agent:
        agent.status = b"\x1e\x32\x7e"
        await deliver(agent.port, job)
        out_of_paper = capfd.readouterr().err
        agent.status = WELL
        await deliver(agent.port, job)
        well = capfd.readouterr().err
    assert "STATE: +media-empty-error,offline-report\n" in out_of_paper
    assert "media-empty-error" in well.partition("STATE: -")[2]
    assert "STATE: +" not in well


async def test_sigterm_breaks_the_line_so_that_no_half_job_looks_whole() -> None:
    async with listening() as agent:
        uri = f"receipt-agent://127.0.0.1:{agent.port}"
        process = await _started(("1", "me", "title", "1", ""), uri)
        assert process.stdin is not None
        process.stdin.write(JOB)
        async with asyncio.timeout(WAIT_S):
            await agent.begun.wait()
            process.send_signal(signal.SIGTERM)
            _, said = await process.communicate()
            await agent.came.wait()
        assert process.returncode == cups_backend.RETRY_CURRENT, said.decode()
        assert agent.jobs == []
        assert len(agent.torn) == 1
        # What it has of the job comes again: a receipt of that is the same one.
        assert agent.given_up == 1


async def test_sigterm_behind_a_job_that_is_all_sent_waits_for_its_answer() -> None:
    async with listening() as agent:
        agent.durable_s = 0.5
        uri = f"receipt-agent://127.0.0.1:{agent.port}"
        process = await _started(("1", "me", "title", "1", ""), uri)
        assert process.stdin is not None
        process.stdin.write(JOB)
        process.stdin.close()
        async with asyncio.timeout(WAIT_S):
            await agent.heard.wait()
            await asyncio.sleep(0.1)  # until it knows that it has sent the last byte
            process.send_signal(signal.SIGTERM)
            _, said = await process.communicate()
        assert process.returncode == cups_backend.OK, said.decode()
        assert agent.jobs == [JOB]
        assert agent.given_up == 0


@pytest.mark.parametrize(
    ("arguments", "uri", "code"),
    [
        (("1", "me", "title"), "receipt-agent:/", cups_backend.FAILED),
        (("1", "me", "title", "two", ""), "receipt-agent:/", cups_backend.FAILED),
        (("1", "me", "title", "1", ""), "socket://127.0.0.1", cups_backend.STOP),
    ],
)
async def test_what_only_a_person_can_mend_is_no_reason_to_try_again(
    arguments: tuple[str, ...], uri: str, code: int
) -> None:
    got, _, said = await run(*arguments, uri=uri)
    assert got == code
    assert said.startswith("ERROR: ")


async def test_a_job_file_that_is_gone_fails_that_job(tmp_path: Path) -> None:
    async with listening() as agent:
        uri = f"receipt-agent://127.0.0.1:{agent.port}"
        gone = str(tmp_path / "gone")
        code, _, said = await run("1", "me", "title", "1", "", gone, uri=uri)
    assert code == cups_backend.FAILED
    assert "No such file" in said


async def test_it_starts_without_loading_the_house() -> None:
    heavy = "asyncio,pydantic,logging,agent.config,urllib,subprocess,argparse"
    look = (
        "import sys, agent.cups_backend;"
        f"print([name for name in '{heavy}'.split(',') if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-S", "-c", look),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(cups_backend.__file__).parents[1],
    )
    out, _ = await process.communicate()
    assert out == b"[]\n"
