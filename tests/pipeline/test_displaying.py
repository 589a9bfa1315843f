"""When the legal notice stood on the customer's screen is kept once a day and text."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from agent.events import LinkChanged
from agent.pipeline.displaying import LOOK_S, Displaying
from agent.screens.snapshot import Legal
from agent.store.displayed import KeepDisplayed
from agent.verbs import Words
from tests.pipeline.rig import Rig, document

LAW = Legal("display-fr", "2026-1", Words("Sauf demande", "Unless asked for"))
DAY_S = 86_400


@asynccontextmanager
async def a_till() -> AsyncGenerator[Rig]:
    rig = Rig()
    rig.counter.picture.legal = (LAW,)
    now = rig.clock.now
    service = Displaying(rig.shelf, rig.counter, rig.bus, rig.clock, now)
    async with rig.running(), asyncio.TaskGroup() as group:
        task = group.create_task(service.run())
        await rig.settle()
        yield rig
        task.cancel()


async def opens(rig: Rig, *, up: bool = True) -> None:
    rig.bus.publish(LinkChanged("display", up=up))
    await rig.settle()


def kept(rig: Rig) -> list[tuple[str, str]]:
    return [(each.day, each.lang) for each in rig.shelf.displayed]


async def test_nothing_is_kept_before_a_page_shows_it() -> None:
    async with a_till() as rig:
        await rig.pass_time(LOOK_S * 2)
        assert not kept(rig)
        await opens(rig)
        day = rig.clock.now().date().isoformat()
        assert rig.shelf.displayed == [
            KeepDisplayed(
                day,
                "display-fr",
                "2026-1",
                hashlib.sha256(said.encode()).digest(),
                lang,
            )
            for lang, said in (("fr", LAW.says.fr), ("en", LAW.says.en))
        ]


async def test_it_is_kept_once_a_day_and_for_another_text_again() -> None:
    async with a_till() as rig:
        await opens(rig)
        await opens(rig, up=False)
        await opens(rig)
        await rig.pass_time(LOOK_S * 2)
        assert len(kept(rig)) == 2
        await rig.pass_time(DAY_S)
        assert len({day for day, _ in kept(rig)}) == 2
        rig.counter.picture.legal = (Legal("display-fr", "2026-2", LAW.says),)
        await rig.pass_time(LOOK_S)
        assert [each.version for each in rig.shelf.displayed][-2:] == ["2026-2"] * 2
        assert len(kept(rig)) == 6


async def test_another_language_is_kept_once_somebody_read_it() -> None:
    async with a_till() as rig:
        await opens(rig)
        for lang in ("ar", "fr", "ar", "es"):
            await rig.counter.speak(lang)
            await rig.settle()
        day = rig.clock.now().date().isoformat()
        assert kept(rig) == [(day, each) for each in ("fr", "en", "ar", "es")]
        arabic = hashlib.sha256(LAW.says.ar.encode()).digest()
        assert rig.shelf.displayed[2].digest == arabic


async def test_a_receipt_on_the_screen_is_not_the_notice() -> None:
    async with a_till() as rig:
        await rig.job(document())
        await opens(rig)
        assert not kept(rig)
        await rig.pass_time(600)
        assert rig.counter.snapshot("display").shown is None
        assert len(kept(rig)) == 2


async def test_what_the_store_does_not_take_is_tried_again() -> None:
    async with a_till() as rig:
        rig.shelf.breaks_on = KeepDisplayed
        await opens(rig)
        assert not kept(rig)
        rig.shelf.breaks_on = None
        await rig.pass_time(LOOK_S)
        assert len(kept(rig)) == 2


async def test_without_rules_there_is_no_text_to_keep() -> None:
    async with a_till() as rig:
        rig.counter.picture.legal = ()
        await opens(rig)
        assert not kept(rig)
