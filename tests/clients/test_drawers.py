"""Two tills at one printer, in pass-through: nobody's drawer waits for a POS that stalls."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hardware_sim.line import SocketLine, dial
from tests.clients.cells import IN_REAL_TIME
from tests.clients.conftest import kept
from tests.clients.till import WAIT_S, Till, open_till

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="package"),
]

AT_ONCE_S = 2.0
"""0.1 s for the end of a command; the rest is for a busy machine."""
RESTS_S = 0.3
"""Then the printer is nobody's."""
HEAD = b"\x1b@LE COMPTOIR DES HALLES\n"
PICTURE = b"\x1dv0\x00\x48\x00\x50\x00" + b"\x55" * (72 * 80)
QR = b"\x1d(k\x1b\x001P0https://shop.example/abc"
END = b"FIN\n\n\n\n\x1dV\x00"
PULSE = b"\x1bp\x00\x19\xfa"
QUESTIONS = re.compile(rb"\x1dr\x01|\x10\x04[\x01-\x04]")
"""GS r 1, DLE EOT."""


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def through(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Till]:
    folder = tmp_path_factory.mktemp("through")
    async with kept(open_till(folder, "pass-through")) as open_one:
        yield open_one


async def opened(till: Till, before: int) -> float:
    """Another till asks for its drawer: seconds until it opens."""
    since_s = time.monotonic()
    line = await dial(till.host, till.port, WAIT_S)
    await line.write(PULSE)
    await till.printer.wait_kicks(before + 1, WAIT_S)
    line.close()
    return time.monotonic() - since_s


def heard(till: Till, before: int) -> bytes:
    """Less what the agent asks between two commands: how the printer is, and how far."""
    return QUESTIONS.sub(b"", bytes(till.printer.received[before:]))


async def stalled(till: Till, raw: bytes) -> tuple[SocketLine, int]:
    """A POS that has said so much, and what was heard of it so far."""
    await till.printer.wait_until(
        lambda: not till.printer.buffered_bytes, WAIT_S, "rest"
    )
    await asyncio.sleep(RESTS_S)
    before = len(till.printer.received)
    line = await dial(till.host, till.port, WAIT_S)
    await line.write(raw)
    await till.printer.wait_until(
        lambda: raw in heard(till, before), WAIT_S, "half of a job"
    )
    return line, before


@pytest.mark.parametrize("goes_on", [True, False], ids=["goes on", "dies"])
@pytest.mark.parametrize(
    ("command", "cut", "lost"),
    [
        (PICTURE, 3, 0),
        (PICTURE, 8, 5),
        (PICTURE, 3000, 5),
        (PICTURE, -2, 2),
        (QR, 12, 0),
        (b"CAFE 1,20\n", 10, 0),
    ],
    ids=["head", "first dot", "dots", "last dots", "symbol", "between"],
)
async def test_another_till_s_drawer_opens_while_one_stalls(
    through: Till, command: bytes, cut: int, lost: int, *, goes_on: bool
) -> None:
    """``lost``: bytes of dots that a pulse stands in for."""
    printer = through.printer
    kicks, sheets = len(printer.kicks), len(printer.papers)
    line, before = await stalled(through, HEAD + command[:cut])
    try:
        assert await opened(through, kicks) < AT_ONCE_S
        if goes_on:
            await line.write(command[cut:] + END)
    finally:
        line.close()
    papers = await printer.wait_paper(sheets + goes_on, WAIT_S)
    await asyncio.sleep(RESTS_S)
    assert len(printer.kicks) == kicks + 1
    assert len(papers) == sheets + goes_on
    if not goes_on:
        printer.tear_off()
        return
    text = command.decode() if command.startswith(b"CAFE") else ""
    wanted = f"LE COMPTOIR DES HALLES\n{text}FIN".splitlines()
    assert [line for line in papers[-1].lines if line] == wanted
    paper = heard(through, before)
    assert paper.count(b"\x55") == command.count(b"\x55") - lost


async def test_another_till_s_drawer_opens_before_the_rest_of_a_long_job(
    through: Till,
) -> None:
    printer = through.printer
    kicks, sheets = len(printer.kicks), len(printer.papers)
    job = HEAD + b"2 x CAFE CREME                 5,00\n" * 1500 + END
    printer.turn(slow_bytes_s=8000.0)
    try:
        line, before = await stalled(through, HEAD)
        sending = asyncio.create_task(line.write(job[len(HEAD) :]))
        await printer.wait_received(before + 6000, WAIT_S)
        await opened(through, kicks)
        here = len(printer.received) - before
        assert here < len(job) // 2
    finally:
        printer.turn(slow_bytes_s=0.0)
    await sending
    line.close()
    await printer.wait_paper(sheets + 1, WAIT_S)
    paper = heard(through, before)
    assert len(printer.kicks) == kicks + 1
    pulse = IN_REAL_TIME.search(paper)
    assert pulse is not None
    assert (paper[: pulse.start()] + paper[pulse.end() :]).startswith(job)
