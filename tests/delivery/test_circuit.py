"""Closed, open, half-open."""

from __future__ import annotations

from agent.delivery.circuit import Circuit
from agent.retry import Backoff


def test_it_is_closed_until_something_fails() -> None:
    circuit = Circuit(Backoff(4.0, 60.0))
    assert circuit.state(0.0) == "closed"
    assert (circuit.room(0.0, 16), circuit.wait_s(0.0)) == (16, 0.0)


def test_a_failure_opens_it_and_then_one_probe_may_go() -> None:
    circuit = Circuit(Backoff(4.0, 60.0))
    circuit.failed(100.0, 0.5, 0.0)
    assert (circuit.state(101.9), circuit.room(101.9, 16)) == ("open", 0)
    assert circuit.wait_s(101.5) == 0.5
    assert (circuit.state(102.0), circuit.room(102.0, 16)) == ("half_open", 1)
    circuit.worked()
    assert (circuit.state(102.0), circuit.room(102.0, 16)) == ("closed", 16)


def test_a_probe_that_fails_opens_it_for_longer() -> None:
    circuit = Circuit(Backoff(4.0, 60.0))
    waits = []
    for _ in range(6):
        circuit.failed(0.0, 0.5, 0.0)
        waits.append(circuit.wait_s(0.0))
    assert waits == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_it_stays_open_as_long_as_the_far_side_asked() -> None:
    circuit = Circuit(Backoff(4.0, 60.0))
    circuit.failed(0.0, 0.0, 1800.0)
    assert circuit.state(1799.0) == "open"
    assert circuit.state(1800.0) == "half_open"
