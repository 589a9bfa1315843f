"""Slow listeners lose the oldest event and are told how many."""

from __future__ import annotations

from agent.bus import Bus, Lagged


async def test_slow_listener_is_told_what_it_missed() -> None:
    bus: Bus[int] = Bus()
    with bus.subscribe(depth=2) as listener:
        for number in range(5):
            bus.publish(number)
        events = aiter(listener)
        got = [await anext(events) for _ in range(3)]
    assert got == [Lagged(3), 3, 4]


async def test_a_listener_that_left_hears_nothing_more() -> None:
    bus: Bus[int] = Bus()
    with bus.subscribe() as listener:
        bus.publish(1)
    bus.publish(2)
    events = aiter(listener)
    assert await anext(events) == 1
    assert listener._events.empty()
