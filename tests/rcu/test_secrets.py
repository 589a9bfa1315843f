"""A page token and a till's key stand nowhere: no file, no log, no error."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.rcu.conftest import Rcu
from tests.rcu.fakes import EDGE, TOKEN, Till, chosen, event, issued, run_command


async def test_no_file_holds_a_page_token_or_a_key(rcu: Rcu) -> None:
    forged = issued()
    forged["data"]["receipt"]["total"] = 1
    newer = event(3, "receipt.issued.v2", {"page": [{"token": TOKEN}]})
    answer = await rcu.till.post([issued(), chosen(2), newer, forged])
    assert answer.json()["counts"] == {"accepted": 3, "conflict": 1}
    await rcu.client.get(f"/r/{TOKEN}")
    kept = b"".join(path.read_bytes() for path in rcu.directory.iterdir())
    assert b"Le Petit March" in kept
    assert TOKEN.encode() not in kept
    assert rcu.key.partition(".")[2].encode() not in kept


async def test_no_answer_and_no_log_line_repeats_a_token(
    rcu: Rcu, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bad = issued(2)
    bad["data"]["surprise"] = TOKEN
    answers = [
        await rcu.till.post([issued(), bad]),
        await rcu.till.post([issued(3, token=TOKEN + "X")]),
        await rcu.till.post([{**issued(4), "source": TOKEN}]),
        await rcu.till.post_raw(f'[{{"token": "{TOKEN}"}}]'.encode()),
    ]
    assert caplog.records
    assert TOKEN not in caplog.text + "".join(str(vars(r)) for r in caplog.records)
    assert all(TOKEN not in answer.text for answer in answers)


@asynccontextmanager
async def _serving(config: Path) -> AsyncIterator[tuple[httpx.AsyncClient, list[str]]]:
    """The real program, stopped by SIGTERM at the end; its log is in the list."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rcu", "serve", "--verbose", "--config", str(config)),
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert process.stderr is not None
    log: list[str] = []
    try:
        async with asyncio.timeout(20):
            while "listening" not in "".join(log):
                line = await process.stderr.readline()
                assert line, log
                log.append(line.decode())
        port = int(log[-1].rpartition("port=")[2])
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            yield client, log
    finally:
        process.send_signal(signal.SIGTERM)
        log.append((await process.stderr.read()).decode())
        assert await process.wait() == 0


@pytest.mark.slow
async def test_the_real_program_from_enrolment_to_stop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "rcu.toml"
    config.write_text(
        '[server]\nport = 0\n[store]\ndirectory = "data"\n[tills]\nunsigned = true\n'
    )
    assert (
        await asyncio.to_thread(run_command, "enrol", EDGE, "--config", str(config))
        == 0
    )
    key = capsys.readouterr().out.strip()
    async with _serving(config) as (client, log):
        answer = await Till(client, key).post([issued()])
        assert answer.json()["counts"] == {"accepted": 1}
        page = await client.get(f"/r/{TOKEN}", headers={"accept-encoding": "gzip"})
        assert page.status_code == 200
        assert page.headers["content-encoding"] == "gzip"
        assert "server" not in page.headers
        # Another one on the same directory is refused; a new key is not.
        assert (
            await asyncio.to_thread(run_command, "serve", "--config", str(config)) == 70
        )
        assert "another receipt-rcu is running" in capsys.readouterr().err
        enrol = ("enrol", EDGE, "--config", str(config))
        assert await asyncio.to_thread(run_command, *enrol) == 0
        fresh = capsys.readouterr().out.strip()
        assert (await Till(client, key).post([chosen(2)])).status_code == 401
        again = await Till(client, fresh).post([chosen(2)], key="fresh")
        assert again.status_code == 200
    text = "".join(log)
    assert "stopped" in text
    for secret in (TOKEN, key, fresh):
        assert secret not in text
    assert json.dumps(EDGE).strip('"') in text
