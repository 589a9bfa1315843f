"""``python -m tests.faults [FAULT ...] [--count N] [--seconds S] [--seed N]``: the long forms.

A line of figures for each run, and one for its control, which has to lose.  The exit
status is 1 if something was lost that must not be, or if a control lost nothing: then
the laboratory is blind.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults import blocks, clocks, cuts, disks, kills, syncs, trace
from tests.faults.figures import Figures

Run = Callable[[Path], Awaitable[Figures]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one run: so many faults, and no longer than that."""

    count: int
    seconds: float
    seed: int

    def few(self, part: int, most: int) -> int:
        """For a control, which needs no more than to lose."""
        return max(2, min(self.count // part, most))


@dataclass(frozen=True, slots=True)
class Fault:
    """``count`` is what the long form does by itself; ``why_not`` why it cannot."""

    count: int
    runs: Callable[[Limits], Sequence[Run]]
    why_not: Callable[[], str] = str


def _kills(of: Limits) -> Sequence[Run]:
    return (
        lambda at: kills.agent_kills(at, of.count, of.seed, "", of.seconds),
        lambda at: kills.agent_kills(at, of.few(10, 5), of.seed, "ack-early"),
    )


def _server(of: Limits) -> Sequence[Run]:
    return (
        lambda at: kills.rcu_kills(at, of.count, of.seed, "", of.seconds),
        lambda at: kills.rcu_kills(at, of.few(10, 5), of.seed, "forgets"),
        lambda at: kills.rcu_kills(at, of.few(10, 5), of.seed, "answers-early"),
    )


def _cuts(of: Limits) -> Sequence[Run]:
    sales = max(20, min(of.count // 50, 150))
    few = of.few(10, 500)
    return (
        lambda at: cuts.run(at, sales, of.count, of.seed, "", of.seconds),
        lambda at: cuts.run(at, 40, few, of.seed, "sync-normal"),
        lambda at: cuts.run(at, 40, few, of.seed, "sync-off"),
    )


def _syncs(of: Limits) -> Sequence[Run]:
    return (
        lambda at: syncs.failing(at, of.seed),
        lambda at: syncs.slow(at, of.seed),
        lambda at: syncs.slow(at, of.seed, "ack-early"),
        lambda at: syncs.failing(at, of.seed, "ack-early"),
        lambda at: syncs.dropped(at, 20, of.few(1, 100), of.seed),
    )


def _full(of: Limits) -> Sequence[Run]:
    return (
        lambda at: disks.full(at, of.seed),
        lambda at: disks.full(at, of.seed, "ack-early"),
    )


def _flips(of: Limits) -> Sequence[Run]:
    return (lambda at: disks.flips(at, 20, of.count, of.seed),)


def _clock(of: Limits) -> Sequence[Run]:
    few = of.few(1, 12)
    return (
        lambda at: clocks.jumps(at, of.count, of.seed),
        # Without an RCU nothing is safe elsewhere already; the control is seen there.
        lambda at: clocks.jumps(at, few, of.seed, alone=True),
        lambda at: clocks.jumps(at, few, of.seed, "wall-clock", alone=True),
    )


def _offline(of: Limits) -> Sequence[Run]:
    return (
        lambda at: clocks.offline(at, of.count, of.seed),
        lambda at: clocks.offline(at, of.count, of.seed, "erases-unsent"),
    )


def _blocks(of: Limits) -> Sequence[Run]:
    few = of.few(10, 20)
    return (
        lambda at: blocks.run(at, of.count, of.seed, "", of.seconds),
        lambda at: blocks.run(at, few, of.seed, "sync-normal"),
        lambda at: blocks.run(at, few, of.seed, "sync-off"),
    )


FAULTS = {
    "kills": Fault(1000, _kills),
    "server": Fault(250, _server),
    "cuts": Fault(10_000, _cuts, trace.why_not),
    "blocks": Fault(500, _blocks, blocks.why_not),
    "syncs": Fault(100, _syncs, syncs.why_not),
    "full": Fault(1, _full, disks.why_not),
    "flips": Fault(1000, _flips),
    "clock": Fault(50, _clock, clocks.why_not),
    "offline": Fault(30, _offline, clocks.why_not),
}


async def _all(names: Sequence[str], arguments: argparse.Namespace) -> int:
    wrong = 0
    for name in names:
        fault = FAULTS[name]
        if why := fault.why_not():
            print(f"{name}: left out: {why}", flush=True)
            continue
        limits = Limits(
            arguments.count or fault.count, arguments.seconds, arguments.seed
        )
        for run in fault.runs(limits):
            wrong += await _one(run)
    return min(wrong, 1)


async def _one(run: Run) -> bool:
    """Whether it went wrong."""
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        figures = await run(Path(place) / "shop")
    print(figures.line(), flush=True)
    if figures.held is not bool(figures.broken):
        return False
    print(
        "A CONTROL LOST NOTHING: this run shows nothing" if figures.broken else "LOST",
        flush=True,
    )
    return True


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("fault", nargs="*", help=", ".join(FAULTS))
    parser.add_argument("--count", type=int, default=0, help="faults of a run")
    parser.add_argument(
        "--seconds", type=float, default=3600.0, help="a run ends after so many"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run them, one after the other."""
    arguments = _parsed(argv)
    unknown: Iterator[str] = (f for f in arguments.fault if f not in FAULTS)
    if (name := next(unknown, None)) is not None:
        print(f"{name}: no such fault; there are {', '.join(FAULTS)}", file=sys.stderr)
        return 64
    # So that no program of a shop is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return asyncio.run(_all(arguments.fault or list(FAULTS), arguments))


if __name__ == "__main__":
    sys.exit(main())
