"""A hand scanner on a serial cable: a pty whose other end types what is scanned.

``path`` is a tty that a program opens as it would /dev/ttyACM0.  Pulling the plug
takes the tty away; plugging it in again gives it back under the same name.
"""

from __future__ import annotations

import os
import time
import tty
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class SerialScanner:
    """``with SerialScanner(Path("scanner")) as scanner: scanner.scan("123")``.

    ``path`` becomes a link to the tty, as udev makes one under /dev/serial/by-id.
    """

    def __init__(
        self,
        path: Path,
        end: bytes = b"\r\n",
        prefix: bytes = b"",
        baud: int | None = None,
    ) -> None:
        self.path = path
        self._end = end
        self._prefix = prefix
        self._byte_s = 10 / baud if baud else 0.0
        self._master = -1
        self._slave = -1

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()

    @property
    def plugged(self) -> bool:
        return self._master >= 0

    def plug(self) -> None:
        """There; what is scanned before somebody opens the tty waits in the cable."""
        if not self.plugged:
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            self.path.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        """Gone: who has the tty open reads its end."""
        if self.plugged:
            self.path.unlink()
            os.close(self._slave)
            os.close(self._master)
            self._master = -1

    def scan(self, code: str | bytes, end: bytes | None = None) -> None:
        """A code, with what the scanner is set to say around it."""
        raw = code.encode() if isinstance(code, str) else code
        self.say(self._prefix + raw + (self._end if end is None else end))

    def say(self, raw: bytes) -> None:
        """Those bytes, at the speed of the line."""
        if not self._byte_s:
            os.write(self._master, raw)
            return
        for byte in raw:
            os.write(self._master, bytes([byte]))
            time.sleep(self._byte_s)


def by_hand(path: Path, lines: Iterable[str]) -> int:
    """Scan each line; ``unplug`` and ``plug`` are what they say."""
    with SerialScanner(path) as scanner:
        print(
            f"a scanner at {path}: each line is a scan, or unplug, or plug", flush=True
        )
        for line in lines:
            match line.strip():
                case "unplug":
                    scanner.unplug()
                case "plug":
                    scanner.plug()
                case code if scanner.plugged:
                    scanner.scan(code)
                case _:
                    print("it is unplugged", flush=True)
    return 0
