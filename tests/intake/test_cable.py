"""A line that is a file descriptor: what an empty read of it means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.intake.cable import Cable


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


@pytest.fixture
def reading(fifo: Path) -> Iterator[int]:
    fd = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    yield fd
    os.close(fd)


async def test_a_fifo_that_nobody_writes_to_is_waited_for(reading: int) -> None:
    cable = Cable(reading, ends=True)

    assert await cable.read(0.05) is None
    assert await cable.read(0.05) is None
    cable.close()


async def test_a_writer_that_comes_late_is_heard_to_its_end(
    fifo: Path, reading: int
) -> None:
    cable = Cable(reading, ends=True)
    assert await cable.read(0.05) is None

    with fifo.open("wb") as pos:
        pos.write(b"Pain 1,00\n")

    assert await cable.read(5) == b"Pain 1,00\n"
    assert await cable.read(5) == b""
    cable.close()


async def test_a_writer_that_says_nothing_hangs_up_all_the_same(
    fifo: Path, reading: int
) -> None:
    cable = Cable(reading, ends=True)

    fifo.open("wb").close()

    assert await cable.read(5) == b""
    cable.close()
