"""One gap-free sequence: whatever is interleaved, cancelled, refused or erased."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import StoreError
from agent.store.records import AcceptJob, Append, Change, LoggedEntry, MoveCursor
from agent.store.store import Store
from tests.store.builders import a_job, an_entry, opened

STEP = st.fixed_dictionaries(
    {
        "entries": st.integers(0, 3),
        "poison": st.booleans(),
        "cancel": st.sampled_from([None, None, 0, 1, 3]),
        "repeat": st.booleans(),
        "wait": st.booleans(),
    }
)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(STEP, max_size=12))
def test_the_sequence_has_no_hole(steps: list[dict[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(Path(folder), steps))


class _Clerk:
    """Commits as told, and knows what must and what must not be in the log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers = itertools.count(1)
        self.sure: set[int] = set()
        self.never: set[int] = set()

    async def write(self, step: dict[str, int]) -> None:
        mine = [next(self._numbers) for _ in range(step["entries"])]
        changes: list[Change] = [Append(an_entry(number)) for number in mine]
        if step["poison"]:
            self.never.update(mine)
            broken = replace(a_job(0), evidence=None)  # type: ignore[arg-type]  # on purpose
            changes.append(AcceptJob(broken, b"x"))
        for _ in range(1 + step["repeat"]):
            with suppress(StoreError):
                await self._store.commit(*changes)
        if not step["poison"]:
            self.sure.update(mine)

    def check(self, entries: list[LoggedEntry]) -> None:
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        ids = [entry.entry.id for entry in entries]
        assert len(set(ids)) == len(ids)
        assert {an_entry(number).id for number in self.sure} <= set(ids)
        assert not {an_entry(number).id for number in self.never} & set(ids)


async def _play(folder: Path, steps: list[dict[str, int]]) -> None:
    async with opened(folder) as store:
        clerk = _Clerk(store)
        async with asyncio.TaskGroup() as group:
            for step in steps:
                await _do(step, group.create_task(clerk.write(step)))
        clerk.check(await store.entries_after(0, 999, 10**6))
    async with opened(folder) as store:
        clerk.check(await store.entries_after(0, 999, 10**6))


async def _do(step: dict[str, int], task: asyncio.Task[None]) -> None:
    if step["cancel"] is not None:
        for _ in range(step["cancel"]):
            await asyncio.sleep(0)
        task.cancel()
    if step["wait"]:
        await asyncio.wait((task,))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET body = x'00'",
        "UPDATE event SET seq = 7, body = NULL",
        "UPDATE event SET at_ms = 0, body = NULL",
    ],
)
async def test_an_entry_is_immutable(tmp_path: Path, sql: str) -> None:
    async with opened(tmp_path) as store:
        await store.commit(Append(an_entry(1)))
        with pytest.raises(Exception, match="immutable"):
            await store._hop.run(lambda db: db.execute(sql))
        await store._hop.run(lambda db: db.execute("UPDATE event SET body = NULL"))


async def test_the_same_id_twice_is_one_entry_with_the_first_body(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(
            Append(an_entry(1, b'"first"')), Append(an_entry(1, b'"second"'))
        )
        (logged,) = await store.entries_after(0, 9, 999)
        await store.commit(Append(an_entry(2)))
        assert logged.entry.body == b'"first"'
        assert await store.log_height() == 2


async def test_no_entry_is_given_a_number_that_its_destination_has_passed(
    tmp_path: Path,
) -> None:
    """A file whose end was lost, and its cursor not: what comes would never be sent."""
    async with opened(tmp_path) as store:
        await store.commit(Append(an_entry(1)), MoveCursor("rcu", 1))
    with closing(sqlite3.connect(tmp_path / "agent.db")) as db, db:
        db.execute("UPDATE cursor SET acked = 40")
    async with opened(tmp_path) as store:
        await store.commit(Append(an_entry(2)))
        left = await store.entries_after(await store.cursor("rcu"), 9, 1 << 20)
        assert [each.seq for each in left] == [41]
        assert (await store.backlog("rcu")).pending == 1
