"""A command and the server may make the keyring's file at the same moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rcu.app import open_keyring


async def test_many_make_one_file_at_once(tmp_path: Path) -> None:
    async def look() -> int:
        async with open_keyring(tmp_path) as (_keyring, tills):
            return len(await tills.edges())

    async with asyncio.TaskGroup() as group:
        looks = [group.create_task(look()) for _ in range(8)]
    assert [each.result() for each in looks] == [0] * 8
