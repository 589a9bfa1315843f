"""A port of systemd's is used where the configuration wants it, and only there."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from agent import app, health
from agent.config import Config
from agent.star.status import HEADER


def config(listen: str, folder: Path, **door: object) -> Config:
    till = {
        "tenant": "t",
        "store": "s",
        "till": "t",
        "shop": "x",
        "tickets_url": "https://tickets.example",
        "state_dir": str(folder),
    }
    return Config.model_validate(
        {
            "till": till,
            "printer": {"link": "tcp://127.0.0.1:9"},
            "screens": {"listen": listen},
            "door": door,
        }
    )


def fitting(given: Config) -> list[socket.socket]:
    return app._fitting(app.SCREENS_SOCKET, "screens.listen", given.screens.address)


def test_one_that_fits_is_taken_and_one_that_does_not_is_closed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as port:
        host, number = port.getsockname()
        copies = [port.dup(), port.dup()]
        asked: list[str] = []

        def inherited(name: str) -> list[socket.socket]:
            asked.append(name)
            return [copies[len(asked) - 1]]

        monkeypatch.setattr(health, "inherited", inherited)
        (taken,) = fitting(config(f"{host}:{number}", tmp_path))
        assert taken is copies[0]
        assert fitting(config("127.0.0.1:1", tmp_path)) == []
        assert copies[1].fileno() == -1
        assert asked == ["screens", "screens"]
        assert "not where screens.listen is" in caplog.text
        taken.close()


async def test_a_star_that_printed_while_nobody_ran_is_heard_by_the_star_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits in systemd's socket, and is answered as by a Star."""
    with (
        socket.create_server(("127.0.0.1", 0)) as star,
        socket.create_server(("127.0.0.1", 0)) as printing,
    ):
        at = f"127.0.0.1:{star.getsockname()[1]}"
        given = {"print": printing, "star": star}
        monkeypatch.setattr(
            health,
            "inherited",
            lambda name: [given[name].dup()] if name in given else [],
        )
        with socket.create_connection(star.getsockname(), 20) as pos:
            pos.sendall(b"\x1b\x06\x01")  # ESC ACK SOH: how are you
            outside = app.Outside()
            wanted = config("127.0.0.1:0", tmp_path, star={"listen": at})
            async with asyncio.TaskGroup() as group:
                group.create_task(app.run(wanted, outside))
                said = await asyncio.to_thread(pos.recv, 64)
                outside.stop.set()
    assert said[0] == HEADER
