"""Recorded papers from files, one after the other.

What cannot be read is said on standard error and passed over: one bad file of a hundred
costs itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from agent.escpos.settings import Printer
from agent.samples.paper import Kind, NotASampleError, Sample, sample_of

EXIT_DATA: Final = 65
EXIT_NO_INPUT: Final = 66
MAX_FILE_BYTES: Final = 16 << 20
"""The agent's doors end a job at 4 MiB."""


class Files:
    """``exit_code`` is that of the last file that could not be read, else 0."""

    def __init__(self, printer: Printer, kind: Kind | None = None) -> None:
        self._printer = printer
        self._kind = kind
        self.exit_code = 0

    def raw(self, paths: Iterable[Path]) -> Iterator[tuple[bytes, Sample]]:
        """Each as its bytes and as a paper."""
        for path in paths:
            try:
                raw = _read(path)
                sample = sample_of(raw, path.name, self._printer, self._kind)
            except OSError as error:
                self._failed(path, error.strerror or str(error), EXIT_NO_INPUT)
            except NotASampleError as error:
                self._failed(path, str(error), EXIT_DATA)
            else:
                yield raw, sample

    def _failed(self, path: Path, why: str, code: int) -> None:
        sys.stderr.write(f"{path}: {why}\n")
        self.exit_code = code


def _read(path: Path) -> bytes:
    if str(path) == "-":
        raw = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    else:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        raise NotASampleError(f"more than {MAX_FILE_BYTES >> 20} MB; no receipt is")
    return raw
