"""``config.updated.v1``: checked whole, kept, put on trial, and proved twice.

The first proof says that the generation is on trial, the second what came of it
(:mod:`agent.sync.trial`).  An order is taken whole or not at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.sync import overlay
from agent.sync.overlay import OnTrial, Overlay
from agent.sync.proofs import Outcome
from agent.wire import orderable
from agent.wire.orderable import Value
from agent.wire.orders import ConfigUpdated

log = logging.getLogger(__name__)

WHY_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class ConfigMeans:
    """What an order of the configuration is done with.

    ``fits``: why the whole configuration could not be with these values; empty: it can.
    ``printer``: whether the printer answers now.  ``live``: has the running agent take
    such values up.  ``begun(again)``: a trial has begun; ``again``: by a start.
    """

    state_dir: Path
    fits: Callable[[Mapping[str, Value]], str]
    printer: Callable[[], bool]
    live: Callable[[Mapping[str, Value]], None]
    begun: Callable[[bool], None]


class Configuring:
    """Does them."""

    def __init__(self, means: ConfigMeans) -> None:
        self._means = means

    async def take(
        self, order: str, said: ConfigUpdated
    ) -> tuple[Outcome, Callable[[], None] | None]:
        """What it comes to, and what is to be done when that is committed.

        Raises:
            ConfigError: the disk does not take it.
        """
        there = await asyncio.to_thread(overlay.read, self._means.state_dir)
        if there.tried == order:  # a crash between the file and its proof
            return self._again(there)
        settings = overlay.without(there.now.settings, said.unset)
        settings |= said.settings
        if why := await self._refused(there, said, settings):
            return Outcome("failed", {"generation": there.now.number}, why), None
        if settings == there.now.settings:
            done = {"settings": 0, "generation": there.now.number}
            return Outcome("nothing_found", done), None
        live = orderable.live(overlay.changed(settings, there.now.settings))
        # What the running agent takes up has begun: if that kills it, the next start
        # takes it back.
        trial = OnTrial(
            seconds=said.trial_s, starts=int(live), printer=self._means.printer()
        )
        new = there.taken(order, settings, trial)
        await asyncio.to_thread(overlay.keep, self._means.state_dir, new)
        log.info(
            "an ordered configuration is on trial",
            extra={"generation": new.now.number, "keys": sorted(said.settings)},
        )
        return self._on_trial(new), lambda: self._begin(new)

    def _again(self, there: Overlay) -> tuple[Outcome, Callable[[], None] | None]:
        if there.trial is not None:
            return self._on_trial(there), lambda: self._begin(there)
        done = {"generation": there.now.number}
        if there.now.order == there.tried:
            return Outcome("completed", done), None
        return Outcome("failed", {**done, "rolled_back": 1}, "rolled back"), None

    async def _refused(
        self, there: Overlay, said: ConfigUpdated, settings: Mapping[str, Value]
    ) -> str:
        if refused := orderable.refusals(said.settings, said.unset):
            each = [f"{key[:64]} {why}" for key, why in refused.items()]
            return f"not to be ordered: {'; '.join(each)}"[:WHY_CHARS]
        if there.trial is not None:
            return f"generation {there.now.number} is on trial"
        unbased = said.base is None and orderable.live({*said.settings, *said.unset})
        if said.base != there.now.number and not unbased:
            return f"follows generation {said.base}, this till is at {there.now.number}"
        if not (said.settings or said.unset):
            return "orders nothing"
        fault = await asyncio.to_thread(self._means.fits, settings)
        return f"would not be a configuration: {fault}"[:WHY_CHARS] if fault else ""

    def _on_trial(self, there: Overlay) -> Outcome:
        assert there.trial is not None  # noqa: S101 -- asked by whoever calls
        done = {"settings": len(there.now.settings), "generation": there.now.number}
        return Outcome("partial", done, f"on trial for {there.trial.seconds:g} s")

    def _begin(self, there: Overlay) -> None:
        live = bool(there.trial and there.trial.starts)
        if live:
            self._means.live(there.now.settings)
        self._means.begun(not live)


def take_back(there: Overlay, live: Callable[[Mapping[str, Value]], None]) -> bool:
    """After a roll-back: whether the running agent could take the values before up."""
    keys = overlay.changed(there.now.settings, there.before.settings)
    if orderable.live(keys):
        live(there.before.settings)
        return True
    return False
