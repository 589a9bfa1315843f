"""Where the last jobs went, so that what follows one can follow it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from agent.ids import JobId
from agent.store.records import JobState

KNOWN_JOBS: Final = 64
"""Tails come within seconds of their document."""


class Whereabouts:
    """A short memory; what it has forgotten, it does not know."""

    def __init__(self) -> None:
        self._states: OrderedDict[JobId, JobState] = OrderedDict()

    def note(self, job: JobId, state: JobState) -> None:
        self._states[job] = state
        self._states.move_to_end(job)
        while len(self._states) > KNOWN_JOBS:
            self._states.popitem(last=False)

    def of(self, job: JobId | None) -> JobState | None:
        return self._states.get(job) if job else None
