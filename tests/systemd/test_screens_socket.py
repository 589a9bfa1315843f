"""The screens' port of systemd's is used where the configuration wants it, and only there."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from agent import app, health
from agent.config import Config


def config(listen: str, folder: Path) -> Config:
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
        }
    )


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
        (taken,) = app._screens(config(f"{host}:{number}", tmp_path))
        assert taken is copies[0]
        assert app._screens(config("127.0.0.1:1", tmp_path)) == []
        assert copies[1].fileno() == -1
        assert asked == ["screens", "screens"]
        assert "not where screens.listen is" in caplog.text
        taken.close()
