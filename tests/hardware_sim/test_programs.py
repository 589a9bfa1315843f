from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import pytest

from hardware_sim.programs import Program, ProgramError, free_port, run_once

WAIT_S = 20.0
SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(600)"
)


def program(folder: Path, code: str) -> Program:
    return Program("sleeper", ["-c", code], folder / "sleeper.log")


async def start(one: Program, deadline_s: float = WAIT_S) -> float:
    async def ready() -> bool:
        return "ready" in one.said()

    return await one.start(ready, deadline_s)


async def test_a_program_is_started_waited_for_and_stopped(tmp_path: Path) -> None:
    one = program(tmp_path, SLEEPER)
    took_s = await start(one)
    assert 0 < took_s < WAIT_S
    assert one.running
    assert await one.stop() == -signal.SIGTERM
    assert not one.running


async def test_one_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    one = program(tmp_path, DEAF)
    await start(one)
    assert await one.stop(within_s=0.1) == -signal.SIGKILL


async def test_one_that_ends_says_its_last_words(tmp_path: Path) -> None:
    one = program(tmp_path, "import sys; sys.exit('the port is taken')")
    with pytest.raises(ProgramError, match=r"(?s)status 1.*sleeper.log.*port is taken"):
        await start(one)


async def test_one_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    one = program(tmp_path, "import time; time.sleep(600)")
    with pytest.raises(ProgramError, match="not ready after"):
        await start(one, deadline_s=0.3)
    await one.stop(signal.SIGKILL)


async def test_the_end_of_a_program_can_be_awaited(tmp_path: Path) -> None:
    one = program(tmp_path, SLEEPER)
    await start(one)
    async with asyncio.TaskGroup() as group:
        ending = group.create_task(one.ended())
        await one.stop(signal.SIGKILL)
        await ending


async def test_stopping_what_never_began_is_nothing(tmp_path: Path) -> None:
    assert await program(tmp_path, SLEEPER).stop() == 0


async def test_a_command_gives_its_output_or_its_error(tmp_path: Path) -> None:
    log = tmp_path / "once.log"
    assert await run_once(["-c", "print('token')"], log, WAIT_S) == "token\n"
    with pytest.raises(ProgramError, match=r"(?s)status 3.*no such till"):
        await run_once(
            ["-c", "import sys; print('no such till', file=sys.stderr); sys.exit(3)"],
            log,
            WAIT_S,
        )
    with pytest.raises(ProgramError, match="did not end"):
        await run_once(["-c", "import time; time.sleep(600)"], log, 0.3)


def test_a_free_port_can_be_had() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as sock:
        assert sock.getsockname()[1] > 0
