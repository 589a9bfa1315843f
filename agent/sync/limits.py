"""How much a batch holds and how many fly: what changes while the agent runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.sync.settings import SyncSettings
from agent.wire.orderable import Value


@dataclass(frozen=True, slots=True)
class Limits:
    """As ``[sync]`` has them."""

    max_events: int
    max_batch_kb: int
    max_in_flight: int


def of(settings: SyncSettings) -> Limits:
    """The configuration's."""
    return Limits(settings.max_events, settings.max_batch_kb, settings.max_in_flight)


def with_ordered(limits: Limits, settings: Mapping[str, Value]) -> Limits:
    """Those, but for what was ordered and has been checked."""
    own = {"max_events", "max_batch_kb", "max_in_flight"}
    said = {key.removeprefix("sync."): value for key, value in settings.items()}
    return replace(limits, **{name: said[name] for name in own & said.keys()})  # type: ignore[arg-type]
