"""A worker with tasks that misbehave on request: the real frames, other work."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from agent.worker.frames import Frame


def echo(params: dict[str, Any], body: bytes, more: bytes = b"") -> Frame:
    return Frame(dict(params), (body, more))


def chatter(_params: dict[str, Any], body: bytes) -> Frame:
    print("a library that prints")  # noqa: T201 -- what the test is about
    os.write(1, b"even below Python\n")
    return Frame({}, (body,))


def sleep(params: dict[str, Any], _body: bytes) -> Frame:
    time.sleep(params["s"])
    return Frame({})


def die(_params: dict[str, Any], _body: bytes) -> Frame:
    os._exit(3)


def fail(_params: dict[str, Any], _body: bytes) -> Frame:
    raise ValueError("the customer bought bread")


def babble(_params: dict[str, Any], _body: bytes) -> Frame:
    return Frame({}, (b"x",) * 9)


def eat(_params: dict[str, Any], _body: bytes) -> Frame:
    return Frame({"ate": len(bytearray(4 << 30))})


def brood(params: dict[str, Any], _body: bytes) -> Frame:
    """In C, with Python's lock in hand: no thread and no handler of ours runs meanwhile."""
    Path(params["at_it"]).write_text(str(os.getpid()))
    re.match("(a+)+$", "a" * 64 + "b")
    return Frame({})


TASKS = {
    "brood": brood,
    "warm": echo,
    "echo": echo,
    "chatter": chatter,
    "sleep": sleep,
    "die": die,
    "fail": fail,
    "babble": babble,
    "eat": eat,
}

if __name__ == "__main__":
    # The seam of this test, and a second less for each of its workers: the real work loads
    # all that understands and draws.
    work = ModuleType("agent.worker.tasks")
    vars(work)["TASKS"] = TASKS
    sys.modules[work.__name__] = work
    from agent.worker.__main__ import main

    main()
    sys.exit(0)
