"""What was let pass of a job is kept until the printer has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.store.damage import DamagedRecord
from agent.store.records import AcceptJob, JobState, LetPass, Passed, SettleJob
from tests.store.builders import a_job, job_id, opened

LOGO = b"(a logo for weeks)"


async def test_a_job_of_which_something_passes_is_not_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for number in (1, 2, 3):
            await store.commit(AcceptJob(a_job(number), b"raw"))
        await store.commit(LetPass(job_id(2), LOGO, ((0, 2),)))
        await store.commit(LetPass(job_id(2), LOGO, ((0, 2),)))
        for number in (2, 3):
            await store.commit(SettleJob(job_id(number), JobState.NO_PAPER, "R21"))
    over = replace(a_job(2, JobState.NO_PAPER), forwarded=((0, 2),))
    async with opened(tmp_path) as store:
        assert await store.unsettled_jobs() == [a_job(1), over]
        assert await store.passing(job_id(2)) == LOGO
        assert await store.passing(job_id(1)) is None
        await store.commit(Passed(job_id(2)))
        await store.commit(Passed(job_id(2)))
        assert await store.passing(job_id(2)) is None
        assert await store.unsettled_jobs() == [a_job(1)]


async def test_what_a_disk_has_changed_does_not_reach_the_printer(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(AcceptJob(a_job(1), b"raw"), LetPass(job_id(1), LOGO, ()))
        await store._hop.run(
            lambda db: db.execute("UPDATE passing SET raw = x'01000000'").fetchall()
        )
        with pytest.raises(DamagedRecord):
            await store.passing(job_id(1))
