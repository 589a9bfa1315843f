"""What python-escpos' ``CupsPrinter`` stands on: a scheduler in memory.

Stands in for pycups, as far as the driver and our wire use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from escpos.printer import cups as driver

PENDING, PROCESSING, CANCELED, ABORTED, COMPLETED = 3, 5, 7, 8, 9
OVER = {CANCELED, ABORTED, COMPLETED}


@dataclass
class Spooled:
    name: str
    raw: bytes
    state: int = PROCESSING


@dataclass
class FakeCups:
    """One queue.  ``holds``: what is printed waits; ``gone``: nobody answers."""

    queue: str = "TICKETS"
    uri: str = "socket://192.168.1.50:9100"
    state: int = 3
    reasons: list[str] = field(default_factory=lambda: ["none"])
    holds: bool = False
    gone: bool = False
    jobs: dict[int, Spooled] = field(default_factory=dict)
    server: tuple[str, int] = ("", 0)

    @property
    def paper(self) -> bytes:
        """What came out, in order."""
        return b"".join(job.raw for job in self.jobs.values() if job.state == COMPLETED)

    def finish(self, state: int = COMPLETED) -> None:
        """What waits comes out."""
        for job in self.jobs.values():
            if job.state not in OVER:
                job.state = state

    # -- as pycups' Connection --------------------------------------------------

    def getPrinters(self) -> dict[str, Any]:  # noqa: N802
        self._reached()
        return {
            self.queue: {
                "printer-state": self.state,
                "printer-state-reasons": self.reasons,
                "device-uri": self.uri,
            }
        }

    def getDefault(self) -> str:  # noqa: N802
        return self.queue

    def getJobs(  # noqa: N802
        self, which_jobs: str, requested_attributes: Sequence[str]
    ) -> dict[int, dict[str, Any]]:
        self._reached()
        assert "job-name" in requested_attributes
        return {
            number: {"job-name": job.name, "job-state": job.state}
            for number, job in self.jobs.items()
            if which_jobs == "all" or job.state not in OVER
        }

    def printFile(self, queue: str, path: str, title: str, options: Any) -> int:  # noqa: N802
        self._reached()
        assert queue == self.queue
        assert options == {"document-format": "raw"}
        state = PROCESSING if self.holds else COMPLETED
        self.jobs[len(self.jobs) + 1] = Spooled(title, Path(path).read_bytes(), state)
        return len(self.jobs)

    def cancelJob(self, number: int) -> None:  # noqa: N802
        self.jobs[number].state = CANCELED

    def _reached(self) -> None:
        if self.gone:
            raise RuntimeError("failed to connect to server")


def start(monkeypatch: pytest.MonkeyPatch, cups: FakeCups) -> None:
    """The library is installed, and that scheduler runs."""

    def connection() -> FakeCups:
        cups._reached()
        return cups

    def server(host: str) -> None:
        cups.server = (host, cups.server[1])

    def port(number: int) -> None:
        cups.server = (cups.server[0], number)

    library = SimpleNamespace(
        Connection=connection,
        setServer=server,
        setPort=port,
        CUPS_FORMAT_RAW="raw",
    )
    monkeypatch.setattr(driver, "cups", library, raising=False)
    monkeypatch.setattr(driver, "_DEP_PYCUPS", True)
    monkeypatch.setattr(driver, "DEFAULT_HOST", "localhost", raising=False)
    monkeypatch.setattr(driver, "DEFAULT_PORT", 631, raising=False)
