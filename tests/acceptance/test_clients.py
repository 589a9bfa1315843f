"""Real clients: two tills at a time, status polls, a CUPS raw queue."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from hardware_sim import library_bytes, phone, recordings
from hardware_sim.customer import Customer
from hardware_sim.line import dial
from hardware_sim.office import kitchen
from hardware_sim.pos import Manner, Pos
from hardware_sim.programs import free_port
from hardware_sim.sheet import sheets_of
from hardware_sim.shop import Shop
from hardware_sim.story import RECORDED
from tests.acceptance.rig import WAIT_S, at_counter, ring_up

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]

BACKENDS = "/usr/lib/cups/backend"
SLOWEST_ANSWER_S = 1.0
"""The goal is milliseconds (bench/ measures them); a busy machine may stammer."""


async def test_status_is_answered_while_another_client_prints(open_shop: Shop) -> None:
    order, printer = library_bytes.encode(kitchen(1)), open_shop.printer
    papers = len(printer.papers)
    printer.turn(slow_bytes_s=150)
    asking = Pos("127.0.0.1", open_shop.door, Manner(deadline_s=WAIT_S))
    async with asyncio.TaskGroup() as group:
        group.create_task(open_shop.pos.play(order))
        polls = await asking.poll_status(20, 0.05)
    assert len(printer.papers) == papers
    assert {poll.answer for poll in polls} == {b"\x12"}
    assert max(poll.took_s for poll in polls) < SLOWEST_ANSWER_S
    printer.turn(slow_bytes_s=0)
    await printer.wait_paper(papers + 1, WAIT_S)


async def test_two_tills_print_at_once_and_every_sheet_is_whole(
    open_shop: Shop,
) -> None:
    orders = [library_bytes.encode(kitchen(seed)) for seed in range(6)]
    slow = Manner(chunk_bytes=20, pause_s=0.002, deadline_s=WAIT_S)
    before, wanted = len(open_shop.printer.paper_bytes), sum(map(len, orders))
    async with asyncio.TaskGroup() as group:
        for raw in orders:
            group.create_task(Pos("127.0.0.1", open_shop.door, slow).play(raw))
    printed = (await open_shop.printer.wait_printed(before + wanted, WAIT_S))[before:]
    assert [raw for raw in orders if raw not in printed] == []
    assert len(printed) == wanted


async def test_a_recorded_job_s_page_says_what_its_paper_says(open_shop: Shop) -> None:
    raw, customer = recordings.job(RECORDED), Customer(open_shop.counter, None)
    before = await at_counter(open_shop)
    assert (await open_shop.pos.play(raw)).failure == ""
    now = await open_shop.counter.offered(before, WAIT_S)
    page = await customer.open(await customer.scan(now))
    total = phone.total_on_page(page.html)
    assert total is not None
    (sheet,) = sheets_of(raw)
    assert f"{total / 100:.2f}" in sheet.text


async def test_the_next_sale_settles_the_one_before(open_shop: Shop) -> None:
    first, _ = await ring_up(open_shop)
    second, _ = await ring_up(open_shop, seed=2)
    assert second["recent"] != []
    chosen = {line["id"]: line["choice"] for line in second["recent"]}
    assert chosen[first["shown"]["id"]] == "none"


async def test_a_cups_raw_queue_prints_unchanged(
    open_shop: Shop, tmp_path: Path
) -> None:
    raw, printer = recordings.job("escpos-php__graphics"), open_shop.printer
    before, job = len(printer.paper_bytes), tmp_path / "job.bin"
    job.write_bytes(raw)
    device = f"socket://127.0.0.1:{open_shop.door}"
    async with _cups(tmp_path) as server:
        queue = ("lpadmin", "-h", server, "-p", "till", "-E", "-v", device)
        policy = "printer-error-policy=retry-job"
        await _run(*queue, "-m", "raw", "-o", policy)
        await _run("lp", "-h", server, "-d", "till", "-o", "raw", str(job))
        printed = await printer.wait_printed(before + len(raw), WAIT_S)
    assert printed[before:] == raw


@asynccontextmanager
async def _cups(folder: Path) -> AsyncIterator[str]:
    """A scheduler of our own; its address."""
    cupsd = shutil.which("cupsd", path="/usr/sbin:/usr/bin")
    needed = (cupsd, shutil.which("lp"), shutil.which("socket", path=BACKENDS))
    if cupsd is None or None in needed:
        pytest.skip("no socket:// queues of CUPS here: apt-get install cups")
    with _reachable_folder() as root:
        port = free_port()
        (root / "cupsd.conf").write_text(_CUPSD.format(port=port))
        (root / "cups-files.conf").write_text(_FILES.format(root=root))
        with (folder / "cupsd.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                cupsd, "-f", "-c", root / "cupsd.conf", "-s", root / "cups-files.conf",
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            await _answers(process, port, folder / "cupsd.log")
            yield f"127.0.0.1:{port}"
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


async def _answers(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    async with asyncio.timeout(WAIT_S):
        while True:
            if process.returncode is not None:
                told = await asyncio.to_thread(log.read_text)
                pytest.skip(f"cupsd cannot run here: {told[-300:]}")
            try:
                (await dial("127.0.0.1", port, 1.0)).close()
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return


@contextmanager
def _reachable_folder() -> Iterator[Path]:
    """Outside pytest's own, which the scheduler's user may not enter."""
    with tempfile.TemporaryDirectory(prefix="cups-") as made:
        root = Path(made)
        root.chmod(0o755)
        for name in ("run", "cache", "spool", "tmp"):
            (root / name).mkdir(mode=0o755)
        if os.getuid() == 0:
            for name in ("cache", "spool", "tmp", "run"):
                shutil.chown(root / name, "lp", "lp")
        yield root


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(WAIT_S):
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


_CUPSD = """\
Listen 127.0.0.1:{port}
LogLevel warn
Browsing No
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow from 127.0.0.1
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
    Allow from all
  </Limit>
</Policy>
"""
_FILES = """\
ServerRoot {root}
StateDir {root}/run
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/tmp
AccessLog stderr
ErrorLog stderr
PageLog stderr
SystemGroup lpadmin root
FileDevice No
Sandboxing Relaxed
"""
