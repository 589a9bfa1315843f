"""When the till takes its RCU to be away, so that receipts go into the QR themselves."""

from __future__ import annotations

from typing import cast

import pytest

from agent import symbols
from agent.supervisor import Service
from agent.sync.downlink import Downlink, DownlinkState


class Feed(Downlink):
    """One that stands as it is told."""

    def __init__(self, *, up: bool | None, problem: str = "") -> None:
        self._told = DownlinkState(up, 0, 0, problem)

    def state(self) -> DownlinkState:
        return self._told


@pytest.mark.parametrize(
    ("sends", "asks", "reached"),
    [
        (True, True, True),
        (True, None, True),  # nobody has heard of it yet
        (True, False, False),  # a sale that comes now finds no network
        (False, True, False),
        (False, False, False),
    ],
)
def test_what_sends_and_what_asks_must_both_not_know_it_away(
    sends: bool, asks: bool | None, reached: bool
) -> None:
    links = cast("list[Service]", [Feed(up=asks)])
    assert symbols.reached(links, rcu_up=sends) is reached


def test_an_rcu_that_has_no_feed_is_there_all_the_same() -> None:
    links = cast("list[Service]", [Feed(up=False, problem="status 404")])
    assert symbols.reached(links, rcu_up=True)


def test_a_till_without_a_feed_goes_by_what_sends() -> None:
    assert symbols.reached([], rcu_up=True)
