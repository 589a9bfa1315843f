"""What is old enough to be erased, whatever a wall clock does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """``floor``: the last entry that every cursor has; times in Unix ms.

    What this start (``boot``) wrote is old only when its own clock says so too
    (``run_before``, monotonic ms): the other one may jump.  Rows without that mark are
    told by their time: this start began at ``began_ms``, by the wall clock of then, and
    would be at ``ran_to_ms`` if that had only run.
    """

    now_ms: int
    began_ms: int
    ran_to_ms: int
    floor: int
    boot: int
    run_before: int
    settled_before: int
    logged_before: int
    tombstone_before: int
    proof_before: int
    addressed_before: int
    unused_before: int

    def aged(self, before_ms: int) -> tuple[int, int, int]:
        """Old is what stands before the first, and not between the second and third."""
        since_ms = self.ran_to_ms - (self.now_ms - before_ms)
        return before_ms, max(self.began_ms, since_ms), self.ran_to_ms
