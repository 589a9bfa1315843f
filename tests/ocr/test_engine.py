"""Every way in which an engine can fail costs the text of one picture."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from agent.ocr import engine as room
from agent.ocr.engine import Engine
from agent.ocr.settings import OcrSettings
from tests.ocr.engines import program, running


async def test_a_picture_goes_in_by_standard_input_and_the_table_comes_back(
    tmp_path: Path,
) -> None:
    picture = os.urandom(300_000)
    async with running(program(tmp_path, "cat")) as engine:
        table = await engine.read(picture)
    assert table is not None
    assert table.tsv == picture
    assert table.engine == "bad engine 0.1"


async def test_the_process_has_a_limit_of_memory_one_thread_and_low_priority(
    tmp_path: Path,
) -> None:
    tells = 'ulimit -v; nice; echo $OMP_THREAD_LIMIT; env | grep -c SECRET; echo "$@"'
    os.environ["SECRET_OF_OURS"] = "1"
    try:
        async with running(program(tmp_path, tells), memory_mb=128) as engine:
            table = await engine.read(b"")
    finally:
        del os.environ["SECRET_OF_OURS"]
    assert table is not None
    memory, priority, threads, secrets, command = table.tsv.decode().splitlines()
    assert int(memory) == 128 * 1024
    assert int(priority) == min(19, os.nice(0) + room.NICENESS)
    assert (threads, secrets) == ("1", "0")
    assert command.startswith("- - -l fra --oem 1 --psm 6")


async def test_a_hog_meets_its_limit_and_its_neighbour_does_not(tmp_path: Path) -> None:
    hog = "exec /usr/bin/env python3 -c 'print(len(bytes(200 << 20)))'"
    async with running(program(tmp_path, hog), memory_mb=128) as engine:
        assert await engine.read(b"") is None
    async with running(program(tmp_path, hog), memory_mb=512) as engine:
        assert await engine.read(b"") is not None


@pytest.mark.parametrize(
    "reads",
    [
        "kill -9 $$",
        "exit 1",
        "exec /no/such/program",
        "head -c 2000000 /dev/zero",
        "exec cat /dev/zero",
        "exec sleep 60",
        "sleep 60",
        "exec 0<&-; exec sleep 60",
    ],
)
async def test_an_engine_that_dies_floods_or_hangs_costs_one_picture(
    tmp_path: Path, reads: str
) -> None:
    begun = time.monotonic()
    async with running(program(tmp_path, reads), deadline_s=0.5) as engine:
        assert await engine.read(bytes(1 << 20)) is None
    assert time.monotonic() - begun < 5


async def test_what_overruns_leaves_no_process_behind(tmp_path: Path) -> None:
    trace = tmp_path / "pids"
    reads = f"echo $$ > {trace}; sleep 60 & echo $! >> {trace}; wait"
    async with running(program(tmp_path, reads), deadline_s=0.4) as engine:
        assert await engine.read(b"") is None
        await asyncio.sleep(0.1)
        for pid in trace.read_text().split():
            assert not _alive(int(pid))


async def test_a_customer_who_is_gone_does_not_leave_an_engine_at_work(
    tmp_path: Path,
) -> None:
    trace = tmp_path / "pid"
    reads = f"echo $$ > {trace}; exec sleep 60"
    async with running(program(tmp_path, reads)) as engine:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.4):
                await engine.read(b"")
        assert not _alive(int(trace.read_text()))


def _alive(pid: int) -> bool:
    """A zombie whose parent is gone is not alive either."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def test_pictures_are_read_one_at_a_time_and_few_wait(tmp_path: Path) -> None:
    lock = tmp_path / "busy"
    reads = f"mkdir {lock} && sleep 0.1 && rmdir {lock} && cat"
    path = program(tmp_path, reads)
    async with running(path) as engine, asyncio.TaskGroup() as group:
        asked = [group.create_task(engine.read(b"p")) for _ in range(9)]
    told = [each.result() for each in asked]
    assert sum(table is not None for table in told) == room.MAX_WAITING


async def test_a_huge_picture_is_not_even_shown_to_it(tmp_path: Path) -> None:
    async with running(program(tmp_path, "cat")) as engine:
        assert await engine.read(bytes(room.MAX_PICTURE_BYTES + 1)) is None


async def test_without_an_engine_nothing_is_read_and_it_is_said_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LOOK_AGAIN_S", 0.01)
    engine = Engine(OcrSettings(engine="no-such-engine"))
    async with asyncio.TaskGroup() as group:
        service = group.create_task(engine.run())
        await asyncio.sleep(0.1)
        assert await engine.read(b"") is None
        service.cancel()
    assert engine.version == ""
    assert [record.message for record in caplog.records] == ["pictures are not read"]


async def test_an_engine_that_is_installed_later_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LOOK_AGAIN_S", 0.01)
    engine = Engine(OcrSettings(engine=str(tmp_path / "engine")))
    async with asyncio.TaskGroup() as group:
        service = group.create_task(engine.run())
        await asyncio.sleep(0.05)
        program(tmp_path, "cat")
        async with asyncio.timeout(5):
            while not engine.version:  # noqa: ASYNC110 -- a service tells nobody
                await asyncio.sleep(0.01)
        assert await engine.read(b"") is not None
        service.cancel()


async def test_an_engine_can_be_turned_off() -> None:
    engine = Engine(OcrSettings(engine=""))
    async with asyncio.TaskGroup() as group:
        service = group.create_task(engine.run())
        await asyncio.sleep(0.05)
        assert not service.done()
        assert await engine.read(b"") is None
        service.cancel()


async def test_languages_that_are_missing_are_done_without(tmp_path: Path) -> None:
    path = program(tmp_path, 'echo "$@"', languages="eng osd")
    async with running(path, languages="fra+eng") as engine:
        table = await engine.read(b"")
    assert table is not None
    assert b" -l eng --oem" in table.tsv


async def test_an_engine_without_any_of_the_languages_reads_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = program(tmp_path, "cat", languages="osd")
    engine = Engine(OcrSettings(engine=str(path)))
    async with asyncio.TaskGroup() as group:
        service = group.create_task(engine.run())
        await asyncio.sleep(0.3)
        service.cancel()
    assert engine.version == ""
    assert "no language of fra" in str(getattr(caplog.records[0], "why", ""))


async def test_where_systemd_offers_a_unit_the_picture_goes_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bytes] = []
    answers = [b"level\ttext\n" + room.DONE, b"level\tte"]

    async def unit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.write(answers[len(heard) - 1])
        writer.close()

    path = tmp_path / "ocr.socket"
    monkeypatch.setenv(room.WHERE, str(path))
    monkeypatch.setattr(room, "PATH", str(tmp_path))
    program(tmp_path, "echo by no unit", languages="eng fra").rename(
        tmp_path / room.ITS
    )
    async with await asyncio.start_unix_server(unit, path), running() as engine:
        table = await engine.read(b"a picture")
        assert table is not None
        assert table.tsv == b"level\ttext\n"
        assert heard == [b"fra\na picture"]
        assert (
            await engine.read(b"another") is None
        )  # cut off: no receipt from half a table
    path.unlink(missing_ok=True)
    async with running() as engine:
        table = await engine.read(b"")
        assert table is not None
        assert table.tsv == b"by no unit\n"
