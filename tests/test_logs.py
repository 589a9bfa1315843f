"""The log, where what went wrong is known and was said."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from agent import logs
from agent.errors import StoreError
from agent.pipeline.resends import Resends
from agent.store.absent import AbsentStore
from tests.fakes.clock import FakeClock


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, found = root.handlers[:], root.level, io.StringIO()
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    root.handlers = []
    logs.set_up("info", found)
    yield found
    root.handlers = handlers
    root.setLevel(level)
    for name, was in quiet.items():
        logging.getLogger(name).setLevel(was)


def lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line[3:]) for line in stream.getvalue().splitlines()]


async def test_without_a_database_the_one_sentence_does_not_drown(
    stream: io.StringIO,
) -> None:
    why = StoreError("put store.key back")
    logging.getLogger("agent.app").critical("no database: %s", why)
    await Resends(AbsentStore(why), FakeClock()).recall()
    first, second = lines(stream)
    assert (first["level"], second["level"]) == ("critical", "info")
    assert (second["problem"], "trace" in second) == ("no database", False)


async def test_another_fault_of_the_store_keeps_its_trace(stream: io.StringIO) -> None:
    class Broken(AbsentStore):
        def _refuse(self) -> None:  # type: ignore[override]
            raise StoreError("the disk failed")

    await Resends(Broken(StoreError("x")), FakeClock()).recall()
    (only,) = lines(stream)
    assert only["level"] == "error"
    assert "the disk failed" in only["trace"]


async def test_a_level_above_leaves_them_out(stream: io.StringIO) -> None:
    logging.getLogger().setLevel(logging.WARNING)
    await Resends(AbsentStore(StoreError("x")), FakeClock()).recall()
    assert lines(stream) == []
