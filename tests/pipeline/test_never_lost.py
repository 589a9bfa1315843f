"""The whole counter under whatever happens: paper that is due comes, numbers are given once.

The store and the printer are fakes that do as they are told; the agent is killed at any
moment and started again on the same store.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.store.records import ParcelState
from agent.verbs import Choice
from tests.pipeline.rig import INIT, Rig, document

ADDRESSES = ("anna@example.org", "berta@example.org")
MARK = re.compile(rb"\[duplicata (\d+)\]")

Step = tuple[str, Any]
STEPS = st.one_of(
    st.tuples(
        st.just("choose"),
        st.sampled_from(["none", "paper", "qr", *(f"email {a}" for a in ADDRESSES)]),
    ),
    st.tuples(st.just("reprint"), st.sampled_from(["asked", "lost"])),
    st.tuples(st.just("sale"), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 9.0])),
    st.tuples(st.just("mail"), st.sampled_from(["done", "dead", "due"])),
    st.tuples(st.just("printer"), st.sampled_from(["", "paper_out"])),
    st.tuples(st.just("again"), st.none()),
    st.tuples(st.just("not_me"), st.none()),
    st.tuples(st.just("touch"), st.none()),
    st.tuples(st.just("kill"), st.none()),
)


async def one(rig: Rig, step: Step) -> None:
    verb, what = step
    here = rig.counter.here()
    if verb == "sale":
        await rig.job(document(total=what, number=f"N{rig.shelf.commits}"))
    elif verb == "wait":
        await rig.pass_time(what)
    elif verb == "printer":
        rig.printer.trouble = what
        await rig.pass_time(3)
    elif verb == "mail":
        await post(rig, ParcelState(what))
    elif verb == "reprint":
        recent = rig.counter.snapshot("cashier").recent
        if recent:
            await rig.counter.reprint(recent[-1].id, what)
    elif here is not None:
        await at_counter(rig, here, verb, what)
    await rig.settle()


async def at_counter(rig: Rig, here: str, verb: str, what: Any) -> None:
    if verb == "choose":
        name, _, address = what.partition(" ")
        choice: Choice = name
        await rig.counter.choose(here, choice, address or None, "customer")
    elif verb == "again":
        await rig.counter.resend(here, "email", ADDRESSES[0], "not_arrived")
    elif verb == "not_me":
        await rig.counter.not_me(here)
    elif verb == "touch":
        await rig.counter.hold(here)


async def post(rig: Rig, state: ParcelState) -> None:
    """What the dispatcher would say of the newest parcel that is due."""
    newest = {(p.channel, p.receipt): p for p in rig.shelf.parcels}
    due = [p for p in newest.values() if p.state is ParcelState.DUE]
    for parcel in due[-1:]:
        after = replace(parcel, state=state, detail="mail_unreachable")
        if state is ParcelState.DEAD:
            await rig.counter.parcel_dead(after)
        if state is not ParcelState.DUE:
            rig.shelf.parcels.append(after)
        await rig.counter.parcel_news(after)


async def play(steps: list[Step]) -> Rig:
    rig = Rig()
    rest = steps
    while rest:
        async with rig.running():
            while rest and rest[0][0] != "kill":
                await one(rig, rest[0])
                rest = rest[1:]
        rest = rest[1:]
        rig.build()
    rig.printer.trouble = ""
    async with rig.running():
        await rig.pass_time(5)
        await rig.pass_time(200)
    return rig


@pytest.mark.timeout(180)  # a hundred lives of a till
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=14))
def test_paper_that_is_due_comes_and_every_number_is_given_once(
    steps: list[Step],
) -> None:
    rig = asyncio.run(play([("sale", 1), *steps]))
    rows = rig.shelf.handed.values()
    for receipt, row in rig.shelf.rows.items():
        numbers = [each.number for each in rows if each.receipt == receipt]
        assert numbers == list(range(row.given))
        assert (
            sum(each.mark == "ORIGINAL" for each in rows if each.receipt == receipt)
            <= 1
        )
    assert not [
        each for each in rows if (each.channel, each.outcome) == ("paper", "waiting")
    ]
    printed = Counter(_sheet(raw) for raw in rig.printer.printed)
    ordered = Counter(
        (str(rig.shelf.raws[each.job]), each.number)
        for each in rows
        if each.channel == "paper" and each.job is not None
    )
    # Once each, or once more where a kill came before the note of it.
    assert set(printed) == set(ordered)
    kills = sum(verb == "kill" for verb, _ in steps)
    for sheet, times in printed.items():
        assert times <= ordered[sheet] + kills


def _sheet(raw: bytes) -> tuple[str, int]:
    """Which document, and the number that it bears."""
    found = MARK.match(raw)
    body = raw[found.end() :] if found else raw
    json.loads(body.removeprefix(INIT))
    return str(body), int(found[1]) if found else 0
