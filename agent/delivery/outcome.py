"""What became of an attempt to hand a receipt over: a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivered:
    """The far side accepted it."""

    reference: str = ""
    """The far side's own id for it (SMTP queue id), for support calls."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now, but later may work: paper out, greylisted, no network."""

    reason: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Trying again cannot help: unknown address."""

    reason: str


Outcome = Delivered | Deferred | Refused
