"""A CUPS scheduler of our own: its queues, its jobs, and our backend among its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import agent.cups_backend
from hardware_sim.line import dial
from hardware_sim.programs import free_port
from tests.clients import said

SERVER_BIN = Path("/usr/lib/cups")
READY_S = 20.0
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def why_no_cups() -> str:
    """Nothing when a scheduler with socket:// queues can be had."""
    programs = [shutil.which(name, path=SYSTEM_PATH) for name in ("cupsd", "lp")]
    if None in programs or not (SERVER_BIN / "backend" / "socket").exists():
        return "no socket:// queues of CUPS here: apt-get install cups"
    return ""


class Scheduler:
    """A running cupsd."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.address = f"127.0.0.1:{port}"
        self.log = root / "cupsd.log"

    async def queue(self, name: str, device: str) -> None:
        """A raw queue, as till IT makes them."""
        queue = ("lpadmin", "-h", self.address, "-p", name, "-E", "-v", device)
        policy = ("-o", "printer-error-policy=retry-current-job")
        await self.run(*queue, "-m", "raw", *policy)

    async def print(self, name: str, file: Path, copies: int = 1) -> str:
        """The job's name."""
        told = await self.run(
            *("lp", "-h", self.address, "-d", name, "-n", str(copies), "-o", "raw"),
            str(file),
        )
        return told.split()[3]  # request id is NAME-1 (1 file(s))

    async def waiting(self, name: str) -> list[str]:
        """Jobs that are not done."""
        told = await self.run("lpstat", "-h", self.address, "-o", name)
        return [line.split()[0] for line in told.splitlines()]

    async def done(self, name: str, deadline_s: float = READY_S) -> None:
        """Until the queue is empty."""
        async with asyncio.timeout(deadline_s):
            while await self.waiting(name):  # noqa: ASYNC110 -- lpstat knows no bell
                await asyncio.sleep(0.05)

    async def says(self, name: str) -> str:
        """What lpstat tells of the queue: its state, its reasons ("Alerts")."""
        return await self.run("lpstat", "-h", self.address, "-l", "-p", name)

    async def alerts(self, name: str) -> str:
        """Its reasons alone."""
        told = (await self.says(name)).splitlines()
        alerts = [line.strip() for line in told if "Alerts:" in line]
        return alerts[0].removeprefix("Alerts: ") if alerts else ""

    async def cancel(self, job: str) -> None:
        await self.run("cancel", "-h", self.address, job)

    async def run(self, *command: str) -> str:
        code, told, _ = await said.run(
            command, {"PATH": SYSTEM_PATH, "LC_ALL": "C", "LANG": "C"}
        )
        assert code == 0, f"{command}: {told}"
        return told


@asynccontextmanager
async def scheduler() -> AsyncIterator[Scheduler]:
    """Start one; :func:`why_no_cups` says nothing."""
    with _reachable_folder() as root:
        served = Scheduler(root, free_port())
        port = served.address.rpartition(":")[2]
        (root / "cupsd.conf").write_text(_CUPSD.format(port=port))
        (root / "cups-files.conf").write_text(_FILES.format(root=root))
        _backends(root / "bin")
        cupsd = shutil.which("cupsd", path=SYSTEM_PATH) or "cupsd"
        with served.log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                cupsd, "-f", "-c", root / "cupsd.conf", "-s", root / "cups-files.conf",
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            await _answers(process, int(port), served.log)
            yield served
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


async def _answers(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    async with asyncio.timeout(READY_S):
        while True:
            if process.returncode is not None:
                told = await asyncio.to_thread(log.read_text)
                raise RuntimeError(f"cupsd cannot run here: {told[-300:]}")
            try:
                (await dial("127.0.0.1", port, 1.0)).close()
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return


def _backends(folder: Path) -> None:
    """CUPS' own programs, and ours as store IT installs it for root (0700)."""
    (folder / "backend").mkdir(parents=True)
    for each in SERVER_BIN.iterdir():
        if each.name != "backend":
            (folder / each.name).symlink_to(each)
    (folder / "backend" / "socket").symlink_to(SERVER_BIN / "backend" / "socket")
    ours = folder / "backend" / "receipt-agent"
    source = Path(agent.cups_backend.__file__).read_text()
    ours.write_text(f"#!{Path(sys.executable).resolve()} -IS\n{source}")
    ours.chmod(0o700)


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


_CUPSD = """\
Listen 127.0.0.1:{port}
LogLevel debug
Browsing No
WebInterface No
DefaultAuthType None
JobRetryInterval 1
JobRetryLimit 2
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
ServerBin {root}/bin
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
