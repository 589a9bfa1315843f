"""A port that cannot be had says which, and what to do."""

from __future__ import annotations

import socket
from typing import cast

import pytest

from agent.intake.doors.raw_tcp import RawTcpDoor
from agent.intake.reception import Reception
from agent.intake.settings import TcpDoorSettings

NOBODY = cast("Reception", None)
"""Never asked: the door does not open."""


async def test_a_door_whose_port_is_taken_falls_with_one_plain_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = TcpDoorSettings(listen=f"127.0.0.1:{port}")
        door = RawTcpDoor("door.star", settings, NOBODY)
        with pytest.raises(OSError, match=rf"127\.0\.0\.1 port {port}: stop what"):
            await door.run()
