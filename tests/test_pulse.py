"""What a beat is made of: the till's own words for its printer, its warnings, its bypass."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent import app, bypass_note, pulse
from agent.events import PrinterState
from agent.wire.heartbeat import MAX_WARNINGS


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({"online": True}, "ok"),
        ({"online": True, "paper": "near_end"}, "low"),
        ({"online": True, "paper": "out"}, "out"),
        ({"online": True, "paper": "out", "cover_open": True}, "cover"),
        ({"online": False, "paper": "out"}, "offline"),
        ({"online": True, "error": True}, "error"),
    ],
)
def test_what_hinders_paper_most_is_said(state: dict[str, Any], word: str) -> None:
    assert pulse.printer(PrinterState(known=True, **state)).state == word


def test_warnings_are_counted_by_module_and_their_texts_stay_here() -> None:
    heard = pulse.Warnings()
    for at in range(MAX_WARNINGS + 5):
        name = f"agent.room{at}"
        record = logging.LogRecord(name, 30, "", 1, "Marie Curie", (), None)
        heard.handle(record)
        heard.handle(record)
    assert len(heard.counted) == MAX_WARNINGS + 1
    assert heard.counted["agent.room0"] == 2
    assert heard.counted[""] == 10
    assert "Curie" not in str(heard.counted)


def test_jobs_that_went_past_the_agent_are_remembered(tmp_path: Path) -> None:
    config: Any = SimpleNamespace(till=SimpleNamespace(state_dir=tmp_path))
    assert bypass_note.went_past(tmp_path) is None
    bypass_note.goes_past(config)
    assert bypass_note.went_past(tmp_path) is not None


async def test_a_door_that_hangs_up_does_not_accept() -> None:
    async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def answers(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readexactly(3)
        writer.write(b"\x12")
        await writer.drain()
        await reader.read()
        writer.close()

    for serves, accepts in ((hangs_up, False), (answers, True)):
        server = await asyncio.start_server(serves, "127.0.0.1", 0)
        async with server:
            assert await pulse.accepts(server.sockets[0].getsockname()) is accepts
    assert not await pulse.accepts(("127.0.0.1", 9))


@pytest.mark.parametrize(("managed", "images"), [(True, 0), (False, 1)])
def test_another_image_takes_over_where_nobody_begins_us_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, managed: bool, images: int
) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _path, words: begun.append(words))
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if managed:
        monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    config: Any = SimpleNamespace(till=SimpleNamespace(state_dir=tmp_path))
    outside = app.Outside()
    assert app.ended(config, outside) == 0  # a stop is a stop
    assert begun == []
    outside.begin_anew()
    assert outside.stop.is_set()
    assert app.ended(config, outside) == 0
    assert len(begun) == images
