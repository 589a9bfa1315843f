"""What was sent lately, and what was given up, in the order in which it came."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from agent.store.records import AcceptJob, GaveUp
from tests.store.builders import AT_MS, a_job, job_id, opened

NOW_MS = AT_MS + 1_000


async def test_what_was_given_up_stands_behind_its_last_job(tmp_path: Path) -> None:
    third = replace(a_job(3), source="192.168.1.20")
    async with opened(tmp_path) as store:
        await store.commit(GaveUp("serial", NOW_MS))
        await store.commit(AcceptJob(a_job(1), b"one"))
        await store.commit(GaveUp("raw_tcp", NOW_MS, "192.168.1.20"))
        await store.commit(AcceptJob(replace(a_job(2), shape="tail"), b"\n"))
        await store.commit(AcceptJob(third, b"three"))
    async with opened(tmp_path) as store:
        assert await store.lately(AT_MS, 10) == [
            GaveUp("serial", NOW_MS),
            a_job(1),
            GaveUp("raw_tcp", NOW_MS, "192.168.1.20"),
            third,
        ]


async def test_only_the_newest_and_nothing_old(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        assert await store.lately(0, 10) == []
        for number in range(1, 6):
            await store.commit(AcceptJob(a_job(number), b"x"))
        found = await store.lately(AT_MS + 3, 10)
        assert [each.id for each in found if not isinstance(each, GaveUp)] == [
            job_id(number) for number in (3, 4, 5)
        ]
        assert await store.lately(0, 2) == [a_job(4), a_job(5)]


async def test_of_an_hour_ago_nothing_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(GaveUp("raw_tcp", NOW_MS))
        later = GaveUp("raw_tcp", NOW_MS + 3_600_001)
        await store.commit(later)
        assert await store.lately(0, 10) == [later]
