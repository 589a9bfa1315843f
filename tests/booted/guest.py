"""A booted systemd in namespaces of its own, over a throw-away overlay of this machine,
or of another root.

Needs root, overlayfs and systemd; no network, no image.  Memory limits, device policies
and the sandbox of units are enforced in it.  All that it writes is gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

HERE: Final = Path(__file__).parent
BOOT_S: Final = 60.0
ENVIRONMENT: Final = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "SYSTEMD_COLORS": "0",
}


class GuestError(Exception):
    """It did not boot, or a command in it failed; with what was said."""


class Guest:
    """``with Guest() as guest: guest.run("systemctl", "status")``."""

    def __init__(self, name: str = f"till-{os.getpid()}", root: str = "/") -> None:
        self._root = root
        self._folder = Path("/run") / name
        self._name = name
        self._shell: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def __enter__(self) -> Self:
        log = (Path("/run") / f"{self._name}.log").open("wb")
        self._shell = subprocess.Popen(
            ["bash", str(HERE / "boot.sh"), self._name, self._root],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            self._pid = self._booted()
            self._until_up()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shell is not None:
            if self._pid:
                with suppress(ProcessLookupError):  # SIGRTMIN+4: systemd powers off
                    os.kill(self._pid, signal.SIGRTMIN + 4)
            with suppress(subprocess.TimeoutExpired):
                self._shell.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(self._shell.pid, signal.SIGKILL)
            self._shell.wait()
        subprocess.run(["umount", "-l", str(self._folder)], check=False)
        with suppress(OSError):
            self._folder.rmdir()
        for folder in (*Path("/sys/fs/cgroup").rglob(self._name),):
            for inner in sorted(folder.rglob("*/"), reverse=True):
                with suppress(OSError):
                    inner.rmdir()
            with suppress(OSError):
                folder.rmdir()
        (Path("/run") / f"{self._name}.log").unlink(missing_ok=True)

    def _booted(self) -> int:
        """The pid, on this machine, of its systemd."""
        ends_s = time.monotonic() + BOOT_S
        while time.monotonic() < ends_s:
            if self._shell is not None and self._shell.poll() is not None:
                log = (Path("/run") / f"{self._name}.log").read_text()
                raise GuestError(f"it did not boot: {log}")
            for pid in self._descendants():
                with suppress(OSError):
                    if Path(f"/proc/{pid}/comm").read_text().strip() == "systemd":
                        return pid
            time.sleep(0.1)
        raise GuestError("it did not boot in time")

    def _until_up(self) -> None:
        ends_s = time.monotonic() + BOOT_S
        while (state := self._state()) not in {"running", "degraded"}:
            if time.monotonic() > ends_s:
                raise GuestError(f"it is {state}")
            time.sleep(0.2)

    def _state(self) -> str:
        return self.run("systemctl", "is-system-running", check=False).strip()

    def _descendants(self) -> Iterator[int]:
        waiting = [self._shell.pid] if self._shell else []
        while waiting:
            pid = waiting.pop()
            with suppress(OSError):
                text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
                waiting += map(int, text.split())
            yield pid

    @property
    def pid(self) -> int:
        """Of its systemd, on this machine."""
        return self._pid

    def path(self, inside: str) -> Path:
        """A file of the guest, as this machine sees it."""
        return Path(f"/proc/{self._pid}/root{inside}")

    def put(self, source: Path, inside: str) -> None:
        shutil.copyfile(source, self.path(inside))

    def start(self, *command: str) -> subprocess.Popen[str]:
        """A command in the guest, running."""
        enter = ["nsenter", "-t", str(self._pid), "-m", "-p", "-n", "-u", "-i", "-C"]
        words = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
        return subprocess.Popen(
            [*enter, "env", "-i", *words, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *command: str, check: bool = True, within_s: float = 120.0) -> str:
        """What it says.

        Raises:
            GuestError: it failed, if that is to be checked.
        """
        process = self.start(*command)
        try:
            said, _ = process.communicate(timeout=within_s)
        except subprocess.TimeoutExpired:
            process.kill()
            raise GuestError(f"{command}: not in time") from None
        if check and process.returncode:
            raise GuestError(f"{command} ended with {process.returncode}: {said}")
        return said

    def active(self, unit: str) -> str:
        """``active``, ``inactive``, ``failed``, ``activating``…"""
        return self.run("systemctl", "is-active", unit, check=False).strip()

    def until(self, holds: Callable[[], bool], within_s: float = 60.0) -> None:
        """Wait for it.

        Raises:
            GuestError: it never came true.
        """
        ends_s = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > ends_s:
                raise GuestError("what was waited for did not come")
            time.sleep(0.2)

    def until_active(self, unit: str, within_s: float = 60.0) -> None:
        ends_s = time.monotonic() + within_s
        while self.active(unit) != "active":
            if time.monotonic() > ends_s:
                said = self.run("journalctl", "-u", unit, "-n", "30", "--no-pager")
                raise GuestError(f"{unit} does not become active: {said}")
            time.sleep(0.2)


@contextmanager
def moved_away(guest: Guest, inside: str) -> Iterator[None]:
    """A file or folder that is missing for a while."""
    guest.run("mv", inside, f"{inside}.away")
    try:
        yield
    finally:
        guest.run("mv", f"{inside}.away", inside)
