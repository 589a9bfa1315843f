"""The relay was killed while its worker was at work: that ends without a word."""

from __future__ import annotations

import subprocess
import sys

from agent.worker.frames import Frame, pack


def test_a_worker_whose_relay_is_gone_ends_quietly() -> None:
    command = (sys.executable, "-m", "agent.worker")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdout.close()
        worker.stdin.write(pack(Frame({"task": "none"})))
        worker.stdin.close()
        said = worker.stderr.read()
        assert worker.wait(60) == 0
    assert said == b""
