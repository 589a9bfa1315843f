"""``python -m tests.fuzz``: jobs by the million against the reading room.

    python -m tests.fuzz --inputs 10000000        # two processes, hours or minutes
    python -m tests.fuzz --seed 7 --only 123456   # one job again, printed
    python -m tests.fuzz --prefixes               # every prefix of every recorded job
    python -m tests.fuzz --engine atheris         # guided by coverage, where it is installed

Each job has a number; job n of a seed is the same on every machine.  A job that
breaks a law is printed in hexadecimal with the traceback, and the exit code is 1.
A job that takes longer than ``SLOW_S`` of processor time is one that hangs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.queues import Queue
from random import Random
from typing import NamedTuple

from tests.fuzz.jobs import SAMPLES, Job, job
from tests.fuzz.laws import BrokenLawError, check

SLOW_S = 2.0
"""What the relay gives the worker to understand a job."""
REPORT_EVERY = 2_000
SAY_EVERY = 500_000
MAX_DATA_BYTES = 320 << 20
"""Twice what the worker is given: drawing libraries are loaded here too."""
MOST_FAILURES = 5


class Done(NamedTuple):
    """What a process has to say: so many jobs, or a job that broke a law."""

    jobs: int
    slowest_s: float
    peak_kb: int
    broken: str = ""


def one(seed: int, number: int) -> tuple[float, str]:
    """Run one job: its processor time, and what it broke."""
    dice = Random(f"{seed}:{number}")
    return _tried(f"{seed}:{number}", job(dice), dice)


def _prefix(_seed: int, number: int) -> tuple[float, str]:
    """Run one prefix of a recorded job; they are numbered through all jobs."""
    at = number
    for sample in SAMPLES:
        if at < len(sample):
            break
        at -= len(sample)
    else:
        return 0.0, ""
    return _tried(f"prefix {number}", Job(sample[: at + 1], None), Random(number))


def _tried(name: str, made: Job, dice: Random) -> tuple[float, str]:
    start = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, SLOW_S)
    try:
        check(made, dice)
    except Exception:  # noqa: BLE001 -- whatever is raised is a finding
        return (
            0.0,
            f"job {name}: {made.raw.hex(' ')}\n{traceback.format_exc()}",
        )
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    took = time.process_time() - start
    slow = f"job {name} took {took:.1f} s: {made.raw.hex(' ')}"
    return took, slow if took > SLOW_S else ""


Try = Callable[[int, int], tuple[float, str]]


def _serve(tried: Try, seed: int, numbers: range, told: Queue[Done]) -> None:
    signal.signal(signal.SIGVTALRM, _hangs)
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_DATA_BYTES, MAX_DATA_BYTES))
    jobs, slowest, failures = 0, 0.0, 0
    for number in numbers:
        took, broken = tried(seed, number)
        jobs, slowest = jobs + 1, max(slowest, took)
        failures += bool(broken)
        if broken or jobs == REPORT_EVERY:
            told.put(Done(jobs, slowest, _peak_kb(), broken))
            jobs = 0
        if failures >= MOST_FAILURES:
            break
    told.put(Done(jobs, slowest, _peak_kb(), "end"))


def _hangs(_signal: int, _frame: object) -> None:
    raise BrokenLawError(f"no job takes {SLOW_S} s of processor time")


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def run(tried: Try, seed: int, inputs: int, processes: int) -> int:
    """Spread the jobs over processes and report; the exit code."""
    told: Queue[Done] = multiprocessing.Queue()
    numbers = [range(part, inputs, processes) for part in range(processes)]
    parts = [(tried, seed, each, told) for each in numbers]
    working = [multiprocessing.Process(target=_serve, args=part) for part in parts]
    start = time.monotonic()
    for each in working:
        each.start()
    jobs, slowest, peak, failures, ended, said = 0, 0.0, 0, 0, 0, 0
    while ended < processes:
        done = told.get()
        jobs, slowest = jobs + done.jobs, max(slowest, done.slowest_s)
        peak = max(peak, done.peak_kb)
        if done.broken == "end":
            ended += 1
        elif done.broken:
            failures += 1
            print(done.broken, flush=True)
        if jobs >= said + SAY_EVERY:
            said = jobs
            print(f"{jobs:,} of {inputs:,}", flush=True)
    for each in working:
        each.join()
    took = time.monotonic() - start
    print(
        f"{jobs:,} jobs, {failures} broken, {took:.0f} s, {jobs / took:,.0f} jobs/s, "
        f"slowest {slowest * 1000:.0f} ms, peak {peak / 1024:.0f} MB a process"
    )
    return 1 if failures else 0


def _guided(arguments: list[str]) -> int:
    """Coverage-guided: atheris mutates the bytes of a job."""
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: pip install atheris", file=sys.stderr)
        return 2

    def one_input(raw: bytes) -> None:
        check(Job(raw, None), Random(len(raw)))

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *arguments], one_input)
    atheris.Fuzz()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int, metavar="NUMBER")
    parser.add_argument("--prefixes", action="store_true")
    parser.add_argument("--engine", choices=("dice", "atheris"), default="dice")
    arguments, rest = parser.parse_known_args()
    if arguments.engine == "atheris":
        return _guided([f"-runs={arguments.inputs}", *rest])
    if arguments.only is not None:
        print(job(Random(f"{arguments.seed}:{arguments.only}")).raw.hex(" "))
        took, broken = one(arguments.seed, arguments.only)
        print(broken or f"holds, {took * 1000:.1f} ms")
        return 1 if broken else 0
    if arguments.prefixes:
        return run(_prefix, 0, sum(map(len, SAMPLES)), arguments.processes)
    return run(one, arguments.seed, arguments.inputs, arguments.processes)


if __name__ == "__main__":
    sys.exit(main())
