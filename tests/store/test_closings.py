"""The till counts its own log: ranges without a gap, sums, a chain that anybody can redo."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from agent.choice.preference import Preference
from agent.ids import EntryId
from agent.store import closings
from agent.store.card_holders import Block, KeepHolder, holder, is_blocked
from agent.store.closings import KeepClosing, Tally
from agent.store.feed import RewindCursor
from agent.store.preferences import KeepPreference
from agent.store.records import Append, Entry, MoveCursor, SetAside
from agent.store.store import Store
from agent.wire.closing import START, chained
from tests.store.builders import opened

DAY_MS = 86_400_000
CARD = bytes(range(16))


def sale(number: int, total: int | None, kind: str = "sale", *mentions: str) -> Append:
    said = {
        "receipt": {
            "kind": kind,
            "mentions": list(mentions),
            "total": total,
            "currency": "EUR",
        }
    }
    return entry(number, "receipt.issued.v1", said)


def entry(number: int, kind: str = "choice.made.v1", said: object = None) -> Append:
    name = EntryId(UUID(int=0x7000 << 64 | number))
    body = json.dumps(said or {}).encode()
    return Append(Entry(name, kind, number * 1000, None, body))


async def count(store: Store, until_ms: int = DAY_MS) -> Tally:
    return await store.ask(lambda db, sealer: closings.tally(db, sealer, until_ms))


async def test_a_range_is_counted_summed_and_chained(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(
            *(sale(1, 1250), entry(2), sale(3, 750), sale(4, None)),
            *(sale(5, -300, "refund"), sale(6, 99, "sale", "training")),
        )
        found = await count(store)
    assert (found.first, found.last, found.events) == (1, 6, 6)
    assert found.types == {"choice.made.v1": 1, "receipt.issued.v1": 5}
    said = [(each.kind, each.count, each.total, each.unread) for each in found.sold]
    assert said == [
        ("refund", 1, -300, 0),
        ("sale", 3, 2000, 1),
        ("training", 1, 99, 0),
    ]
    links = [(n, str(UUID(int=0x7000 << 64 | n))) for n in range(1, 7)]
    assert found.before == START
    assert found.head == chained(START, links)


async def test_the_next_range_begins_behind_the_last(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(sale(1, 100), sale(2, 200))
        first = await count(store)
        await store.commit(KeepClosing("2026-01-01", first.last, first.head, b"{}"))
        await store.commit(sale(3, 400))
        second = await count(store)
        (kept,) = await store.ask(lambda db, sealer: closings.newest(db, sealer, 9))
    assert (second.first, second.last, second.before) == (3, 3, first.head)
    assert [each.total for each in second.sold] == [400]
    assert (kept.last, kept.head, kept.body) == (2, first.head, b"{}")


async def test_what_is_of_today_is_not_counted_yet(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(sale(1, 100), sale(5, 200))
        found = await count(store, until_ms=5000)
        nothing = await count(store, until_ms=1000)
    assert (found.last, found.events) == (1, 1)
    assert (nothing.events, nothing.head, nothing.last_ms) == (0, START, 0)


async def test_what_is_gone_is_counted_and_in_no_sum(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        whole = await _with_an_erased_sale(store)
        found = await count(store)
    assert found.erased == 1
    assert [each.total for each in found.sold] == [100]
    assert found.head == whole.head


async def _with_an_erased_sale(store: Store) -> Tally:
    await store.commit(sale(1, 100), sale(2, 200))
    whole = await count(store)
    await store._hop.run(
        lambda db: db.execute("UPDATE event SET body = NULL WHERE seq = 2")
    )
    await store._hop.run(lambda db: db.commit())
    return whole


async def test_what_was_set_aside_is_named(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(sale(1, 100), entry(2), SetAside("rcu", 2, "damaged"))
        found = await count(store)
    assert found.unsent == ((2, str(UUID(int=0x7000 << 64 | 2))),)


async def test_a_cursor_goes_back_when_it_is_told_to_and_never_forward(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(*(entry(n) for n in range(1, 6)), MoveCursor("rcu", 4))
        await store.commit(RewindCursor("rcu", 1))
        assert await store.cursor("rcu") == 1
        await store.commit(RewindCursor("rcu", 3))
        assert await store.cursor("rcu") == 1
        assert await store.ask(lambda db, _: closings.gone(db, 2)) == (4, 0)


async def test_a_holder_is_kept_sealed_and_the_later_word_counts(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.commit(KeepHolder(CARD, b'{"tier":"or"}', 2000))
        await store.commit(KeepHolder(CARD, b'{"tier":"argent"}', 1000))
        assert await store.ask(lambda db, s: holder(db, s, CARD)) == b'{"tier":"or"}'
        await store.commit(KeepHolder(CARD, None, 3000))
        assert await store.ask(lambda db, s: holder(db, s, CARD)) is None
    assert b"argent" not in (tmp_path / "agent.db").read_bytes()


async def test_nothing_is_kept_for_what_is_nobodys(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.commit(KeepPreference(CARD, Preference("paper"), 1000))
        await store.commit(KeepHolder(CARD, b"{}", 1000))
        await store.commit(Block(CARD, blocked=True))
        await store.commit(KeepPreference(CARD, Preference("none"), 2000))
        await store.commit(KeepHolder(CARD, b"{}", 2000))
        assert await store.ask(lambda db, _: is_blocked(db, CARD))
        assert await store.preference(CARD) is None
        assert await store.ask(lambda db, s: holder(db, s, CARD)) is None
        await store.commit(Block(CARD, blocked=False))
        await store.commit(KeepPreference(CARD, Preference("none"), 3000))
        assert await store.preference(CARD) == Preference("none")


async def test_holders_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.store.card_holders.MAX_HOLDERS", 2)
    cards = [bytes([n]) * 16 for n in range(4)]
    async with opened(tmp_path) as store:
        for at, card in enumerate(cards):
            await store.commit(KeepHolder(card, b"{}", at))
        there = [await _held(store, card) for card in cards]
    assert there == [None, None, b"{}", b"{}"]


async def _held(store: Store, card: bytes) -> bytes | None:
    return await store.ask(lambda db, sealer: holder(db, sealer, card))
