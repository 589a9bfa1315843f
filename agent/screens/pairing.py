"""Pairing by a code: shown at the till, typed on the new screen.  Sans-IO.

Whoever stands at the till opens a pairing for one role; whoever holds the tablet
has ``CODE_S`` seconds and ``TRIES`` tries for six digits.  After the last wrong one
the code is void and nobody is paired for ``LOCK_S``: a guess in ten thousand weeks.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from agent.entropy import Entropy
from agent.store.devices import DeviceRole

CODE_S: Final = 120.0
TRIES: Final = 5
LOCK_S: Final = 300.0
DIGITS: Final = 6

Wrong = Literal["no_code", "wrong", "locked"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A pairing that is open: what to show at the till.  ``until_s`` is monotonic."""

    code: str
    role: DeviceRole
    name: str
    until_s: float


class Pairing:
    """One pairing at a time; a new one takes the place of the one before.

    ``now_s``: monotonic seconds.
    """

    def __init__(self, now_s: Callable[[], float], entropy: Entropy) -> None:
        self._now_s = now_s
        self._entropy = entropy
        self._offer: Offer | None = None
        self._tries = 0
        self._locked_until_s = float("-inf")

    @property
    def offer(self) -> Offer | None:
        """The open pairing, while its time lasts."""
        if self._offer is not None and self._now_s() >= self._offer.until_s:
            self._offer = None
        return self._offer

    @property
    def locked_s(self) -> float:
        """Seconds until anybody may try again; 0 when nothing is locked."""
        return max(0.0, self._locked_until_s - self._now_s())

    def open(self, role: DeviceRole, name: str) -> Offer | None:
        """A fresh code; ``None`` while it is locked."""
        if self.locked_s:
            return None
        number = int.from_bytes(self._entropy.draw(8)) % 10**DIGITS
        until_s = self._now_s() + CODE_S
        self._offer = Offer(f"{number:0{DIGITS}d}", role, name, until_s)
        self._tries = 0
        return self._offer

    def close(self) -> None:
        """Whoever opened it thought better of it."""
        self._offer = None

    def enter(self, code: str) -> Offer | Wrong:
        """What was typed on the new screen.  A right code works once."""
        if self.locked_s:
            return "locked"
        offer = self.offer
        if offer is None:
            return "no_code"
        if hmac.compare_digest(code.encode(), offer.code.encode()):
            self._offer = None
            return offer
        self._tries += 1
        if self._tries < TRIES:
            return "wrong"
        self._offer = None
        self._locked_until_s = self._now_s() + LOCK_S
        return "locked"
