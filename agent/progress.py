"""What is being worked at, and how far it is: on a terminal only, beside the answer.

Never in the answer, and of short work nothing.  Where standard error is no terminal, or
``shows`` is false (a program reads the answer), nothing is written and no thread runs.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

FIRST_S: Final = 0.5
"""What is done by then says nothing."""
EVERY_S: Final = 0.2

Thing = TypeVar("Thing")


def says(what: str) -> None:
    """So that nobody takes patience for a hang."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{what}...\n")
        sys.stderr.flush()


class Line:
    """One line that is written over and over, and gone at the end."""

    def __init__(
        self,
        what: str,
        *,
        shows: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.shows = shows and sys.stderr.isatty()
        self._what = what
        self._now = now
        self._next_s = now() + FIRST_S
        self._wide = 0

    def says(self, how_far: str) -> None:
        """At most five times a second."""
        if not self.shows or self._now() < self._next_s:
            return
        self._next_s = self._now() + EVERY_S
        text = f"{self._what}  {how_far}"
        self._write(f"\r{text.ljust(self._wide)}")
        self._wide = len(text)

    def ends(self) -> None:
        """The next line of anybody begins where this one stood."""
        if self._wide:
            self._write(f"\r{' ' * self._wide}\r")
            self._wide = 0

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


@contextmanager
def counted(
    what: str, total: int = 0, *, shows: bool = True
) -> Generator[Callable[[int], None]]:
    """To be told how many are done; without ``total`` there is no share of it."""
    line = Line(what, shows=shows)

    def at(done: int) -> None:
        line.says(f"{done}/{total}  {_share(done, total)}" if total else f"{done}")

    try:
        yield at
    finally:
        line.ends()


def of(
    things: Iterable[Thing], what: str, total: int = 0, *, shows: bool = True
) -> Iterator[Thing]:
    """The same things, counted as they are done."""
    with counted(what, total, shows=shows) as at:
        for done, each in enumerate(things, 1):
            yield each
            at(done)


@contextmanager
def watched(
    what: str, look: Callable[[], str], *, shows: bool = True
) -> Generator[None]:
    """Beside work that cannot be asked, ``look`` says how far it is: on a thread."""
    line = Line(what, shows=shows)
    over = threading.Event()

    def looking() -> None:
        while not over.wait(EVERY_S):
            line.says(look())

    thread = threading.Thread(target=looking, daemon=True)
    if line.shows:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if line.shows:
            thread.join()
        line.ends()


def size_of(path: Path, total: int) -> Callable[[], str]:
    """How much of ``total`` bytes that file has by now."""

    def look() -> str:
        try:
            size = path.stat().st_size
        except OSError:
            size = 0
        return _share(size, total)

    return look


def seconds() -> Callable[[], str]:
    """How long it has taken, where nothing else is known."""
    begun_s = time.monotonic()
    return lambda: f"{time.monotonic() - begun_s:.0f} s"


def _share(done: int, total: int) -> str:
    return f"{min(100, 100 * done // max(total, 1))} %"
