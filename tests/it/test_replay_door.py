"""A recorded job that is sent as by a POS: what a script hears of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agent.cli import main
from tests.it.test_print_held import till


async def test_a_job_that_is_taken_is_said_as_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    came: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.read())
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        config = till(tmp_path, 1, f"[door.tcp]\nlisten = '127.0.0.1:{port}'\n")
        job = tmp_path / "job"
        job.write_bytes(b"\x1b@TOTAL\n\x1dV\x00")
        asked = ["replay", str(job), "--door", "--json", "--config", str(config)]
        assert await asyncio.to_thread(main, asked) == 0
    assert came == [job.read_bytes()]
    assert json.loads(capsys.readouterr().out) == {"taken": len(came[0])}
